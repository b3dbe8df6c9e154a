"""Comments: written to a circle, corrected, taken back; and following a case."""

import re

from django.db import transaction

from bitterroot.governance.comment_rules import answer_to, circles_of, may_comment, may_read
from bitterroot.governance.domain.case import lock, stream_of
from bitterroot.governance.enums import Circle
from bitterroot.governance.models import Case, Comment, Watch
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.people.models import Person
from bitterroot.record import clock
from bitterroot.record.canonical import digest
from bitterroot.record.domain.events import record_event

LONGEST = 5000
MOST_ON_A_CASE = 2000
MENTION = re.compile(r"(?<![\w@.])@([A-Za-z0-9][A-Za-z0-9._-]{1,40}[A-Za-z0-9])")


@transaction.atomic
def write_comment(
    *,
    by: Actor,
    case: Case,
    text: str,
    audience: Circle,
    reply_to: Comment | None = None,
    field: str = "",
) -> Comment:
    """Say something to a circle around the case. Those mentioned as @netid get a mail.

    An answer goes to those who read what it answers, whatever `audience` says. Raises
    NotPossible for an empty text and for a mention of someone who could not read it.
    """
    case = lock(case)
    if reply_to is not None:
        audience = _answering(by, case, reply_to)
    answer = may_comment(by, case, audience, answers=reply_to is not None).require()
    assert by.person is not None
    said = _said(text)
    if case.comments.count() >= MOST_ON_A_CASE:
        raise NotPossible("There are too many comments here already.")
    comment = Comment(
        case=case,
        writer=by.person,
        side=Circle(answer.capacity),
        audience=audience,
        reply_to=reply_to.reply_to or reply_to if reply_to else None,
        field=field[:60],
        text=said,
        written_at=clock.now(),
    )
    named = _mentioned(said, comment)
    comment.save(force_insert=True)
    comment.mentioned.set(named)
    Watch.objects.get_or_create(case=case, person=by.person, defaults={"since": clock.now()})
    _note(by, comment, "comment written", mentioned=[str(person.pk) for person in named])
    return comment


@transaction.atomic
def correct_comment(*, by: Actor, comment: Comment, text: str) -> Comment:
    """Its writer mends it. The older text is kept and can be read beside it."""
    row = _own(by, comment)
    said = _said(text)
    if said == row.text:
        return row
    now = clock.now()
    row.earlier = [*row.earlier, {"text": row.text, "until": now.isoformat()}]
    row.text, row.corrected_at = said, now
    named = _mentioned(said, row)
    row.save(update_fields=["earlier", "text", "corrected_at"])
    row.mentioned.set(named)
    _note(by, row, "comment corrected")
    return row


@transaction.atomic
def take_comment_back(*, by: Actor, comment: Comment) -> Comment:
    """Its writer takes it back: its place stays, its text is no longer shown."""
    row = _own(by, comment)
    row.taken_back_at = clock.now()
    row.save(update_fields=["taken_back_at"])
    _note(by, row, "comment taken back")
    return row


@transaction.atomic
def follow_case(*, by: Actor, case: Case, follow: bool) -> None:
    """Follow a case, or no longer. The caller has asked whether the person may open it."""
    if by.person is None:
        raise Refused("Only a person follows something.")
    if follow:
        Watch.objects.get_or_create(case=case, person=by.person, defaults={"since": clock.now()})
    else:
        Watch.objects.filter(case=case, person=by.person).delete()


def _answering(by: Actor, case: Case, comment: Comment) -> Circle:
    """The circle that an answer goes to. Raises NotPossible where the comment cannot be read."""
    circles = circles_of(by.person, case)
    readable = comment.case_id == case.pk and may_read(by.person, comment, circles)
    audience = answer_to(comment, circles) if readable else None
    if audience is None:
        raise NotPossible("What you answer is not here.")
    return audience


def _said(text: str) -> str:
    said = text.strip()
    if not said:
        raise NotPossible("Write something.", [("text", "Write something.")])
    if len(said) > LONGEST:
        raise NotPossible(
            f"At most {LONGEST} characters.", [("text", f"It has {len(said)} characters.")]
        )
    return said


def _mentioned(text: str, comment: Comment) -> list[Person]:
    """The persons named as @netid. Raises NotPossible for one who may not read the comment.

    Whoever holds no office and has no part in the case is as unknown here as a name that nobody
    has: learners are not found out by their NetIDs.
    """
    netids = {found.lower() for found in MENTION.findall(text)}
    people = []
    for person in Person.objects.filter(netid__in=netids):
        circles = circles_of(person, comment.case)
        inside = may_read(person, comment, circles)
        if comment.audience in (Circle.EVERYONE, Circle.CAMPUS):
            inside = inside and bool(circles)
        if inside:
            people.append(person)
        elif circles or person.assignments.exists():
            message = f"{person.display_name} would not be able to read this."
            raise NotPossible(message, [("text", message)])
    return people


def _own(by: Actor, comment: Comment) -> Comment:
    case = lock(comment.case)
    row = Comment.objects.get(pk=comment.pk)
    row.case = case
    if by.person is None or row.writer_id != by.person.pk:
        raise Refused("Only the one who wrote a comment changes it.")
    if row.taken_back_at is not None:
        raise NotPossible("This comment was taken back.")
    return row


def _note(by: Actor, comment: Comment, verb: str, **data: object) -> None:
    """The record keeps that something was said, and its hash, not the words."""
    record_event(
        by=by,
        stream=stream_of(comment.case),
        verb=verb,
        about=f"comment:{comment.pk}",
        capacity=comment.side,
        data={"audience": comment.audience, "sha256": digest(comment.text), **data},
    )

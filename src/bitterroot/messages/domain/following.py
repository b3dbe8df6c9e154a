"""Letters to those who follow a proposal or are named in a comment on it."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import Q

from bitterroot.governance.comment_rules import circles_of, may_read
from bitterroot.governance.enums import Circle
from bitterroot.governance.models import Comment
from bitterroot.governance.posted_rules import is_staff, may_read_posted
from bitterroot.messages.domain.letter import Letter, address, to_people
from bitterroot.people.models import Person
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.rules import may_see
from bitterroot.record.models import Event


def comment_letters(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    """Those who are mentioned or answered, and followers who read it.

    The words of the comment stay inside.
    """
    comment = Comment.objects.select_related("case__proposal", "writer").get(pk=key)
    proposal = getattr(comment.case, "proposal", None)
    if proposal is None or comment.taken_back_at is not None:
        return []
    link = f"{address('faculty:proposal', proposal.pk)}#comment-{comment.pk}"
    words = {"comment": comment, "proposal": proposal, "link": link}
    mentioned = [p for p in comment.mentioned.all() if p.pk != comment.writer_id]
    done = {comment.writer_id, *(p.pk for p in mentioned)}
    answered = _answered(comment, words, done)
    done |= {letter.person.pk for letter in answered if letter.person}
    others = [
        p
        for p in followers(proposal)
        if p.pk not in done and may_read(p, comment, circles_of(p, comment.case))
    ]
    return [
        *to_people(mentioned, "comment_mentions_you", **words),
        *answered,
        *to_people(others, "comment_written", **words),
    ]


def _answered(comment: Comment, words: dict[str, Any], done: Collection[UUID]) -> list[Letter]:
    """To those who wrote in the thread and may read the answer.

    Who commented on what was posted to the campus is told of an answer after its period too; who may
    not open the record any more is not told of what is said in it.
    """
    first = comment.reply_to
    if first is None:
        return []
    said = Comment.objects.filter(Q(pk=first.pk) | Q(reply_to=first.pk), taken_back_at=None)
    told = []
    for person in Person.objects.filter(pk__in=said.values("writer")).order_by("display_name"):
        if person.pk in done or not may_read(person, comment, circles_of(person, comment.case)):
            continue
        proposal = comment.case.proposal
        opens = may_see(person, proposal) or may_read_posted(person, comment.case)
        if opens or (comment.audience == Circle.CAMPUS and is_staff(person)):
            told += to_people([person], "comment_answered", **words, closed=not opens)
    return told


def followed_letters(proposal: Proposal, told: list[Letter]) -> list[Letter]:
    """For followers who get no letter of their own about what happened to the proposal."""
    done = {letter.person.pk for letter in told if letter.person}
    others = [p for p in followers(proposal) if p.pk not in done]
    return to_people(
        others, "followed", proposal=proposal, link=address("faculty:proposal", proposal.pk)
    )


def followers(proposal: Proposal) -> list[Person]:
    """Those who follow a proposal and may still open it."""
    found = Person.objects.filter(watches__case=proposal.case).order_by("display_name")
    return [person for person in found if may_see(person, proposal)]

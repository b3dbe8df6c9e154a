"""An office words a letter: a new version, or back to the shipped one. Nothing of it is code."""

from django.db import IntegrityError, transaction

from bitterroot.messages import wording
from bitterroot.messages.groups import ONE_TIME
from bitterroot.messages.models import LetterRule, LetterText
from bitterroot.messages.notices import NOTICES
from bitterroot.messages.rules import may_word_letters
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Person
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event

MOST_SUBJECT = 200
MOST_BODY = 10_000
LINKED = (
    "This letter holds a one-time link or code that nobody but its reader may see, so it goes out "
    "without being read first."
)


def reword(*, by: Actor, letter: str, subject: str, body: str, based_on: int) -> LetterText:
    """Give a letter a new version of its words, from the next mail on.

    Mails that are written keep theirs. `based_on` is the version that was on the screen (0: as
    shipped). Raises NotPossible where somebody was faster, for names that the letter does not
    know, and where it would leave out what its reader must be told. Event: letter reworded.
    """
    may_word_letters(by).require()
    subject, body = " ".join(subject.split()), body.replace("\r\n", "\n").strip() + "\n"
    _known(letter)
    problems = wording.faults(letter, subject, body)
    if not subject or len(subject) > MOST_SUBJECT:
        problems.append(("subject", f"Write a subject of at most {MOST_SUBJECT} characters."))
    if not body.strip() or len(body) > MOST_BODY:
        problems.append(("body", f"Write a text of at most {MOST_BODY:,} characters."))
    if problems:
        raise NotPossible("These words cannot be used yet.", problems)
    return _next(by, letter, subject, body, based_on, shipped=False)


def use_shipped(*, by: Actor, letter: str, based_on: int) -> LetterText:
    """Go back to the shipped words; the office's versions stay on record. Event: letter reset."""
    may_word_letters(by).require()
    known = _known(letter)
    return _next(by, letter, known.subject, known.body, based_on, shipped=True)


@transaction.atomic
def read_first(*, by: Actor, letter: str, on: bool) -> LetterRule:
    """Let the office read each mail of this letter before it goes out, or no longer.

    Drafts that wait stay drafts. Raises NotPossible for letters that hold a one-time link.
    """
    answer = may_word_letters(by).require()
    _known(letter)
    if on and letter in ONE_TIME:
        raise NotPossible(LINKED)
    rule = _rule(by, letter)
    if rule.read_first != on:
        rule.read_first, rule.changed_by, rule.changed_at = on, _person(by), clock.now()
        rule.save()
        _note(by, letter, "letter read first" if on else "letter sent at once", answer.capacity, 0)
    return rule


def _known(letter: str) -> wording.Shipped:
    if letter not in NOTICES:
        raise NotPossible("There is no such letter.")
    return wording.shipped(letter)


@transaction.atomic
def _next(
    by: Actor, letter: str, subject: str, body: str, based_on: int, *, shipped: bool
) -> LetterText:
    capacity = may_word_letters(by).require().capacity
    rule = _rule(by, letter)
    last = LetterText.objects.filter(letter=letter).select_related("written_by").first()
    if last is not None and last.n != based_on:
        raise NotPossible(
            f"{last.written_by} wrote version {last.n} of this letter after you opened it. Your text "
            "is below; look at theirs, then keep yours or take theirs."
        )
    in_force = rule.text
    same = in_force is not None and (in_force.subject, in_force.body) == (subject, body)
    if (shipped and in_force is None) or (not shipped and same):
        raise NotPossible("These words are in use already.")
    try:
        with transaction.atomic():
            row = LetterText.objects.create(
                letter=letter,
                n=(last.n if last else 0) + 1,
                subject=subject,
                body=body,
                shipped=shipped,
                written_by=_person(by),
                written_at=clock.now(),
            )
    except IntegrityError:
        raise NotPossible("Somebody else changed this letter at the same moment.") from None
    rule.text = None if shipped else row
    rule.changed_by, rule.changed_at = _person(by), clock.now()
    rule.save()
    _note(by, letter, "letter reset" if shipped else "letter reworded", capacity, row.n)
    return row


def _rule(by: Actor, letter: str) -> LetterRule:
    """The letter's row, held until the transaction ends."""
    LetterRule.objects.get_or_create(
        letter=letter, defaults={"changed_by": _person(by), "changed_at": clock.now()}
    )
    return LetterRule.objects.select_for_update(of=("self",)).select_related("text").get(pk=letter)


def _person(by: Actor) -> Person:
    assert by.person is not None  # the rule let a person in
    return by.person


def _note(by: Actor, letter: str, verb: str, capacity: str, n: int) -> None:
    record_event(
        by=by,
        stream=f"letter:{letter}",
        verb=verb,
        about=f"letter:{letter}",
        capacity=capacity,
        tell=False,
        data={"n": n} if n else {},
    )

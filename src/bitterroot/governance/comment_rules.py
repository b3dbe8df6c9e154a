"""Circles around a case: who belongs to which, who may write to which, who reads what."""

from collections.abc import Iterable

from bitterroot.governance.covers import taken_by
from bitterroot.governance.enums import Circle, RunState
from bitterroot.governance.models import Case, Comment, Seat
from bitterroot.governance.posted_rules import may_read_posted
from bitterroot.governance.rules import asked_of, authors_of, writing_now
from bitterroot.people.actor import Actor
from bitterroot.people.enums import Role
from bitterroot.people.errors import Answer
from bitterroot.people.models import Person
from bitterroot.people.queries import roles_of
from bitterroot.record import clock

#: To whom each circle may write. Everyone means all who may open the record.
MAY_WRITE_TO: dict[Circle, tuple[Circle, ...]] = {
    Circle.AUTHORS: (Circle.AUTHORS, Circle.OFFICE, Circle.SIGNERS, Circle.EVERYONE),
    Circle.SIGNERS: (Circle.AUTHORS, Circle.OFFICE, Circle.EVERYONE),
    Circle.BODY: (Circle.BODY, Circle.OFFICE, Circle.AUTHORS, Circle.EVERYONE),
    Circle.OFFICE: (
        Circle.OFFICE, Circle.AUTHORS, Circle.SIGNERS, Circle.BODY, Circle.EVERYONE,
    ),
    Circle.CAMPUS: (Circle.CAMPUS,),
}  # fmt: skip


#: A body that was passed over, or that it has not come before yet, was told nothing.
UNTOLD = (RunState.SKIPPED, RunState.WAITING)


def circles_of(person: Person | None, case: Case) -> list[Circle]:
    """The circles to which a person belongs, the nearest to the case first.

    An author is nothing but an author, so that no one reads what is said of their own work in
    another office; one who was removed belongs to none. The campus is a circle while it is posted.
    """
    if person is None:
        return []
    if person.pk in authors_of(case):
        return [Circle.AUTHORS] if person.pk in writing_now(case) else []
    found = []
    if case.signatures.filter(asked_of(person)).exists():
        found.append(Circle.SIGNERS)
    bodies = {run.body for run in case.runs.exclude(state__in=UNTOLD) if run.body}
    if bodies and sits_in(person, bodies):
        found.append(Circle.BODY)
    if roles_of(person) & {Role.PROGRAM_OFFICER}:
        found.append(Circle.OFFICE)
    if may_read_posted(person, case):
        found.append(Circle.CAMPUS)
    return found


def sits_in(person: Person, bodies: Iterable[str]) -> bool:
    """Whether the person has a seat, or stands in for one who has, in one of these bodies today."""
    today = clock.today()
    seats = Seat.objects.filter(body__in=list(bodies), starts_on__lte=today)
    return seats.exclude(ends_on__lt=today).filter(taken_by(person, today)).exists()


def may_comment(by: Actor, case: Case, audience: Circle, *, answers: bool = False) -> Answer:
    """Members of a circle around the case, to the circles that theirs may write to.

    Whoever is in any circle `answers` what the campus said.
    """
    for side in circles_of(by.person, case):
        if audience in MAY_WRITE_TO[side] or (answers and audience == Circle.CAMPUS):
            return Answer(True, capacity=side.value)
    if not circles_of(by.person, case):
        return Answer(False, "Comments are for those who write, sign or decide this.")
    return Answer(False, "You cannot write to them from here.")


def may_read(person: Person | None, comment: Comment, circles: Iterable[Circle]) -> bool:
    """Its writer, and the circles of both sides; `circles` are the person's own around the case.

    What is said to everyone is for all who may open the record, which the caller has asked; the
    campus, which reads no more than what is posted, is not among them.
    """
    if person is not None and comment.writer_id == person.pk:
        return True
    if comment.audience == Circle.CAMPUS:
        return True
    if comment.audience == Circle.EVERYONE:
        return list(circles) != [Circle.CAMPUS]
    return bool({comment.side, comment.audience} & set(circles))


def answer_to(comment: Comment, circles: Iterable[Circle]) -> Circle | None:
    """The circle that an answer goes to, so that those who read the comment read it too; or None."""
    if comment.audience in (Circle.EVERYONE, Circle.CAMPUS):
        return Circle(comment.audience) if list(circles) else None
    both = {Circle(comment.side), Circle(comment.audience)}
    for side in circles:
        other = next(iter(both - {side}), side)
        if side in both and other in MAY_WRITE_TO[side]:
            return other
    return None

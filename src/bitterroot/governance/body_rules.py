"""Who may do what in a body: seats, meetings, reviews, motions and votes."""

from collections.abc import Iterable

from bitterroot.governance.enums import (
    KEEPERS,
    TIED,
    BallotState,
    CaseState,
    ConflictKind,
    ConflictState,
    MeetingState,
    RunState,
    SeatOffice,
)
from bitterroot.governance.models import Ballot, Conflict, Meeting, Seat, StepRun
from bitterroot.governance.queries.bodies import (
    Sitting,
    bodies_of,
    officers,
    rule_of,
    sitting,
    sitting_of,
    title_of,
)
from bitterroot.governance.rules import authors_of, may_act_on, writing_now
from bitterroot.people.actor import Actor
from bitterroot.people.enums import Role
from bitterroot.people.errors import Answer
from bitterroot.people.models import Person
from bitterroot.people.queries import roles_of
from bitterroot.people.rules import as_role, may_manage_people

UNTOLD = (RunState.SKIPPED, RunState.WAITING)
READERS = frozenset({Role.PROGRAM_OFFICER, Role.PROVOST, Role.AUDITOR})  # of every packet
OVERSEERS = READERS | {Role.SYSTEM_ADMIN}  # of seats, meetings and agendas


def may_seat(by: Actor, body: str) -> Answer:
    """Chair and secretary of the body; system administrators and set-up, who name persons."""
    keeps = may_keep(by, body)
    return keeps if keeps else may_manage_people(by) or keeps


def may_keep(by: Actor, body: str) -> Answer:
    """Chair and secretary keep a body's meetings, agenda, ballots and minutes."""
    seat = sitting_of(by.person, body)
    if seat and seat.office in KEEPERS:
        return Answer(True, capacity=seat.capacity)
    return Answer(False, f"This is for the chair or the secretary of {title_of(body)}.")


def may_preside(by: Actor, body: str) -> Answer:
    """The chair; where there is none, the secretary."""
    seat = sitting_of(by.person, body)
    wanted = SeatOffice.CHAIR if officers(body, SeatOffice.CHAIR) else SeatOffice.SECRETARY
    if seat and seat.office == wanted:
        return Answer(True, capacity=seat.capacity)
    return Answer(False, f"This is for the {wanted.label.lower()} of {title_of(body)}.")


def decides_ties(run: StepRun) -> bool:
    """Whether who presides may decide a tie on this matter: no author, nobody who is recused, nor
    who sits for one. Where none of them may, a tie fails; where nobody presides now, it waits for who will."""
    seats = sitting(run.body)
    chairs = [s for s in seats if s.office == SeatOffice.CHAIR]
    presiding = chairs or [s for s in seats if s.office == SeatOffice.SECRETARY]
    fit = (not why_out(s.person, run) and not why_out(s.seat.person, run) for s in presiding)
    return not presiding or any(fit)


def may_settle(by: Actor, run: StepRun, *, presiding: bool = False) -> Answer:
    """Chair or secretary, who say which members take part in a matter; no author, nor for one.

    `presiding`: the chair alone; the secretary where no chair may.
    """
    authors = authors_of(run.case)
    keep = [s for s in sitting(run.body) if s.office in KEEPERS]
    fit = [s for s in keep if not {s.person.pk, s.seat.person_id} & authors]
    if presiding:
        fit = [s for s in fit if s.office == SeatOffice.CHAIR] or fit
    for seat in fit:
        if seat.person == by.person:
            return Answer(True, capacity=seat.capacity)
    if any(s.person == by.person and {s.person.pk, s.seat.person_id} & authors for s in keep):
        return Answer(False, "Nobody decides who votes on their own proposal.")
    who = "chair" if presiding else "chair or the secretary"
    return Answer(False, f"This is for the {who} of {title_of(run.body)}.")


def clearing(conflict: Conflict) -> list[Sitting]:
    """Who says that a flagged member may take part: the chair, else the secretary. Where both are the
    member, or have a tie of their own that nobody cleared, it is for the program office: two who are
    tied would clear each other."""
    run = conflict.run
    tied = run.conflicts.filter(state__in=TIED).values_list("person", flat=True)
    apart = {*authors_of(run.case), conflict.person_id, *tied}
    keep = [s for s in sitting(run.body) if s.office in KEEPERS]
    fit = [s for s in keep if not {s.person.pk, s.seat.person_id} & apart]
    return [s for s in fit if s.office == SeatOffice.CHAIR] or fit


def who_clears(conflict: Conflict) -> str:
    """The same in words: "the chair"."""
    found = clearing(conflict)
    return f"the {found[0].seat.get_office_display().lower()}" if found else "the program office"


def may_clear(by: Actor, conflict: Conflict) -> Answer:
    """Chair, secretary or program office, as `clearing` says. Nobody for oneself."""
    run = conflict.run
    keeps = may_settle(by, run)
    if not keeps and may_keep(by, run.body):
        return keeps  # an author, or who sits for one
    if by.person is not None and by.person.pk == conflict.person_id:
        return Answer(False, "Nobody clears a conflict of their own.")
    found, authors = clearing(conflict), authors_of(run.case)
    for seat in found:
        if seat.person == by.person:
            return Answer(True, capacity=seat.capacity)
    if found:
        return Answer(False, f"This is for {who_clears(conflict)} of {title_of(run.body)}.")
    if by.person is not None and by.person.pk in authors:
        return Answer(False, "Nobody decides who votes on their own proposal.")
    return as_role(by, Role.PROGRAM_OFFICER, not_for={*authors, conflict.person_id})


def may_sit(by: Actor, body: str) -> Answer:
    """Everyone with a seat in the body, whether it votes or not."""
    seat = sitting_of(by.person, body)
    if seat:
        return Answer(True, capacity=seat.capacity)
    return Answer(False, f"This is for members of {title_of(body)}.")


def may_delegate(by: Actor, seat: Seat) -> Answer:
    """The holder of the seat; else those who may name its holder."""
    if by.person is not None and by.person == seat.person:
        return Answer(True, capacity=Sitting(seat, seat.person).capacity)
    return may_seat(by, seat.body)


def may_take_part(by: Actor, run: StepRun) -> Answer:
    """A voting member who neither wrote the proposal nor is recused: may move, second, review."""
    seat = sitting_of(by.person, run.body)
    if seat is None:
        return Answer(False, f"This is for members of {title_of(run.body)}.")
    if not seat.seat.voting:
        return Answer(False, "This seat has no vote.")
    if why := why_out(seat.person, run):
        return Answer(False, why)
    if seat.person != seat.seat.person and (why := why_out(seat.seat.person, run)):
        wrote = seat.seat.person_id in authors_of(run.case)
        why = "wrote the proposal" if wrote else "is recused from this matter"
        return Answer(False, f"You sit for {seat.seat.person}, who {why}.")
    return Answer(True, capacity=seat.capacity)


def may_vote_on(by: Actor, run: StepRun) -> Answer:
    """As `may_take_part`, with no flagged conflict open, and a vote by the body's rule."""
    answer = may_take_part(by, run)
    if not answer:
        return answer
    seat = sitting_of(by.person, run.body)
    if seat and seat.office == SeatOffice.CHAIR and not rule_of(run).chair_votes:
        return Answer(False, "By the body's rule the chair does not vote.")
    return answer


def may_cast(by: Actor, ballot: Ballot) -> Answer:
    """Whoever was counted in when the ballot opened and is not recused since."""
    if ballot.state != BallotState.OPEN:
        return Answer(False, f"This ballot is {ballot.get_state_display().lower()}.")
    key = str(by.person.pk) if by.person else ""
    if key not in {each["person"] for each in ballot.eligible}:
        return Answer(False, "You are not among those who may vote on this ballot.")
    if ballot.present and key not in ballot.present:
        return Answer(False, "You were not in the room when the ballot opened.")
    seat = sitting_of(by.person, ballot.motion.run.body)
    return Answer(True, capacity=seat.capacity if seat else "member")


def may_withdraw_recusal(by: Actor, conflict: Conflict) -> Answer:
    """Whoever stepped aside, for themselves; else chair and secretary. Nobody for an author."""
    if conflict.kind == ConflictKind.AUTHOR or conflict.person_id in authors_of(conflict.run.case):
        return Answer(False, "Nobody decides on their own proposal.")
    if by.person is None or by.person.pk != conflict.person_id:
        return may_settle(by, conflict.run)
    if conflict.recused_by_id != by.person.pk:
        return Answer(False, "Someone else recused you; ask the chair or the secretary.")
    return may_sit(by, conflict.run.body)


def may_object(by: Actor, run: StepRun) -> Answer:
    """A voting member of the body that was asked (or the office), while the period runs."""
    if run.state != RunState.OPEN:
        return Answer(False, "The period is over.")
    return may_take_part(by, run) if run.body else may_act_on(by, run)


def may_see_papers(person: Person | None, run: StepRun) -> bool:
    """Members of the body read its packets; so do authors, program office, provost and auditors."""
    if person is None:
        return False
    asked = run.state not in UNTOLD  # a body that was passed over was told nothing
    if (asked and sitting_of(person, run.body)) or person.pk in writing_now(run.case):
        return True
    return bool(roles_of(person) & READERS)


def reads_as_member(person: Person, run: StepRun) -> bool:
    """Who reads what members say among themselves: not of their own work, also not for an author."""
    seat = sitting_of(person, run.body)
    return seat is not None and not {person.pk, seat.seat.person_id} & authors_of(run.case)


def may_see_ties(person: Person, run: StepRun) -> bool:
    """Who reads what ties a member to a matter: other members and who oversees bodies, no author."""
    if reads_as_member(person, run):
        return True
    return bool(roles_of(person) & READERS) and person.pk not in authors_of(run.case)


def may_see_body(person: Person | None, body: str) -> bool:
    """Members and those who oversee bodies see their pages; the public does not."""
    return person is not None and (oversees(person) or body in bodies_of(person))


def oversees(person: Person) -> bool:
    """The program office, the provost, auditors and system administrators see every body's pages."""
    return bool(roles_of(person) & OVERSEERS)


def may_see_result(person: Person | None, ballot: Ballot) -> bool:
    """The tally of a closed ballot: at once, or once it is released where the body holds it back."""
    if ballot.state != BallotState.CLOSED:
        return False
    if ballot.released_at is not None:
        return True
    return person is not None and bool(may_keep(Actor(person), ballot.motion.run.body))


def why_out(person: Person, run: StepRun) -> str:
    """Why `person` takes no part in this matter; empty if they do."""
    if person.pk in authors_of(run.case):
        return "Nobody votes on their own proposal."
    found = Conflict.objects.filter(run=run, person=person, state=ConflictState.RECUSED)
    return "You are recused from this matter." if found.exists() else ""


def why_recusal_stands(conflict: Conflict, ballots: Iterable[Ballot]) -> str:
    """Why, for the ballots of the matter, a recusal cannot be withdrawn any more; empty if it can."""
    since = conflict.recused_at or conflict.noted_at
    for ballot in ballots:
        if ballot.state == BallotState.OPEN:
            return "A ballot is open, and who may vote in it is settled."
        if ballot.state == BallotState.CLOSED and (ballot.closed_at or ballot.opens_at) >= since:
            return "The body has voted without this member since; the recusal stands."
    return ""


def why_not_before(run: StepRun) -> str:
    """Why the body cannot act on the run now; empty if it can."""
    if run.state == RunState.WAITING:
        return run.note
    if run.state != RunState.OPEN:
        return f"This is not before {title_of(run.body)} any more."
    if run.case.state == CaseState.ON_HOLD:
        return "It is on hold; the program office takes it up again."
    return ""


def why_not_in_session(meeting: Meeting) -> str:
    """Why nothing can be decided in the room now; empty if it can."""
    if meeting.state == MeetingState.IN_SESSION:
        return ""
    return f"The meeting is not in session ({meeting.get_state_display().lower()})."

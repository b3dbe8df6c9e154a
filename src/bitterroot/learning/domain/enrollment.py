"""The roster of an offering: who is enrolled. Where there is one, a list is checked against it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from bitterroot.learning import rules
from bitterroot.learning.checks.people import PersonRow, people_of
from bitterroot.learning.checks.values import read_email, read_id
from bitterroot.learning.domain.checking import rules_in_force
from bitterroot.learning.enums import EnrollmentState
from bitterroot.learning.interfaces.lists import read_list
from bitterroot.learning.models import Enrollment, Offering
from bitterroot.people.actor import Actor
from bitterroot.people.enums import Role
from bitterroot.people.errors import NotPossible
from bitterroot.people.queries import holds
from bitterroot.programs.enums import NO_MORE_LEARNERS
from bitterroot.programs.models import Program
from bitterroot.record import clock, in_words
from bitterroot.record.domain.events import record_event

_KEPT = ["student_id", "email", "family_name", "given_name", "consent", "state"]


def upload_roster(*, by: Actor, offering: Offering, data: bytes, filename: str) -> int:
    """Enroll everyone of a file that holds a roster; how many. The file itself is not kept.

    Who is on the roster already is brought up to date; nobody is taken off. Raises ListUnreadable.
    """
    _may_track(by, offering)
    in_force = rules_in_force()
    people = people_of(read_list(data, filename, rules=in_force), in_force)
    return enroll(by=by, offering=offering, people=people)


def enroll_one(
    *,
    by: Actor,
    offering: Offering,
    given_name: str,
    family_name: str,
    student_id: str = "",
    email: str = "",
    consent: bool = False,
) -> int:
    """Enroll one learner, typed in; one of student id and address is needed."""
    known = read_id(student_id)
    if known and not rules_in_force().policy.institution.student_id.fits(known):
        raise NotPossible("This is no student ID.", [("student_id", "Correct it.")])
    address = read_email(email) if email.strip() else ""
    if address is None:
        raise NotPossible("This is no e-mail address.", [("email", "Correct it.")])
    person = PersonRow(0, known, address, family_name.strip(), given_name.strip(), consent)
    if not person.identity:
        raise NotPossible(
            "Give a student ID or an e-mail address.", [("student_id", "Give it, or the address.")]
        )
    return enroll(by=by, offering=offering, people=[person])


@transaction.atomic
def enroll(*, by: Actor, offering: Offering, people: Sequence[PersonRow]) -> int:
    """Put people on the roster, or on it again. Event: learners enrolled, with their number only.

    A program that takes no new learners (teach-out, lapsed pilot) gets none by its roster: whoever
    enrolled before and is missing there, the program office adds (domain.md 2.3, 6). Raises
    NotPossible, and enrolls nobody, where others would.
    """
    capacity = _may_track(by, offering)
    Offering.objects.select_for_update().get(pk=offering.pk)
    have = {each.identity: each for each in offering.enrollments.all()}
    new_ones = sum(each.identity not in have for each in people)
    if new_ones and (why := why_no_more(offering)) and not may_add_late(by):
        raise NotPossible(why)
    new: list[Enrollment] = []
    changed: list[Enrollment] = []
    for person in people:
        row = have.get(person.identity) or Enrollment(
            offering=offering, identity=person.identity, added_by=by.person, added_at=clock.now()
        )
        (changed if row.pk else new).append(row)
        row.student_id, row.email = person.student_id, person.email
        row.family_name, row.given_name = person.family_name, person.given_name
        row.consent, row.state = person.consent or row.consent, EnrollmentState.ENROLLED
    Enrollment.objects.bulk_create(new, batch_size=500)
    Enrollment.objects.bulk_update(changed, _KEPT, batch_size=500)
    _record(by, offering, "learners enrolled", capacity, learners=len(people), new=len(new))
    return len(people)


@transaction.atomic
def withdraw(*, by: Actor, enrollment: Enrollment) -> Enrollment:
    """Take a learner off the roster; the row is kept. Event: learner withdrawn."""
    capacity = _may_track(by, enrollment.offering)
    row = Enrollment.objects.select_for_update().get(pk=enrollment.pk)
    if row.state == EnrollmentState.WITHDRAWN:
        raise NotPossible("This learner is withdrawn already.")
    row.state = EnrollmentState.WITHDRAWN
    row.save(update_fields=["state"])
    _record(by, enrollment.offering, "learner withdrawn", capacity, enrollment=row.pk)
    return row


def why_no_more(offering: Offering) -> str:
    """Why the offering takes no new learners, and who adds one that is missing; mostly empty."""
    program = Program.objects.get(pk=offering.program_id)
    if program.state not in NO_MORE_LEARNERS:
        return ""
    ended, state = program.enrolls_until, program.get_state_display().lower()
    last = f" since {in_words.day(ended)}" if ended else ""
    takes = f"has taken no new learners{last}" if last else "takes no new learners"
    return (
        f"“{program.title}” {takes} ({state}). If someone enrolled before and"
        " is not on the roster, ask the program office to add them."
    )


def may_add_late(by: Actor) -> bool:
    """Whether they may say of a learner that they enrolled while the program still took some."""
    return by.person is not None and holds(by.person, Role.PROGRAM_OFFICER)


def _may_track(by: Actor, offering: Offering) -> str:
    if by.person is None:
        raise NotPossible("A roster is a person's word: the system cannot give it.")
    return rules.may_track(by.person, offering).require().capacity


def _record(by: Actor, offering: Offering, verb: str, capacity: str, **data: object) -> None:
    about = f"offering:{offering.pk}"
    record_event(
        by=by, stream=about, verb=verb, about=about, capacity=capacity, data=data, tell=False
    )

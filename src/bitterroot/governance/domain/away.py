"""Going away, with one's seats: the deputy sits in bodies only where their rule lets them.

What is asked of someone who is away stays asked of them, and their deputy may answer. Where the
deputy wrote it, the next higher is asked instead: when the absence begins, or the turn comes.
"""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q

from bitterroot.governance import policies
from bitterroot.governance.capacities import next_higher
from bitterroot.governance.domain import signature as signatures
from bitterroot.governance.enums import CaseState, SignatureState
from bitterroot.governance.models import Seat, SeatCover, SignatureRequest
from bitterroot.governance.queries.bodies import title_of
from bitterroot.people.actor import Actor
from bitterroot.people.domain.absence import announce_absence
from bitterroot.people.models import Absence, Person
from bitterroot.people.queries.absences import running


@dataclass(frozen=True, slots=True)
class SeatSaid:
    """One seat of someone who goes away, and why the deputy does not sit in it (empty: they do)."""

    seat: Seat
    why_not: str = ""


@transaction.atomic
def go_away(
    *,
    by: Actor,
    person: Person,
    deputy: Person,
    starts_on: date,
    ends_on: date,
    note: str = "",
    reason: str = "",
) -> Absence:
    """As `announce_absence`, and the deputy sits in those seats of `person` that may be covered."""
    row = announce_absence(
        by=by,
        person=person,
        deputy=deputy,
        starts_on=starts_on,
        ends_on=ends_on,
        note=note,
        reason=reason,
    )
    SeatCover.objects.bulk_create(
        SeatCover(seat=said.seat, absence=row)
        for said in seats_of_absent(person, deputy, starts_on, ends_on)
        if not said.why_not
    )
    return row


def seats_of_absent(
    person: Person, deputy: Person | None, starts_on: date, ends_on: date
) -> list[SeatSaid]:
    """The seats that `person` has in those days, and which of them `deputy` would sit in."""
    known = policies.current().bodies
    during = Seat.objects.filter(starts_on__lte=ends_on).exclude(ends_on__lt=starts_on)
    theirs = acts_in(deputy, starts_on, ends_on) if deputy else set()
    said = []
    for seat in during.filter(person=person).order_by("body"):
        why = ""
        if seat.body not in known or not known[seat.body].deputies:
            why = f"By its rule nobody sits for a member of {title_of(seat.body)}."
        elif seat.body in theirs:
            why = f"They sit in {title_of(seat.body)} already."
        said.append(SeatSaid(seat, why))
    return said


def acts_in(person: Person, starts_on: date, ends_on: date) -> set[str]:
    """Bodies in which `person` has a seat on one of those days: their own, lent, or covered.

    Nobody acts in two seats of one body: they would be counted twice for its quorum.
    """
    mine = Q(person=person) | Q(delegate=person, delegate_until__gte=starts_on)
    seats = Seat.objects.filter(mine, starts_on__lte=ends_on).exclude(ends_on__lt=starts_on)
    then = Q(absence__starts_on__lte=ends_on, absence__ends_on__gte=starts_on)
    covers = SeatCover.objects.filter(then, absence__deputy=person, absence__ended_at=None)
    return {*seats.values_list("body", flat=True), *covers.values_list("seat__body", flat=True)}


def pass_up_due() -> int:
    """Ask the next higher where who is asked is away and their deputy wrote it; how many."""
    rows = SignatureRequest.objects.filter(
        state__in=signatures.OPEN, case__state=CaseState.OPEN, person__in=running().values("person")
    )
    return sum(_pass_up(row) for row in rows.select_related("case")[:200])


def _pass_up(row: SignatureRequest) -> int:
    with transaction.atomic():
        row = signatures.locked(row)
        if row.state not in (SignatureState.REQUESTED, SignatureState.VIEWED):
            return 0
        found = next_higher(row)
        if found is None:
            return 0
        signatures.hand_up(row, found)
        return 1

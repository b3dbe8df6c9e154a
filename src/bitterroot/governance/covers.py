"""Who acts in a seat on a day: its holder, whom it is lent to, or the deputy of one who is away."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, UUIDField

from bitterroot.governance.models import Seat, SeatCover
from bitterroot.people.models import Person
from bitterroot.people.queries.absences import deputies_of, running


def taken_by(person: Person, day: date) -> Q:
    """Seats that are `person`'s own, lent to them, or covered by them; not always theirs to act in."""
    covered = SeatCover.objects.filter(absence__in=running(day).filter(deputy=person))
    return (
        Q(person=person)
        | Q(delegate=person, delegate_until__gte=day)
        | Q(pk__in=covered.values("seat"))
    )


def with_covers(seats: QuerySet[Seat], day: date) -> QuerySet[Seat]:
    """The same seats; each says in `absence_key` for which absence it is covered then, if any."""
    found = SeatCover.objects.filter(seat=OuterRef("pk"), absence__in=running(day))
    key = Subquery(found.values("absence")[:1], output_field=UUIDField())
    return seats.annotate(absence_key=key)


def acting(seats: Iterable[Seat], day: date) -> list[tuple[Seat, Person]]:
    """Each of the seats (read with `with_covers`) and who acts in it. A deputy says for whom."""
    rows = list(seats)
    deputies = deputies_of(_cover(seat, day) for seat in rows)
    return [(seat, deputies.get(_cover(seat, day)) or _lent(seat, day)) for seat in rows]


def _cover(seat: Seat, day: date) -> Any:
    return None if _is_lent(seat, day) else seat.absence_key  # type: ignore[attr-defined]


def _is_lent(seat: Seat, day: date) -> bool:
    return seat.delegate_id is not None and (seat.delegate_until or day) >= day


def _lent(seat: Seat, day: date) -> Person:
    return seat.delegate if seat.delegate and _is_lent(seat, day) else seat.person

"""Who sits in a body on a day, who acts for whom, and what a body's rule says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from bitterroot.governance import policies
from bitterroot.governance.counting import BodyRule
from bitterroot.governance.covers import acting, taken_by, with_covers
from bitterroot.governance.enums import SeatOffice
from bitterroot.governance.models import Seat, StepRun
from bitterroot.people.models import Person
from bitterroot.policy.models.bodies import Body
from bitterroot.record import clock


@dataclass(frozen=True, slots=True)
class Sitting:
    """A seat and the person who acts in it on a day: its holder, a delegate, or a deputy."""

    seat: Seat
    person: Person

    @property
    def office(self) -> str:
        return self.seat.office

    @property
    def capacity(self) -> str:
        """In whose name this person acts: "Chair, Faculty Senate"."""
        title = title_of(self.seat.body)
        said = f"{self.seat.get_office_display()}, {title}"
        if self.person == self.seat.person:
            return said
        deputy = self.person.pk != self.seat.delegate_id
        return f"{said}, {'as deputy of' if deputy else 'for'} {self.seat.person}"


def body_of(run: StepRun) -> Body:
    """The body before which the run lies, by the policy of its case."""
    return policies.of(run.case).bodies[run.body]


def title_of(body: str) -> str:
    """A body's name in the policy in force; its key where that knows it no more."""
    found = policies.current().bodies.get(body)
    return found.title if found else body


def rule_of(run: StepRun) -> BodyRule:
    """How this matter is counted: the body's rule, with what the step lays down instead."""
    body = body_of(run)
    step = policies.of(run.case).processes[run.case.process].step(run.path)
    return BodyRule(
        quorum=getattr(step, "quorum", None) or body.quorum,  # type: ignore[arg-type]
        passes=getattr(step, "passes", None) or body.passes,
        tie=body.tie,
        chair_votes=body.chair_votes,
        abstentions_count=body.abstentions_count,
    )


def sits_on(body: str, day: date) -> bool:
    """Whether the body may meet on such a day: in its months, in session, when offices work."""
    policy = policies.current()
    return policy.calendar.sits_on(policy.bodies[body].sits, day)


def in_force(on: date | None = None) -> QuerySet[Seat]:
    """Seats whose term runs on a day (default: today)."""
    day = on or clock.today()
    return Seat.objects.filter(starts_on__lte=day).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=day)
    )


def sitting(body: str, on: date | None = None) -> list[Sitting]:
    """Everyone who acts in a seat of the body on that day: chair, secretary, members by name."""
    day = on or clock.today()
    found = in_force(day).filter(body=body).select_related("person", "delegate", "unit")
    seated = [Sitting(seat, person) for seat, person in acting(with_covers(found, day), day)]
    ranks = [SeatOffice.CHAIR, SeatOffice.SECRETARY, SeatOffice.MEMBER]
    return sorted(seated, key=lambda s: (ranks.index(s.seat.office), s.person.display_name))  # type: ignore[arg-type]


def sitting_of(person: Person | None, body: str, on: date | None = None) -> Sitting | None:
    """The seat in which `person` acts in the body on that day, or None."""
    if person is None:
        return None
    return next((s for s in seats_of(person, on) if s.seat.body == body), None)


def seats_of(person: Person, on: date | None = None) -> list[Sitting]:
    """Every seat in which `person` acts on that day, in any body."""
    day = on or clock.today()
    found = in_force(day).filter(taken_by(person, day))
    found = with_covers(found.select_related("person", "delegate", "unit"), day)
    return [Sitting(seat, person) for seat, who in acting(found, day) if who == person]


def bodies_of(person: Person) -> frozenset[str]:
    """Keys of the bodies in which `person` acts today, or has lent their seat. One query."""
    today = clock.today()
    mine = in_force(today).filter(taken_by(person, today))
    return frozenset(mine.values_list("body", flat=True))


def officers(body: str, office: SeatOffice, on: date | None = None) -> list[Person]:
    """Who acts as chair or secretary of the body."""
    return [s.person for s in sitting(body, on) if s.office == office]


def voters(run: StepRun, among: Iterable[Sitting] | None = None) -> list[Sitting]:
    """The voting members before anyone is recused; without a chair whom the rule gives no vote."""
    rule = rule_of(run)
    return [
        s
        for s in (sitting(run.body) if among is None else among)
        if s.seat.voting and (rule.chair_votes or s.office != SeatOffice.CHAIR)
    ]

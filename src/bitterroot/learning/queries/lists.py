"""Offerings and lists as a person may see them, and how a list stands."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from bitterroot.learning import rules
from bitterroot.learning.enums import LineState
from bitterroot.learning.models import IssuanceRequest, ListLine, Offering, TrackingList
from bitterroot.people.enums import Role
from bitterroot.people.models import Person
from bitterroot.people.queries import holds
from bitterroot.programs.enums import GATE_OPEN
from bitterroot.programs.models import Program
from bitterroot.programs.queries import led_by


@dataclass(frozen=True, slots=True)
class ListCounts:
    """How the rows of a list stand."""

    rows: int
    ok: int
    warnings: int
    acknowledged: int
    errors: int
    opted_out: int
    credit: int
    noncredit: int

    @property
    def ready(self) -> bool:
        """Whether the list could be submitted now."""
        return bool(self.rows) and not self.errors and not self.warnings


def offerings_of(person: Person) -> QuerySet[Offering]:
    """Offerings whose lists the person may send, latest first."""
    offerings = Offering.objects.select_related("program", "program_version")
    if not holds(person, Role.PROGRAM_OFFICER):
        taught = Offering.instructors.through.objects.filter(person=person).values("offering_id")
        of_own = Offering.objects.filter(program__in=led_by(person)).values("pk")
        offerings = offerings.filter(pk__in=of_own.union(taught))
    return offerings.order_by("-starts_on", "program__title")


def offerable_programs(person: Person) -> QuerySet[Program]:
    """Approved programs of which the person may plan an offering, by title."""
    programs = Program.objects.filter(state__in=GATE_OPEN)
    if not holds(person, Role.PROGRAM_OFFICER):
        programs = programs.filter(Q(lead=person) | Q(co_leads=person)).distinct()
    return programs.order_by("title")


def visible_offering(person: Person, pk: UUID | str) -> Offering | None:
    """The offering, if the person may track it."""
    offering = Offering.objects.select_related("program", "program_version").filter(pk=pk).first()
    return offering if offering and rules.may_track(person, offering) else None


def lists_of(person: Person) -> QuerySet[TrackingList]:
    """Lists of the offerings that the person may track, latest first, with their counts."""
    return with_counts(
        TrackingList.objects.filter(offering__in=offerings_of(person).order_by().values("pk"))
        .select_related("offering__program", "uploaded_by")
        .order_by("-uploaded_at")
    )


def with_counts(lists: QuerySet[TrackingList]) -> QuerySet[TrackingList]:
    """Each list with `row_count`, `error_count` and `warning_count`, in the same query."""
    return lists.annotate(
        row_count=Count("lines"),
        error_count=Count("lines", filter=Q(lines__state=LineState.ERROR)),
        warning_count=Count("lines", filter=Q(lines__state=LineState.WARNING)),
    )


def visible_list(person: Person, pk: UUID | str) -> TrackingList | None:
    """The list, if the person may see it."""
    found = (
        TrackingList.objects.select_related(
            "offering__program", "offering__program_version", "uploaded_by", "file"
        )
        .filter(pk=pk)
        .first()
    )
    return found if found and rules.may_see(person, found) else None


def own_requests(person: Person) -> QuerySet[IssuanceRequest]:
    """Requests that the person made, latest first."""
    return (
        IssuanceRequest.objects.filter(requested_by=person)
        .select_related("offering__program", "tracking_list")
        .order_by("-submitted_at")
    )


def counts_of(lines: QuerySet[ListLine]) -> ListCounts:
    """Counts of these lines, in one query."""

    def states(*wanted: LineState) -> Count:
        return Count("pk", filter=Q(state__in=wanted))

    found = lines.aggregate(
        rows=Count("pk"),
        ok=states(LineState.OK, LineState.CHECKED, LineState.ISSUED),
        warnings=states(LineState.WARNING),
        acknowledged=states(LineState.ACKNOWLEDGED, LineState.NO_BADGE),
        errors=states(LineState.ERROR),
        opted_out=Count("pk", filter=Q(opted_out=True)),
        credit=Count("pk", filter=Q(kind="credit")),
        noncredit=Count("pk", filter=Q(kind="noncredit")),
    )
    return ListCounts(**found)


def lines_in(lines: QuerySet[ListLine], show: Collection[str]) -> QuerySet[ListLine]:
    """Lines in the given states, in order; all where none is given."""
    chosen = lines.filter(state__in=show) if show else lines
    return chosen.select_related("request", "acknowledged_by").order_by("number")


def usual_instructors(program: Program) -> set[UUID]:
    """Keys of who may be meant: its lead and co-leads, and who has taught it. Two queries."""
    taught = Offering.instructors.through.objects.filter(offering__program=program)
    co_leads = program.co_leads.values_list("pk", flat=True)
    return {program.lead_id, *co_leads, *taught.values_list("person_id", flat=True)[:50]}

"""The catalog, and why something is not in it."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from bitterroot.governance.enums import OPENS_GATE, Outcome, SignatureState
from bitterroot.governance.models import Condition
from bitterroot.people.models import Person
from bitterroot.programs.enums import GATE_OPEN, REMEMBERED, ProgramState, TemplateState
from bitterroot.programs.models import BadgeTemplate, Program, ProgramVersion
from bitterroot.record import clock
from bitterroot.search.find import find


def gate_open() -> QuerySet[Program]:
    """Programs that the public may know of: by their state and by the decision that allows it.

    A decision counts when it approves, or was made before Bitterroot, and no condition is open.
    """
    evidence = ProgramVersion.objects.filter(
        program=OuterRef("pk"),
        decision__outcome__in=[*OPENS_GATE, Outcome.EARLIER],
    ).exclude(
        Exists(Condition.objects.filter(decision=OuterRef("decision"), closed_at__isnull=True))
    )
    return Program.objects.filter(Exists(evidence), state__in=GATE_OPEN)


def with_page() -> QuerySet[Program]:
    """Programs whose page the public may read: the gate is open, or it was and badges point there."""
    return Program.objects.filter(
        Q(pk__in=gate_open().values("pk")) | Q(state__in=REMEMBERED, versions__isnull=False)
    ).distinct()


def catalog(filters: Mapping[str, str] | None = None) -> QuerySet[Program]:
    """Programs whose gate is open and that want to be listed, with what a card shows."""
    f = filters or {}
    found = gate_open().filter(listed=True).select_related("owner_unit", "lead")
    if text := f.get("q", "").strip():
        found = found.filter(pk__in=find("program", text))
    if kind := f.get("kind"):
        found = found.filter(kind=kind)
    if unit := f.get("unit"):
        found = found.filter(owner_unit=unit)
    return _with_versions(found.distinct().order_by("title"))


def _with_versions(programs: QuerySet[Program]) -> QuerySet[Program]:
    versions = ProgramVersion.objects.order_by("-n").select_related("decision")
    return programs.prefetch_related(
        Prefetch("versions", versions), "versions__templates", "partner_units"
    )


def by_slug(slug: str) -> Program | None:
    """The public program at this address; None before the gate. One that closed has its page."""
    return _with_versions(
        with_page().filter(slug=slug).select_related("owner_unit", "lead")
    ).first()


#: What the public reads of a program that is not a pilot.
LABELS = {
    ProgramState.ESTABLISHED: "Established",
    ProgramState.INTENT_REMOVE: "Ending",
    ProgramState.PILOT_LAPSED: "Ending",
    ProgramState.TEACH_OUT: "Ending",
    ProgramState.SUSPENDED: "Suspended",
    ProgramState.CLOSED: "Closed",
    ProgramState.ARCHIVED: "Closed",
}


def label(program: Program) -> str:
    """What the public reads: Pilot, Established, or that it takes nobody any more."""
    return LABELS.get(ProgramState(program.state), "Pilot")


def template_for(program: Program) -> BadgeTemplate | None:
    """The badge template that is awarded now."""
    return (
        BadgeTemplate.objects.filter(
            program_version__program=program,
            state__in=[TemplateState.APPROVED, TemplateState.ACTIVE],
        )
        .select_related("program_version__decision", "image_png", "image_svg")
        .order_by("-program_version__n", "-n")
        .first()
    )


def is_own(program: Program, person: Person | None) -> bool:
    """Whether `person` leads or co-leads the program."""
    return person is not None and (
        program.lead_id == person.pk or program.co_leads.filter(pk=person.pk).exists()
    )


def programs_of(person: Person) -> QuerySet[Program]:
    """Programs that `person` leads or co-leads, newest first."""
    return (
        Program.objects.filter(Q(lead=person) | Q(co_leads=person))
        .distinct()
        .select_related("owner_unit")
        .order_by("-created_at")
    )


def _written(moment: datetime) -> str:
    day = clock.day_of(moment)
    return f"{day.day} {day:%b %Y}"


def why_not_listed(program: Program) -> list[str]:
    """What is still missing before the public sees it, in plain sentences; empty when listed."""
    if program.state in GATE_OPEN:
        return [] if program.listed else ["Its lead chose not to list it."]
    if program.state in REMEMBERED:
        return [f"It takes no new learners: {program.get_state_display().lower()}."]
    if program.state == ProgramState.DECLINED:
        return ["The proposal was declined or withdrawn."]
    proposal = program.proposals.select_related("case").order_by("created_at").last()
    if proposal is None:
        return ["There is no proposal on record."]
    waiting = proposal.case.signatures.filter(
        state__in=[SignatureState.REQUESTED, SignatureState.VIEWED]
    )
    found = [
        f"Waits for the signature of {s.person.display_name if s.person else s.partner_name}"
        f" ({s.capacity_title})"
        + (f" since {_written(s.requested_at)}." if s.requested_at else ".")
        for s in waiting.select_related("person")
    ]
    decision = proposal.case.decisions.order_by("-recorded_at").first()
    if decision is not None:
        found += [
            f"Open condition: {c.text}" for c in decision.conditions.filter(closed_at__isnull=True)
        ]
    return found or [f"The proposal is not decided yet ({proposal.get_state_display().lower()})."]

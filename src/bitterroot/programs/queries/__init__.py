"""The catalog, and why something is not in it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import (
    Exists,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
)

from bitterroot.governance import policies
from bitterroot.governance.enums import OPENS_GATE, Outcome, SignatureState
from bitterroot.governance.models import Condition, Decision, SignatureRequest
from bitterroot.people.models import Person
from bitterroot.programs.enums import GATE_OPEN, REMEMBERED, ProgramState, TemplateState
from bitterroot.programs.models import BadgeTemplate, Program, ProgramVersion
from bitterroot.programs.queries.versions import holds_on
from bitterroot.record import clock, in_words
from bitterroot.search.find import find


def gate_open() -> QuerySet[Program]:
    """Programs that the public may know of: by their state and by the decision that allows it.

    A decision counts when it approves, or was made before Bitterroot, and no condition is open.
    """
    return Program.objects.filter(_gate_is_open())


def _gate_is_open() -> Q:
    evidence = ProgramVersion.objects.filter(
        program=OuterRef("pk"),
        decision__outcome__in=[*OPENS_GATE, Outcome.EARLIER],
    ).exclude(
        Exists(Condition.objects.filter(decision=OuterRef("decision"), closed_at__isnull=True))
    )
    return Q(Exists(evidence), state__in=GATE_OPEN)


def with_page() -> QuerySet[Program]:
    """Programs whose page the public may read: the gate is open, or it was and badges point there."""
    versions = ProgramVersion.objects.filter(program=OuterRef("pk"))
    return Program.objects.filter(_gate_is_open() | Q(Exists(versions), state__in=REMEMBERED))


def listed() -> QuerySet[Program]:
    """Programs whose gate is open and that want to be listed."""
    return gate_open().filter(listed=True)


def catalog(filters: Mapping[str, str] | None = None) -> QuerySet[Program]:
    """Programs whose gate is open and that want to be listed, with what a card shows."""
    f = filters or {}
    found = listed().select_related("owner_unit", "lead")
    if text := f.get("q", "").strip():
        found = found.filter(pk__in=find("program", text))
    if kind := f.get("kind"):
        found = found.filter(kind=kind)
    if unit := f.get("unit"):
        found = found.filter(owner_unit=unit)
    return _with_versions(found.order_by("title"))


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
            holds_on(clock.today(), of="program_version__"),
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
    found = Program.objects.filter(pk__in=led_by(person)).select_related("owner_unit")
    return found.order_by("-created_at")


def led_by(person: Person) -> QuerySet[Any, Any]:
    """Keys of the programs that `person` leads or co-leads, for use within another query.

    Two indexed reads put together; one condition with "or" would read every program.
    """
    co_led = Program.co_leads.through.objects.filter(person=person).values("program_id")
    return Program.objects.filter(lead=person).values("pk").union(co_led)


def why_not_listed(program: Program) -> list[str]:
    """What is still missing before the public sees it, in plain sentences; empty when listed."""
    return why_none_listed([program])[0][1]


def why_none_listed(programs: Sequence[Program]) -> list[tuple[Program, list[str]]]:
    """`why_not_listed` of each of these programs. At most seven queries."""
    asked = SignatureRequest.objects.filter(
        state__in=[SignatureState.REQUESTED, SignatureState.VIEWED]
    )
    open_ones = Condition.objects.filter(closed_at__isnull=True).order_by("pk")
    conditions = Prefetch("conditions", open_ones, to_attr="open_ones")
    undecided = Program.objects.filter(
        pk__in=[program.pk for program in programs if program.state not in _SAID_BY_STATE]
    ).prefetch_related(
        "proposals__case",
        Prefetch("proposals__case__signatures", asked.select_related("person"), to_attr="asked"),
        Prefetch(
            "proposals__case__decisions",
            Decision.objects.prefetch_related(conditions),
            to_attr="decided",
        ),
    )
    read = {program.pk: program for program in undecided}
    return [(program, _why_not_listed(read.get(program.pk, program))) for program in programs]


_SAID_BY_STATE = (*GATE_OPEN, *REMEMBERED, ProgramState.DECLINED)


def _why_not_listed(program: Program) -> list[str]:
    if program.state in GATE_OPEN:
        said = "Its lead chose not to list it. Ask marketing for a listing to change that."
        return [] if program.listed else [said]
    if program.state in REMEMBERED:
        return [f"It takes no new learners: {program.get_state_display().lower()}."]
    if program.state == ProgramState.DECLINED:
        return ["The proposal was declined or withdrawn."]
    proposal = max(program.proposals.all(), key=lambda each: each.created_at, default=None)
    if proposal is None:
        return ["There is no proposal on record."]
    found = [
        f"Waits for the signature of {s.person.display_name if s.person else s.partner_name}"
        f" ({s.capacity_title})"
        + (f" since {in_words.day(s.requested_at)}." if s.requested_at else ".")
        for s in proposal.case.asked  # type: ignore[attr-defined]
    ]
    decided = proposal.case.decided  # type: ignore[attr-defined]
    decision = max(decided, key=lambda each: each.recorded_at, default=None)
    if decision is not None:
        found += [f"Open condition: {c.text}" for c in decision.open_ones]
    return found or [_under_way(proposal)]


def _under_way(proposal: Any) -> str:
    """Where an undecided proposal is, for a program that nobody is asked to sign for."""
    case, state = proposal.case, proposal.get_state_display().lower()
    if proposal.state == "draft":
        return "Its proposal is still being written; it has not been sent for signatures."
    if proposal.state == "returned":
        return f"Its proposal came back on {in_words.day(case.step_since)}: mend it, and send it again."
    step = policies.of(case).processes[case.process].steps.get(case.step)
    where = f"“{step.title}”" if step else state
    since = f"has been at {where} since {in_words.day(case.step_since)}"
    if proposal.state == "on_hold":
        return f"Its proposal is on hold; it {since}."
    due = case.step_due
    verb = "was" if due and due < clock.today() else "is"
    said = f"; an answer {verb} due on {in_words.day(due)}" if due else ""
    return f"Its proposal {since}{said}."

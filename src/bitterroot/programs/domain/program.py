"""Programs: proposed, approved by a decision on record, started. Nothing else changes their state."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from bitterroot.files.domain import PNG as PNG_TYPE
from bitterroot.files.domain import SVG, read, store
from bitterroot.files.models import StoredFile
from bitterroot.governance import policies
from bitterroot.governance.enums import OPENS_GATE, Outcome
from bitterroot.governance.models import Decision
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Person, Unit
from bitterroot.policy import Policy
from bitterroot.programs.domain.achievement import compose_achievement
from bitterroot.programs.domain.likeness import keep_terms
from bitterroot.programs.domain.marketing import release_blocked
from bitterroot.programs.domain.pilot import begin_pilot
from bitterroot.programs.domain.recognition import honest, is_unassessed
from bitterroot.programs.domain.state import set_state
from bitterroot.programs.enums import TRACKS, Kind, ProgramState, TemplateState, Track
from bitterroot.programs.interfaces import badge_image
from bitterroot.programs.models import BadgeTemplate, Program, ProgramVersion
from bitterroot.programs.seals import template_seal
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event
from bitterroot.search.find import put

#: A decision that comes now comes too late.
OVER = (
    ProgramState.DECLINED,
    ProgramState.TEACH_OUT,
    ProgramState.CLOSED,
    ProgramState.ARCHIVED,
)

#: What rooms above do once a version is approved, in its transaction (`conf/wiring.py`).
version_followers: list[Callable[[Actor, ProgramVersion], None]] = []


@transaction.atomic
def propose_program(
    *, by: Actor, values: Mapping[str, Any], lead: Person, co_leads: list[Person]
) -> Program:
    """The row of a program that is being proposed. It is invisible until a decision opens the gate."""
    program = Program(
        slug=_free_slug(values["title"]),
        title=values["title"],
        kind=Kind(values["kind"]),
        track=TRACKS.get(values.get("track", ""), Track.MICRO),
        level=", ".join(values.get("levels") or []),
        owner_unit=Unit.objects.get(pk=values["owner_unit"]),
        lead=lead,
        created_at=clock.now(),
    )
    program.save(force_insert=True)
    program.partner_units.set(Unit.objects.filter(key__in=values.get("partner_units") or []))
    program.co_leads.set(co_leads)
    keep_terms(program, values)
    set_state(by, program, ProgramState.PROPOSED, "program proposed", tell=False)
    return program


@transaction.atomic
def update_proposed(
    *, by: Actor, program: Program, values: Mapping[str, Any], co_leads: list[Person]
) -> Program:
    """Follow the proposal's answers while the program is only proposed."""
    if program.state != ProgramState.PROPOSED:
        raise NotPossible("This program is decided; a change has a proposal of its own.")
    follow_answers(program, values)
    program.co_leads.set(co_leads)
    keep_terms(program, values)
    set_state(by, program, ProgramState.PROPOSED, "program changed", tell=False)
    return program


@transaction.atomic
def approve_pilot(
    *, by: Actor, program: Program, decision: Decision, values: Mapping[str, Any]
) -> BadgeTemplate:
    """Open the gate: the version and the badge template are approved, the page is public.

    The decision is the evidence: approved, or approved with every condition closed.
    """
    must_be_evidence(decision)
    template = _approve_content(by, program, decision, values)
    set_state(by, program, ProgramState.PILOT_APPROVED, "gate opened")
    release_blocked(program=program)
    return template


@transaction.atomic
def establish(
    *, by: Actor, program: Program, decision: Decision, values: Mapping[str, Any]
) -> BadgeTemplate:
    """Let a program be offered for good, after its pilot or, where the policy knows none, at once.

    The version that was decided on is approved with a badge template of its own; those of
    earlier versions stay as they were awarded. A pilot that lapsed meanwhile takes learners
    again; one that is suspended stays so, and goes on as established. The next review of its
    unit is noted (`review_on`).
    """
    must_be_evidence(decision)
    program = Program.objects.select_for_update(of=("self",)).get(pk=program.pk)
    if program.state in OVER:
        raise NotPossible(f"This program is {program.get_state_display().lower()}.")
    follow_answers(program, values)
    template = _approve_content(by, program, decision, values)
    program.review_on, program.enrolls_until = unit_review_after(decision.decided_on), None
    suspended = program.state == ProgramState.SUSPENDED
    program.state_before = ProgramState.ESTABLISHED if suspended else ""
    state = ProgramState.SUSPENDED if suspended else ProgramState.ESTABLISHED
    set_state(by, program, state, "program established", review_on=str(program.review_on))
    release_blocked(program=program)
    return template


def unit_review_after(decided_on: date) -> date:
    """The day by which an established program is reviewed with its unit: the end of an academic
    year, as many years on as the policy says."""
    end_of_year = date(decided_on.year, 6, 30)
    year = decided_on.year if decided_on <= end_of_year else decided_on.year + 1
    return end_of_year.replace(year=year + policies.current().pilot.unit_review_years)


def follow_answers(program: Program, values: Mapping[str, Any]) -> None:
    """Title, kind, level and units as the answers have them; the caller saves. The slug stays."""
    program.title, program.kind = values["title"], Kind(values["kind"])
    program.owner_unit = Unit.objects.get(pk=values["owner_unit"])
    program.level = ", ".join(values.get("levels") or [])
    program.partner_units.set(Unit.objects.filter(key__in=values.get("partner_units") or []))


def must_be_evidence(decision: Decision) -> None:
    """The decision passed, and every condition of it is closed."""
    closed = not decision.conditions.filter(closed_at__isnull=True).exists()
    if decision.outcome not in OPENS_GATE or not closed:
        raise NotPossible("No decision on record opens the gate for this program.")


@transaction.atomic
def enter_earlier(
    *,
    by: Actor,
    program: Program,
    decision: Decision,
    values: Mapping[str, Any],
    established: bool,
    pilot_start_term: str = "",
) -> BadgeTemplate:
    """Let a program that was decided before Bitterroot enter, on that decision's evidence."""
    if decision.outcome != Outcome.EARLIER:
        raise NotPossible("An earlier decision with its document is needed.")
    template = _approve_content(by, program, decision, values)
    program.pilot_start_term = pilot_start_term
    state = (
        ProgramState.ESTABLISHED
        if established
        else (ProgramState.PILOT_ACTIVE if pilot_start_term else ProgramState.PILOT_APPROVED)
    )
    set_state(by, program, state, "program entered", tell=False)
    if state == ProgramState.PILOT_ACTIVE:
        begin_pilot(by=by, program=program)
    return template


@transaction.atomic
def start_pilot(*, by: Actor, program: Program, term: str) -> Program:
    """The pilot's clock starts with the term (calendar key) of its first offering.

    Lead and head are told with the calendar of its deadlines.
    """
    program = Program.objects.select_for_update().get(pk=program.pk)
    if program.state != ProgramState.PILOT_APPROVED:
        raise NotPossible("Only an approved pilot that has not started can start.")
    program.pilot_start_term = term
    set_state(by, program, ProgramState.PILOT_ACTIVE, "pilot started")
    begin_pilot(by=by, program=program)
    return program


@transaction.atomic
def decline_program(*, by: Actor, program: Program) -> Program:
    """The proposal was declined or withdrawn."""
    set_state(by, program, ProgramState.DECLINED, "program declined", tell=False)
    return program


def add_version(
    by: Actor, program: Program, decision: Decision, values: Mapping[str, Any], **change: Any
) -> ProgramVersion:
    """The next version of a program, without a badge of its own yet; what is planned follows it.

    `change` holds `change_class` and `effective_on` where it is a change (verbs of this room).
    """
    version = ProgramVersion.objects.create(
        program=program,
        n=program.versions.count() + 1,
        content=dict(honest(values, policy_of(decision))),
        decision=decision,
        approved_at=clock.now(),
        **change,
    )
    for follow in version_followers:
        follow(by, version)
    return version


def says_the_same(
    before: BadgeTemplate, values: Mapping[str, Any], program: Program, policy: Policy
) -> bool:
    """Whether a badge awarded before says all that one for `values` would, but for its number."""
    values = honest(values, policy)
    said = compose_achievement(values, policy=policy, slug=program.slug, n=before.n)
    known = {key: part for key, part in before.achievement.items() if key in said}
    terms = {key: getattr(before, key) for key in _terms_of(values)}
    return (
        said == known
        and hashlib.sha256(_picture(values, program)).hexdigest() == before.image_svg_id
        and _terms_of(values) == terms
    )


def _picture(values: Mapping[str, Any], program: Program) -> bytes:
    """The SVG that a badge for these answers has."""
    own = next((StoredFile.objects.get(pk=sha) for sha in values.get("badge_image") or ()), None)
    if own is None:
        return draw_badge(values, program.owner_unit.name)
    return badge_image.around(read(own)) if own.media_type == PNG_TYPE else read(own)


def policy_of(decision: Decision) -> Policy:
    """The policy under which it was decided; of one made before Bitterroot, the one in force."""
    return policies.of(decision.case) if decision.case else policies.current()


def _terms_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """What holds for awards of the badge beside what it says: how long, how often, what for."""
    period = values.get("badge_validity") == "period"
    return {
        "valid_months": values.get("badge_valid_months") if period else None,
        "repeatable": bool(values.get("repeatable")),
        "assessed": not is_unassessed(values),
        "shown_in_parts": values.get("badge_in_parts") is True,
        "suspendable": values.get("badge_suspendable") is True,
    }


def _approve_content(
    by: Actor, program: Program, decision: Decision, values: Mapping[str, Any]
) -> BadgeTemplate:
    """A version with a badge of its own, found by the words of its answers."""
    template = add_badge(by, add_version(by, program, decision, values))
    let_be_found(program, values)
    return template


def add_badge(by: Actor, version: ProgramVersion) -> BadgeTemplate:
    """The badge template that a version awards; those of earlier versions stay as they are."""
    program, decision, values, n = version.program, version.decision, version.content, version.n
    policy = policy_of(decision)
    achievement = compose_achievement(values, policy=policy, slug=program.slug, n=n)
    svg, png = template_images(values, program)
    template = BadgeTemplate.objects.create(
        program_version=version,
        n=n,
        name=achievement["name"],
        achievement=achievement,
        image_svg=svg,
        image_png=png,
        alt_text=achievement["image"]["caption"],
        state=TemplateState.APPROVED,
        **_terms_of(values),
    )
    record_event(
        by=by,
        stream=f"program:{program.pk}",
        verb="template approved",
        about=f"template:{template.pk}",
        seal=template_seal(template),
        data={"n": n, "decision": str(decision.pk)},
        tell=n > 1,
    )
    return template


def let_be_found(program: Program, values: Mapping[str, Any]) -> None:
    """By what the public reads of it: title, unit, description, audience, skills, outcomes."""
    outcomes = [row.get("outcome", "") for row in values.get("outcomes") or ()]
    texts = [
        program.owner_unit.name,
        *(str(values.get(key) or "") for key in ("short_title", "description", "audience")),
        *(values.get("skills") or ()),
        *outcomes,
    ]
    put(kind="program", ref=str(program.pk), title=program.title, texts=texts)
    keep_terms(program, values)


def template_images(values: Mapping[str, Any], program: Program) -> tuple[StoredFile, StoredFile]:
    """SVG and PNG of the badge, kept as files: the picture that was attached, else a drawn one."""
    svg = _picture(values, program)
    own = next((StoredFile.objects.get(pk=sha) for sha in values.get("badge_image") or ()), None)
    if own is not None and own.media_type == PNG_TYPE:
        return store(svg, allowed=frozenset({SVG})), own
    return store(svg, allowed=frozenset({SVG})), store(
        badge_image.to_png(svg), allowed=frozenset({PNG_TYPE})
    )


def draw_badge(values: Mapping[str, Any], unit: str) -> bytes:
    """The badge's picture (SVG) for the answers of a proposal, also for its preview."""
    policy = policies.current()
    values = honest(values, policy)
    level = values.get("badge_level") or ""
    name = (
        values.get("badge_short_name")
        or values.get("short_title")
        or values.get("title")
        or "Untitled"
    )
    return badge_image.draw(
        name,
        shape=policy.taxonomy.shape(level),
        kind=values.get("kind") or "credit",
        unit=unit,
        label=policy.taxonomy.label("badge_levels", level) if level else "",
    )


def image_bytes(template: BadgeTemplate, kind: str) -> bytes:
    """The template's picture: `kind` is "svg" or "png"."""
    return read(template.image_svg if kind == "svg" else template.image_png)


def _free_slug(title: str) -> str:
    base = slugify(title)[:90] or "program"
    slug, n = base, 2
    while Program.objects.filter(slug=slug).exists():
        slug, n = f"{base}-{n}", n + 1
    return slug

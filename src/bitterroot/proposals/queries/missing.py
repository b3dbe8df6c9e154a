"""What a proposal says, what holds for it, and what it still lacks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from bitterroot.governance import policies
from bitterroot.policy import Form, Policy
from bitterroot.policy.deadlines import still_recent
from bitterroot.policy.models.process import CLASSES, FormStep
from bitterroot.policy.predicates import facts_of as predicates_of
from bitterroot.programs.domain.blocks import contradictions
from bitterroot.programs.domain.pilot import why_not_in_full
from bitterroot.programs.domain.recognition import honest, is_unassessed
from bitterroot.programs.enums import ProgramState
from bitterroot.programs.models import Program
from bitterroot.proposals.domain.consultation import ALLOWS_PROPOSAL
from bitterroot.proposals.domain.pages import current_page
from bitterroot.proposals.enums import IN_FORCE, SIGNED, ConsultationState, ProposalState
from bitterroot.proposals.models import Mou, Proposal
from bitterroot.proposals.queries.budget import faults_of, has_budget
from bitterroot.proposals.queries.changes import (
    ANEW,
    about_the_program,
    asked_of_changes,
    base_of,
    changed_keys,
    class_of,
    effective_day,
)
from bitterroot.proposals.queries.concurrence import units_to_ask
from bitterroot.proposals.queries.pilot_record import pilot_record
from bitterroot.proposals.queries.process import FULL, begins, form_of, is_later, process_of
from bitterroot.proposals.queries.signers import why_nobody
from bitterroot.record import clock


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is missing: where, and what to do."""

    section: str
    field: str
    message: str


def content_of(proposal: Proposal) -> dict[str, Any]:
    """The whole content as it is frozen: answers filled in, files with their hashes, attestation.

    A badge for taking part claims nothing in it, whatever was typed before. A full proposal
    carries its pilot: every review, figure and condition, as they are now.
    """
    form = form_of(proposal)
    files = proposal.attachments.filter(removed_at__isnull=True).order_by("id")
    content: dict[str, Any] = {
        "title": proposal.title,
        "values": honest(form.filled(proposal.values), policies.of(proposal.case)),
        "files": [{"field": f.kind, "name": f.name, "sha256": f.file_id} for f in files],
        "procedures": proposal.procedures.n if proposal.procedures else None,
    }
    if begins(proposal) == "termination" and proposal.program is not None:
        content["program"] = about_the_program(proposal.program)
    if proposal.process == FULL and proposal.program is not None:
        content["pilot"] = pilot_record(proposal.program)
    return content


def facts_of(proposal: Proposal) -> frozenset[str]:
    """Names of all predicates that hold now, told ones included."""
    policy = policies.of(proposal.case)
    told = set()
    if proposal.consultation_waiver:
        told.add("consultation waived")
    consultation = proposal.consultation
    if (
        consultation is not None
        and consultation.state in (ConsultationState.HELD, ConsultationState.CLOSED)
        and consultation.outcome in ALLOWS_PROPOSAL
        and consultation.held_at is not None
        and still_recent(
            clock.day_of(consultation.held_at), clock.today(), policy.consultation.within_months
        )
    ):
        told.add("consultation held")
    page = current_page("procedures")
    if proposal.procedures is not None and page is not None and proposal.procedures_id == page.pk:
        told.add("procedures attested")
    mous = agreements_of(proposal)
    renewed = {m.renews_id for m in mous if m.state in SIGNED}
    if mous and all(m.state in SIGNED or m.renews_id for m in mous if m.pk not in renewed):
        told.add("mou executed")
    if proposal.process == FULL:
        told.add("full proposal")
    if is_later(proposal) and proposal.program is not None:
        told |= _later_facts(proposal, proposal.program)
    return predicates_of(answers_of(proposal), told)


def _later_facts(proposal: Proposal, program: Program) -> set[str]:
    """How heavy the change is, and whether the program is established."""
    stands = (program.state, program.state_before)  # one that is suspended stays what it was
    found = {"established"} if ProgramState.ESTABLISHED in stands else set()
    if begins(proposal) == "change":
        found.add(f"{class_of(proposal) or CLASSES[0]} change")
    return found


def answers_of(proposal: Proposal) -> dict[str, Any]:
    """Its answers, filled in; for the end of a program with what is known of the program."""
    own = form_of(proposal).filled(proposal.values)
    if proposal.program is not None and begins(proposal) == "termination":
        return {**about_the_program(proposal.program), **own}
    return own


def agreements_of(proposal: Proposal) -> list[Mou]:
    """Its agreements; where a full proposal has none of its own, those of the pilot still in force."""
    own = list(proposal.mous.all())
    follows = proposal.process == FULL or is_later(proposal)
    if own or not follows or proposal.program is None:
        return own
    earlier = Mou.objects.filter(proposal__program=proposal.program, state__in=IN_FORCE)
    return list(earlier.filter(Q(expires_on=None) | Q(expires_on__gte=clock.today())))


def missing(proposal: Proposal) -> list[Gap]:
    """Everything that stands between this draft and its signatures, in the order of the form."""
    policy, process = policies.of(proposal.case), process_of(proposal)
    facts = facts_of(proposal)
    gaps = [
        Gap(p.section, p.field, p.message)
        for p in policy.form_problems(process.form, proposal.values, facts)
    ]
    gaps = _asked_before(proposal, gaps)
    gaps += _more_gaps(policy, policy.forms[process.form], proposal.values)
    if proposal.process == FULL and proposal.program and proposal.submitted_at is None:
        section = policy.forms[process.form].section_of.get("pilot_reviews", "identity")
        if proposal.program.state != ProgramState.FULL_PROPOSED:
            gaps += [
                Gap(section, "pilot_reviews", why) for why in why_not_in_full(proposal.program)
            ]
    for key in units_to_ask(proposal, facts):
        section = policy.forms[process.form].section_of.get("affected_units", "identity")
        why = f"Ask the head of {policy.units[key].name} whether they concur."
        gaps.append(Gap(section, "affected_units", why))
    gaps += _change_gaps(proposal) + _office_gaps(proposal, facts)
    step = process.step(process.start)
    assert isinstance(step, FormStep)
    where = {"procedures attested": "procedures_attested", "syllabus attached": "syllabus"}
    known = {gap.field for gap in gaps}
    for requirement in step.unmet(facts):
        field = next(
            (f for name, f in where.items() if name in str(requirement.that)), "consultation"
        )
        if "mou" in requirement.otherwise.lower() or "memorandum" in requirement.otherwise.lower():
            field = "mou_state"
        if field not in known:
            gaps.append(
                Gap(
                    policy.forms[process.form].section_of.get(field, "identity"),
                    field,
                    requirement.otherwise,
                )
            )
    return gaps


def _more_gaps(policy: Policy, form: Form, values: Mapping[str, Any]) -> list[Gap]:
    """What no field shows by itself: a badge that looks like another kind, sums that do not fit."""
    tidy = form.filled(values)
    found = []
    if is_unassessed(tidy):
        if tidy.get("track") == "micro-credential":
            why = (
                "The outcomes of a micro-credential are assessed. What recognizes taking part"
                " is a stand-alone badge."
            )
            found.append(("assessed", why))
        elif tidy.get("kind") in ("credit", "hybrid"):
            found.append(("assessed", "Academic credit is earned by work that is assessed."))
    elif tidy.get("badge_level") == policy.taxonomy.participation[1]:
        found.append(("badge_level", "This level is for badges for which nothing is assessed."))
    if not is_unassessed(tidy):
        found += contradictions(tidy, form)
    if has_budget(form):
        found += faults_of(tidy)
    return [Gap(form.section_of.get(key, "identity"), key, why) for key, why in found]


def _office_gaps(proposal: Proposal, facts: frozenset[str]) -> list[Gap]:
    """An office that must sign and has no holder but its authors: told from the first day."""
    if proposal.state not in (ProposalState.DRAFT, ProposalState.RETURNED):
        return []  # it was signed
    why, form = why_nobody(proposal, answers_of(proposal), facts), form_of(proposal)
    if not why:
        return []
    field = next((f for f in ("signatories", "owner_unit") if f in form.fields), "")
    field = field or next(iter(form.fields))
    return [Gap(form.section_of[field], field, why)]


def _asked_before(proposal: Proposal, gaps: list[Gap]) -> list[Gap]:
    """Of a change: what it says anew, and what the program was asked before.

    A program of another track, or one that was approved before Bitterroot, was asked less; a
    change of its telephone does not make it answer the rest.
    """
    if begins(proposal) != "change":
        return gaps
    base, policy = base_of(proposal), policies.of(proposal.case)
    content = base.content if base else {}
    lacked = {p.field for p in policy.form_problems(form_of(proposal).key, content)}
    lacked -= {*changed_keys(proposal), *ANEW, *asked_of_changes(proposal)}
    return [gap for gap in gaps if gap.field not in lacked]


def _change_gaps(proposal: Proposal) -> list[Gap]:
    """What a change lacks besides answers: something that changes, and a term that can be."""
    if begins(proposal) != "change":
        return []
    found = []
    base = base_of(proposal)
    section = form_of(proposal).section_of["change_reason"]
    if not changed_keys(proposal):
        why = "Nothing is changed yet. Change at least one answer."
        found.append(Gap(section, "what_changes", why))
    day = effective_day(proposal)
    if day is not None and base is not None and base.effective_on and day < base.effective_on:
        why = f"Version {base.n} takes effect first. Choose that term or a later one."
        found.append(Gap(section, "effective_term", why))
    return found

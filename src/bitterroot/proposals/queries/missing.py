"""What a proposal says, what holds for it, and what it still lacks."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from bitterroot.governance import policies
from bitterroot.policy.deadlines import still_recent
from bitterroot.policy.models.process import FormStep
from bitterroot.policy.predicates import facts_of as predicates_of
from bitterroot.programs.domain.pilot import why_not_in_full
from bitterroot.programs.enums import ProgramState
from bitterroot.proposals.domain.consultation import ALLOWS_PROPOSAL
from bitterroot.proposals.domain.pages import current_page
from bitterroot.proposals.enums import ConsultationState, MouState
from bitterroot.proposals.models import Mou, Proposal
from bitterroot.proposals.queries.pilot_record import pilot_record
from bitterroot.proposals.queries.process import FULL, form_of, process_of
from bitterroot.record import clock


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is missing: where, and what to do."""

    section: str
    field: str
    message: str


def content_of(proposal: Proposal) -> dict[str, Any]:
    """The whole content as it is frozen: answers filled in, files with their hashes, attestation.

    A full proposal carries its pilot: every review, figure and condition, as they are now.
    """
    form = form_of(proposal)
    files = proposal.attachments.filter(removed_at__isnull=True).order_by("id")
    content: dict[str, Any] = {
        "title": proposal.title,
        "values": form.filled(proposal.values),
        "files": [{"field": f.kind, "name": f.name, "sha256": f.file_id} for f in files],
        "procedures": proposal.procedures.n if proposal.procedures else None,
    }
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
    if mous and all(m.state == MouState.EXECUTED for m in mous):
        told.add("mou executed")
    if proposal.process == FULL:
        told.add("full proposal")
    return predicates_of(form_of(proposal).filled(proposal.values), told)


def agreements_of(proposal: Proposal) -> list[Mou]:
    """Its agreements; where a full proposal has none of its own, those of the pilot still in force."""
    own = list(proposal.mous.all())
    if own or proposal.process != FULL or proposal.program is None:
        return own
    earlier = Mou.objects.filter(proposal__program=proposal.program, state=MouState.EXECUTED)
    return list(earlier.filter(Q(expires_on=None) | Q(expires_on__gte=clock.today())))


def missing(proposal: Proposal) -> list[Gap]:
    """Everything that stands between this draft and its signatures, in the order of the form."""
    policy, process = policies.of(proposal.case), process_of(proposal)
    facts = facts_of(proposal)
    gaps = [
        Gap(p.section, p.field, p.message)
        for p in policy.form_problems(process.form, proposal.values, facts)
    ]
    if proposal.process == FULL and proposal.program and proposal.submitted_at is None:
        section = policy.forms[process.form].section_of.get("pilot_reviews", "identity")
        if proposal.program.state != ProgramState.FULL_PROPOSED:
            gaps += [
                Gap(section, "pilot_reviews", why) for why in why_not_in_full(proposal.program)
            ]
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

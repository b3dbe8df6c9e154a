"""What a proposal says, what holds for it, and what it still lacks."""

from dataclasses import dataclass
from typing import Any

from bitterroot.governance import policies
from bitterroot.policy.deadlines import still_recent
from bitterroot.policy.models.process import FormStep
from bitterroot.policy.predicates import facts_of as predicates_of
from bitterroot.proposals.domain.consultation import ALLOWS_PROPOSAL
from bitterroot.proposals.domain.pages import current_page
from bitterroot.proposals.enums import ConsultationState, MouState
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.queries.process import FULL, form_of, process_of
from bitterroot.record import clock


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is missing: where, and what to do."""

    section: str
    field: str
    message: str


def content_of(proposal: Proposal) -> dict[str, Any]:
    """The whole content as it is frozen: answers filled in, files with their hashes, attestation."""
    form = form_of(proposal)
    files = proposal.attachments.filter(removed_at__isnull=True).order_by("id")
    return {
        "title": proposal.title,
        "values": form.filled(proposal.values),
        "files": [{"field": f.kind, "name": f.name, "sha256": f.file_id} for f in files],
        "procedures": proposal.procedures.n if proposal.procedures else None,
    }


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
            consultation.held_at.date(), clock.today(), policy.consultation.within_months
        )
    ):
        told.add("consultation held")
    page = current_page("procedures")
    if proposal.procedures is not None and page is not None and proposal.procedures_id == page.pk:
        told.add("procedures attested")
    mous = list(proposal.mous.all())
    if mous and all(m.state == MouState.EXECUTED for m in mous):
        told.add("mou executed")
    if proposal.process == FULL:
        told.add("full proposal")
    return predicates_of(form_of(proposal).filled(proposal.values), told)


def missing(proposal: Proposal) -> list[Gap]:
    """Everything that stands between this draft and its signatures, in the order of the form."""
    policy, process = policies.of(proposal.case), process_of(proposal)
    facts = facts_of(proposal)
    gaps = [
        Gap(p.section, p.field, p.message)
        for p in policy.form_problems(process.form, proposal.values, facts)
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

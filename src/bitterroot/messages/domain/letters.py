"""Which events are told, to whom, and with which words beside the template's own.

`letters_for(event)` gives the letters of one event. Awards are many at once: `award_letters`
makes those of a whole chunk with a handful of queries.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings

from bitterroot.governance import policies
from bitterroot.governance.domain.link import mint_link, reading_token
from bitterroot.governance.enums import CaseState, SignatureState
from bitterroot.governance.models import Decision, SignatureRequest
from bitterroot.governance.rules import why_not_asked
from bitterroot.issuing.domain.award import mint_claim_links
from bitterroot.issuing.enums import AwardState
from bitterroot.issuing.models import Appeal, Award, Revocation
from bitterroot.issuing.rules import may_answer_appeal, who_answers
from bitterroot.learning.enums import LineState, ListKind
from bitterroot.learning.models import IssuanceRequest, TrackingList
from bitterroot.learning.rules import QUEUE_ROLE
from bitterroot.messages.domain.agreement_letters import AGREEMENT_MAKERS
from bitterroot.messages.domain.also_letters import ALSO
from bitterroot.messages.domain.asking_letters import ASKING_MAKERS
from bitterroot.messages.domain.away_letters import AWAY_MAKERS
from bitterroot.messages.domain.body_letters import BODY_MAKERS
from bitterroot.messages.domain.bounce_letters import BOUNCE_MAKERS
from bitterroot.messages.domain.bundle_letters import BUNDLE_MAKERS
from bitterroot.messages.domain.concurrence_letters import CONCURRENCE_MAKERS
from bitterroot.messages.domain.following import comment_letters, followed_letters
from bitterroot.messages.domain.letter import Letter, address
from bitterroot.messages.domain.letter import to_people as _to
from bitterroot.messages.domain.pilot_letters import MAKERS as PILOT_LETTERS
from bitterroot.messages.domain.security_letters import SECURITY_MAKERS
from bitterroot.messages.domain.wallet_letters import WALLET_MAKERS, own_link
from bitterroot.people.actor import Actor, system
from bitterroot.people.domain.account import has_newer_link, mint_sign_in_link
from bitterroot.people.enums import Role
from bitterroot.people.models import Account, Person
from bitterroot.people.queries import contact_address, holders
from bitterroot.people.queries.absences import reached
from bitterroot.programs.models import MarketingRequest, Program
from bitterroot.proposals.domain.appointment import calendar_file, who_meet
from bitterroot.proposals.domain.consultation import ALLOWS_PROPOSAL, OUTCOMES
from bitterroot.proposals.enums import ConsultationState, ProposalState
from bitterroot.proposals.models import Consultation, Proposal
from bitterroot.proposals.queries.process import is_later, process_of, signing_of
from bitterroot.record.models import Event

AWARD_ISSUED = "award issued"


def letters_for(event: Event) -> list[Letter]:
    """The letters of an event; none for events that nobody is written about.

    Raises DoesNotExist where the event's object is gone.
    """
    makers = [made[event.verb] for made in (_MAKERS, ALSO) if event.verb in made]
    if not makers:
        return []
    key = event.about.partition(":")[2]
    data = orjson.loads(event.data)
    return [letter for make in makers for letter in make(key, event, data) if letter.to_address]


def _consultation(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    row = Consultation.objects.select_related("requester", "consultant", "unit").get(pk=key)
    officers = holders(Role.PROGRAM_OFFICER)
    words = {
        "consultation": row,
        "link": address("faculty:consultation", row.pk),
        "office_link": address("office:consultation", row.pk, otherwise="/office"),
        "outcome": OUTCOMES.get(row.outcome, ""),
        "start": f"{address('faculty:new_proposal')}?consultation={row.pk}"
        if row.outcome in ALLOWS_PROPOSAL
        else "",
    }
    if event.verb == "consultation requested":
        return _to(officers, "consultation_requested", **words)
    if event.verb == "consultation scheduled":
        return _scheduled(row, words)
    if event.verb == "consultation held":
        return _to([row.requester], "consultation_held", **words)
    others = [p for p in [row.requester, *officers] if f"person:{p.pk}" != event.actor]
    words["by"] = event.actor_name
    if row.scheduled_for is None:
        return _to(others, "consultation_cancelled", **words)
    meet = who_meet(row)  # whoever calls it off has it in the calendar too
    told = _with_calendar(row, _to(meet, "consultation_cancelled", **words))
    return told + _to([p for p in others if p not in meet], "consultation_cancelled", **words)


def _scheduled(row: Consultation, words: dict[str, Any]) -> list[Letter]:
    if row.state != ConsultationState.SCHEDULED:
        return []  # cancelled or held before the mail was written
    return _with_calendar(row, _to(who_meet(row), "consultation_scheduled", **words))


def _with_calendar(row: Consultation, letters: Sequence[Letter]) -> list[Letter]:
    calendar = calendar_file(row)
    return [
        replace(letter, attachment_name="consultation.ics", attachment=calendar)
        for letter in letters
    ]


def _co_author(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    proposal = Proposal.objects.select_related("lead").get(pk=key)
    invited = Person.objects.filter(pk=data["person"])
    link = address("faculty:proposal", proposal.pk)
    return _to(invited, "co_author_invited", proposal=proposal, by=event.actor_name, link=link)


def _next_step(row: Proposal) -> str:
    """The step that a proposal with all signatures is at; empty where the office checks it first."""
    if row.state != ProposalState.IN_REVIEW:
        return ""
    step = policies.of(row.case).processes[row.case.process].step(row.case.step)
    return str(step.title)


def _proposal(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    row = Proposal.objects.select_related("lead", "case", "owner_unit").get(pk=key)
    authors = [row.lead, *row.co_authors.all()]
    words: dict[str, Any] = {
        "proposal": row,
        "link": address("faculty:proposal", row.pk),
        "office_link": address("office:proposal", row.pk, otherwise="/office"),
    }
    process = process_of(row)
    words["begins"] = process.begins
    words["later"] = process.title if is_later(row) else ""
    words["unsigned"] = signing_of(row) is None
    words["next_step"] = _next_step(row)
    if event.verb == "proposal submitted":
        told = _to(holders(Role.PROGRAM_OFFICER), "proposal_submitted", **words)
        told += _to(authors, "proposal_sent", **words)
        return told + followed_letters(row, told)
    if event.verb != "proposal received":
        decision = row.case.decisions.order_by("-recorded_at", "-run__n").first()
        words["decision"] = decision
        words["conditions"] = list(decision.conditions.order_by("pk")) if decision else []
        words["mend"] = _to_mend(row, decision) if decision else []
    told = _to(authors, event.verb.replace(" ", "_"), **words)
    return told + followed_letters(row, told)


def _to_mend(row: Proposal, decision: Decision) -> list[tuple[str, str]]:
    """What the decision wants mended: label of the question, and what is wrong with it."""
    policy = policies.of(row.case)
    fields = policy.forms[policy.processes[row.case.process].form].fields
    return [
        (fields[key].label if key in fields else key, text)
        for key, text in decision.field_reasons.items()
    ]


_ASKED_TO_SIGN = (
    "signature requested", "signature delegated", "signature corrected", "signature link renewed",
)  # fmt: skip


def _signature(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    row = SignatureRequest.objects.select_related(
        "case__proposal__lead", "person", "delegated_from"
    ).get(pk=key)
    proposal = row.case.proposal
    words: dict[str, Any] = {"signature": row, "proposal": proposal}
    if event.verb in _ASKED_TO_SIGN:
        return _asked_to_sign(row, words)
    if event.verb == "signature void":
        if row.person is None:
            return [
                Letter(
                    "signature_void", row.partner_name, row.partner_email, None, {**words, **data}
                )
            ]
        return _to([row.person], "signature_void", **words, **data)
    if event.verb == "signature signed":
        return _receipt(row, words)
    words["link"] = address("faculty:proposal", proposal.pk)
    authors = [proposal.lead, *proposal.co_authors.all()]
    return _to(authors, event.verb.replace(" ", "_"), **words)


def _receipt(row: SignatureRequest, words: dict[str, Any]) -> list[Letter]:
    """To an officer outside, whose link has ended: what they signed. Others find it here."""
    if row.person is not None or row.state != SignatureState.SIGNED:
        return []  # an account finds it here; of a void one they are told otherwise
    words["link"] = address("faculty:partner_pdf", reading_token(row))
    return [Letter("signature_receipt", row.partner_name, row.partner_email, None, words)]


def _asked_to_sign(row: SignatureRequest, words: dict[str, Any]) -> list[Letter]:
    if row.state not in (SignatureState.REQUESTED, SignatureState.VIEWED):
        return []  # signed, returned or void before the mail was written
    if row.case.state == CaseState.OPEN and why_not_asked(row):
        return []  # the authors took it back meanwhile; submitted again, it is asked anew
    if row.person is not None:
        link = address("faculty:sign", row.pk)
        return _to(reached([row.person]), "signature_requested", **words, link=link)
    token = mint_link(by=system("mail to a partner"), signature=row)
    # Whom it is for is read once the link is made: corrected before, they have another address.
    row.refresh_from_db(fields=["link_expires_at", "partner_name", "partner_email"])
    words["link"] = f"{settings.BASE_URL.rstrip('/')}/sign/{token}"
    return [Letter("signature_partner", row.partner_name, row.partner_email, None, words)]


def _gate(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    program = Program.objects.select_related("lead").get(pk=key)
    words = {"program": program, "link": address("public:program", program.slug)}
    leads = _to([program.lead, *program.co_leads.all()], "gate_opened", **words)
    return leads + _to(holders(Role.MARKETING), "gate_opened_marketing", **words)


def _marketing(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    row = MarketingRequest.objects.select_related("program__lead", "officer").get(pk=key)
    words = {"request": row, "program": row.program, "link": address("faculty:marketing", row.pk)}
    if event.verb == "marketing submitted":
        return _to(holders(Role.MARKETING), "marketing_submitted", **words)
    leads = [row.program.lead, *row.program.co_leads.all()]
    return _to(leads, event.verb.replace(" ", "_"), comment=data.get("comment", ""), **words)


def _list(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    row = TrackingList.objects.select_related("offering__program", "uploaded_by").get(pk=key)
    words = {"list": row, "program": row.offering.program, "link": address("faculty:list", row.pk)}
    return _to([row.uploaded_by], "list_submitted", rows=row.lines.count(), **words)


def _sign_in(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    """A fresh link to a person's own account."""
    account = (
        Account.objects.select_related("person")
        .filter(person__pk=UUID(key), is_active=True)
        .first()
    )
    if account is None or not (to := contact_address(account.person)):
        return []  # closed before the mail was written
    if has_newer_link(account, event.at):
        return []  # whoever runs the machine has handed them a link meanwhile; a mail would end it
    token = mint_sign_in_link(by=system("mail with a sign-in link"), account=account, mailed_to=to)
    account.refresh_from_db(fields=["link_expires_at"])
    link = f"{settings.BASE_URL.rstrip('/')}/open/{token}"
    return _to([account.person], "sign_in_offered", account=account, link=link)


def officers_of(kind: str) -> list[Person]:
    """Who works in the queue of this kind of request."""
    return holders(QUEUE_ROLE[ListKind(kind)])


def _issuance(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    row = IssuanceRequest.objects.select_related(
        "offering__program", "requested_by", "issued_by", "template"
    ).get(pk=key)
    words: dict[str, Any] = {"request": row, "program": row.offering.program, "data": data}
    if event.verb == "issuance requested":
        officers = [p for p in officers_of(row.kind) if p.pk != row.requested_by_id]
        link = address("registrar:request", row.pk, otherwise="/queue")
        return _to(officers, "issuance_requested", **words, link=link)
    words["link"] = address("faculty:list", row.tracking_list_id)
    words["refused"] = row.lines.filter(state=LineState.REFUSED).count()
    return _to([row.requested_by], event.verb.replace(" ", "_"), **words)


def _revocation(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    row = Revocation.objects.select_related(
        "award__request", "award__template", "requested_by"
    ).get(pk=key)
    by_learner = row.requested_by_id == row.award.learner_id
    asks = event.verb in ("revocation requested", "suspension requested")
    if by_learner and event.verb == "revocation approved":
        return []  # a letter of its own brings the corrected badge
    if not asks:
        words: dict[str, Any] = {"revocation": row, "award": row.award}
        if by_learner:
            return _to([row.requested_by], "name_refused", **words, link=own_link(row.award))
        words["link"] = address("faculty:issued_badge", row.award.public_id)
        return _to([row.requested_by], f"revocation_{row.state}", **words)
    officers = [p for p in officers_of(row.award.request.kind) if p.pk != row.requested_by_id]
    link = address("registrar:revocation", row.pk, otherwise="/queue")
    return _to(officers, "revocation_requested", revocation=row, award=row.award, link=link)


def _appeal(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    row = Appeal.objects.select_related(
        "revocation__award__learner",
        "revocation__award__template",
        "revocation__award__request__requested_by",
        "revocation__award__request__offering__program",
    ).get(pk=key)
    award = row.revocation.award
    words: dict[str, Any] = {"appeal": row, "award": award}
    if event.verb == "appeal filed":
        role = who_answers(row)
        officers = [p for p in holders(role) if may_answer_appeal(Actor(p), row)] if role else []
        link = address("registrar:appeal", row.pk, otherwise="/queue")
        return _to(officers, "appeal_filed", **words, link=link)
    words |= {"again": data.get("again", False), "program": award.request.offering.program}
    told = _to([award.learner], event.verb.replace(" ", "_"), **words, link=own_link(award))
    if event.verb == "appeal granted":
        link = address("faculty:issued_badge", award.public_id)
        told += _to([award.request.requested_by], "appeal_granted_program", **words, link=link)
    return told


def _award_changed(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    award = Award.objects.select_related("learner", "template").get(pk=key)
    policy = policies.current()
    words = {
        "award": award,
        "reason": data.get("reason", ""),
        "appeal": policy.texts["appeal"].body.strip() if "appeal" in policy.texts else "",
        "link": own_link(award),
    }
    return _to([award.learner], event.verb.replace(" ", "_"), **words)


def award_letters(events: Sequence[Event]) -> dict[int, list[Letter]]:
    """The letters of many "award issued" events, by the event's key: each a fresh claim link."""
    wanted = {event.about.partition(":")[2]: event.pk for event in events}
    awards = list(
        Award.objects.filter(pk__in=wanted, state__in=(AwardState.UNCLAIMED, AwardState.CLAIMED))
        .select_related("learner", "template", "request__offering__program")
        .prefetch_related("learner__addresses")
    )
    reachable = [award for award in awards if contact_address(award.learner)]
    tokens = mint_claim_links(by=system("mail to the learner"), awards=reachable)
    base = settings.BASE_URL.rstrip("/")
    institution = policies.current().institution
    return {
        wanted[str(award.pk)]: [
            Letter(
                "award_issued",
                award.display_name,
                contact_address(award.learner),
                award.learner,
                {
                    "award": award,
                    "program": award.request.offering.program,
                    "institution": institution,
                    "link": f"{base}/claim/{tokens[award.pk]}",
                },
            )
        ]
        for award in reachable
    }


def _one_award(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    return award_letters([event]).get(event.pk, [])


_MAKERS: dict[str, Callable[[str, Event, dict[str, Any]], list[Letter]]] = {
    "consultation requested": _consultation,
    "consultation scheduled": _consultation,
    "consultation held": _consultation,
    "consultation cancelled": _consultation,
    "co-author invited": _co_author,
    **dict.fromkeys(_ASKED_TO_SIGN, _signature),
    "signature signed": _signature,
    "signature returned": _signature,
    "signature declined": _signature,
    "signature void": _signature,
    "signature expired": _signature,
    "proposal submitted": _proposal,
    "proposal received": _proposal,
    "proposal returned": _proposal,
    "proposal approved": _proposal,
    "proposal approved with conditions": _proposal,
    "proposal declined": _proposal,
    "gate opened": _gate,
    "marketing submitted": _marketing,
    "marketing accepted": _marketing,
    "marketing returned": _marketing,
    "marketing live": _marketing,
    "marketing retired": _marketing,
    "comment written": comment_letters,
    "sign-in offered": _sign_in,
    "list submitted": _list,
    "issuance requested": _issuance,
    "issuance returned": _issuance,
    "issuance issued": _issuance,
    AWARD_ISSUED: _one_award,
    "revocation requested": _revocation,
    "revocation approved": _revocation,
    "revocation refused": _revocation,
    "suspension requested": _revocation,
    "suspension approved": _revocation,
    "suspension refused": _revocation,
    "appeal filed": _appeal,
    "appeal granted": _appeal,
    "appeal dismissed": _appeal,
    "award revoked": _award_changed,
    "award reinstated": _award_changed,
    "award suspended": _award_changed,
    "award suspension lifted": _award_changed,
    "award corrected": _award_changed,
    "award signed anew": _award_changed,
    **AGREEMENT_MAKERS,
    **ASKING_MAKERS,
    **AWAY_MAKERS,
    **BUNDLE_MAKERS,
    **CONCURRENCE_MAKERS,
    **PILOT_LETTERS,
    **BODY_MAKERS,
    **SECURITY_MAKERS,
    **BOUNCE_MAKERS,
    **WALLET_MAKERS,
}

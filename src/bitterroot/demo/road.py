"""The steps that a program takes, each by its verb, each on its day."""

from collections.abc import Iterator
from typing import Any

from bitterroot.demo.forms import consultation_values, proposal_values
from bitterroot.demo.papers import pdf
from bitterroot.demo.world import SET_UP, World, at
from bitterroot.governance.domain import link as links
from bitterroot.governance.domain import signature as signatures
from bitterroot.governance.models import SignatureRequest
from bitterroot.people.actor import person, system
from bitterroot.people.models import Unit
from bitterroot.proposals.domain import consultation as consultations
from bitterroot.proposals.domain import draft
from bitterroot.proposals.domain import mou as mous
from bitterroot.proposals.domain import proposal as proposals
from bitterroot.proposals.domain.mou_life import renew_mou
from bitterroot.proposals.domain.pages import adopt_pages
from bitterroot.proposals.models import Consultation, Mou, Proposal
from bitterroot.proposals.queries.agreements import parties_of
from bitterroot.record import clock

OPEN = ("requested", "viewed")


def ask(world: World, who: str, unit: str, values: dict[str, Any], when: str) -> Consultation:
    """Request a consultation."""
    with at(when):
        return consultations.request_consultation(
            by=world.by(who), unit=Unit.objects.get(key=unit), values=values
        )


def consult(
    world: World,
    program: str,
    who: str,
    unit: str,
    asked: str,
    held: str,
    title: str = "",
    outcome: str = "go",
) -> Consultation:
    """Request, schedule and hold the consultation on a program of the content."""
    day = held.split()[0]
    values = consultation_values(program, unit, world.people[who].display_name, day)
    if title:
        values["idea_title"] = title
    row = ask(world, who, unit, values, asked)
    with at(asked.split()[0] + " 16:10"):
        row = consultations.schedule(
            by=world.by("dana"),
            consultation=row,
            at=_moment(held),
            place="Video call",
            consultant=world.people["dana"],
        )
    with at(day + " 17:00"):
        return consultations.hold(
            by=world.by("dana"),
            consultation=row,
            notes="Audience and price are clear. Ask two employers for a letter.",
            outcome=outcome,
        )


def _moment(text: str) -> Any:
    with at(text) as moment:
        return moment


def write(
    world: World, program: str, when: str, consultation: Consultation, **changed: Any
) -> Proposal:
    """Start a proposal and answer all of it; it is ready to be sent for signatures."""
    return write_answers(world, proposal_values(program, world.ids, **changed), when, consultation)


def write_answers(
    world: World, values: dict[str, Any], when: str, consultation: Consultation | None = None
) -> Proposal:
    """Start a proposal with these answers, a syllabus for each component, and the attestation."""
    lead = next(key for key, pk in world.ids.items() if pk == values["lead"])
    unit = Unit.objects.get(key=values["owner_unit"])
    with at(when):
        by = world.by(lead)
        row = draft.start_proposal(
            by=by,
            title=values["title"],
            unit=unit,
            consultation=consultation,
            track=values["track"],
        )
        row = draft.save_values(by=by, proposal=row, values=values, revision=row.revision)
        for part in values["components"]:
            name = part.get("code") or part["title"]
            draft.attach_file(
                by=by,
                proposal=row,
                field="syllabus",
                name=f"Syllabus {name}.pdf",
                data=pdf(f"Syllabus: {part['title']}", f"Part of {values['title']}.", name),
            )
        return draft.attest_procedures(by=by, proposal=row)


def agree(
    world: World,
    proposal: Proposal,
    parties: list[dict[str, str]],
    when: str,
    *,
    days: tuple[str, str] = ("2025-07-01", "2026-06-30"),
) -> Mou:
    """Draft, send and execute the memorandum of understanding between the parties."""
    mou = hand_round(world, proposal, parties, when, days=days)
    with at(when):
        return execute(world, mou, [party["legal_name"] for party in parties])


def hand_round(
    world: World,
    proposal: Proposal,
    parties: list[dict[str, str]],
    when: str,
    *,
    days: tuple[str, str],
) -> Mou:
    """Draft the memorandum and send it for signature; it is with the parties then."""
    names = [party["legal_name"] for party in parties]
    values = {
        "title": f"Memorandum on {proposal.title}",
        "type": "third-party",
        "parties": parties,
        "programs": [proposal.title],
        "purpose": "To offer the program together and to recognize its badge.",
        "responsibilities": [
            {"party": names[0], "area": "assessment", "duty": "Teaches and assesses."},
            {"party": names[-1], "area": "delivery", "duty": "Gives places for practice."},
        ],
        "financial_model": "Each party bears its own cost.",
        "data_sharing": "Names and completion, with each learner's consent.",
        "starts": days[0],
        "ends": days[1],
        "termination_notice_days": 90,
        "teach_out": "Learners who have begun may finish within a year.",
        "signatories": [{"party": p["legal_name"], "name": p["officer"]} for p in parties],
        "files": ["memorandum.pdf"],
    }
    with at(when):
        mou = mous.draft_mou(by=person(proposal.lead), proposal=proposal, values=values)
        return mous.send_mou(by=person(proposal.lead), mou=mou)


def execute(world: World, mou: Mou, parties: list[str]) -> Mou:
    """The office records the file that every party has signed."""
    return mous.execute_mou(
        by=world.by("dana"),
        mou=mou,
        file_name="memorandum.pdf",
        data=pdf(f"Memorandum on {mou.proposal.title}", *parties),
        executed_on=clock.today(),
    )


def renew(world: World, mou: Mou, begun: str, executed: str, ends: str) -> Mou:
    """The next agreement, begun from this one and signed by the same parties."""
    by = person(mou.proposal.lead)
    with at(begun):
        following = renew_mou(by=by, mou=mou)
        values = {**following.values, "ends": ends}
        following = mous.save_mou(by=by, mou=following, values=values)
        following = mous.send_mou(by=by, mou=following)
    with at(executed):
        return execute(world, following, parties_of(following))


def send(world: World, proposal: Proposal, when: str) -> Proposal:
    """Freeze it and ask for signatures."""
    with at(when):
        return proposals.submit_for_signatures(by=person(proposal.lead), proposal=proposal)


def waiting(proposal: Proposal) -> Iterator[SignatureRequest]:
    """The signature that is asked for now, again after each, until none is."""
    while row := proposal.case.signatures.filter(state__in=OPEN).order_by("order").first():
        yield row


def sign_all(proposal: Proposal, *days: str) -> Proposal:
    """Let those who are asked sign in turn, one on each of `days` (with times)."""
    for day, request in zip(days, waiting(proposal), strict=False):
        with at(day):
            if request.person is None:
                _sign_by_link(request)
            else:
                by = person(request.person)
                signatures.view(by=by, signature=request)
                proposals.sign(by=by, signature=request, typed_name=request.person.display_name)
    proposal.refresh_from_db()
    return proposal


def _sign_by_link(request: SignatureRequest) -> None:
    """As the officer outside does, who has the link and the code from two mails."""
    token = links.mint_link(by=system("mail to the partner"), signature=request)
    code = links.make_code(signature=request)
    proposals.sign_by_link(token=token, code=code, typed_name=request.partner_name)


def decide(world: World, proposal: Proposal, when: str, outcome: str, **more: Any) -> Proposal:
    """Completeness check and decision by the program office."""
    with at(when):
        proposals.accept_complete(by=world.by("dana"), proposal=proposal)
        proposals.decide(by=world.by("dana"), proposal=proposal, outcome=outcome, **more)
    proposal.refresh_from_db()
    return proposal


def publish_pages(world: World) -> None:
    """The procedures and the badge FAQ, as the policy ships them."""
    with at("2025-02-03 10:00"):
        adopt_pages(by=SET_UP)

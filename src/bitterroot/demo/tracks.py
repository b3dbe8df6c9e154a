"""The other tracks: a badge declined and back as one for taking part, and a non-credit course."""

from datetime import date
from typing import Any

from bitterroot.demo.lists import Round, issue_round
from bitterroot.demo.road import consult, decide, execute, send, sign_all, write
from bitterroot.demo.world import World, at
from bitterroot.people.actor import person
from bitterroot.proposals.domain import mou as mous
from bitterroot.proposals.domain import proposal as proposals
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.queries.agreement_start import first_values
from bitterroot.proposals.queries.agreements import parties_of

#: What the first proposal of the walk claimed.
CLAIMED: dict[str, Any] = {
    "title": "Wildlife Track Photography",
    "short_title": "Track Photography",
    "description": "An earner can find, tell apart and photograph the tracks of winter animals.",
    "assessed": "assessed",
    "outcomes": [
        {
            "outcome": "Tell the tracks of winter animals apart",
            "method": "Pictures taken on the walk",
            "evidence": "Five pictures",
            "threshold": "Three are named rightly",
        }
    ],
    "skills": ["animal tracking", "nature photography", "winter travel"],
    "badge_type": "learning",
    "badge_level": "foundational",
}
WALKED = Round("walk", "fall-2026", "2026-11-07", "2026-11-09 11:00", 30, 0, 4, "2026-11-13 16:00")
#: What the four parties promise one another, in the order in which they stand.
DUTIES = (
    ("registration", "Registers learners, takes payment, keeps the books and issues the badge."),
    ("delivery", "Teaches both Saturdays and evenings and observes each learner in the chair."),
    ("content", "Answers for what is taught and names another instructor if one falls ill."),
    ("oversight", "Lets the department's staff teach it and hears complaints."),
)
TERMS: dict[str, Any] = {
    "purpose": "To offer “Meetings That Decide” twice a year as a course without credit.",
    "data_sharing": "UMOnline keeps registration and payment; the instructor sees names and results.",
    "financial_model": (
        "UMOnline collects the price and pays the costs of a run first. What is left is shared"
        " within thirty days of its end."
    ),
    "instructor_pay": "$1,800 for a run, through the department, as overload.",
    "cancellation": "With fewer than twelve a week before, it is called off and all is paid back.",
    "starts": "2026-10-12",
    "ends": "2029-06-30",
    "renewal": "review",
    "termination_notice_days": 90,
    "teach_out": "A run that has begun is finished, and its badges are issued.",
}


def walk_photography(world: World) -> None:
    """Program 11: declined as assessed, approved as a badge that recognizes taking part."""
    talk = consult(
        world, "walk", "tomas", "wilderness-institute", "2026-03-16 09:30", "2026-03-24 11:00"
    )
    row = write(world, "walk", "2026-04-20 10:00", talk, **CLAIMED)
    send(world, row, "2026-04-21 09:15")
    sign_all(row, "2026-04-27 16:20")
    decide(
        world, row, "2026-05-06 14:10", "decline",
        reason="Three pictures named on a morning's walk show no skill that an employer could rely"
        " on. The walk itself is worth a badge for taking part: propose it so.",
    )  # fmt: skip
    world.proposals["walk claimed"] = row
    row = write(world, "walk", "2026-08-31 10:40", talk)
    send(world, row, "2026-09-01 08:50")
    sign_all(row, "2026-09-03 13:30")
    decide(world, row, "2026-09-09 11:20", "approve")
    _settle(world, "walk", row)


def meetings_with_budget(world: World) -> None:
    """A non-credit course: budget, two signatures, four parties, decision."""
    talk = consult(
        world, "meetings", "grace", "management-marketing", "2026-08-24 10:10", "2026-09-02 15:00",
        outcome="noncredit_track",
    )  # fmt: skip
    row = write(world, "meetings", "2026-09-21 14:00", talk)
    send(world, row, "2026-09-22 09:00")
    sign_all(row, "2026-09-24 10:30", "2026-09-29 16:00")
    values = {**first_values(row), **TERMS}
    names = [party["legal_name"] for party in values["parties"]]
    values["responsibilities"] = [
        {"party": name, "area": area, "duty": duty}
        for name, (area, duty) in zip(names, DUTIES, strict=True)
    ]
    values["files"] = ["memorandum.pdf"]
    with at("2026-10-05 11:15"):
        mou = mous.draft_mou(by=person(row.lead), proposal=row, values=values)
        mou = mous.send_mou(by=person(row.lead), mou=mou)
    with at("2026-10-12 09:40"):
        execute(world, mou, parties_of(mou))
    row.refresh_from_db()
    with at("2026-10-14 10:00"):
        proposals.accept_complete(by=world.by("dana"), proposal=row)
    with at("2026-10-15 15:45"):
        proposals.decide(
            by=world.by("dana"), proposal=row, outcome="approve with conditions",
            reason="Budget and memorandum fit one another.",
            conditions=[("Show the workbook to the design team.", date(2026, 11, 2))],
        )  # fmt: skip
    with at("2026-10-29 09:30"):
        row.refresh_from_db()
        condition = row.case.decisions.get().conditions.get()
        proposals.close_condition(
            by=world.by("dana"), condition=condition, evidence="Seen by the design team."
        )
    _settle(world, "meetings", row)


def issue_to_walkers(world: World) -> None:
    """Four who walked get the badge that says that they did."""
    issue_round(world, WALKED)


def _settle(world: World, key: str, proposal: Proposal) -> None:
    proposal.refresh_from_db()
    assert proposal.program is not None
    world.proposals[key], world.programs[key] = proposal, proposal.program

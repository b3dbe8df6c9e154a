"""Three pilots that are proposed for good: their reviews, their notices, and what they propose."""

from collections.abc import Callable
from functools import partial
from typing import Any

from bitterroot.demo.content import load
from bitterroot.demo.papers import pdf
from bitterroot.demo.pilots import accept, acknowledge, hand_in
from bitterroot.demo.road import send, sign_all
from bitterroot.demo.world import World, at
from bitterroot.governance.models import StepRun
from bitterroot.people.actor import person
from bitterroot.programs.domain import intent as intents
from bitterroot.proposals.domain import draft
from bitterroot.proposals.domain import proposal as proposals
from bitterroot.proposals.domain.full import start_full_proposal

Acts = list[tuple[str, Callable[[], Any]]]


def before_the_proposals(world: World) -> Acts:
    """Two years of reviews and the notice to continue, each on its day."""
    acts: Acts = []
    for key, head, said, notice in (
        ("supply", "miriam", SUPPLY, ("2026-09-02", "2026-09-03", "2026-09-04")),
        ("snow", "helen", SNOW, ("2026-09-01", "2026-09-02", "2026-09-03")),
        ("tribal", "joseph", TRIBAL, ("2026-09-09", "2026-09-11", "2026-09-14")),
    ):
        for year, answers in enumerate(said, 1):
            day = 2024 + year
            rating, comments = answers["rating"], answers["comments"]
            values = {k: v for k, v in answers.items() if k not in ("rating", "comments")}
            acts += [
                (f"{day}-05-06 10:15", partial(hand_in, world, key, year, values)),
                (f"{day}-05-08 16:30", partial(acknowledge, world, key, year, head)),
                (f"{day}-05-14 11:05", partial(accept, world, key, year, rating, comments)),
            ]
        written, signed, kept = notice
        acts += [
            (f"{written} 09:40", partial(_sign_notice, world, key)),
            (f"{signed} 14:10", partial(_sign_as_head, world, key, head)),
            (f"{kept} 08:50", partial(_take_note, world, key)),
        ]
    return acts


def _sign_notice(world: World, key: str) -> None:
    row = world.programs[key].pilot.intents.get()
    by = person(world.programs[key].lead)
    values = {"choice": "continue", "reason": NOTICES[key], "planned_on": "2026-10-15"}
    row = intents.save_intent(by=by, intent=row, values=values, revision=row.revision)
    intents.sign_as_lead(by=by, intent=row)


def _sign_as_head(world: World, key: str, head: str) -> None:
    row = world.programs[key].pilot.intents.get()
    intents.sign_as_head(by=world.by(head), intent=row, sha256=row.content_sha256)


def _take_note(world: World, key: str) -> None:
    row = world.programs[key].pilot.intents.get()
    intents.acknowledge_intent(by=world.by("dana"), intent=row)


def propose_in_full(
    world: World, key: str, begun: str, sent: str, signed: tuple[str, ...], complete: str
) -> StepRun:
    """Written, signed and found complete; the step at which it is then, before the subcommittee."""
    program = world.programs[key]
    program.refresh_from_db()
    with at(begun):
        by = person(program.lead)
        row = start_full_proposal(by=by, program=program)
        row = draft.save_values(by=by, proposal=row, values=FULL[key], revision=row.revision)
        for part in load("programs")[key]["components"]:
            name = part.get("code") or part["title"]
            data = pdf(f"Syllabus: {part['title']}", f"Part of {program.title}.", name)
            draft.attach_file(
                by=by, proposal=row, field="syllabus", name=f"Syllabus {name}.pdf", data=data
            )
        row = draft.attest_procedures(by=by, proposal=row)
    send(world, row, sent)
    sign_all(row, *signed)
    with at(complete):
        proposals.accept_complete(by=world.by("dana"), proposal=row)
    row.refresh_from_db()
    world.proposals[f"{key} in full"] = row
    return row.case.runs.get(path="subcommittee", state="open")


NOTICES = {
    "supply": "Four firms have sent people twice; the courses run in the master's program anyway.",
    "snow": "The highway department sends two of its crew each winter, and asks for four places.",
    "tribal": "Two tribal offices ask it of whoever comes to do research.",
}
DECLARED = {"accurate": True, "conflict": False}
FULL: dict[str, dict[str, Any]] = {
    "supply": {
        **DECLARED,
        "audience": "Graduate students of business, planners of firms, and staff of growers' cooperatives.",
        "price": "1850.00",
        "benefit": "Firms of the state plan with their own data, and graduates stay to do it.",
        "staffing": "One lecturer at half time, in the base budget of the college.",
        "budget": [
            {"year": year, "income": income, "cost": "31000.00"}
            for year, income in (
                ("2027-28", "29600.00"), ("2028-29", "33300.00"), ("2029-30", "37000.00"),
            )
        ],
        "catalog_copy": "Six credits for those who plan what is bought, made and sent: clean data, a forecast that says how sure it is, a page that is read.",
        "system_level": "report",
        "transcript_title": "Supply-Chain Analytics",
    },
    "snow": {
        **DECLARED,
        "audience": "Graduate students of geography and hydrology, ski patrols, and crews of the highway department.",
        "price": "2100.00",
        "benefit": "Roads, slopes and water offices of the region describe the same snow in the same words.",
        "staffing": "The lead, and a field assistant for twelve weeks of each winter.",
        "budget": [
            {"year": year, "income": income, "cost": "33500.00"}
            for year, income in (
                ("2027-28", "31500.00"), ("2028-29", "35700.00"), ("2029-30", "37800.00"),
            )
        ],
        "catalog_copy": "Six credits in the snow: a profile that others can read, the water in it, and a note on the danger of the day.",
        "system_level": "report",
        "transcript_title": "Snowpack Field Methods",
    },
    "tribal": {
        **DECLARED,
        "duration": "Six weeks",
        "benefit": "Research on the reservations begins with an agreement, not with an apology.",
        "staffing": "The lead, and an adviser of a tribal college by the hour.",
        "budget": [
            {"year": year, "income": "5400.00", "cost": "4900.00"}
            for year in ("2027-28", "2028-29", "2029-30")
        ],
        "catalog_copy": "Twenty hours on who owns data about a people, and what a fair agreement says.",
        "system_level": "none",
    },
}  # fmt: skip
SUPPLY: tuple[dict[str, Any], ...] = (
    {
        "enrolled": 14,
        "withdrawn": 2,
        "learner_feedback": "The second project is long beside a job; its data were real, and that was liked.",
        "results": ["86 percent", "64 percent", "Two of three asked"],
        "issues": "Licenses of the firms' data came late.",
        "recommendation": "continue with changes",
        "rating": "watch",
        "comments": "Please spread the second project over more weeks.",
    },
    {
        "enrolled": 19,
        "withdrawn": 1,
        "learner_feedback": "The longer second project was right.",
        "partner_feedback": "One mill reads the dashboard of its learner each morning.",
        "results": ["94 percent", "72 percent", "Four of four asked"],
        "issues": "none",
        "recommendation": "continue",
        "rating": "on_track",
        "comments": "The change of the second project has helped.",
    },
)
TRIBAL: tuple[dict[str, Any], ...] = (
    {
        "enrolled": 11,
        "withdrawn": 1,
        "learner_feedback": "More time before the community was asked for.",
        "results": ["91 percent", "55 percent", "Two tribal offices"],
        "issues": "Travel in winter.",
        "recommendation": "continue",
        "rating": "on_track",
        "comments": "",
    },
    {
        "enrolled": 15,
        "withdrawn": 2,
        "learner_feedback": "The draft of an agreement was used as it stood by three of us.",
        "results": ["87 percent", "69 percent", "Both tribal offices"],
        "issues": "Only one person teaches it.",
        "recommendation": "continue",
        "rating": "on_track",
        "comments": "Please say in the full proposal who stands in.",
    },
)
SNOW: tuple[dict[str, Any], ...] = (
    {
        "enrolled": 10,
        "withdrawn": 1,
        "learner_feedback": "Too few days in the snow before the first profile was rated.",
        "results": ["90 percent", "56 percent", "One of two asked"],
        "issues": "Two field days were lost to closed roads.",
        "recommendation": "continue with changes",
        "rating": "watch",
        "comments": "Please plan two days in reserve each winter.",
    },
    {
        "enrolled": 13,
        "withdrawn": 1,
        "learner_feedback": "The days in reserve were needed, and were the best of the winter.",
        "partner_feedback": "The highway department reads the notes on danger beside its own.",
        "results": ["92 percent", "75 percent", "Three of three asked"],
        "issues": "none",
        "recommendation": "continue",
        "rating": "on_track",
        "comments": "The days in reserve have helped.",
    },
)

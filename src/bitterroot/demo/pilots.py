"""Pilots over their years: reviews in time and late, one returned, a notice half written, a lapse."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from bitterroot.demo.lists import Round, issue_from, plan
from bitterroot.demo.world import World, at
from bitterroot.learning.models import Offering
from bitterroot.people.actor import person
from bitterroot.programs.domain import ending, sweep
from bitterroot.programs.domain import intent as intents
from bitterroot.programs.domain import review as reviews
from bitterroot.programs.models import ProgramReview

Acts = Sequence[tuple[str, Callable[[], Any]]]
#: Mornings on which something comes due: the sweep runs on each, as the worker's would.
SWEEPS = (
    "2025-04-01", "2025-04-16", "2025-05-16", "2025-10-13", "2025-11-12", "2025-11-28", "2025-12-05",
    "2025-12-11", "2025-12-13", "2026-03-31", "2026-04-15", "2026-05-01", "2026-05-08", "2026-05-14",
    "2026-05-16", "2026-05-29", "2026-06-14", "2026-08-31", "2026-09-19", "2026-10-19", "2026-11-18",
)  # fmt: skip
#: Those who were taught before the pilot of fire logistics lapsed, and got their badges after it.
LAST_CREW = Round(
    "fire", "summer-2026", "2026-08-07", "2026-09-10 10:00", 40, 0, 10, "2026-09-15 11:00"
)


def live_through_pilots(world: World, beside: Acts = ()) -> None:
    """Everything that happened in four pilots, and `beside` them, day by day, as it happened."""
    crew: list[Offering] = []
    acts = [*_reviews_in_time(world), *beside]
    acts += [
        ("2026-06-15 09:00", lambda: crew.append(plan(world, LAST_CREW))),
        ("2026-06-20 17:40", lambda: hand_in(world, "climate", 2, CLIMATE_2)),
        ("2026-06-24 09:15", lambda: acknowledge(world, "climate", 2, "margit")),
        ("2026-07-02 11:30", lambda: _return(world)),
        ("2026-09-08 10:20", lambda: _teach_out_fire(world)),
        ("2026-09-10 09:30", lambda: issue_from(world, LAST_CREW, crew[0])),
        ("2026-11-12 16:05", lambda: _begin_notice(world)),
    ]
    live_through(acts)


def live_through(acts: Acts) -> None:
    """Let each act happen on its day, and the sweep on its mornings."""
    days = [*acts, *((f"{day} 06:00", sweep.run_due) for day in SWEEPS)]
    for day, act in sorted(days, key=lambda each: datetime.fromisoformat(each[0])):
        with at(day):
            act()


def _reviews_in_time(world: World) -> list[tuple[str, Callable[[], Any]]]:
    """Handed in by the lead, acknowledged by the head, rated by the office."""
    acts: list[tuple[str, Callable[[], Any]]] = []
    for key, year, head, said, days, rating, comments in (
        ("climate", 1, "margit", CLIMATE_1, ("2025-05-05", "2025-05-07", "2025-05-12"),
         "on_track", "A good first year."),
        ("fire", 2, "curtis", FIRE_2, ("2025-05-09", "2025-05-13", "2025-05-20"),
         "watch", "Seven learners do not carry the cost. Please plan with the two counties."),
        ("rural", 1, "naomi", RURAL_1, ("2026-05-01", "2026-05-04", "2026-05-11"),
         "on_track", "Thank you; the hospital's letter helps."),
    ):  # fmt: skip
        written, read, rated = days
        acts += [
            (f"{written} 15:20", partial(hand_in, world, key, year, said)),
            (f"{read} 09:10", partial(acknowledge, world, key, year, head)),
            (f"{rated} 13:45", partial(accept, world, key, year, rating, comments)),
        ]
    return acts


def _review(world: World, key: str, year: int) -> ProgramReview:
    return ProgramReview.objects.select_related("pilot__program__owner_unit").get(
        pilot__program=world.programs[key], year=year
    )


def hand_in(world: World, key: str, year: int, said: dict[str, Any]) -> None:
    """The lead completes the review with what they have to say, and submits it."""
    row = _review(world, key, year)
    by = person(row.pilot.program.lead)
    learners = said["enrolled"] - said["withdrawn"]
    values = {
        **said,
        "outcomes": [
            {**each, "assessed": learners, "met": learners - n}
            for n, each in enumerate(row.values["outcomes"])
        ],
        "success_measures": [
            {**each, "result": result}
            for each, result in zip(row.values["success_measures"], said["results"], strict=True)
        ],
    }
    row = reviews.save_review(by=by, review=row, values=values, revision=row.revision)
    reviews.submit_review(by=by, review=row)


def acknowledge(world: World, key: str, year: int, head: str) -> None:
    """The head has read the review."""
    reviews.acknowledge_review(by=world.by(head), review=_review(world, key, year))


def accept(world: World, key: str, year: int, rating: str, comments: str) -> None:
    """The office accepts the review and rates its year."""
    reviews.accept_review(
        by=world.by("dana"), review=_review(world, key, year), rating=rating, comments=comments
    )


def _return(world: World) -> None:
    reviews.return_review(
        by=world.by("dana"),
        review=_review(world, "climate", 2),
        reason="Please add what the learners of JRNL 411 said; only the other course is there.",
    )


def _teach_out_fire(world: World) -> None:
    program = world.programs["fire"]
    program.refresh_from_db()
    ending.begin_teach_out(
        by=world.by("dana"),
        program=program,
        end_term="fall-2026",
        reason="No notice was given; the last crew finishes its assessment in the fall.",
    )


def _begin_notice(world: World) -> None:
    row = world.programs["climate"].pilot.intents.get()
    intents.save_intent(
        by=world.by("ingrid"),
        intent=row,
        values={"choice": "continue", "reason": "Two agencies send their new staff each year."},
        revision=row.revision,
    )


CLIMATE_1: dict[str, Any] = {
    "enrolled": 16,
    "withdrawn": 2,
    "figures_note": "The first offering was before the record began; its learners are counted by hand.",
    "learner_feedback": "Many asked for more practice before a live audience.",
    "partner_feedback": "The land trust used two of the message plans.",
    "results": ["88 percent", "Not counted yet", "One of two asked"],
    "issues": "Rooms with recording equipment were short.",
    "recommendation": "continue",
}
CLIMATE_2: dict[str, Any] = {
    "enrolled": 26,
    "withdrawn": 4,
    "learner_feedback": "CCS 352: the audience study was the best part.",
    "results": ["85 percent", "64 percent", "Three of four asked"],
    "issues": "The evening section filled slowly.",
    "changes": "The talk is now recorded twice, and the better one is assessed.",
    "recommendation": "continue with changes",
}
FIRE_2: dict[str, Any] = {
    "enrolled": 9,
    "withdrawn": 2,
    "learner_feedback": "The simulation is close to the real thing; the cost exercise is too long.",
    "results": ["78 percent", "Not counted yet", "One of three asked"],
    "issues": "Few can come in May, when the season begins.",
    "recommendation": "continue with changes",
}
RURAL_1: dict[str, Any] = {
    "enrolled": 61,
    "withdrawn": 9,
    "learner_feedback": "Simulated clients were hard and useful. Video sessions need better sound.",
    "partner_feedback": "The hospital wants to send twelve aides a year.",
    "results": ["85 percent", "71 percent", "The hospital and two schools"],
    "issues": "none",
    "recommendation": "continue",
}

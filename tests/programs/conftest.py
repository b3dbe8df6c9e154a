"""A pilot of Dana's under Hale's headship; Deane is dean, Olive runs the office, Cole co-leads."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bitterroot.people.actor import Actor
from bitterroot.people.domain.person import assign_role, create_person
from bitterroot.people.enums import Role
from bitterroot.programs.domain import intent as intents
from bitterroot.programs.domain import review as reviews
from bitterroot.programs.domain import sweep
from bitterroot.programs.models import Intent, Pilot, Program, ProgramReview
from bitterroot.proposals.domain.earlier import record_earlier_program
from bitterroot.record import clock
from bitterroot.record.domain.audit import verify_record
from kept import kept
from proposals.conftest import ANSWERS, SET_UP, SINCE, uni  # noqa: F401

MISSOULA = ZoneInfo("America/Denver")


@contextmanager
def on(day: str, time: str = "09:00") -> Iterator[None]:
    """Stand at a day in Missoula, written `2026-11-18`."""
    with clock.standing_at(datetime.fromisoformat(f"{day} {time}").replace(tzinfo=MISSOULA)):
        yield


@pytest.fixture
@kept
def people(uni: SimpleNamespace) -> SimpleNamespace:  # noqa: F811
    with on("2024-01-10"):
        uni.cole = create_person(by=SET_UP, display_name="Cole Ortiz")
        assign_role(by=SET_UP, person=uni.cole, role=Role.INSTRUCTOR, starts_on=SINCE)
    return uni


@pytest.fixture
def begin(people: SimpleNamespace) -> Callable[..., Pilot]:
    """begin("fall-2024", on_day) enters a pilot that Dana leads, on that day."""

    def made(term: str, day: str = "", **changed: Any) -> Pilot:
        year = term[-4:]
        day = day or {"fall": f"{year}-08-20", "spring": f"{year}-01-10"}[term.split("-")[0]]
        with on(day):
            program = record_earlier_program(
                by=people.by("olive"),
                values={**ANSWERS, "owner_unit": people.unit.key, **changed},
                lead=people.dana,
                body="Program office",
                decided_on=date(2024, 1, 9),
                document_name="decision.pdf",
                document=b"%PDF-1.4 decision",
                pilot_start_term=term,
            )
            program.co_leads.add(people.cole)
        return Pilot.objects.get(program=program)

    return made


#: Complete answers to form F, beside outcomes and measures that the review begins with.
SAID: dict[str, Any] = {
    "enrolled": 18,
    "withdrawn": 2,
    "learner_feedback": "Many asked for more time in the field.",
    "issues": "none",
    "recommendation": "continue",
}


def complete(review: ProgramReview) -> dict[str, Any]:
    """Answers that the lead can submit."""
    return {
        **SAID,
        "outcomes": [{**row, "assessed": 18, "met": 15} for row in review.values["outcomes"]],
        "success_measures": [
            {**row, "result": "82 percent"} for row in review.values["success_measures"]
        ],
    }


def hand_in(by: Actor, review: ProgramReview) -> ProgramReview:
    """The lead writes all of it and submits."""
    review.refresh_from_db()
    row = reviews.save_review(
        by=by, review=review, values=complete(review), revision=review.revision
    )
    return reviews.submit_review(by=by, review=row)


CONTINUE = {"choice": "continue", "reason": "Towns send people.", "planned_on": "2027-01-15"}


def give_notice(
    people: SimpleNamespace, intent: Intent, values: dict[str, Any] = CONTINUE
) -> Intent:
    """Dana and Hale sign it."""
    dana, hale = people.by("dana"), people.by("hale")
    row = intents.save_intent(by=dana, intent=intent, values=values, revision=intent.revision)
    row = intents.sign_as_lead(by=dana, intent=row)
    return intents.sign_as_head(by=hale, intent=row, sha256=row.content_sha256)


def sweep_on(day: str) -> int:
    """What one run of the sweep does on that day; two more runs must find nothing."""
    with on(day):
        done = sweep.run_due()
        assert (sweep.run_due(), sweep.run_due()) == (0, 0)
    return done


def state_of(pilot: Pilot) -> str:
    return Program.objects.get(pilot=pilot).state


def misfits() -> list[str]:
    """Rows that the record does not vouch for (its tails are signed on commit, which no test does)."""
    return [str(each) for each in verify_record().broken if "tail" not in f"{each}"]

"""Proposers read by when each step would be over: by the calendar, the bodies' months and meetings."""

from datetime import date, datetime
from types import SimpleNamespace

import pytest

from bitterroot.governance.domain.acts import override
from bitterroot.governance.domain.meeting import plan_meeting
from bitterroot.governance.domain.seat import seat_member
from bitterroot.governance.queries import track
from bitterroot.governance.queries.expected import expected
from bitterroot.people.actor import person
from bitterroot.programs.models import Program
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.queries.standing import standing_of
from programs.conftest import MISSOULA, SET_UP, on

from .full_kit import begin, noticed, people, pilot, written  # noqa: F401


@pytest.fixture
def row(people: SimpleNamespace, noticed: Program) -> Proposal:  # noqa: F811
    """Sent for signatures on Monday, 19 Oct 2026."""
    row = written(people, noticed)
    with on("2026-10-19"):
        verbs.submit_for_signatures(by=people.by("dana"), proposal=row)
    return Proposal.objects.select_related("case").get(pk=row.pk)


def sign_next(row: Proposal) -> None:
    asked = row.case.signatures.get(state="requested")
    assert asked.person is not None
    verbs.sign(by=person(asked.person), signature=asked, typed_name=asked.person.display_name)


def found_complete(people: SimpleNamespace, row: Proposal) -> Proposal:  # noqa: F811
    """Signed by all three, and before the subcommittee."""
    for _ in range(3):
        sign_next(row)
    row = Proposal.objects.select_related("case").get(pk=row.pk)
    verbs.accept_complete(by=people.by("olive"), proposal=row)
    return row


def test_each_step_is_counted_from_the_one_before_it(row: Proposal) -> None:
    """Ten business days a signature; bodies skip winter recess, and months in which they do not meet."""
    row.case.refresh_from_db()
    with on("2026-10-19"):
        by = expected(row.case)
        assert by == {
            "signatures": date(2026, 12, 3),  # Veterans Day and Thanksgiving are no workdays
            "complete": date(2026, 12, 17),
            "subcommittee": date(2027, 2, 16),
            "committees": date(2027, 4, 6),
            "committees/ascrc": date(2027, 4, 6),
            "senate": date(2027, 9, 2),
            "provost": date(2027, 9, 24),
        }
        shown = {step.key: step.by for step in track(row.case)}
        assert shown["draft"] is None
        assert shown["committees/graduate-council"] is None  # it is not asked
        assert shown["provost"] == date(2027, 9, 24)
    with on("2026-10-20"):
        sign_next(row)
        assert expected(row.case)["signatures"] == date(2026, 11, 18)


def test_while_it_is_signed_the_day_of_whoever_is_asked_is_due(row: Proposal) -> None:
    """Ten business days; the next signatory has ten of their own."""
    with on("2026-10-19"):
        assert standing_of(row).due == date(2026, 11, 2)
    with on("2026-10-20"):
        sign_next(row)
        assert standing_of(row).due == date(2026, 11, 3)


def test_nothing_is_counted_while_nobody_is_to_decide(
    people: SimpleNamespace,  # noqa: F811
    row: Proposal,
) -> None:
    with on("2026-10-20"):
        row = found_complete(people, row)
        assert expected(row.case)
        run = row.case.runs.get(path="subcommittee", state="open")
        override(
            by=people.by("olive"),
            run=run,
            outcome="approve with conditions",
            reason="By its minutes.",
            conditions=[("Name a second instructor.", None)],
        )
        row.case.refresh_from_db()
        assert expected(row.case) == {}


def test_a_meeting_that_is_planned_counts_more_than_a_number_of_days(
    people: SimpleNamespace,  # noqa: F811
    row: Proposal,
) -> None:
    with on("2026-10-20"):
        row = found_complete(people, row)
        seat_member(
            by=SET_UP,
            body="interdisciplinary-subcommittee",
            person=people.stranger,
            title="Secretary",
            office="secretary",
            voting=False,
            starts_on=date(2026, 9, 1),
        )
        before = expected(row.case)
        assert before["subcommittee"] == date(2026, 11, 18)
        for day in (22, 29):  # the agenda of the first has closed
            plan_meeting(
                by=person(people.stranger),
                body="interdisciplinary-subcommittee",
                starts_at=datetime(2026, 10, day, 14, tzinfo=MISSOULA),
                place="Main Hall",
            )
        after = expected(row.case)
        assert after["subcommittee"] == date(2026, 10, 29)
        assert after["provost"] < before["provost"]

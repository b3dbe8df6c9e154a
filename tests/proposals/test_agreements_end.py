"""Agreements over their life: in force, near their end, expired, renewed, ended by notice."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from types import SimpleNamespace
from typing import Any

import pytest

from bitterroot.figures.scope import Scope
from bitterroot.figures.tracks import agreement_figures
from bitterroot.messages.domain.dispatch import run_once
from bitterroot.messages.models import Mail
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.programs.domain.program import propose_program
from bitterroot.programs.models import Program
from bitterroot.proposals.domain import mou as mous
from bitterroot.proposals.domain.mou_life import give_notice, renew_mou
from bitterroot.proposals.domain.mou_sweep import run_due
from bitterroot.proposals.enums import MouState
from bitterroot.proposals.models import Mou, Proposal
from bitterroot.proposals.queries.agreements import agreement_ends, why_no_offering
from bitterroot.record import clock
from bitterroot.record.models import Event

PARTIES = [
    {"legal_name": "Geography", "officer": "Hale Yellowtail", "email": "hale@umontana.example.edu"},
    {"legal_name": "Lolo Land Trust", "officer": "Owen Birdsong", "email": "owen@trust.example"},
]


@pytest.fixture
def signed(proposal: Proposal, uni: SimpleNamespace) -> Callable[..., Mou]:
    """An executed agreement on Dana's program; it holds from its first to its last day."""

    def make(first: str = "2026-01-01", last: str = "2027-01-31", **more: Any) -> Mou:
        values = {
            "title": "Agreement on maps", "type": "third-party", "parties": PARTIES, "starts": first,
            "ends": last, "purpose": "Teach together.", "termination_notice_days": 30,
            "responsibilities": [{"party": "Geography", "area": "delivery", "duty": "Teaches."}],
            "financial_model": "Half each.", "data_sharing": "None.", "teach_out": "Both finish.",
            "signatories": [{"party": p["legal_name"], "name": p["officer"]} for p in PARTIES],
            **more,
        }  # fmt: skip
        mou = mous.draft_mou(by=uni.by("dana"), proposal=proposal, values=values)
        return execute(uni, mous.send_mou(by=uni.by("dana"), mou=mou))

    return make


@pytest.fixture
def program(proposal: Proposal, uni: SimpleNamespace) -> Program:
    """Dana's program, as the proposal has it."""
    row = propose_program(by=uni.by("dana"), values=proposal.values, lead=uni.dana, co_leads=[])
    proposal.program = row
    proposal.save(update_fields=["program"])
    return row


def execute(uni: SimpleNamespace, mou: Mou) -> Mou:
    return mous.execute_mou(
        by=uni.by("olive"), mou=mou, file_name="mou.pdf", data=b"%PDF-1.7 signed",
        executed_on=clock.today(),
    )  # fmt: skip


def on(day: str) -> Any:
    return clock.standing_at(datetime.combine(date.fromisoformat(day), time(16), UTC))


def told(template: str) -> list[str]:
    run_once()
    return sorted(Mail.objects.filter(template=template).values_list("to_address", flat=True))


def test_it_is_in_force_ends_soon_and_expires_each_told_once(
    signed: Callable[..., Mou], program: Program
) -> None:
    mou = signed()
    seen = []
    for day in ("2026-11-18", "2026-11-19", "2026-12-02", "2026-12-10", "2027-01-05", "2027-02-01"):
        with on(day):
            run_due()
            assert run_due() == 0, day
            mou.refresh_from_db()
            soon = Event.objects.filter(verb="mou ends soon").count()
            seen.append((day, mou.state, soon))
            counted = agreement_figures(Scope("All units"))
            expired = mou.state == MouState.EXPIRED
            assert [n for _, n in counted.rows] == ([0, 0, 0, 1] if expired else [0, 1, 1, 0])
    assert seen == [
        ("2026-11-18", "expiring", 1),  # 74 days before: the reminder of 90 days, once
        ("2026-11-19", "expiring", 1),
        ("2026-12-02", "expiring", 2),
        ("2026-12-10", "expiring", 2),
        ("2027-01-05", "expiring", 3),
        ("2027-02-01", "expired", 3),
    ]
    with on("2027-02-01"):
        assert "owen@trust.example" in told("mou_expired")
        partner = Mail.objects.get(template="mou_expired", to_address="owen@trust.example")
    assert "No new offering may begin" in partner.body
    assert "http" not in partner.body  # who has no account gets no link


def test_a_missed_night_is_caught_up_with_one_reminder(
    signed: Callable[..., Mou], program: Program
) -> None:
    mou = signed(last="2027-06-30")
    with on("2026-11-19"):
        run_due()
    mou.refresh_from_db()
    assert (mou.state, mou.next_on) == (MouState.ACTIVE, date(2027, 4, 1))
    with on("2027-06-20"):  # the worker stood still through all three days
        run_due()
        run_due()
    reminders = Event.objects.filter(verb="mou ends soon")
    assert [event.data.count('"days":30') for event in reminders] == [1]


def test_an_expired_one_blocks_offerings_until_its_renewal_is_executed(
    signed: Callable[..., Mou], program: Program, uni: SimpleNamespace
) -> None:
    mou = signed(last="2026-12-31")
    with on("2027-01-04"):
        run_due()
        assert why_no_offering(program).startswith("The agreement “Agreement on maps” has ended")
        assert agreement_ends(program) == date(2026, 12, 31)
        following = renew_mou(by=uni.by("dana"), mou=mou)
        assert (following.values["starts"], following.values["ends"]) == (
            "2027-01-04",
            "2028-01-03",
        )
        with pytest.raises(NotPossible, match="begun already"):
            renew_mou(by=uni.by("dana"), mou=mou)
        following = mous.send_mou(by=uni.by("dana"), mou=following)
        assert why_no_offering(program)  # only sent: nothing is signed yet
        execute(uni, following)
        mou.refresh_from_db()
        assert (mou.state, why_no_offering(program)) == (MouState.RENEWED, "")
        assert agreement_ends(program) == date(2028, 1, 3)
        counted = agreement_figures(Scope("All units"))
        assert (counted.in_force, counted.expired) == (1, 0)
        assert agreement_figures(Scope("None", frozenset())).rows[1] == ("In force", 0)


def test_a_notice_ends_it_after_the_days_that_were_agreed(
    signed: Callable[..., Mou], program: Program, uni: SimpleNamespace
) -> None:
    mou = signed()
    words = {"party": "Lolo Land Trust", "reason": "Moves away.", "effect": "Two learners finish."}
    with pytest.raises(Refused):
        give_notice(by=uni.by("dana"), mou=mou, **words)
    with pytest.raises(NotPossible) as refused:
        give_notice(by=uni.by("olive"), mou=mou, party="Someone", reason=" ", effect="")
    assert [field for field, _ in refused.value.problems] == ["party", "reason", "effect"]
    given = give_notice(by=uni.by("olive"), mou=mou, **words)
    assert (given.terminates_on, given.last_day) == (date(2026, 12, 18), date(2026, 12, 18))
    with pytest.raises(NotPossible, match="given already"):
        give_notice(by=uni.by("olive"), mou=mou, **words)
    assert "owen@trust.example" in told("mou_notice_given")
    with on("2026-12-18"):
        run_due()
        assert why_no_offering(program) == ""
    with on("2026-12-19"):
        run_due()
        mou.refresh_from_db()
        assert mou.state == MouState.TERMINATED
        assert "has ended" in why_no_offering(program)


def test_a_renewal_signed_before_the_end_says_nothing_more(
    signed: Callable[..., Mou], program: Program, uni: SimpleNamespace
) -> None:
    mou = signed()
    run_due()
    following = mous.send_mou(by=uni.by("dana"), mou=renew_mou(by=uni.by("dana"), mou=mou))
    execute(uni, following)
    assert told("mou_ends_soon") == []  # the reminder was recorded, and nobody need act any more
    with on("2027-02-02"):
        run_due()
        mou.refresh_from_db()
        following.refresh_from_db()
    assert (mou.state, following.state) == (MouState.RENEWED, MouState.ACTIVE)


def test_a_stranger_renews_nothing(signed: Callable[..., Mou], uni: SimpleNamespace) -> None:
    with pytest.raises(Refused):
        renew_mou(by=uni.by("stranger"), mou=signed())

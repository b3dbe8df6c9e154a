"""When things are due: the pilot's clock under both rules, signatures, consultations."""

import datetime as dt
from typing import Literal

import pytest

from bitterroot.policy import OutsideCalendar, PilotClock, load_policy, step_due, still_recent
from bitterroot.policy.deadlines import add_months, signature_escalates, signature_reminders

POLICY = load_policy("montana")


def clock(first_term: str, rule: Literal["A", "B"] = "A", extension: int = 0) -> PilotClock:
    rules = POLICY.pilot.model_copy(update={"rule": rule})
    return PilotClock(POLICY.calendar, rules, POLICY.calendar.term(first_term), extension)


def test_climate_communication_began_in_fall_2024_and_must_give_notice_this_fall() -> None:
    pilot = clock("fall-2024")
    assert [year.label for year in pilot.years] == ["2024-25", "2025-26", "2026-27"]
    assert [pilot.review_due(n) for n in (1, 2, 3)] == [
        dt.date(2025, 5, 16),
        dt.date(2026, 5, 15),
        dt.date(2027, 5, 14),
    ]
    assert pilot.review_opens(2) == dt.date(2026, 3, 31)
    assert pilot.review_told_to_head(2) == dt.date(2026, 5, 29)
    assert pilot.review_told_to_dean(2) == dt.date(2026, 6, 14)
    assert pilot.intent_target == dt.date(2026, 8, 31)
    assert pilot.intent_due == dt.date(2026, 12, 18)
    assert pilot.full_due == dt.date(2027, 1, 29)
    assert pilot.college_sign_off == dt.date(2027, 2, 8)
    assert pilot.subcommittee_by == dt.date(2027, 2, 19)
    assert pilot.ends == dt.date(2027, 8, 29)
    assert pilot.year_on(dt.date(2026, 11, 18)) == 3


def test_notice_is_reminded_of_from_the_end_of_spring_of_year_two() -> None:
    assert clock("fall-2024").intent_reminders == (
        dt.date(2026, 5, 15),
        dt.date(2026, 10, 19),
        dt.date(2026, 11, 18),
        dt.date(2026, 12, 4),
        dt.date(2026, 12, 11),
        dt.date(2026, 12, 17),
    )


def test_a_spring_start_has_used_its_first_year_under_rule_a() -> None:
    pilot = clock("spring-2026")
    assert [year.label for year in pilot.years] == ["2025-26", "2026-27", "2027-28"]
    assert pilot.year_on(dt.date(2026, 11, 18)) == 2
    assert pilot.ends == dt.date(2028, 8, 27)


def test_a_spring_start_has_three_full_years_under_rule_b() -> None:
    pilot = clock("spring-2026", "B")
    assert [year.label for year in pilot.years] == ["2026-27", "2027-28", "2028-29"]
    assert pilot.year_on(dt.date(2026, 3, 2)) == 1
    assert pilot.year_on(dt.date(2026, 11, 18)) == 1
    assert pilot.ends == dt.date(2029, 8, 26)


def test_a_fall_start_is_the_same_under_both_rules() -> None:
    assert clock("fall-2025", "A").deadlines() == clock("fall-2025", "B").deadlines()


def test_incident_logistics_began_in_fall_2023_and_is_over() -> None:
    pilot = clock("fall-2023")
    assert pilot.ends == dt.date(2026, 8, 30)
    assert pilot.year_on(dt.date(2023, 8, 27)) is None
    assert pilot.year_on(dt.date(2026, 8, 30)) == 3
    assert pilot.year_on(dt.date(2026, 8, 31)) is None


def test_an_extension_moves_what_belongs_to_the_last_year() -> None:
    pilot = clock("fall-2023", extension=1)
    assert pilot.year_on(dt.date(2026, 11, 18)) == 4
    assert pilot.intent_due == dt.date(2026, 12, 18)
    with pytest.raises(ValueError, match="a pilot of 4 years has no year 5"):
        pilot.year(5)


def test_the_list_of_deadlines_is_in_order_and_complete() -> None:
    assert [deadline.key for deadline in clock("fall-2024").deadlines()] == [
        "review-1",
        "review-2",
        "intent-target",
        "intent-due",
        "full-due",
        "college-sign-off",
        "subcommittee-by",
        "review-3",
        "pilot-ends",
    ]


def test_a_pilot_beyond_the_calendar_says_so() -> None:
    with pytest.raises(OutsideCalendar, match="no academic year 2 after 2029-30 in the calendar"):
        clock("fall-2029").year(3)


def test_ten_business_days_from_18_november_skip_thanksgiving() -> None:
    asked = dt.date(2026, 11, 18)
    assert step_due(POLICY.calendar, asked, 10) == dt.date(2026, 12, 4)


def test_bodies_count_no_days_in_the_winter_recess() -> None:
    asked = dt.date(2026, 12, 10)
    assert step_due(POLICY.calendar, asked, 5) == dt.date(2026, 12, 17)
    sits = POLICY.bodies["faculty-senate"].sits
    assert step_due(POLICY.calendar, asked, 5, sits=sits) == dt.date(2027, 2, 3)


@pytest.mark.parametrize(
    ("institution", "body", "asked", "due"),
    [
        # Thanksgiving, then the recess from 15 December; the senate meets in no January.
        ("montana", "faculty-senate", "2026-11-18", "2027-02-04"),
        ("montana", "ascrc", "2026-11-18", "2027-02-04"),
        # The subcommittee meets in January, from the first day of the spring term.
        ("montana", "interdisciplinary-subcommittee", "2026-11-18", "2027-01-22"),
        ("montana", "faculty-senate", "2027-05-10", "2027-09-23"),  # no body sits in the summer
        ("lakeland-state", "graduate-curriculum", "2026-11-18", "2027-02-04"),
        ("hudson-valley", "review-committee", "2026-11-18", "2026-12-18"),  # meets all year
        ("hudson-valley", "senate-executive", "2027-05-10", "2027-06-08"),
    ],
)
def test_twenty_days_of_a_body_are_days_on_which_it_sits(
    institution: str, body: str, asked: str, due: str
) -> None:
    policy = load_policy(institution)
    sits = policy.bodies[body].sits
    found = step_due(policy.calendar, dt.date.fromisoformat(asked), 20, sits=sits)
    assert found.isoformat() == due
    assert policy.calendar.sits_on(sits, found)


def test_days_on_which_the_clock_stood_do_not_count() -> None:
    asked, calendar = dt.date(2026, 11, 2), POLICY.calendar
    assert step_due(calendar, asked, 5) == dt.date(2026, 11, 9)
    stood = [(dt.date(2026, 11, 4), dt.date(2026, 11, 10))]  # four business days
    assert step_due(calendar, asked, 5, stood=stood) == dt.date(2026, 11, 16)


def test_a_body_beyond_the_calendar_still_keeps_its_months() -> None:
    sits = POLICY.bodies["faculty-senate"].sits
    assert step_due(POLICY.calendar, dt.date(2031, 6, 2), 1, sits=sits) == dt.date(2031, 9, 1)


def test_signatures_are_reminded_and_escalated() -> None:
    asked = dt.date(2026, 11, 18)
    assert signature_reminders(POLICY.signing, asked) == (
        dt.date(2026, 11, 21),
        dt.date(2026, 11, 25),
    )
    assert signature_reminders(POLICY.signing, asked, by_link=True) == (dt.date(2026, 11, 23),)
    assert signature_escalates(POLICY.signing, asked) == dt.date(2026, 12, 2)


def test_a_consultation_on_leap_day_is_good_until_the_end_of_february() -> None:
    held = dt.date(2028, 2, 29)
    assert add_months(held, 12) == dt.date(2029, 2, 28)
    assert still_recent(held, dt.date(2029, 2, 28), 12)
    assert not still_recent(held, dt.date(2029, 3, 1), 12)
    assert not still_recent(held, dt.date(2028, 2, 28), 12)

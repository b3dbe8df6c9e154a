"""The calendar's arithmetic, as properties over every day that it covers."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitterroot.policy import OutsideCalendar, load_policy

CALENDAR = load_policy("montana").calendar
FIRST, LAST = CALENDAR.years[0].start, CALENDAR.years[-1].end

days = st.dates(FIRST, LAST)
counts = st.integers(1, 60)


def test_it_covers_seven_years_of_three_terms() -> None:
    assert [year.label for year in CALENDAR.academic_years] == [
        "2023-24",
        "2024-25",
        "2025-26",
        "2026-27",
        "2027-28",
        "2028-29",
        "2029-30",
    ]
    assert len(CALENDAR.terms) == 21


def test_the_terms_around_the_day_of_the_demonstration() -> None:
    today = dt.date(2026, 11, 18)
    term = CALENDAR.term_on(today)
    assert term is not None
    assert (term.key, term.label) == ("fall-2026", "Fall 2026")
    assert (term.end, term.grades_due) == (dt.date(2026, 12, 11), dt.date(2026, 12, 23))
    assert CALENDAR.next_term(today).key == "spring-2027"
    assert CALENDAR.academic_year_on(today).label == "2026-27"
    assert CALENDAR.term_on(dt.date(2026, 12, 28)) is None


def test_no_term_begins_on_a_holiday_or_a_weekend() -> None:
    assert [term.key for term in CALENDAR.terms if not CALENDAR.is_business_day(term.start)] == []


def test_curriculum_cut_offs_are_the_last_fridays_of_september_and_january() -> None:
    for cut_off in CALENDAR.curriculum_deadlines:
        assert cut_off.on.strftime("%A") == "Friday"
        assert (cut_off.on + dt.timedelta(days=7)).month != cut_off.on.month
    assert CALENDAR.curriculum_deadlines[7].on == dt.date(2027, 1, 29)


def test_thanksgiving_is_no_business_day_but_spring_break_is() -> None:
    assert not CALENDAR.is_business_day(dt.date(2026, 11, 26))
    assert not CALENDAR.is_business_day(dt.date(2026, 11, 27))
    assert CALENDAR.is_business_day(dt.date(2027, 3, 16))
    assert not CALENDAR.is_session_day(dt.date(2027, 3, 16))


def test_a_holiday_on_a_weekend_is_kept_on_the_day_observed() -> None:
    assert not CALENDAR.is_business_day(dt.date(2026, 7, 3))  # the fourth is a Saturday
    assert not CALENDAR.is_business_day(dt.date(2027, 7, 5))  # the fourth is a Sunday


def test_what_lies_outside_says_so() -> None:
    with pytest.raises(OutsideCalendar, match="no term 'fall-1999' in the calendar"):
        CALENDAR.term("fall-1999")
    with pytest.raises(OutsideCalendar, match="2031-01-01 is in no academic year"):
        CALENDAR.academic_year_on(dt.date(2031, 1, 1))
    with pytest.raises(OutsideCalendar, match="no term after 2030-06-30"):
        CALENDAR.next_term(dt.date(2030, 6, 30))


@given(days, counts)
def test_adding_business_days_lands_on_one_and_counting_gives_the_number_back(
    day: dt.date, count: int
) -> None:
    due = CALENDAR.add_business_days(day, count)
    assert CALENDAR.is_business_day(due)
    assert CALENDAR.business_days_between(day, due) == count


@given(days, counts, counts)
def test_adding_in_two_parts_is_adding_at_once(day: dt.date, first: int, second: int) -> None:
    halfway = CALENDAR.add_business_days(day, first)
    assert CALENDAR.add_business_days(halfway, second) == CALENDAR.add_business_days(
        day, first + second
    )


@given(days, counts)
def test_going_back_undoes_going_forth_from_a_business_day(day: dt.date, count: int) -> None:
    start = CALENDAR.add_business_days(day, 0)
    assert CALENDAR.add_business_days(CALENDAR.add_business_days(start, count), -count) == start


@given(days, days)
def test_counting_back_is_the_negative_of_counting_forth(a: dt.date, b: dt.date) -> None:
    assert CALENDAR.business_days_between(a, b) == -CALENDAR.business_days_between(b, a)


@given(days, st.integers(1, 20))
def test_days_in_session_are_never_sooner(day: dt.date, count: int) -> None:
    try:
        in_session = CALENDAR.count_days(day, count, CALENDAR.is_session_day)
    except OutsideCalendar:
        assert day > CALENDAR.terms[-2].start
        return
    assert in_session >= CALENDAR.add_business_days(day, count)
    assert CALENDAR.is_session_day(in_session)


@given(days)
def test_every_day_is_in_exactly_one_academic_year_and_at_most_one_term(day: dt.date) -> None:
    year = CALENDAR.academic_year_on(day)
    assert sum(each.start <= day <= each.end for each in CALENDAR.years) == 1
    term = CALENDAR.term_on(day)
    if term is not None:
        assert CALENDAR.year_of(term) == year
        assert term.start <= day <= term.finals_end


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Fall 2026", "fall-2026"),
        ("  FALL SEMESTER 2026 ", "fall-2026"),
        ("fall-2026", "fall-2026"),
        ("2026 Autumn", "fall-2026"),
        ("FA26", "fall-2026"),
        ("Sp '27", "spring-2027"),
        ("Summer term 2027", "summer-2027"),
        ("Fall 1999", None),
        ("2026", None),
        ("Fall", None),
        ("Fall 2026 and Spring 2027", None),
        ("", None),
    ],
)
def test_the_term_that_someone_means(text: str, key: str | None) -> None:
    term = CALENDAR.term_named(text)
    assert (term.key if term else None) == key

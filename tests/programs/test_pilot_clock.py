"""The pilot's clock over its years: what opens, lapses and closes by itself, each once."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest

from bitterroot.people.errors import NotPossible, Refused
from bitterroot.programs.domain import ending, pilot
from bitterroot.programs.domain import intent as intents
from bitterroot.programs.domain import review as reviews
from bitterroot.programs.models import Intent, Pilot, Program, Reminder
from bitterroot.record.models import Event

from .conftest import give_notice, hand_in, misfits, on, state_of, sweep_on

Begin = Callable[..., Pilot]


def told(verb: str) -> int:
    return Event.objects.filter(verb=verb).count()


def test_a_fall_pilot_has_a_review_for_each_of_its_three_years(begin: Begin) -> None:
    row = begin("fall-2024")
    assert [(r.year, r.opens_on, r.due_on, r.state) for r in row.reviews.order_by("year")] == [
        (1, date(2025, 4, 1), date(2025, 5, 16), "scheduled"),
        (2, date(2026, 3, 31), date(2026, 5, 15), "scheduled"),
        (3, date(2027, 3, 30), date(2027, 5, 14), "scheduled"),
    ]
    assert row.ends_on == date(2027, 8, 29)


def test_a_spring_pilot_ends_by_its_rule(begin: Begin) -> None:
    row = begin("spring-2025")
    assert (row.rule, row.ends_on) == ("A", date(2027, 8, 29))
    row.rule = "B"
    row.calendar = ""
    row.save()
    sweep_on("2025-02-01")
    row.refresh_from_db()
    assert row.ends_on == date(2028, 8, 27)
    assert list(row.reviews.order_by("year").values_list("due_on", flat=True)) == [
        date(2026, 5, 15),
        date(2027, 5, 14),
        date(2028, 5, 12),
    ]


def test_a_pilot_entered_late_owes_no_review_of_the_years_before(begin: Begin) -> None:
    row = begin("fall-2024", "2025-09-01")
    assert list(row.reviews.order_by("year").values_list("state", flat=True)) == [
        "waived",
        "scheduled",
        "scheduled",
    ]


def test_a_review_opens_and_is_reminded_of_once_at_each_step(begin: Begin) -> None:
    row = begin("fall-2024")
    steps = {}
    for day in (
        "2025-03-31",
        "2025-04-01",
        "2025-04-16",
        "2025-05-02",
        "2025-05-09",
        "2025-05-15",
        "2025-05-16",
        "2025-05-17",
        "2025-05-30",
        "2025-06-15",
        "2025-07-20",
    ):
        sweep_on(day)
        steps[day] = list(Reminder.objects.order_by("pk").values_list("kind", "days"))
    assert steps["2025-03-31"] == [] == steps["2025-04-01"]
    assert told("yearly review opened") == 1
    assert steps["2025-07-20"] == [
        ("review due", -30),
        ("review due", -14),
        ("review due", -7),
        ("review due", -1),
        ("review overdue", 1),
        ("review told to head", 14),
        ("review told to dean", 30),
    ]
    assert row.reviews.get(year=1).state == "open"


def test_after_a_pause_only_the_latest_reminder_goes_out(begin: Begin) -> None:
    begin("fall-2024")
    sweep_on("2025-05-10")
    assert list(Reminder.objects.values_list("kind", "days")) == [("review due", -7)]


def test_a_pilot_without_notice_lapses_at_its_end_and_an_extension_brings_it_back(
    begin: Begin, people: SimpleNamespace
) -> None:
    row = begin("fall-2023", "2024-01-10")
    for day in ("2024-05-10", "2025-05-16", "2026-05-15", "2026-08-30"):
        sweep_on(day)
    assert state_of(row) == "pilot_active"
    assert sweep_on("2026-08-31") == 1
    program = Program.objects.get(pilot=row)
    assert (program.state, program.enrolls_until) == ("pilot_lapsed", date(2026, 8, 30))
    assert Intent.objects.get().state == "lapsed"
    for day in ("2026-09-01", "2027-01-01"):
        assert sweep_on(day) == 0
    assert told("pilot lapsed") == 1

    with on("2026-09-10"):
        with pytest.raises(Refused):
            pilot.extend_pilot(by=people.by("dana"), pilot=row, years=1, reason="Please.")
        with pytest.raises(NotPossible, match="needs a reason"):
            pilot.extend_pilot(by=people.by("olive"), pilot=row, years=1, reason=" ")
        row = pilot.extend_pilot(
            by=people.by("olive"), pilot=row, years=1, reason="The lead was on leave."
        )
    assert (state_of(row), row.ends_on) == ("pilot_active", date(2027, 8, 29))
    assert Intent.objects.get().state == "open"
    assert row.reviews.filter(year=4).count() == 1
    sweep_on("2026-12-11")
    assert list(Reminder.objects.filter(kind="notice due").values_list("due_on", "days"))[-1] == (
        date(2026, 12, 18),
        -7,
    )
    assert misfits() == []


def test_notice_to_continue_is_signed_by_lead_then_head_and_acknowledged(
    begin: Begin, people: SimpleNamespace
) -> None:
    row = begin("fall-2024", "2026-03-01")
    sweep_on("2026-05-15")
    intent = Intent.objects.get()
    with on("2026-09-20"):
        with pytest.raises(NotPossible) as error:
            intents.sign_as_lead(by=people.by("dana"), intent=intent)
        assert [field for field, _ in error.value.problems] == ["choice", "reason"]
        with pytest.raises(Refused):
            intents.sign_as_lead(by=people.by("cole"), intent=intent)
        intent = give_notice(people, intent)
        assert state_of(row) == "intent_continue"
        with pytest.raises(Refused):
            intents.acknowledge_intent(by=people.by("hale"), intent=intent)
        intent = intents.acknowledge_intent(by=people.by("olive"), intent=intent)
    assert intent.state == "acknowledged"
    with on("2027-01-10"):
        owed = pilot.why_not_in_full(row.program.__class__.objects.get(pk=row.program_id))
    assert owed == ["The review of pilot year 2 is missing."]


def test_the_head_signs_what_the_lead_signed_or_gives_it_back(
    begin: Begin, people: SimpleNamespace
) -> None:
    row = begin("fall-2024", "2026-03-01")
    sweep_on("2026-05-15")
    dana, hale = people.by("dana"), people.by("hale")
    with on("2026-09-20"):
        intent = intents.save_intent(
            by=dana,
            intent=Intent.objects.get(),
            values={"choice": "continue", "reason": "Demand.", "planned_on": "2027-01-15"},
            revision=0,
        )
        intent = intents.sign_as_lead(by=dana, intent=intent)
        with pytest.raises(NotPossible, match="changed since you opened it"):
            intents.sign_as_head(by=hale, intent=intent, sha256="0" * 64)
        intent = intents.return_intent(by=hale, intent=intent, reason="Name the towns.")
        assert (intent.state, intent.returned_reason) == ("open", "Name the towns.")
        assert intent.lead_signed_by is None
    assert state_of(row) == "pilot_active"


def test_one_may_think_again_until_the_full_proposal_is_submitted(
    begin: Begin, people: SimpleNamespace
) -> None:
    row = begin("fall-2024", "2026-05-20")
    sweep_on("2026-05-20")
    with on("2026-09-20"):
        first = give_notice(people, Intent.objects.get())
        later = intents.change_intent(by=people.by("dana"), intent=first)
        first.refresh_from_db()
        assert (first.state, later.n, later.values) == ("superseded", 2, first.values)
        assert state_of(row) == "pilot_active"
        later = give_notice(people, later)
        pilot.propose_in_full(by=people.by("dana"), program=row.program)
        with pytest.raises(NotPossible, match="the notice stands"):
            intents.change_intent(by=people.by("dana"), intent=later)
    assert misfits() == []


def test_a_program_to_be_removed_is_taught_out_and_closes_by_itself(
    begin: Begin, people: SimpleNamespace
) -> None:
    row = begin("fall-2024", "2026-05-20")
    sweep_on("2026-05-20")
    with on("2026-09-20"):
        intent = give_notice(
            people,
            Intent.objects.get(),
            {"choice": "remove", "reason": "Few came.", "teach_out_term": "spring-2027"},
        )
        assert state_of(row) == "intent_remove"
        intents.acknowledge_intent(by=people.by("olive"), intent=intent)
    program = Program.objects.get(pk=row.program_id)
    assert (program.state, program.enrolls_until) == ("teach_out", date(2026, 9, 20))
    assert program.teach_out.ends_on == date(2027, 5, 14)
    sweep_on("2027-02-13")
    sweep_on("2027-04-14")
    assert list(Reminder.objects.filter(kind="teach-out ends").values_list("days", flat=True)) == [
        -90,
        -30,
    ]
    assert sweep_on("2027-05-14") == 0
    assert sweep_on("2027-05-15") == 1
    assert state_of(row) == "closed"
    assert told("program closed") == 1
    with on("2027-06-01"):
        ending.archive_program(by=people.by("olive"), program=program)
    assert state_of(row) == "archived"
    assert misfits() == []


def test_a_full_proposal_that_is_not_decided_in_time_lapses_too(
    begin: Begin, people: SimpleNamespace
) -> None:
    row = begin("fall-2024", "2026-05-20")
    sweep_on("2026-05-20")
    with on("2026-09-20"):
        give_notice(people, Intent.objects.get())
    sweep_on("2027-03-30")
    with on("2027-04-20"):
        hand_in(people.by("dana"), row.reviews.get(year=3))
        pilot.propose_in_full(by=people.by("dana"), program=row.program)
    sweep_on("2027-08-30")
    assert state_of(row) == "pilot_lapsed"
    with on("2027-09-01"):
        pilot.extend_pilot(by=people.by("olive"), pilot=row, years=1, reason="Senate sits late.")
    assert state_of(row) == "full_proposed"


def test_suspending_stops_the_clock_and_resuming_catches_up(
    begin: Begin, people: SimpleNamespace
) -> None:
    row = begin("fall-2024")
    olive = people.by("olive")
    with on("2025-03-01"):
        ending.suspend_program(by=olive, program=row.program, reason="The lab is closed.")
    assert sweep_on("2025-05-20") == 0
    with on("2025-05-21"):
        ending.resume_program(by=olive, program=row.program)
    assert sweep_on("2025-05-21") == 2  # opened, and overdue
    assert state_of(row) == "pilot_active"


def test_a_review_goes_from_lead_to_head_to_office(begin: Begin, people: SimpleNamespace) -> None:
    row = begin("fall-2024")
    sweep_on("2025-04-01")
    review = row.reviews.get(year=1)
    dana, hale, olive = people.by("dana"), people.by("hale"), people.by("olive")
    with on("2025-05-01"):
        with pytest.raises(NotPossible) as error:
            reviews.submit_review(by=dana, review=review)
        assert [f for f, _ in error.value.problems][:2] == ["enrolled", "withdrawn"]
        review = hand_in(dana, review)
        assert (review.state, review.figures["offerings"]) == ("submitted", 0)
        with pytest.raises(NotPossible, match="has not acknowledged"):
            reviews.accept_review(by=olive, review=review, rating="on_track")
        with pytest.raises(Refused):
            reviews.acknowledge_review(by=olive, review=review)
        reviews.acknowledge_review(by=hale, review=review)
        review = reviews.return_review(by=olive, review=review, reason="Say who left, and why.")
        assert (review.state, review.head_acknowledged_at) == ("returned", None)
        review = hand_in(dana, review)
        reviews.acknowledge_review(by=hale, review=review)
        with pytest.raises(NotPossible, match="Rate the pilot year"):
            reviews.accept_review(by=olive, review=review, rating="fine")
        review = reviews.accept_review(by=olive, review=review, rating="watch", comments="Thanks.")
    assert (review.state, review.rating) == ("accepted", "watch")
    sweep_on("2025-06-20")
    assert not Reminder.objects.filter(kind="review overdue").exists()
    assert misfits() == []


def test_two_who_write_the_same_answer_are_told(begin: Begin, people: SimpleNamespace) -> None:
    row = begin("fall-2024")
    sweep_on("2025-04-01")
    review = row.reviews.get(year=1)
    with on("2025-04-02"):
        reviews.save_review(
            by=people.by("cole"), review=review, values={"issues": "Snow."}, revision=0
        )
        with pytest.raises(NotPossible, match="Someone saved this meanwhile"):
            reviews.save_review(
                by=people.by("dana"), review=review, values={"issues": "None."}, revision=0
            )
        saved = reviews.save_review(
            by=people.by("dana"), review=review, values={"enrolled": "12"}, revision=0
        )
    assert (saved.values["issues"], saved.values["enrolled"]) == ("Snow.", 12)


def test_a_waiver_needs_the_office_and_a_reason(begin: Begin, people: SimpleNamespace) -> None:
    row = begin("fall-2024")
    review = row.reviews.get(year=1)
    with on("2025-03-01"):
        with pytest.raises(Refused):
            reviews.waive_review(by=people.by("dana"), review=review, reason="Busy.")
        with pytest.raises(NotPossible, match="needs a reason"):
            reviews.waive_review(by=people.by("olive"), review=review, reason="")
        reviews.waive_review(by=people.by("olive"), review=review, reason="It began in April.")
    sweep_on("2025-05-20")
    assert not Reminder.objects.exists()

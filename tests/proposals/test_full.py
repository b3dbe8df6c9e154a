"""After its pilot, Dana's program is proposed for good, decided on, and established."""

from types import SimpleNamespace

import orjson
import pytest

from bitterroot.governance.queries import approval_chain
from bitterroot.messages.domain import dispatch
from bitterroot.messages.models import Mail
from bitterroot.people.actor import person
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.people.models import Address
from bitterroot.programs.domain import intent as intents
from bitterroot.programs.domain import sweep
from bitterroot.programs.models import Pilot, Program
from bitterroot.proposals import rules
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.domain.full import start_full_proposal
from bitterroot.proposals.queries.missing import missing
from programs.conftest import give_notice, misfits, on, state_of

from .full_kit import ANSWERS, begin, noticed, people, pilot, recommended, sent  # noqa: F401


def test_it_waits_for_the_office_to_acknowledge_the_notice(
    people: SimpleNamespace,  # noqa: F811
    pilot: Pilot,  # noqa: F811
) -> None:
    dana = people.by("dana")
    with pytest.raises(NotPossible, match="notice to continue that lead and head have signed"):
        start_full_proposal(by=dana, program=pilot.program)
    with on("2026-10-01"):
        intent = give_notice(people, pilot.intents.get())
        with pytest.raises(NotPossible, match="has not acknowledged the notice"):
            start_full_proposal(by=dana, program=pilot.program)
        intents.acknowledge_intent(by=people.by("olive"), intent=intent)
        with pytest.raises(Refused):
            start_full_proposal(by=people.by("olive"), program=pilot.program)
        start_full_proposal(by=dana, program=pilot.program)
        with pytest.raises(NotPossible, match="under way"):
            start_full_proposal(by=dana, program=pilot.program)


def test_it_begins_with_the_pilot_s_answers_and_record(
    people: SimpleNamespace,  # noqa: F811
    noticed: Program,  # noqa: F811
) -> None:
    row = start_full_proposal(by=people.by("dana"), program=noticed)
    assert (row.process, row.case.process, row.program) == (
        "full-proposal",
        "full-proposal",
        noticed,
    )
    assert row.values["description"] == noticed.versions.get().content["description"]
    evidence = row.values["outcome_evidence"]
    assert [(r["learners"], r["met"]) for r in evidence] == [(36, 30)] * 3  # two years of 18 and 15
    assert [r["year"] for r in row.values["budget"]] == ["2027-28", "2028-29", "2029-30"][
        : len(row.values["budget"])
    ]
    assert "accurate" not in row.values  # attested anew
    assert people.cole in row.co_authors.all()
    asked = {gap.field for gap in missing(row)}
    assert {"benefit", "staffing", "accurate", "procedures_attested"} <= asked
    assert not asked & {"title", "outcomes", "consultation"}


def test_what_is_frozen_carries_reviews_figures_and_conditions(
    people: SimpleNamespace,  # noqa: F811
    noticed: Program,  # noqa: F811
) -> None:
    row = sent(people, noticed)
    kept = orjson.loads(row.case.snapshots.get().content)["pilot"]
    years = [(y["year"], y["label"], y["state"], y["rating"]) for y in kept["years"]]
    assert years == [
        (1, "2024-25", "Accepted", "On track"),
        (2, "2025-26", "Accepted", "Watch"),
        (3, "2026-27", "Not open yet", ""),
    ]
    assert kept["years"][0]["figures"]["enrolled"] == 18
    assert (kept["total"]["enrolled"], kept["total"]["withdrawn"]) == (36, 4)
    assert kept["version"]["body"] == "Program office"
    assert kept["notice"]["choice"] == "continue"
    assert kept["conditions"] == []
    assert state_of(noticed.pilot) == "full_proposed"
    assert row.state == "submitted"


def test_the_whole_way_establishes_it_and_leaves_the_old_badge_alone(
    people: SimpleNamespace,  # noqa: F811
    noticed: Program,  # noqa: F811
) -> None:
    row = recommended(people, noticed)
    assert (row.state, row.case.step) == ("in_review", "provost")
    old = noticed.versions.get().templates.get()
    paula, olive = person(people.paula), people.by("olive")
    assert rules.may_decide(paula, row)
    assert not rules.may_decide(olive, row)
    with pytest.raises(Refused):
        verbs.decide(by=olive, proposal=row, outcome="approve")
    with on("2026-11-16"):
        verbs.decide(by=paula, proposal=row, outcome="approve")
    row.refresh_from_db()
    program = Program.objects.get(pk=noticed.pk)
    assert (row.state, program.state) == ("approved", "established")
    assert str(program.review_on) == "2034-06-30"  # seven years past the end of 2026-27
    second = program.versions.get(n=2)
    assert second.content["audience"] == ANSWERS["audience"]
    assert second.templates.get().n == 2
    assert program.versions.get(n=1).templates.get().achievement == old.achievement
    chain = approval_chain(second.decision)
    assert (chain["decided_by"], chain["decided_on"]) == ("Paula Provost", "2026-11-16")
    assert "Head, " + people.unit.name in {s["capacity"] for s in chain["signatures"]}
    assert misfits() == []


def test_where_the_university_system_is_asked_it_is_established_once_that_answered(
    people: SimpleNamespace,  # noqa: F811
    noticed: Program,  # noqa: F811
) -> None:
    row = recommended(people, noticed, system_level="level-2")
    olive, paula = people.by("olive"), person(people.paula)
    with on("2026-11-16"):
        verbs.decide(by=paula, proposal=row, outcome="approve")
    row.refresh_from_db()
    assert (row.state, row.case.step, state_of(noticed.pilot)) == (
        "in_review", "system", "full_proposed",
    )  # fmt: skip
    for key in ("dana", "olive"):
        at = f"{key}@umontana.example.edu"
        Address.objects.create(
            person=getattr(people, key), address=at, normalized=at, kind="campus", primary=True
        )
    with on("2026-11-16"):
        while dispatch.run_once():
            pass
    by_provost = Mail.objects.filter(
        subject__startswith="Provost", body__contains=" has decided on "
    )
    assert set(by_provost.values_list("template", "to_address")) == {
        ("body_decided", "dana@umontana.example.edu"),
        ("result_told", "olive@umontana.example.edu"),
    }
    with on("2027-01-20"):
        verbs.decide(by=olive, proposal=row, outcome="return", reason="It asks for the budget.")
        row.refresh_from_db()
        assert row.case.step == "provost"
        verbs.decide(by=paula, proposal=row, outcome="approve")
        row.refresh_from_db()
        with pytest.raises(NotPossible, match="Say what shows it"):
            verbs.decide(by=olive, proposal=row, outcome="confirmed")
    with on("2027-03-12"):
        verbs.decide(
            by=olive, proposal=row, outcome="confirmed", reason="Item 217-0311 of its board"
        )
    row.refresh_from_db()
    program = Program.objects.get(pk=noticed.pk)
    assert (row.state, program.state) == ("approved", "established")
    chain = approval_chain(program.versions.get(n=2).decision)
    assert (chain["decided_by"], chain["decided_on"]) == ("Paula Provost", "2027-01-20")
    assert misfits() == []


def test_declined_by_the_provost_the_pilot_runs_out(
    people: SimpleNamespace,  # noqa: F811
    noticed: Program,  # noqa: F811
) -> None:
    row = recommended(people, noticed)
    verbs.decide(by=person(people.paula), proposal=row, outcome="decline", reason="Too few came.")
    row.refresh_from_db()
    assert (row.state, state_of(noticed.pilot)) == ("declined", "intent_continue")
    again = start_full_proposal(by=people.by("dana"), program=noticed)
    assert again.case != row.case


def test_returned_to_the_senate_it_goes_the_rest_of_the_way_again(
    people: SimpleNamespace,  # noqa: F811
    noticed: Program,  # noqa: F811
) -> None:
    row = recommended(people, noticed)
    paula = person(people.paula)
    verbs.decide(by=paula, proposal=row, outcome="return", reason="Ask once more.", to="senate")
    row.refresh_from_db()
    row.case.refresh_from_db()
    assert (row.state, row.case.step) == ("in_review", "senate")


def test_withdrawn_while_the_pilot_has_lapsed_it_does_not_come_back(
    people: SimpleNamespace,  # noqa: F811
    noticed: Program,  # noqa: F811
) -> None:
    row = sent(people, noticed)
    with on("2027-10-01"):
        sweep.run_due()
        assert state_of(noticed.pilot) == "pilot_lapsed"
        verbs.withdraw(by=people.by("dana"), proposal=row, reason="No one to teach it.")
    program = Program.objects.get(pk=noticed.pk)
    assert (program.state, program.state_before) == ("pilot_lapsed", "intent_continue")

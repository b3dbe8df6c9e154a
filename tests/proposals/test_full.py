"""After its pilot, Dana's program is proposed for good, decided on, and established."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from bitterroot.governance.domain.acts import override
from bitterroot.governance.models import SignatureRequest
from bitterroot.governance.queries import approval_chain
from bitterroot.people.actor import person
from bitterroot.people.domain.person import assign_role, create_person
from bitterroot.people.enums import Role
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.programs.domain import intent as intents
from bitterroot.programs.domain import review as reviews
from bitterroot.programs.domain import sweep
from bitterroot.programs.models import Pilot, Program
from bitterroot.proposals import rules
from bitterroot.proposals.domain import draft
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.domain.full import start_full_proposal
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.queries.missing import missing
from programs.conftest import (
    SET_UP,
    SINCE,
    begin,  # noqa: F401
    give_notice,
    hand_in,
    misfits,
    on,
    people,  # noqa: F401
    state_of,
)

BUDGET = [{"year": f"20{y}-{y + 1}", "income": "9000", "cost": "7000"} for y in (27, 28, 29)]
ANSWERS: dict[str, Any] = {
    "benefit": "Towns of the state plan with their own maps.",
    "budget": BUDGET,
    "staffing": "One instructor, permanent.",
    "system_level": "report",
    "accurate": True,
    "conflict": False,
    "audience": "Planners, students and county clerks.",
}


@pytest.fixture
def pilot(people: SimpleNamespace, begin: Callable[..., Pilot]) -> Pilot:  # noqa: F811
    """A pilot since fall 2024 with two accepted reviews; the provost is Paula."""
    row = begin("fall-2024")
    for year, rating in ((2025, "on_track"), (2026, "watch")):
        with on(f"{year}-05-02"):
            sweep.run_due()
            review = row.reviews.get(year=year - 2024)
            hand_in(people.by("dana"), review)
            reviews.acknowledge_review(by=people.by("hale"), review=review)
            reviews.accept_review(by=people.by("olive"), review=review, rating=rating)
    people.paula = create_person(by=SET_UP, display_name="Paula Provost")
    assign_role(by=SET_UP, person=people.paula, role=Role.PROVOST, starts_on=SINCE)
    with on("2026-09-02"):
        sweep.run_due()
    return Pilot.objects.get(pk=row.pk)


@pytest.fixture
def noticed(people: SimpleNamespace, pilot: Pilot) -> Program:  # noqa: F811
    """The notice to continue is given and acknowledged."""
    with on("2026-10-01"):
        intent = give_notice(people, pilot.intents.get())
        intents.acknowledge_intent(by=people.by("olive"), intent=intent)
    return Program.objects.get(pk=pilot.program_id)


def written(people: SimpleNamespace, program: Program) -> Proposal:  # noqa: F811
    """Dana begins and completes the full proposal."""
    dana = people.by("dana")
    with on("2026-10-12"):
        row = start_full_proposal(by=dana, program=program)
        who = [str(people.dana.pk)]
        said = {**ANSWERS, "tracked_by": who, "issuance_requested_by": who}
        row = draft.save_values(by=dana, proposal=row, values=said, revision=row.revision)
        draft.attach_file(
            by=dana, proposal=row, field="syllabus", name="syllabus.pdf", data=b"%PDF-1.4 s"
        )
        draft.attest_procedures(by=dana, proposal=row)
    return Proposal.objects.get(pk=row.pk)


def sent(people: SimpleNamespace, program: Program) -> Proposal:  # noqa: F811
    """Sent, and signed by everyone who is asked."""
    row = written(people, program)
    with on("2026-10-19"):
        verbs.submit_for_signatures(by=people.by("dana"), proposal=row)
        while asked := SignatureRequest.objects.filter(case=row.case, state="requested").first():
            assert asked.person is not None
            name = asked.person.display_name
            verbs.sign(by=person(asked.person), signature=asked, typed_name=name)
    return Proposal.objects.select_related("case").get(pk=row.pk)


def recommended(people: SimpleNamespace, program: Program) -> Proposal:  # noqa: F811
    """Every body has recommended it: it is before the provost."""
    row = sent(people, program)
    with on("2026-11-02"):
        verbs.accept_complete(by=people.by("olive"), proposal=row)
        for path in ("subcommittee", "committees/ascrc", "senate"):
            run = row.case.runs.get(path=path, state="open")
            override(by=people.by("olive"), run=run, outcome="approve", reason="By its minutes.")
    return Proposal.objects.select_related("case").get(pk=row.pk)


def test_it_waits_for_the_office_to_acknowledge_the_notice(
    people: SimpleNamespace,  # noqa: F811
    pilot: Pilot,
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
    noticed: Program,
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
    noticed: Program,
) -> None:
    row = sent(people, noticed)
    pilot = orjson.loads(row.case.snapshots.get().content)["pilot"]
    years = [(y["year"], y["label"], y["state"], y["rating"]) for y in pilot["years"]]
    assert years == [
        (1, "2024-25", "Accepted", "On track"),
        (2, "2025-26", "Accepted", "Watch"),
        (3, "2026-27", "Not open yet", ""),
    ]
    assert pilot["years"][0]["figures"]["enrolled"] == 18
    assert (pilot["total"]["enrolled"], pilot["total"]["withdrawn"]) == (36, 4)
    assert pilot["version"]["body"] == "Program office"
    assert pilot["notice"]["choice"] == "continue"
    assert pilot["conditions"] == []
    assert state_of(noticed.pilot) == "full_proposed"
    assert row.state == "submitted"


def test_the_whole_way_establishes_it_and_leaves_the_old_badge_alone(
    people: SimpleNamespace,  # noqa: F811
    noticed: Program,
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


def test_declined_by_the_provost_the_pilot_runs_out(
    people: SimpleNamespace,  # noqa: F811
    noticed: Program,
) -> None:
    row = recommended(people, noticed)
    verbs.decide(by=person(people.paula), proposal=row, outcome="decline", reason="Too few came.")
    row.refresh_from_db()
    assert (row.state, state_of(noticed.pilot)) == ("declined", "intent_continue")
    again = start_full_proposal(by=people.by("dana"), program=noticed)
    assert again.case != row.case


def test_returned_to_the_senate_it_goes_the_rest_of_the_way_again(
    people: SimpleNamespace,  # noqa: F811
    noticed: Program,
) -> None:
    row = recommended(people, noticed)
    paula = person(people.paula)
    verbs.decide(by=paula, proposal=row, outcome="return", reason="Ask once more.", to="senate")
    row.refresh_from_db()
    row.case.refresh_from_db()
    assert (row.state, row.case.step) == ("in_review", "senate")


def test_withdrawn_while_the_pilot_has_lapsed_it_does_not_come_back(
    people: SimpleNamespace,  # noqa: F811
    noticed: Program,
) -> None:
    row = sent(people, noticed)
    with on("2027-10-01"):
        sweep.run_due()
        assert state_of(noticed.pilot) == "pilot_lapsed"
        verbs.withdraw(by=people.by("dana"), proposal=row, reason="No one to teach it.")
    program = Program.objects.get(pk=noticed.pk)
    assert (program.state, program.state_before) == ("pilot_lapsed", "intent_continue")

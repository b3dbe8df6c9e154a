"""A step in two readings: the first meeting reads the matter, a later one decides it."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bitterroot.governance import policies
from bitterroot.governance.domain import agenda
from bitterroot.governance.domain.agenda import note_reading, put_on_agenda, rule_on_late
from bitterroot.governance.domain.ballot import cast_vote, close_ballot, open_ballot
from bitterroot.governance.domain.bundle import bind
from bitterroot.governance.domain.meeting import arrive, end_meeting, open_meeting
from bitterroot.governance.domain.run import conclude
from bitterroot.governance.models import AgendaItem, Case, Meeting, StepRun
from bitterroot.governance.queries import track
from bitterroot.governance.queries.expected import expected
from bitterroot.governance.queries.meetings import agenda_of
from bitterroot.governance.queries.minutes import drafted
from bitterroot.governance.queries.readings import still_to_read
from bitterroot.people.actor import person
from bitterroot.people.domain.person import assign_role, create_person
from bitterroot.people.enums import Role
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.policy import Policy
from bitterroot.policy.drawing import outline, svg
from bitterroot.record import clock

from .bodies_kit import (
    MEETING,
    NOW,
    SET_UP,
    SINCE,
    in_session,
    matter,
    moved,
    on_the_day,
    planned,
)

LATER = MEETING + timedelta(days=7)
HERE = ("ada", "ben", "cyd", "dov")


@pytest.fixture(autouse=True)
def twice(monkeypatch: pytest.MonkeyPatch) -> Policy:
    document: dict[str, Any] = policies.current().document()
    for process in document["processes"]:
        if process["key"] == "full-proposal":
            [step] = [each for each in process["steps"] if each["key"] == "subcommittee"]
            step["readings"] = 2
    policy = Policy.from_document(document)
    monkeypatch.setattr(policies, "laid_down", lambda: policy)
    return policy


def of_reading(meeting: Meeting) -> list[str]:
    return [line.reading for _, lines in agenda_of(meeting, None) for line in lines]


def item_stands(meeting: Meeting) -> str:
    return meeting.items.get().stands


def test_the_first_meeting_reads_it_and_the_second_decides(house: SimpleNamespace) -> None:
    run = matter(house)
    second = planned(house, LATER)
    with on_the_day():
        first = in_session(house, *HERE, run=run)
        item = first.items.get()
        assert of_reading(first) == ["First"]
        motion = moved(house, run, item=item)
        with pytest.raises(NotPossible, match="It takes 2 meetings, and 0 before this one read it"):
            open_ballot(by=house.by("sven"), motion=motion)
        with pytest.raises(NotPossible, match="A motion on it is before the body"):
            note_reading(by=house.by("sven"), item=item)
        motion.state = "withdrawn"
        motion.save()
        with pytest.raises(Refused, match="chair or the secretary"):
            note_reading(by=house.by("ada"), item=item)
        note_reading(by=house.by("sven"), item=item, to=second)
        with pytest.raises(NotPossible, match="It is not read now"):
            note_reading(by=house.by("sven"), item=item)
        end_meeting(by=house.by("sven"), meeting=first)
        assert "First reading. It comes back at a later meeting." in drafted(first)
        [way] = [step for step in track(run.case) if step.key == run.path]
        assert (way.state, way.note) == ("now", "First reading is done.")
        [line] = [line for _, lines in agenda_of(second, None) for line in lines]
        assert (line.reading, line.last, item_stands(first)) == ("", "Second", "Read")
        assert "Postponed" not in drafted(first)
    with clock.standing_at(LATER):
        open_meeting(by=house.by("sven"), meeting=second)
        for key in HERE:
            arrive(by=house.by(key), meeting=second, person=getattr(house, key))
        assert of_reading(second) == [""]
        item = second.items.get()
        with pytest.raises(NotPossible, match="Nothing is left to read"):
            note_reading(by=house.by("sven"), item=item)
        ballot = open_ballot(by=house.by("sven"), motion=moved(house, run, item=item))
        for key in HERE:
            cast_vote(by=house.by(key), ballot=ballot, choice="yes")
        close_ballot(by=house.by("sven"), ballot=ballot)
        run.refresh_from_db()
        assert (run.state, run.outcome) == ("done", "approve")


def test_the_day_of_the_meeting_that_may_decide_is_told_not_of_one_that_reads(
    house: SimpleNamespace,
) -> None:
    run = matter(house)
    step = run.case.step

    def told() -> date:
        return expected(Case.objects.get(pk=run.case_id))[step]

    alone = planned(house)
    assert told() > LATER.date()  # nobody planned the meeting that decides
    second = planned(house, LATER)
    assert told() == LATER.date()
    item = put_on_agenda(by=house.by("sven"), meeting=alone, run=run)
    assert told() == LATER.date()  # the one on whose agenda it is reads it alone
    with on_the_day():
        open_meeting(by=house.by("sven"), meeting=alone)
        note_reading(by=house.by("sven"), item=item, to=second)
        assert told() == LATER.date()


def test_it_is_sent_back_at_the_first_and_not_decided_by_mail_before_two(
    house: SimpleNamespace,
) -> None:
    run = matter(house)
    with pytest.raises(NotPossible, match="It takes 2 meetings, and 0 read it"):
        open_ballot(by=house.by("sven"), motion=moved(house, run), method="electronic")
    run = matter(house, "Second")
    back = moved(house, run, "return", reason="The budget is missing.")
    assert open_ballot(by=house.by("sven"), motion=back, method="electronic").state == "open"


def test_a_reading_of_an_older_version_does_not_count(house: SimpleNamespace) -> None:
    run = matter(house)
    with clock.standing_at(NOW):
        meeting = planned(house)
        item = put_on_agenda(by=house.by("sven"), meeting=meeting, run=run)
    AgendaItem.objects.filter(pk=item.pk).update(read_at=NOW - timedelta(days=1))
    later = planned(house, LATER)
    put_on = AgendaItem.objects.create(meeting=later, run=run, section="action", position=1)
    assert of_reading(later) == ["First"]
    AgendaItem.objects.filter(pk=item.pk).update(read_at=clock.now())
    assert of_reading(later) == [""]
    assert put_on.state == "listed"


def may_refer(monkeypatch: pytest.MonkeyPatch, twice: Policy) -> None:
    """The subcommittee may refer to another body."""
    document = twice.document()
    [process] = [each for each in document["processes"] if each["key"] == "full-proposal"]
    [step] = [each for each in process["steps"] if each["key"] == "subcommittee"]
    step["outcomes"] = [each for each in step["outcomes"] if each["key"] != "refer"]
    refer = {"key": "refer", "label": "Refer", "bodies": ["ascrc"], "sentence": "It advises."}
    step["outcomes"].append(refer)
    policy = Policy.from_document(document)
    monkeypatch.setattr(policies, "laid_down", lambda: policy)


def ended(run: StepRun, outcome: str, to: str | None = None) -> StepRun:
    """The body ends it so; the run that comes of it."""
    conclude(
        by=SET_UP, run=run, outcome=outcome, body_name="The body", capacity="Chair", to=to,
        reason="It is said.",
    )  # fmt: skip
    return StepRun.objects.get(case=run.case, state="open")


def test_what_another_body_read_does_not_count_and_advice_takes_one_meeting(
    house: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, twice: Policy
) -> None:
    may_refer(monkeypatch, twice)
    run = matter(house)
    asked = ended(run, "refer", "ascrc")
    assert (asked.body, still_to_read(asked, None)) == ("ascrc", "")
    theirs = Meeting.objects.create(
        body="ascrc", starts_at=MEETING, cut_off=NOW.date(), opened_at=MEETING
    )
    AgendaItem.objects.create(
        meeting=theirs, run=asked, section="action", position=1, state="postponed", read_at=MEETING
    )
    with clock.standing_at(LATER):
        again = ended(asked, "approve")
        assert again.body == run.body
        meeting = planned(house, LATER + timedelta(days=1))
        why = "It takes 2 meetings, and 0 before this one read it."
        assert still_to_read(again, meeting) == why


def test_of_two_meetings_at_once_the_other_does_not_decide_what_the_one_read(
    house: SimpleNamespace,
) -> None:
    run = matter(house)
    other = planned(house, MEETING + timedelta(hours=1))
    with on_the_day():
        first = in_session(house, *HERE, run=run)
        other = open_meeting(by=house.by("sven"), meeting=other)
    with clock.standing_at(MEETING + timedelta(minutes=5)):
        note_reading(by=house.by("sven"), item=first.items.get(), to=other)
        item = rule_on_late(
            by=house.by("chandra"), item=other.items.get(), take_up=True, reason="It is short."
        )
        assert of_reading(other) == ["First"]
        motion = moved(house, run, item=item)
        with pytest.raises(NotPossible, match="It takes 2 meetings, and 0 before this one read it"):
            open_ballot(by=house.by("sven"), motion=motion)


def bound_pair(house: SimpleNamespace) -> list[StepRun]:
    runs = [matter(house), matter(house, "Maps for Counties")]
    olive = create_person(by=SET_UP, display_name="Olive Crane")
    assign_role(by=SET_UP, person=olive, role=Role.PROGRAM_OFFICER, starts_on=SINCE)
    bind(by=person(olive), cases_=[run.case for run in runs], title="Maps")
    return runs


def test_what_it_is_bound_with_is_read_and_comes_back_with_it(house: SimpleNamespace) -> None:
    runs = bound_pair(house)
    second = planned(house, LATER)
    with on_the_day():
        first = in_session(house, *HERE, run=runs[0])
        item = first.items.get(run=runs[0])
        motion = moved(house, runs[1], item=first.items.get(run=runs[1]))
        with pytest.raises(
            NotPossible, match="Maps for Counties, with which it is bound, is before"
        ):
            note_reading(by=house.by("sven"), item=item)
        motion.state = "withdrawn"
        motion.save()
        note_reading(by=house.by("sven"), item=item, to=second)
    states = first.items.values_list("state", "read_at")
    assert list(states) == [("postponed", MEETING), ("postponed", MEETING)]
    assert {each.run_id for each in second.items.all()} == {run.pk for run in runs}


def test_cases_that_are_bound_are_held_in_one_order(
    house: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = bound_pair(house)
    second = planned(house, LATER)
    with on_the_day():
        first = in_session(house, *HERE, run=runs[0])
        item = max(first.items.all(), key=lambda each: str(each.run.case_id))
        held: list[str] = []
        lock = agenda.cases.lock

        def noted(case: Case) -> Case:
            held.append(str(case.pk))
            return lock(case)

        monkeypatch.setattr(agenda.cases, "lock", noted)
        note_reading(by=house.by("sven"), item=item, to=second)
    assert list(dict.fromkeys(held)) == sorted(str(run.case_id) for run in runs)


def test_the_chairs_ruling_on_a_late_item_stays_beside_its_reading(
    house: SimpleNamespace,
) -> None:
    run = matter(house)
    with on_the_day():
        meeting = in_session(house, *HERE)
        item = put_on_agenda(
            by=house.by("sven"), meeting=meeting, run=run, reason="The grant ends."
        )
        item = rule_on_late(
            by=house.by("chandra"), item=item, take_up=True, reason="It may be lost."
        )
        note_reading(by=house.by("sven"), item=item)
        end_meeting(by=house.by("sven"), meeting=meeting)
        said = drafted(meeting)
    assert "Late item. Ruling of the chair: It may be lost.\n" in said
    assert "\nFirst reading. It comes back at a later meeting.\n" in said


def test_the_drawing_tells_of_readings(twice: Policy) -> None:
    said = outline(twice, twice.processes["full-proposal"])
    assert "in 2 meetings: the last decides, those before it read" in said
    assert "vote, 2 readings" in svg(twice, twice.processes["full-proposal"])

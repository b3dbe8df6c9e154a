"""A step in two readings: the first meeting reads the matter, a later one decides it."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bitterroot.governance import policies
from bitterroot.governance.domain.agenda import note_reading, put_on_agenda
from bitterroot.governance.domain.ballot import cast_vote, close_ballot, open_ballot
from bitterroot.governance.domain.meeting import arrive, end_meeting, open_meeting
from bitterroot.governance.models import AgendaItem, Meeting
from bitterroot.governance.queries.meetings import agenda_of
from bitterroot.governance.queries.minutes import drafted
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.policy import Policy
from bitterroot.policy.drawing import outline, svg
from bitterroot.record import clock

from .bodies_kit import MEETING, NOW, in_session, matter, moved, on_the_day, planned

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


def test_the_drawing_tells_of_readings(twice: Policy) -> None:
    said = outline(twice, twice.processes["full-proposal"])
    assert "in 2 meetings: the last decides, those before it read" in said
    assert "vote, 2 readings" in svg(twice, twice.processes["full-proposal"])

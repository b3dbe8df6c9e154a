"""The talks of a person as their own calendar program reads them."""

from datetime import timedelta
from types import SimpleNamespace

import icalendar
import pytest

from bitterroot.governance import policies
from bitterroot.governance.interfaces.calendar import calendar
from bitterroot.proposals.domain import appointment
from bitterroot.proposals.domain import consultation as talks
from bitterroot.proposals.domain.appointment import BACK, calendar_file, entries_for
from bitterroot.proposals.models import Consultation
from bitterroot.record import clock


@pytest.fixture
def talk(uni: SimpleNamespace) -> Consultation:
    return asked(uni, "Maps for towns")


def asked(uni: SimpleNamespace, title: str) -> Consultation:
    values = {
        "requester_name": "Dana Kipp",
        "preferred_times": [{"day": f"2026-11-{d}", "time": "10:30"} for d in (20, 23, 24)],
        "mode": "video",
        "idea_title": title,
        "idea": "Planners learn GIS.",
        "product": "micro-credential",
        "topics": ["market analysis", "financial models"],
    }
    return talks.request_consultation(by=uni.by("dana"), unit=uni.unit, values=values)


def read(person: object) -> list[icalendar.Event]:
    feed = calendar("Mine", entries_for(person))  # type: ignore[arg-type]
    return icalendar.Calendar.from_ical(feed).walk("VEVENT")


def appointed(uni: SimpleNamespace, talk: Consultation, days: int) -> Consultation:
    at = (clock.now() + timedelta(days=days)).replace(microsecond=0)
    place = "Hall 1; by the river, upstairs"
    by = uni.by("olive")
    return talks.schedule(by=by, consultation=talk, at=at, place=place, consultant=uni.olive)


def test_both_who_meet_have_it_as_the_invitation_says(
    uni: SimpleNamespace, talk: Consultation
) -> None:
    appointed(uni, talk, 2)
    row = appointed(uni, talk, 3)  # moved
    mailed = icalendar.Calendar.from_ical(calendar_file(row, "PUBLISH")).walk("VEVENT")[0]
    office = policies.current().institution.program_office
    for person in (uni.dana, uni.olive):
        [event] = read(person)
        for name in ("uid", "sequence", "summary", "location", "status", "organizer"):
            assert event[name] == mailed[name], name
        assert event["organizer"].params["CN"] == office.name
        assert event["sequence"] == 1
        assert event.decoded("dtstart") == row.scheduled_for
        assert event.decoded("dtend") == mailed.decoded("dtend")
    assert read(uni.stranger) == []
    talks.cancel(by=uni.by("dana"), consultation=row)
    assert read(uni.dana) == []


def test_a_talk_whose_outcome_nobody_recorded_leaves_it_in_the_end(
    uni: SimpleNamespace, talk: Consultation
) -> None:
    row = appointed(uni, talk, 2)
    assert row.scheduled_for is not None
    with clock.standing_at(row.scheduled_for + BACK):
        assert len(read(uni.dana)) == 1
    with clock.standing_at(row.scheduled_for + BACK + timedelta(minutes=1)):
        assert read(uni.dana) == []


def test_many_talks_are_the_next_ones(
    uni: SimpleNamespace, talk: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(appointment, "MOST", 1)
    appointed(uni, talk, 9)
    appointed(uni, asked(uni, "Another"), 4)
    assert [str(e["summary"]) for e in read(uni.dana)] == ["Micro-credential consultation: Another"]

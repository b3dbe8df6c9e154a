"""A senate that meets in public: a stranger reads its agenda once it is published, and its minutes."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import icalendar
import pytest
from django.test import Client

from bitterroot.governance import policies
from bitterroot.governance.domain.agenda import put_on_agenda
from bitterroot.governance.domain.meeting import (
    cancel_meeting,
    end_meeting,
    open_meeting,
    publish_agenda,
)
from bitterroot.governance.domain.minutes import approve_minutes, draft_minutes
from bitterroot.governance.models import Meeting
from bitterroot.governance.queries.minutes import drafted
from bitterroot.messages.domain.feed import make_feed
from bitterroot.people.domain.person import assign_role, create_account, create_person
from bitterroot.people.enums import Role
from bitterroot.people.models import Person
from bitterroot.policy import Policy
from bitterroot.record import clock
from governance.bodies_kit import NOW, SET_UP, SINCE, make_body, matter, planned

SENATE, INSIDE = "faculty-senate", "interdisciplinary-subcommittee"
DAY = datetime(2026, 12, 9, 21, 0, tzinfo=UTC)
HERE = f"/public-meetings/{SENATE}"


@pytest.fixture(autouse=True)
def _now() -> object:
    with clock.standing_at(NOW):
        yield


@pytest.fixture
def senate(db: None) -> SimpleNamespace:
    return make_body(SENATE)


def text(path: str) -> str:
    answer = Client().get(path)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_a_stranger_reads_what_is_published_and_nothing_before(senate: SimpleNamespace) -> None:
    assert "No meeting is planned." in text("/public-meetings")
    meeting = planned(senate, DAY)
    put_on_agenda(by=senate.by("sven"), meeting=meeting, run=matter(senate, step="senate"))
    there = f"{HERE}/{meeting.pk}"
    assert "Next meeting: 9 Dec 2026" in text("/public-meetings")
    assert there in text(HERE)
    assert "It is not published yet." in text(there)
    assert "Maps for Towns" not in text(there)
    publish_agenda(by=senate.by("sven"), meeting=meeting)
    late = put_on_agenda(
        by=senate.by("sven"), meeting=meeting, run=matter(senate, "Late Maps", "senate"),
        **({} if clock.today() <= meeting.cut_off else {"reason": "A grant."}),
    )  # fmt: skip
    late.state = "late_needs_ruling"
    late.save()
    assert "Maps for Towns" in text(there)
    assert "Late Maps" not in text(there)
    with clock.standing_at(DAY):
        open_meeting(by=senate.by("sven"), meeting=meeting)
        end_meeting(by=senate.by("sven"), meeting=meeting)
        draft_minutes(by=senate.by("sven"), meeting=meeting, text="# Minutes\n\nIt was *read*.")
        assert "It was" not in text(there)
        approve_minutes(by=senate.by("chandra"), meeting=meeting)
        assert "It was <em>read</em>." in text(there)
        assert "with minutes" in text(HERE)


def test_an_item_on_which_nobody_ruled_and_why_a_meeting_is_off_are_not_for_strangers(
    senate: SimpleNamespace,
) -> None:
    meeting = planned(senate, DAY)
    there = f"{HERE}/{meeting.pk}"
    put_on_agenda(by=senate.by("sven"), meeting=meeting, run=matter(senate, step="senate"))
    publish_agenda(by=senate.by("sven"), meeting=meeting)
    with clock.standing_at(DAY - timedelta(days=2)):
        late = matter(senate, "Late Maps", "senate")
        put_on_agenda(by=senate.by("sven"), meeting=meeting, run=late, reason="A grant.")
        cancel_meeting(by=senate.by("chandra"), meeting=meeting, reason="Sven has the flu.")
    shown = text(there)
    assert "Maps for Towns <span" in shown  # postponed with the meeting
    assert "Late Maps" not in shown
    assert "flu" not in shown


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        ("University Center 330", "University Center 330"),
        ("UC 330 or https://meet.example/j/77?pwd=Zz9 (code 4711)", "UC 330, and online"),
        ("Zoom: umontana.zoom.us/j/77?pwd=Zz9", "Zoom, and online"),
        ("Hall 3.2/4", "Hall 3.2/4"),
        ("https://meet.example/77", "Online"),
    ],
)
def test_strangers_do_not_get_the_address_at_which_members_join(
    senate: SimpleNamespace, place: str, shown: str
) -> None:
    meeting = planned(senate, DAY)
    Meeting.objects.filter(pk=meeting.pk).update(place=place)
    for path in ("/public-meetings", HERE, f"{HERE}/{meeting.pk}"):
        said = text(path)
        assert shown in said
        assert "77" not in said.replace(str(meeting.pk), "")
    feed = Client().get(f"{HERE}/calendar.ics").content.decode()
    assert f"LOCATION:{shown}".replace(",", "\\,") in feed
    meeting.refresh_from_db()
    assert meeting.place == place
    assert "77" not in drafted(meeting).replace(str(meeting.pk), "")  # a link is used again


def test_a_calendar_program_subscribes_without_an_account(senate: SimpleNamespace) -> None:
    planned(senate, DAY)
    answer = Client().get(f"{HERE}/calendar.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    found = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert [str(each["summary"]) for each in found] == [
        "Faculty Senate", "Faculty Senate: the agenda closes",
    ]  # fmt: skip
    assert found[1]["dtstart"].dt == date(2026, 11, 23)


def test_what_was_said_before_a_body_turned_public_stays_inside(
    senate: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = policies.current().document()
    for body in document["bodies"]:
        if body["key"] == SENATE:
            body["public since"] = "2026-12-10"
    turned = Policy.from_document(document)
    monkeypatch.setattr(policies, "laid_down", lambda: turned)
    inside = planned(senate, DAY)  # the day before it turned public
    assert "No meeting is planned." in text("/public-meetings")
    open_ = planned(senate, DAY + timedelta(days=1))
    assert "Next meeting: 10 Dec 2026" in text("/public-meetings")
    assert Client().get(f"{HERE}/{inside.pk}").status_code == 404
    assert str(inside.pk) not in text(HERE)
    assert str(open_.pk) in text(HERE)
    assert "public since 10 Dec 2026" in text(HERE)
    feed = icalendar.Calendar.from_ical(Client().get(f"{HERE}/calendar.ics").content)
    held = [e for e in feed.walk("VEVENT") if str(e["summary"]) == "Faculty Senate"]
    assert [e["dtstart"].dt.date() for e in held] == [date(2026, 12, 10)]
    with clock.standing_at(DAY):
        open_meeting(by=senate.by("sven"), meeting=inside)
        end_meeting(by=senate.by("sven"), meeting=inside)
        draft_minutes(by=senate.by("sven"), meeting=inside, text="What was said inside.")
        approve_minutes(by=senate.by("chandra"), meeting=inside)
    with clock.standing_at(DAY + timedelta(days=1)):
        open_meeting(by=senate.by("sven"), meeting=open_)
        end_meeting(by=senate.by("sven"), meeting=open_)
        assert Client().get(f"{HERE}/{inside.pk}").status_code == 404
        assert f"{HERE}/{inside.pk}" not in text(HERE)
        assert f"{HERE}/{open_.pk}" in text(HERE)


def test_a_body_that_does_not_meet_in_public_is_not_there(senate: SimpleNamespace) -> None:
    house = make_body(INSIDE, ())
    meeting = planned(house, DAY)
    for path in ("", "/calendar.ics", f"/{meeting.pk}"):
        assert Client().get(f"/public-meetings/{INSIDE}{path}").status_code == 404
    assert Client().get(f"{HERE}/{meeting.pk}").status_code == 404  # nor by another's address
    assert "Interdisciplinary" not in text("/public-meetings")
    assert Meeting.objects.count() == 1


def subscribed(person: Person) -> str:
    create_account(by=SET_UP, person=person, username=str(person.pk)[:30], password=None)
    from bitterroot.people import actor

    return make_feed(by=actor.person(person), person=person)


def test_who_oversees_bodies_subscribes_to_each_by_their_own_address(db: None) -> None:
    house = make_body(INSIDE)
    planned(house, DAY - timedelta(days=1))
    olive = create_person(by=SET_UP, display_name="Olive Crane")
    assign_role(by=SET_UP, person=olive, role=Role.PROGRAM_OFFICER, starts_on=SINCE)
    token = subscribed(olive)
    answer = Client().get(f"/calendar/{token}/{INSIDE}.ics")
    assert b"SUMMARY:Interdisciplinary subcommittee\r\n" in answer.content
    assert answer["Cache-Control"] == "private, no-store"
    assert Client().get(f"/calendar/{token}/no-such-body.ics").status_code == 404
    stranger = subscribed(house.una)  # sits nowhere, holds nothing
    assert Client().get(f"/calendar/{stranger}/{INSIDE}.ics").status_code == 404
    assert Client().get(f"/calendar/{'x' * 43}/{INSIDE}.ics").status_code == 404
    client = Client()
    client.force_login(olive.account, backend="django.contrib.auth.backends.ModelBackend")
    shown = client.post("/my/calendar", {"act": "make"}).content.decode()
    assert f"/{INSIDE}.ics" in shown
    assert "Calendars of one body each" in shown

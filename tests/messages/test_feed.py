"""Sven subscribes to his days: by a secret address that he can end, and that holds nothing more."""

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import icalendar
import pytest
from django.test import Client

from bitterroot.governance.domain.meeting import cancel_meeting
from bitterroot.messages.domain.feed import end_feed, make_feed, person_of_feed
from bitterroot.messages.models import CalendarFeed
from bitterroot.people.domain.person import create_account
from bitterroot.people.errors import Refused
from bitterroot.record import clock
from bitterroot.record.models import Event
from governance.bodies_kit import NOW, SET_UP, make_body, matter, planned
from messages.test_body_letters import electronic


@pytest.fixture(autouse=True)
def addresses() -> None:
    """Nobody of the road's house is here."""


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.standing_at(NOW):
        yield


@pytest.fixture
def house(db: None) -> SimpleNamespace:
    made = make_body()
    for key in ("sven", "ada"):
        create_account(by=SET_UP, person=getattr(made, key), username=key, password=None)
    return made


def client_of(person: object) -> Client:
    client = Client()
    client.force_login(person.account, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[attr-defined]
    return client


def days(address: str) -> dict[str, object]:
    """What a calendar program finds there, by summary."""
    answer = Client().get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-store"
    read = icalendar.Calendar.from_ical(answer.content)
    return {str(e["summary"]): e["dtstart"].dt for e in read.walk("VEVENT")}


def test_a_calendar_program_reads_meetings_and_what_is_due(house: SimpleNamespace) -> None:
    run = matter(house)
    meeting = planned(house)
    ballot = electronic(house, run)
    token = make_feed(by=house.by("ada"), person=house.ada)
    found = days(f"/calendar/{token}.ics")
    title = "Interdisciplinary subcommittee"
    assert found[title] == meeting.starts_at
    assert found[f"{title}: the agenda closes"] == meeting.cut_off
    assert ballot.closes_at is not None
    assert found[f"Due: Maps for Towns (A ballot of {title} is open)"] == clock.day_of(
        ballot.closes_at
    )
    cancel_meeting(by=house.by("sven"), meeting=meeting, reason="Snow.")
    assert title not in days(f"/calendar/{token}.ics")  # it follows


def test_the_address_is_shown_once_and_only_its_digest_is_kept(house: SimpleNamespace) -> None:
    client = client_of(house.sven)
    assert "Make my address" in client.get("/my/calendar").content.decode()
    made = client.post("/my/calendar", {"act": "make"})
    address = made.context["address"]
    assert address in made.content.decode()
    assert made.headers["Cache-Control"] == "no-store"
    token = address.rsplit("/", 1)[1].removesuffix(".ics")
    assert len(token) >= 43
    assert address not in client.get("/my/calendar").content.decode()
    assert token not in str(CalendarFeed.objects.values().get())
    assert not any(token in data for data in Event.objects.values_list("data", flat=True))
    assert person_of_feed(token) == house.sven


def test_another_address_voids_the_first_and_an_ended_one_is_gone(house: SimpleNamespace) -> None:
    first = make_feed(by=house.by("sven"), person=house.sven)
    second = make_feed(by=house.by("sven"), person=house.sven)
    assert Client().get(f"/calendar/{first}.ics").status_code == 404
    assert Client().get(f"/calendar/{second}.ics").status_code == 200
    assert client_of(house.sven).post("/my/calendar", {"act": "end"}).status_code == 302
    assert Client().get(f"/calendar/{second}.ics").status_code == 404
    assert not end_feed(by=house.by("sven"), person=house.sven)
    told = Event.objects.filter(verb__startswith="calendar feed").values_list("verb", flat=True)
    assert sorted(told) == ["calendar feed ended", "calendar feed made", "calendar feed made"]


def test_nobody_makes_or_reads_the_feed_of_another(house: SimpleNamespace) -> None:
    with pytest.raises(Refused):
        make_feed(by=house.by("ada"), person=house.sven)
    with pytest.raises(Refused):
        end_feed(by=house.by("ada"), person=house.sven)
    for wrong in ("x", "é" * 30, "a" * 5000, "%00"):
        assert Client().get(f"/calendar/{wrong}.ics").status_code in (400, 404)
    assert Client().post("/my/calendar").status_code == 302  # to sign in


def test_whoever_may_not_sign_in_any_more_has_no_feed(house: SimpleNamespace) -> None:
    token = make_feed(by=house.by("sven"), person=house.sven)
    house.sven.account.is_active = False
    house.sven.account.save()
    assert Client().get(f"/calendar/{token}.ics").status_code == 404


def test_a_program_that_asks_without_end_waits(
    house: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bitterroot.web.learner import calendar

    token = make_feed(by=house.by("sven"), person=house.sven)
    monkeypatch.setattr(calendar, "READS", calendar.Limit("calendar", 2, 3600, 100))
    answers = [Client().get(f"/calendar/{token}.ics").status_code for _ in range(3)]
    assert answers == [200, 200, 429]
    with clock.standing_at(NOW + timedelta(hours=1)):
        assert Client().get(f"/calendar/{token}.ics").status_code == 200


def test_who_asks_without_end_keeps_nobody_else_waiting(
    house: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bitterroot.web.learner import calendar

    tokens = [make_feed(by=house.by(key), person=getattr(house, key)) for key in ("sven", "ada")]
    monkeypatch.setattr(calendar, "READS", calendar.Limit("calendar", 2, 3600, 100))
    monkeypatch.setattr(calendar, "GUESSES", calendar.Limit("calendar-guess", 2, 3600, 2))
    wrong = [Client().get(f"/calendar/{'x' * 43}.ics").status_code for _ in range(3)]
    assert wrong == [404, 404, 429]
    mine = [Client().get(f"/calendar/{tokens[0]}.ics").status_code for _ in range(3)]
    assert mine == [200, 200, 429]
    assert Client().get(f"/calendar/{tokens[1]}.ics").status_code == 200  # of the same network


def test_an_address_does_not_outlive_a_closed_account(house: SimpleNamespace) -> None:
    from bitterroot.people.domain.account import close_account, reopen_account

    token = make_feed(by=house.by("sven"), person=house.sven)
    close_account(by=SET_UP, account=house.sven.account)
    reopen_account(by=SET_UP, account=house.sven.account)
    assert Client().get(f"/calendar/{token}.ics").status_code == 404

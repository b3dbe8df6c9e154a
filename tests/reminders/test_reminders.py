"""Sam Stokes forgets to sign, José Núñez to take his badge: each is reminded on the stated days, once."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bitterroot.governance.domain.ballot import open_ballot
from bitterroot.governance.domain.seat import delegate_seat
from bitterroot.issuing.domain import award as awards
from bitterroot.issuing.models import Award
from bitterroot.learning.models import IssuanceRequest
from bitterroot.messages.domain import award_reminders, reminders
from bitterroot.messages.domain.choices import choose_mails
from bitterroot.messages.domain.dispatch import run_once, send_waiting
from bitterroot.messages.models import Mail
from bitterroot.people.actor import person
from bitterroot.people.domain.person import add_address
from bitterroot.people.enums import AddressKind
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.models import Proposal
from bitterroot.record import clock
from governance.bodies_kit import make_body, matter, moved
from proposals.conftest import SET_UP
from proposals.test_road import sign_next

START = datetime(2026, 10, 5, 16, 0, tzinfo=UTC)  # a Monday, ten in the morning in Missoula
NOVEMBER = datetime(2026, 11, 18, 16, 0, tzinfo=UTC)


@pytest.fixture
def asked(uni: SimpleNamespace, proposal: Proposal) -> Proposal:
    """Everyone has an address; Sam is asked to sign on 5 October. The dean supervises him."""
    uni.sam.supervisor = uni.deane
    uni.sam.save()
    for key in ("dana", "sam", "hale", "deane", "olive"):
        add_address(
            by=SET_UP,
            person=getattr(uni, key),
            address=f"{key}@umontana.example.edu",
            kind=AddressKind.CAMPUS,
            primary=True,
            verified=True,
        )
    with clock.standing_at(START):
        verbs.submit_for_signatures(by=uni.by("dana"), proposal=proposal)
        while run_once():
            pass
    Mail.objects.all().delete()
    return proposal


def told(template: str) -> list[str]:
    """Who got mails of a template, in the order in which they were written."""
    found = (
        Mail.objects.filter(template=template)
        .exclude(state="kept")
        .order_by("pk")
        .values_list("to_address", flat=True)
    )
    return [address.partition("@")[0] for address in found]


def sweep(day: int, hour: int = 0) -> None:
    """Run the sweep three times, `day` days and `hour` hours after Sam was asked."""
    with clock.standing_at(START + timedelta(days=day, hours=hour)):
        for _ in range(3):
            reminders.remind()


def test_a_signature_is_reminded_of_after_3_and_7_days_and_told_upwards_after_14(
    asked: Proposal,
) -> None:
    sweep(2, hour=23)
    assert told("signature_reminder") == []
    sweep(3)
    sweep(4)
    assert told("signature_reminder") == ["sam"]
    sweep(7)
    assert told("signature_reminder") == ["sam", "sam"]
    assert told("signature_escalated") == []
    sweep(14)
    sweep(15)
    assert told("signature_escalated") == ["deane", "dana"]
    assert told("signature_reminder") == ["sam", "sam"]


def test_after_a_pause_only_the_latest_reminder_is_written(asked: Proposal) -> None:
    sweep(9)
    assert told("signature_reminder") == ["sam"]


def test_who_has_signed_is_not_reminded(asked: Proposal, uni: SimpleNamespace) -> None:
    with clock.standing_at(START + timedelta(days=1)):
        sign_next(uni, asked)
    sweep(3)
    assert told("signature_reminder") == []
    sweep(4)
    assert told("signature_reminder") == ["hale"]


def test_monday_brings_a_list_of_what_waits_once_a_week(asked: Proposal) -> None:
    sweep(6)  # Sunday
    assert told("weekly_digest") == []
    sweep(7, hour=-5)  # Monday, five in the morning
    assert told("weekly_digest") == []
    sweep(7)
    sweep(7, hour=3)
    assert told("weekly_digest") == ["sam"]
    body = Mail.objects.get(template="weekly_digest").body
    assert "GIS for Community Planning: Waits for your signature" in body
    assert "Due this week:" in body or "Waits:" in body
    assert "Late:" not in body
    sweep(14)
    assert told("weekly_digest") == ["sam", "sam"]


def test_members_of_a_body_who_hold_no_office_get_the_list_too(uni: SimpleNamespace) -> None:
    """A senator with a ballot that is open has something that waits."""
    with clock.standing_at(START):
        house = make_body()
    for key in ("ada", "dov", "una"):
        add_address(
            by=SET_UP, person=getattr(house, key), address=f"{key}@umontana.example.edu",
            kind=AddressKind.CAMPUS, primary=True,
        )  # fmt: skip
    with clock.standing_at(START):
        until = date(2026, 12, 31)
        delegate_seat(by=house.by("dov"), seat=house.seats["dov"], to=house.una, until=until)
        run = matter(house)
        open_ballot(by=house.by("sven"), motion=moved(house, run), method="electronic")
    sweep(5)
    assert told("weekly_digest") == []
    sweep(7)
    assert sorted(told("weekly_digest")) == ["ada", "una"]
    assert "Maps for Towns" in Mail.objects.filter(template="weekly_digest")[0].body


def test_what_is_switched_off_is_not_written_and_the_rest_is(
    asked: Proposal,
    uni: SimpleNamespace,
) -> None:
    sam = uni.by("sam")
    choose_mails(by=sam, person=uni.sam, off=["reminders", "digest"], quiet_from=0, quiet_until=0)
    sweep(14)
    assert told("signature_reminder") == []
    assert told("weekly_digest") == []
    assert told("signature_escalated") == ["deane", "dana"]
    with pytest.raises(NotPossible, match="no such group"):
        choose_mails(by=sam, person=uni.sam, off=["decisions"], quiet_from=0, quiet_until=0)
    with pytest.raises(NotPossible, match="full hours"):
        choose_mails(by=sam, person=uni.sam, off=[], quiet_from=0, quiet_until=24)
    with pytest.raises(Refused):
        choose_mails(by=uni.by("hale"), person=uni.sam, off=[], quiet_from=0, quiet_until=0)


@pytest.mark.parametrize(
    ("hour", "waits_until"),
    [
        (15, None),
        (20, "2026-10-09 06:00"),
        (23, "2026-10-09 06:00"),
        (5, "2026-10-08 06:00"),
        (6, None),
    ],
)
def test_quiet_hours_hold_a_mail_until_they_end(
    asked: Proposal,
    uni: SimpleNamespace,
    hour: int,
    waits_until: str | None,
) -> None:
    choose_mails(by=uni.by("sam"), person=uni.sam, off=[], quiet_from=20, quiet_until=6)
    at = datetime(2026, 10, 8, hour, 0, tzinfo=START.tzinfo) + timedelta(hours=6)  # Missoula's hour
    with clock.standing_at(at):
        reminders.remind()
        if told("signature_reminder") != ["sam"]:  # three days are over at ten
            assert hour < 10
            return
        mail = Mail.objects.get(template="signature_reminder")
        until = mail.not_before
        local = (
            until.astimezone(timezone.get_default_timezone()).strftime("%Y-%m-%d %H:%M")
            if until
            else None
        )
        assert local == waits_until
        assert send_waiting() == (0 if waits_until else 1)
    if until:
        with clock.standing_at(until):
            assert send_waiting() == 1


class TestBadges:
    """José has not taken his badge, Zoë has."""

    @pytest.fixture
    def waiting(self, issued: Callable[..., IssuanceRequest]) -> list[Award]:
        issued(["José Núñez", "Zoë Whitebear"])
        while run_once():
            pass
        jose, zoe = Award.objects.order_by("line__number")
        awards.claim(by=person(zoe.learner), award=zoe)
        return [jose, zoe]

    def test_an_unclaimed_badge_is_reminded_of_after_7_and_30_days(
        self, waiting: list[Award]
    ) -> None:
        before = Award.objects.get(pk=waiting[0].pk).claim_digest
        for day, count in ((6, 0), (7, 1), (8, 1), (29, 1), (30, 2), (31, 2), (60, 2)):
            with clock.standing_at(NOVEMBER + timedelta(days=day)):
                reminders.remind()
                reminders.remind()
            assert len(told("award_unclaimed")) == count, f"day {day}"
        assert Award.objects.get(pk=waiting[0].pk).claim_digest != before

    def test_someone_who_wants_no_reminders_keeps_the_link_that_they_have(
        self, waiting: list[Award]
    ) -> None:
        jose = waiting[0]
        choose_mails(
            by=person(jose.learner),
            person=jose.learner,
            off=["reminders"],
            quiet_from=0,
            quiet_until=0,
        )
        before = Award.objects.get(pk=jose.pk).claim_digest
        with clock.standing_at(NOVEMBER + timedelta(days=7)):
            reminders.remind()
        assert told("award_unclaimed") == []
        assert Award.objects.get(pk=jose.pk).claim_digest == before

    def test_many_are_read_part_by_part_and_each_is_told_once(
        self, issued: Callable[..., IssuanceRequest], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(award_reminders, "MOST", 2)
        issued([f"Learner {n}" for n in range(5)])
        while run_once():
            pass
        with clock.standing_at(NOVEMBER + timedelta(days=7)):
            for count in (2, 4, 5, 5):
                reminders.remind()
                assert len(told("award_unclaimed")) == count
            with CaptureQueriesContext(connection) as seen:
                assert list(award_reminders.unclaimed()) == []
        rows = [
            q["sql"] for q in seen if "issuing_award" in q["sql"] and "display_name" in q["sql"]
        ]
        assert rows == []  # who has the letter is not read again

    def test_they_are_found_by_their_index(self, waiting: list[Award]) -> None:
        found = award_reminders.waiting_since(NOVEMBER).values_list("pk", "learner_id")
        if connection.vendor == "postgresql":  # else it reads a table so small as a whole
            connection.cursor().execute("set local enable_seqscan = off")
        assert "award_in_time" in found.explain()

"""Quiet evenings and weekends for who chose nothing; what is always sent, or due meanwhile, is not held."""

from datetime import date, datetime
from types import SimpleNamespace

import pytest
from django.utils import timezone

from bitterroot.messages.domain.choices import choose_mails, not_before
from bitterroot.messages.domain.dispatch import run_once, send_waiting
from bitterroot.messages.domain.letter import Letter
from bitterroot.messages.groups import GROUP_OF
from bitterroot.messages.models import Mail, MailChoices
from bitterroot.messages.notices import NOTICES
from bitterroot.messages.queries.own import always_sent, own_notices, shown
from bitterroot.record import clock
from bitterroot.record.models import Outbox, OutboxState


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.get_default_timezone())


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        ("2026-11-18 12:00", None),  # a Wednesday
        ("2026-11-18 20:00", "2026-11-19 07:00"),
        ("2026-11-19 06:59", "2026-11-19 07:00"),
        ("2026-11-19 07:00", None),
        ("2026-11-20 21:00", "2026-11-23 07:00"),  # Friday evening: until Monday
        ("2026-11-21 12:00", "2026-11-23 07:00"),
        ("2026-11-22 23:00", "2026-11-23 07:00"),
    ],
)
def test_evenings_and_weekends_are_quiet(db: None, now: str, ends: str | None) -> None:
    with clock.standing_at(at(now)):
        assert not_before(Letter("review_due", "", ""), None) == (at(ends) if ends else None)
        assert not_before(Letter("signature_requested", "", ""), None) is None  # always sent
        none = MailChoices(quiet_from=0, quiet_until=0, weekends=False)
        assert not_before(Letter("review_due", "", ""), none) is None


@pytest.mark.parametrize(
    ("due", "held"),
    [
        ("2026-11-20", False),  # the day itself
        ("2026-11-22", False),
        ("2026-11-23", False),
        ("2026-11-24", True),
        ("2026-11-19", True),  # late already: the morning is soon enough
    ],
)
def test_what_is_due_meanwhile_is_not_held(db: None, due: str, held: bool) -> None:
    reminder = SimpleNamespace(due_on=date.fromisoformat(due))
    letter = Letter("review_due", "", "", context={"reminder": reminder})
    with clock.standing_at(at("2026-11-20 21:00")):
        assert (not_before(letter, None) is not None) == held


def test_what_is_switched_off_is_still_shown_here_and_never_mailed(house: SimpleNamespace) -> None:
    choose_mails(
        by=house.by("dana"), person=house.dana, off=["receipts"], quiet_from=0, quiet_until=0
    )
    Outbox.objects.update(state=OutboxState.WAITING)
    Mail.objects.all().delete()
    while run_once():
        pass
    send_waiting()
    states = dict(own_notices(house.dana).values_list("template", "state"))
    assert (states["proposal_received"], states["proposal_approved"]) == ("kept", "sent")
    found = {n.subject: n.said for n in map(shown, own_notices(house.dana))}
    assert "not mailed: you switched it off" in found.values()


def test_each_letter_can_be_off_or_is_listed_with_the_reason_why_not() -> None:
    listed = [letter for _, groups in always_sent() for _, letters in groups for letter in letters]
    assert len(listed) == len(set(NOTICES) - set(GROUP_OF))

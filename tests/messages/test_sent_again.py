"""Olive sends again a mail that held a one-time link: a fresh link goes out, the older one is dead."""

import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core import mail as post

from bitterroot.issuing.domain import award as awards
from bitterroot.issuing.domain.award import award_for_token
from bitterroot.issuing.models import Award
from bitterroot.learning.models import IssuanceRequest
from bitterroot.messages.domain.again import send_again
from bitterroot.messages.domain.dispatch import TRIES, run_once, send_waiting
from bitterroot.messages.models import Mail
from bitterroot.messages.queries.outgoing import outgoing
from bitterroot.people.actor import person
from bitterroot.people.domain.person import add_address
from bitterroot.people.enums import AddressKind
from bitterroot.people.errors import NotPossible
from bitterroot.record import clock
from proposals.conftest import SET_UP

Issued = Callable[..., IssuanceRequest]


@pytest.fixture
def told(issued: Issued) -> Mail:
    """The mail to José with the link to his badge, written and not sent."""
    issued(["José Núñez"])
    while run_once():
        pass
    return Mail.objects.get(template="award_issued")


def token_in(text: str) -> str:
    found = re.search(r"/claim/([\w-]{20,})", text)
    assert found is not None, text
    return found[1]


def sent(mail: Mail) -> str:
    """Send what waits; the token that went out to José in this mail."""
    post.outbox.clear()
    send_waiting()
    [message] = [each for each in post.outbox if each.subject == mail.subject]
    return token_in(message.body)


def test_a_mail_that_was_sent_goes_out_again_with_a_fresh_link(
    house: SimpleNamespace, told: Mail
) -> None:
    first = sent(told)
    number = post.outbox[0].extra_headers["Message-ID"]
    told.refresh_from_db()
    assert ("/claim/…" in told.body, first in told.body, outgoing(told).again) == (
        True,
        False,
        True,
    )
    award = Award.objects.get()
    assert award_for_token(first) == award
    with clock.standing_at(clock.now() + timedelta(days=400)):
        assert award_for_token(first) is None  # lost in a box, and over
        send_again(by=house.by("olive"), mail=told)
        assert award_for_token(first) is None
        again = sent(told)
        assert (again != first, award_for_token(again)) == (True, award)
        assert number not in {each.extra_headers["Message-ID"] for each in post.outbox}
    told.refresh_from_db()
    assert (told.state, again in told.body) == ("sent", False)


def test_a_fresh_link_ends_the_older_one_and_goes_to_the_address_of_today(
    house: SimpleNamespace, told: Mail
) -> None:
    first = sent(told)
    add_address(
        by=SET_UP,
        person=Award.objects.get().learner,
        address="jose@home.example",
        kind=AddressKind.PERSONAL,
        primary=True,
    )
    send_again(by=house.by("olive"), mail=told)
    again = sent(told)
    assert (award_for_token(first), award_for_token(again)) == (None, Award.objects.get())
    assert [each.to for each in post.outbox] == [["jose@home.example"]]


def test_a_mail_that_failed_for_good_keeps_no_link(
    house: SimpleNamespace, told: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(self: object) -> int:
        raise OSError("no such box")

    held = token_in(told.body)
    with monkeypatch.context() as broken:
        broken.setattr(post.EmailMessage, "send", refused)
        for n in range(TRIES):
            told.refresh_from_db()
            assert (told.state, held in told.body) == ("queued", True)
            with clock.standing_at(clock.now() + timedelta(days=n + 1)):
                send_waiting()
    told.refresh_from_db()
    assert (told.state, held in told.body, "/claim/…" in told.body) == ("failed", False, True)
    send_again(by=house.by("olive"), mail=told)
    assert (award_for_token(held), award_for_token(sent(told))) == (None, Award.objects.get())


def test_what_the_link_was_for_may_be_settled(house: SimpleNamespace, told: Mail) -> None:
    sent(told)
    award = Award.objects.get()
    awards.claim(by=person(award.learner), award=award)
    awards.decline(by=person(award.learner), award=Award.objects.get())
    with pytest.raises(NotPossible, match="is settled, so nothing is sent"):
        send_again(by=house.by("olive"), mail=told)
    told.refresh_from_db()
    assert told.state == "sent"


def test_a_code_is_asked_for_anew_by_who_needs_it(house: SimpleNamespace, told: Mail) -> None:
    Mail.objects.filter(pk=told.pk).update(event=None, state="failed", body="Code ······")
    told.refresh_from_db()
    assert outgoing(told).again is False
    with pytest.raises(NotPossible, match="asks for a new one"):
        send_again(by=house.by("olive"), mail=told)

"""Opening an account by the mailed one-time link."""

import re
from types import SimpleNamespace

import pytest
from django.core import mail as post
from django.test import Client, override_settings

from bitterroot.messages.domain.again import send_again
from bitterroot.messages.domain.dispatch import has_post, run_once, send_waiting
from bitterroot.messages.models import Mail, MailState
from bitterroot.messages.queries.outgoing import outgoing
from bitterroot.people.domain.account import close_account, offer_sign_in
from bitterroot.people.domain.person import add_address, create_account
from bitterroot.people.enums import AddressKind
from bitterroot.people.models import Account
from web.road_people import PASSWORD, SET_UP

DUMMY = "django.core.mail.backends.dummy.EmailBackend"


@pytest.fixture
def dana(uni: SimpleNamespace) -> Account:
    add_address(
        by=SET_UP, person=uni.dana, address="dana@umontana.example.edu", kind=AddressKind.CAMPUS
    )
    return create_account(by=SET_UP, person=uni.dana, username="dk101", password=None)


def mailed(account: Account) -> str:
    """The path of the link in the newest mail to them."""
    offer_sign_in(by=SET_UP, account=account)
    assert run_once() == 1
    assert send_waiting() == 1
    found = re.search(r"/open/\S+", str(post.outbox[-1].body))
    assert found
    return found.group()


def test_dana_opens_her_account_and_is_signed_in(dana: Account) -> None:
    path, client = mailed(dana), Client()
    page = client.get(path)
    assert (page.status_code, page.headers["Cache-Control"]) == (
        200,
        "max-age=0, no-cache, no-store, must-revalidate, private",
    )
    assert b"Dana Kipp, who will sign in as dk101" in page.content
    done = client.post(path, {"password": PASSWORD, "again": PASSWORD})
    assert (done.status_code, done.headers["Location"]) == (302, "/work")
    assert client.get("/work").status_code == 200
    gone = Client().get(path)
    assert (gone.status_code, b"does not work any more" in gone.content) == (404, True)
    again = Client().post("/sign-in", {"username": "dk101", "password": PASSWORD})
    assert again.status_code == 302


def test_what_is_wrong_with_a_password_is_said_and_the_link_stays(dana: Account) -> None:
    path, client = mailed(dana), Client()
    for sent, why in [
        ({"password": PASSWORD, "again": "another"}, b"Type the same password in both fields"),
        ({"password": "short", "again": "short"}, b"at least 12 characters"),
        ({"password": "password1234", "again": "password1234"}, b"too common"),
        ({}, b"at least 12 characters"),
    ]:
        answer = client.post(path, sent)
        assert (answer.status_code, why in answer.content) == (422, True)
        assert PASSWORD.encode() not in answer.content
    assert client.get(path).status_code == 200
    done = client.post(path, {"password": PASSWORD, "again": PASSWORD}, follow=True)
    assert b"You are signed in." in done.content
    assert b"Choose another password" not in done.content  # of the attempts before


def test_a_newer_link_and_a_closed_account_end_it(dana: Account) -> None:
    older, newer = mailed(dana), mailed(dana)
    assert Client().get(older).status_code == 404
    client = Client()
    client.post(newer, {"password": PASSWORD, "again": PASSWORD})
    third = mailed(dana)
    close_account(by=SET_UP, account=dana)
    assert Client().get(third).status_code == 404
    assert client.get("/work").status_code == 302  # signed out at once


def test_a_new_password_ends_the_sign_ins_elsewhere(dana: Account) -> None:
    elsewhere, here = Client(), Client()
    elsewhere.post(mailed(dana), {"password": PASSWORD, "again": PASSWORD})
    assert elsewhere.get("/work").status_code == 200
    here.post(mailed(dana), {"password": "another river runs", "again": "another river runs"})
    assert here.get("/work").status_code == 200
    assert elsewhere.get("/work").status_code == 302


def test_the_link_is_not_kept_once_it_is_sent(dana: Account) -> None:
    path = mailed(dana)
    kept = Mail.objects.get()
    assert path not in kept.body
    assert "/open/…" in kept.body
    assert outgoing(kept).again is True  # sent again, it brings a link of its own


def test_a_mail_that_is_sent_again_brings_a_fresh_link_and_ends_the_first(
    uni: SimpleNamespace, dana: Account
) -> None:
    first = mailed(dana)
    send_again(by=uni.by("olive"), mail=Mail.objects.get())
    assert send_waiting() == 1
    found = re.search(r"/open/\S+", str(post.outbox[-1].body))
    assert found
    assert found.group() != first
    assert [Client().get(path).status_code for path in (first, found.group())] == [404, 200]


def test_without_a_mail_server_mails_wait(dana: Account) -> None:
    offer_sign_in(by=SET_UP, account=dana)
    run_once()
    with override_settings(EMAIL_BACKEND=DUMMY):
        assert (has_post(), send_waiting()) == (False, 0)
        assert Client().get("/health").json()["mail_server"] is False
    assert (Mail.objects.get().state, Mail.objects.get().tries) == (MailState.QUEUED, 0)
    assert (has_post(), send_waiting()) == (True, 1)

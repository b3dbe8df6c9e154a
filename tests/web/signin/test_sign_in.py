"""Signing in and out; a sign-in that runs out in mid-form loses nothing."""

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from bitterroot.people.domain.person import create_account
from bitterroot.proposals.models import Proposal
from bitterroot.record import clock
from bitterroot.web.models import Count
from bitterroot.web.signin import kept, views
from web.road_people import PASSWORD, SET_UP


def _account(uni: SimpleNamespace) -> None:
    create_account(by=SET_UP, person=uni.dana, username="dk101", password=PASSWORD)


def test_in_and_out(uni: SimpleNamespace) -> None:
    _account(uni)
    client = Client()
    wrong = client.post("/sign-in", {"username": "dk101", "password": "no"})
    assert wrong.status_code == 422
    right = client.post("/sign-in", {"username": " DK101 ", "password": PASSWORD})
    assert (right.status_code, right.headers["Location"]) == (302, "/work")
    assert client.get("/sign-out").status_code == 405
    client.post("/sign-out")
    assert client.get("/work").status_code == 302


def test_no_way_out_to_other_sites(uni: SimpleNamespace) -> None:
    _account(uni)
    sent = {"username": "dk101", "password": PASSWORD, "next": "https://evil.example/"}
    assert Client().post("/sign-in", sent).headers["Location"] == "/work"


def _run_out() -> None:
    """Sign-ins end on the server, as by age; the browsers keep their cookies."""
    Session.objects.all().delete()


def _type_without_sign_in(client: Client, proposal: Proposal, **more: str) -> Any:
    address = reverse("faculty:edit_proposal", args=[proposal.pk, "purpose"])
    typed = {
        "revision": proposal.revision,
        "asked": "rationale",
        "rationale": "Two hours of writing.",
        **more,
    }
    sent = client.post(address, typed)
    assert sent.headers["Location"].startswith("/sign-in")
    return address, typed


def test_what_was_typed_is_there_after_signing_in_again(
    uni: SimpleNamespace, proposal: Proposal
) -> None:
    _account(uni)
    client = Client()
    client.post("/sign-in", {"username": "dk101", "password": PASSWORD})
    _run_out()
    address, typed = _type_without_sign_in(client, proposal)
    assert b"What you typed is kept" in client.get("/sign-in").content
    again = client.post("/sign-in", {"username": "dk101", "password": PASSWORD})
    assert again.headers["Location"] == "/sign-in/unsent"
    assert client.session.get_expiry_age() > 7 * 3600  # not the half hour of what is kept
    page = client.get("/sign-in/unsent")
    assert page.content.decode().count("Two hours of writing.") == 2
    assert client.post(address, typed).status_code == 302
    proposal.refresh_from_db()
    assert proposal.values["rationale"] == "Two hours of writing."


def test_what_dana_typed_is_not_given_to_sam(uni: SimpleNamespace, proposal: Proposal) -> None:
    _account(uni)
    create_account(by=SET_UP, person=uni.sam, username="ss202", password=PASSWORD)
    client = Client()
    client.post("/sign-in", {"username": "dk101", "password": PASSWORD})
    _run_out()
    _type_without_sign_in(client, proposal)
    sam = client.post("/sign-in", {"username": "ss202", "password": PASSWORD})
    assert sam.headers["Location"] == "/work"
    assert client.get("/sign-in/unsent").headers["Location"] == "/work"
    assert kept.SESSION_KEY not in client.session  # nor is it there for Dana any more
    client.post("/sign-out")
    dana = client.post("/sign-in", {"username": "dk101", "password": PASSWORD})
    assert dana.headers["Location"] == "/work"


def test_a_browser_where_nobody_was_signed_in_keeps_nothing(
    uni: SimpleNamespace, proposal: Proposal
) -> None:
    for cookie in (None, "f" * 64, f"{kept.mark_of(uni.dana)}:1wXyZ0:forged"):
        client = Client()
        if cookie:
            client.cookies[kept.COOKIE] = cookie
        _type_without_sign_in(client, proposal)
        assert kept.SESSION_KEY not in client.session


def test_what_is_kept_is_bounded_and_ends(uni: SimpleNamespace, proposal: Proposal) -> None:
    _account(uni)
    client = Client()
    client.post("/sign-in", {"username": "dk101", "password": PASSWORD})
    _run_out()
    _type_without_sign_in(client, proposal, description="x" * 200_001)
    assert kept.SESSION_KEY not in client.session
    _type_without_sign_in(client, proposal, password="secret")
    held = client.session[kept.SESSION_KEY]
    assert [name for name, _ in held["fields"]] == ["revision", "asked", "rationale"]
    assert client.session.get_expiry_age() <= 30 * 60
    with clock.standing_at(clock.now() + timedelta(minutes=30, seconds=1)):
        again = client.post("/sign-in", {"username": "dk101", "password": PASSWORD})
    assert again.headers["Location"] == "/work"


def test_typing_after_the_end_says_so(proposal: Proposal) -> None:
    address = reverse("faculty:edit_proposal", args=[proposal.pk, "purpose"])
    answer = Client().post(address, {"asked": "rationale"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer.headers["HX-Retarget"] == "#saved"
    assert b"Your sign-in has ended" in answer.content


def _fail(client: Client, name: str, times: int) -> list[int]:
    sent = {"username": name, "password": "no"}
    return [client.post("/sign-in", sent).status_code for _ in range(times)]


def test_too_many_attempts_are_answered_kindly_whether_or_not_there_is_an_account(
    uni: SimpleNamespace,
) -> None:
    _account(uni)
    client = Client()
    pages = []
    for name in ("dk101", "nobody99"):
        assert _fail(client, name, 8) == [422] * 8
        locked = client.post("/sign-in", {"username": name.upper(), "password": PASSWORD})
        assert (locked.status_code, locked.headers["Retry-After"]) == (429, "900")
        assert b"Please wait 15 minutes" in locked.content
        pages.append(re.sub(rb'value="[^"]{64}"', b"", locked.content))
    assert pages[0] == pages[1]
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    right = elsewhere.post("/sign-in", {"username": "dk101", "password": PASSWORD})
    assert right.status_code == 302
    with clock.standing_at(clock.now() + timedelta(minutes=15)):
        right = client.post("/sign-in", {"username": "dk101", "password": PASSWORD})
    assert right.status_code == 302


def test_a_right_password_begins_the_count_anew(uni: SimpleNamespace) -> None:
    _account(uni)
    client = Client()
    for _ in range(3):
        assert _fail(client, "dk101", 7) == [422] * 7
        right = client.post("/sign-in", {"username": "dk101", "password": PASSWORD})
        assert right.status_code == 302
        client.post("/sign-out")


def test_many_names_from_one_network_and_one_name_from_many_are_slowed(
    uni: SimpleNamespace,
) -> None:
    _account(uni)
    client = Client(REMOTE_ADDR="2001:db8:1:2::7")
    for _ in range(60):
        views.FAILED_HERE.take("2001:db8:1:2::/64")
        views.FAILED_NAME.take("sam")
    assert _fail(client, "another", 1) == [429]
    assert _fail(Client(REMOTE_ADDR="2001:db8:1:3::7"), "another", 1) == [422]
    for _ in range(40):
        views.FAILED_NAME.take("sam")
    assert _fail(Client(REMOTE_ADDR="203.0.113.10"), "sam", 1) == [429]
    assert _fail(Client(REMOTE_ADDR="203.0.113.10"), "dk101", 1) == [422]


def test_counts_name_nobody(uni: SimpleNamespace) -> None:
    _fail(Client(REMOTE_ADDR="203.0.113.11"), "dk101", 2)
    rows = list(Count.objects.values_list("pk", "n"))
    assert sorted(n for _, n in rows) == [2] * 6
    assert all(re.fullmatch("[0-9a-f]{64}", key) for key, _ in rows)
    with clock.standing_at(clock.now() + timedelta(minutes=16)):
        _fail(Client(REMOTE_ADDR="203.0.113.12"), "other", 1)
    assert Count.objects.count() == 6  # those of the span before are gone

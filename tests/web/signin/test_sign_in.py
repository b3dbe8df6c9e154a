"""Signing in and out; a sign-in that runs out in mid-form loses nothing."""

from types import SimpleNamespace
from typing import Any

from django.test import Client
from django.urls import reverse

from bitterroot.people.domain.person import create_account
from bitterroot.proposals.models import Proposal
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


def test_what_was_typed_is_there_after_signing_in_again(
    uni: SimpleNamespace, proposal: Proposal
) -> None:
    _account(uni)
    client = Client()
    address = reverse("faculty:edit_proposal", args=[proposal.pk, "purpose"])
    typed = {
        "revision": proposal.revision,
        "asked": "rationale",
        "rationale": "Two hours of writing.",
    }
    sent = client.post(address, typed)
    assert sent.headers["Location"].startswith("/sign-in")
    again = client.post("/sign-in", {"username": "dk101", "password": PASSWORD})
    assert again.headers["Location"] == "/sign-in/unsent"
    page = client.get("/sign-in/unsent")
    assert page.content.decode().count("Two hours of writing.") == 2
    assert client.post(address, typed).status_code == 302
    proposal.refresh_from_db()
    assert proposal.values["rationale"] == "Two hours of writing."


def test_typing_after_the_end_says_so(proposal: Proposal) -> None:
    address = reverse("faculty:edit_proposal", args=[proposal.pk, "purpose"])
    answer = Client().post(address, {"asked": "rationale"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer.headers["HX-Retarget"] == "#saved"
    assert b"Your sign-in has ended" in answer.content


def test_too_many_attempts_are_answered_kindly(uni: SimpleNamespace, settings: Any) -> None:
    settings.AXES_ENABLED = True
    _account(uni)
    client = Client()
    for _ in range(8):
        last = client.post("/sign-in", {"username": "dk101", "password": "no"})
    assert last.status_code == 429
    assert b"wait a quarter of an hour" in last.content

"""José's badge in Open Badges 2.0, hosted beside its page, for readers of the older standard."""

from types import SimpleNamespace
from typing import Any

from django.test import Client

from bitterroot.issuing.domain import award as awards
from bitterroot.issuing.domain import revocation
from bitterroot.issuing.enums import Visibility
from bitterroot.issuing.models import Award
from bitterroot.issuing.queries.verification import verify_anything
from bitterroot.openbadges import ob2
from bitterroot.people.actor import person
from bitterroot.web import stored

ORIGIN = "https://demo.bitterroot.example"
NAMED = 'application/ld+json; profile="https://w3id.org/openbadges/v2"'


def test_each_link_of_the_chain_stands_at_its_address(shown: Award) -> None:
    client = Client()
    path = f"/credentials/{shown.public_id}"
    found = client.get(f"{path}/v2")
    assertion = found.json()
    assert found["Content-Type"] == "application/ld+json"
    assert found["Access-Control-Allow-Origin"] == "*"
    assert assertion["id"] == f"{ORIGIN}{path}/v2"
    assert ob2.is_recipient(assertion, "learner0@umconnect.example.edu")
    assert not ob2.is_recipient(assertion, "learner1@umconnect.example.edu")
    badge: dict[str, Any] = client.get(assertion["badge"].removeprefix(ORIGIN)).json()
    assert (badge["id"], badge["name"]) == (assertion["badge"], "GIS for Community Planning")
    assert client.get(badge["image"].removeprefix(ORIGIN)).status_code == 200
    issuer = client.get(badge["issuer"].removeprefix(ORIGIN)).json()
    assert (issuer["id"], issuer["type"]) == (f"{ORIGIN}/issuer/v2", "Issuer")


def test_the_badge_s_own_address_gives_it_to_who_names_the_standard(shown: Award) -> None:
    client, path = Client(), f"/credentials/{shown.public_id}"
    same = client.get(f"{path}/v2").content
    assert client.get(path, HTTP_ACCEPT=NAMED).content == same
    assert stored.wanted(path, NAMED) is None  # the door leaves it to the view
    for accept in ("application/json", "application/ld+json"):
        bytes_ = client.get(path, HTTP_ACCEPT=accept).content
        assert bytes_ == bytes(shown.document.body)  # as issued, in 3.0
    page = client.get(f"{path}/v2", HTTP_ACCEPT="text/html")
    assert (page.status_code, page["Location"]) == (302, path)


def test_our_verifier_takes_it_and_sees_a_revocation(shown: Award, house: SimpleNamespace) -> None:
    address = f"{ORIGIN}/credentials/{shown.public_id}/v2"
    before = Client().get(f"/credentials/{shown.public_id}/v2").content
    found = verify_anything(address, online=False)
    assert (found.result.verdict, found.color) == ("valid", "green"), found.result.checks
    asked = revocation.request_revocation(
        by=house.by("rita"), award=shown, reason_code="wrong_person", reason="Same name."
    )
    revocation.approve_revocation(by=house.by("ruth"), revocation=asked)
    gone = Client().get(f"/credentials/{shown.public_id}/v2")
    assert (gone.status_code, gone.json()["revoked"]) == (410, True)
    assert verify_anything(before, online=False).result.verdict == "revoked"


def test_what_strangers_may_not_see_is_not_there(shown: Award) -> None:
    awards.set_visibility(by=person(shown.learner), award=shown, visibility=Visibility.PRIVATE)
    path = f"/credentials/{shown.public_id}"
    assert Client().get(f"{path}/v2").status_code == 404
    assert Client().get(path, HTTP_ACCEPT=NAMED).status_code == 404
    found = verify_anything(f"{ORIGIN}{path}/v2", online=False)
    assert found.result.verdict != "valid"

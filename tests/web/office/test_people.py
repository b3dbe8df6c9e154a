"""The administrator's screens about people, and who gets in."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from bitterroot.people.domain.person import add_address, assign_role, create_account, create_person
from bitterroot.people.enums import AddressKind, Role
from bitterroot.people.models import Account, Person
from bitterroot.people.queries import holds
from bitterroot.record.models import Outbox
from bitterroot.web.ui import by_keys
from web.road_people import PASSWORD, SET_UP

As = Callable[[str], Client]
NEW = {
    "name": "Nora Two-Bulls",
    "email": "nora@umontana.example.edu",
    "netid": "",
    "title": "Lecturer",
    "role": "head",
    "unit": "geography",
}


@pytest.fixture
def ada(uni: SimpleNamespace) -> Client:
    """The browser of Ada Reed, who runs the system."""
    person = create_person(by=SET_UP, display_name="Ada Reed")
    create_account(by=SET_UP, person=person, username="ada", password=PASSWORD)
    assign_role(by=SET_UP, person=person, role=Role.SYSTEM_ADMIN)
    client = Client()
    client.post("/sign-in", {"username": "ada", "password": PASSWORD})
    return client


def page_of(person: Person) -> str:
    return f"/office/people/{person.pk}"


def test_only_system_administrators_get_in(as_: As, uni: SimpleNamespace, ada: Client) -> None:
    for path in ("/office/people", "/office/people/add", page_of(uni.dana)):
        assert ada.get(path).status_code == 200
        assert Client().get(path).headers["Location"].startswith("/sign-in?")
        for key in ("olive", "hale", "dana", "stranger"):
            assert as_(key).get(path).status_code == 403
    before = Person.objects.count()
    assert as_("olive").post("/office/people/add", NEW).status_code == 403
    act = {"act": "grant", "role": "marketing"}
    assert as_("olive").post(page_of(uni.olive), act).status_code == 403
    assert Person.objects.count() == before
    assert not holds(uni.olive, Role.MARKETING)


def test_a_person_is_added_with_a_role_and_a_mail(ada: Client) -> None:
    answer = ada.post("/office/people/add", NEW)
    nora = Account.objects.get(username="nora@umontana.example.edu")
    assert answer.headers["Location"] == page_of(nora.person)
    assert holds(nora.person, Role.HEAD)
    assert Outbox.objects.filter(event__verb="sign-in offered").count() == 1
    shown = ada.get(answer.headers["Location"]).content.decode()
    assert "Head or chair, Department of Geography" in shown
    assert "Not opened yet" in shown


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " "}, "name"),
        ({"email": "nora"}, "email"),
        ({"unit": ""}, "unit"),
        ({"role": "registrar"}, "unit"),
        ({"role": "chair"}, "role"),
        ({"role": "emperor", "unit": "x' or 1=1"}, "role"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nobody_is_added(
    ada: Client, changed: dict[str, str], field: str
) -> None:
    before = Person.objects.count()
    answer = ada.post("/office/people/add", NEW | changed)
    assert answer.status_code == 409
    shown = answer.content.decode()
    assert f'href="#id_{field}"' in shown
    assert 'value="Lecturer"' in shown
    assert Person.objects.count() == before


def test_roles_are_granted_and_ended(ada: Client, uni: SimpleNamespace) -> None:
    page = page_of(uni.stranger)
    assert ada.post(page, {"act": "grant", "role": "registrar"}).status_code == 302
    row = uni.stranger.assignments.get(role="registrar")
    assert ada.post(page, {"act": "grant", "role": "registrar"}).status_code == 409
    assert ada.post(page, {"act": "grant", "role": "system_admin"}).status_code == 403
    elsewhere = page_of(uni.dana)
    assert ada.post(elsewhere, {"act": "end", "role": row.pk}).status_code == 409
    assert holds(uni.stranger, Role.REGISTRAR)
    assert ada.post(page, {"act": "end", "role": row.pk}).status_code == 302
    assert not holds(uni.stranger, Role.REGISTRAR)
    for act in ("", "emperor", "end"):
        assert ada.post(page, {"act": act, "role": "x"}).status_code == 409
    assert "role ended: Registrar officer" in ada.get(page).content.decode()


def test_an_account_is_closed_and_opened_again(ada: Client, uni: SimpleNamespace) -> None:
    account = create_account(by=SET_UP, person=uni.dana, username="dk101", password=PASSWORD)
    page, dana = page_of(uni.dana), Client()
    dana.post("/sign-in", {"username": "dk101", "password": PASSWORD})
    assert ada.post(page, {"act": "close"}).status_code == 302
    assert dana.get("/work").status_code == 302
    assert ada.post(page, {"act": "link"}).status_code == 409
    assert ada.post(page, {"act": "reopen"}).status_code == 302
    account.refresh_from_db()
    assert account.state == "not opened yet"
    me = Account.objects.get(username="ada").person
    assert b"Close the account" not in ada.get(page_of(me)).content
    assert ada.post(page_of(me), {"act": "close"}).status_code == 403
    [mine] = me.assignments.all()
    assert ada.post(page_of(me), {"act": "end", "role": mine.pk}).status_code == 409


def test_learners_are_found_by_their_exact_address_alone(ada: Client, uni: Any) -> None:
    jose = create_person(by=SET_UP, display_name="José Núñez")
    add_address(by=SET_UP, person=jose, address="jose@mail.example.org", kind=AddressKind.PERSONAL)
    for query, seen in [("", False), ("José", False), ("jose@", False)]:
        assert ("José Núñez" in ada.get("/office/people", {"q": query}).content.decode()) is seen
    assert (
        "José Núñez" in ada.get("/office/people", {"q": "JOSE@mail.example.org"}).content.decode()
    )
    assert ada.post(page_of(jose), {"act": "account"}).status_code == 302
    assert ada.post(page_of(jose), {"act": "account"}).status_code == 409
    assert Account.objects.get(person=jose).username == "jose@mail.example.org"
    assert "José Núñez" in ada.get("/office/people").content.decode()


def test_people_are_filtered_by_role(ada: Client) -> None:
    shown = ada.get("/office/people", {"role": "head", "q": "h"}).content.decode()
    assert ("Hale Yellowtail" in shown, "Olive Crane" in shown) == (True, False)
    assert "Nobody fits" in ada.get("/office/people", {"q": "nobody"}).content.decode()
    assert ada.get("/office/people", {"q": "\0", "role": "x", "page": "9"}).status_code in (
        200,
        400,
    )


@pytest.mark.parametrize("few", [2_000, 5])
def test_a_search_of_several_pages_goes_by_names(
    ada: Client, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(by_keys, "FEW", few)
    for n in reversed(range(30)):
        who = create_person(by=SET_UP, display_name=f"Ren Tanaká {n:02d}")
        assign_role(by=SET_UP, person=who, role=Role.MARKETING)
    pages = [ada.get(f"/office/people?q=tanaka&page={n}").content.decode() for n in (1, 2)]
    found = [re.findall(r"Ren Tanaká \d\d", page) for page in pages]
    names = [f"Ren Tanaká {n:02d}" for n in range(30)]
    assert [list(dict.fromkeys(each)) for each in found] == [names[:25], names[25:]]

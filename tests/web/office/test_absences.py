"""Olive writes down that Hale fell ill and that Kim acts for him; both are told, and it ends."""

from collections.abc import Callable
from types import SimpleNamespace

from django.test import Client
from django.urls import reverse

from bitterroot.messages.domain import dispatch
from bitterroot.messages.models import Mail
from bitterroot.people.domain.person import create_account, create_person
from bitterroot.people.models import Absence, Address, Person
from proposals.conftest import SET_UP

PAGE = reverse("office:absences")


def reachable(person: Person, key: str) -> Person:
    address = f"{key}@umontana.example.edu"
    Address.objects.create(person=person, address=address, normalized=address, kind="campus")
    return person


def test_an_absence_is_written_down_for_another_and_ended(
    uni: SimpleNamespace, as_: Callable[[str], Client]
) -> None:
    kim = reachable(create_person(by=SET_UP, display_name="Kim Crow"), "kim")
    create_account(by=SET_UP, person=kim, username="kim", password=None)
    reachable(uni.hale, "hale")
    olive = as_("olive")
    assert "Nobody is away" in olive.get(PAGE).content.decode()
    said = {
        "person": "hale@umontana.example.edu",
        "deputy": "kim@umontana.example.edu",
        "starts_on": "2026-11-18",
        "ends_on": "2026-11-30",
        "reason": "",
    }
    answer = olive.post(PAGE, said)
    assert (answer.status_code, "Write a reason." in answer.content.decode()) == (422, True)
    assert olive.post(PAGE, {**said, "reason": "Cannot be reached."}).status_code == 302
    shown = olive.get(PAGE).content.decode()
    assert "Kim Crow acts." in shown
    assert "Written down by Olive Crane: Cannot be reached." in shown
    dispatch.run_once()
    mails = {
        mail.to_address: mail.body for mail in Mail.objects.filter(template__startswith="absence")
    }
    assert "Olive Crane has written that down and named you as deputy" in mails[said["deputy"]]
    assert "Kim Crow acts for you" in mails[said["person"]]
    assert all("Cannot be reached." in body for body in mails.values())
    assert olive.post(PAGE, {"end": str(Absence.objects.get().pk)}).status_code == 302
    assert "Nobody is away" in olive.get(PAGE).content.decode()
    assert as_("dana").get(PAGE).status_code == 403

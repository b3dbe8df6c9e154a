"""An address is someone's own only once they answered from it."""

import re

import pytest
from django.db import transaction
from django.test import Client

from bitterroot.issuing.models import Award
from bitterroot.messages.models import Mail
from bitterroot.people.actor import person
from bitterroot.people.domain.person import add_address
from bitterroot.people.enums import AddressKind
from bitterroot.people.models import Address, Person
from bitterroot.people.queries import find_by_address
from bitterroot.people.queries.matching import LearnerFacts, learners_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def jose(award: Award, link: str) -> Client:
    client = Client()
    client.post(link, {"answer": "accept"})
    return client


def _confirming(mail: Mail) -> str:
    found = re.search(r"https?://[^/]+(/my/addresses/confirm\?token=\S+)", mail.body)
    assert found is not None
    return found[1]


def _confirm(client: Client, link: str) -> str:
    token = link.partition("token=")[2]
    return client.post("/my/addresses/confirm", {"token": token}).content.decode()


def test_naming_someone_else_s_address_takes_nothing_from_them(award: Award, jose: Client) -> None:
    jose.post("/my/addresses", {"address": "Maya.Lindqvist@campus.example"})
    assert find_by_address("maya.lindqvist@campus.example") is None
    with transaction.atomic():  # as when a list with Maya on it is submitted
        maya = learners_for(
            [LearnerFacts(1, addresses=("maya.lindqvist@campus.example",), display_name="Maya")]
        )[1]
    assert maya.pk != award.learner_id
    assert maya.display_name == "Maya"


def test_an_address_that_became_another_s_meanwhile_is_refused(award: Award, jose: Client) -> None:
    jose.post("/my/addresses", {"address": "shared@home.example"})
    link = _confirming(Mail.objects.get(template="confirm_address"))
    other = Person.objects.exclude(pk=award.learner_id).order_by("pk").first()
    assert other is not None
    add_address(
        by=person(other), person=other, address="shared@home.example", kind=AddressKind.PERSONAL
    )
    assert "This address already belongs to someone." in _confirm(Client(), link)
    assert Address.objects.get(normalized="shared@home.example").person == other


def test_a_confirming_link_may_be_opened_twice(award: Award, jose: Client) -> None:
    jose.post("/my/addresses", {"address": "jose@home.example"})
    link = _confirming(Mail.objects.get(template="confirm_address"))
    assert "The address is confirmed" in _confirm(Client(), link)
    assert "The address is confirmed" in _confirm(Client(), link)
    mine = Address.objects.filter(person=award.learner, normalized="jose@home.example")
    assert mine.count() == 1


def test_an_address_that_a_list_gave_him_is_confirmed_in_place(award: Award, jose: Client) -> None:
    listed = add_address(
        by=person(award.learner),
        person=award.learner,
        address="jose@list.example",
        kind=AddressKind.PERSONAL,
    )
    jose.post("/my/addresses", {"address": "JOSE@list.example"})
    _confirm(Client(), _confirming(Mail.objects.get(template="confirm_address")))
    listed.refresh_from_db()
    assert listed.verified_at is not None


def test_nobody_s_mailbox_is_filled_by_asking_again_and_again(award: Award, jose: Client) -> None:
    for n in range(8):
        answer = jose.post("/my/addresses", {"address": f"victim{n % 2}@home.example"})
    assert answer.status_code == 409
    assert "Try again tomorrow" in answer.content.decode()
    assert Mail.objects.filter(template="confirm_address").count() == 6

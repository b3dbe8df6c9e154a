"""Dana, who leads the program, asks that a badge be revoked; Rita, the registrar, decides."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from bitterroot.issuing.enums import AwardState
from bitterroot.issuing.models import Award, Revocation
from bitterroot.learning.models import IssuanceRequest
from bitterroot.messages.domain.dispatch import run_once
from bitterroot.messages.models import Mail
from bitterroot.people.domain.person import create_person
from messages.conftest import addresses  # noqa: F401
from proposals.conftest import SET_UP
from web.registrar.conftest import house, issued, sent, signed_in  # noqa: F401

SignedIn = Callable[[str], Client]
Issued = Callable[..., IssuanceRequest]
NAMES = ["José Núñez", "Zoë Whitebear", "Linh Nguyễn"]
ASKED = {"reason_code": "requirement_not_met", "reason": "Zoë's project was another learner's."}


@pytest.fixture
def zoes(issued: Issued) -> Award:  # noqa: F811
    issued(NAMES)
    return Award.objects.get(display_name="Zoë Whitebear")


def mails(template: str) -> list[tuple[str, str]]:
    while run_once():
        pass
    return list(Mail.objects.filter(template=template).values_list("to_name", "body"))


def test_the_lead_asks_from_the_offerings_list_and_the_registrar_revokes(
    house: SimpleNamespace,  # noqa: F811
    signed_in: SignedIn,  # noqa: F811
    zoes: Award,
) -> None:
    dana, rita = signed_in("dana"), signed_in("rita")
    offering = f"/work/lists/offerings/{house.offering.pk}"
    assert f"{offering}/badges" in dana.get(offering).content.decode()
    here = f"/work/badges/{zoes.public_id}"
    page = dana.get(f"{offering}/badges?q=zo%C3%AB").content.decode()
    assert (here in page, "José" in page) == (True, False)

    answer = dana.post(here, {**ASKED, "reason": " "})
    assert (answer.status_code, Revocation.objects.count()) == (422, 0)
    assert dana.post(here, ASKED).status_code == 302
    asked = Revocation.objects.get()
    assert (asked.requested_by, asked.requested_as) == (house.dana, "program lead")
    assert "A decision is asked for" in dana.get(f"{offering}/badges").content.decode()
    zoes.refresh_from_db()
    assert zoes.state == AwardState.UNCLAIMED
    assert sorted(name for name, _ in mails("revocation_requested")) == [
        "Rita Finley",
        "Ruth Larsen",
    ]

    assert "(program lead)" in rita.get("/queue").content.decode()
    there = f"/queue/revocations/{asked.pk}"
    assert dana.post(there + "/decide", {"decision": "approve"}).status_code == 404
    assert rita.post(there + "/decide", {"decision": "approve"}).status_code == 302
    zoes.refresh_from_db()
    assert zoes.state == AwardState.REVOKED
    assert [name for name, _ in mails("revocation_approved")] == ["Dana Kipp"]
    assert "by Rita Finley" in dana.get("/work").content.decode()


def test_a_refusal_needs_a_reason_and_whoever_asked_reads_it(
    house: SimpleNamespace,  # noqa: F811
    signed_in: SignedIn,  # noqa: F811
    zoes: Award,
) -> None:
    dana, rita = signed_in("dana"), signed_in("rita")
    dana.post(f"/work/badges/{zoes.public_id}", ASKED)
    there = f"/queue/revocations/{Revocation.objects.get().pk}/decide"
    assert rita.post(there, {"decision": "refuse", "reason": ""}).status_code == 422
    why = "The other learner signed that the work is Zoë's."
    assert rita.post(there, {"decision": "refuse", "reason": why}).status_code == 302
    [(name, body)] = mails("revocation_refused")
    assert (name, why in body) == ("Dana Kipp", True)
    for address in ("/work", f"/work/badges/{zoes.public_id}"):
        page = dana.get(address).content.decode()
        assert "Not revoked" in page
        assert "The other learner signed that the work is Zoë&#x27;s." in page
    assert dana.post(f"/work/badges/{zoes.public_id}", ASKED).status_code == 302  # asked again


def test_an_instructor_may_ask_too_the_office_looks_and_for_others_there_is_nothing(
    house: SimpleNamespace,  # noqa: F811
    signed_in: SignedIn,  # noqa: F811
    zoes: Award,
) -> None:
    house.tom = create_person(by=SET_UP, display_name="Tom Birch")
    here, list_ = (
        f"/work/badges/{zoes.public_id}",
        f"/work/lists/offerings/{house.offering.pk}/badges",
    )
    for key in ("sam", "tom"):
        client = signed_in(key)
        assert [client.get(address).status_code for address in (here, list_)] == [404, 404]
        assert client.post(here, ASKED).status_code == 404
    olive = signed_in("olive")
    assert "may ask for it" in olive.get(here).content.decode()
    assert olive.post(here, ASKED).status_code == 403
    assert not Revocation.objects.exists()
    house.offering.instructors.add(house.tom)
    assert signed_in("tom").post(here, ASKED).status_code == 302
    assert Revocation.objects.get().requested_as == "instructor"
    assert signed_in("dana").post(here, ASKED).status_code == 409  # one at a time


def test_queries_do_not_grow_with_the_badges(
    house: SimpleNamespace,  # noqa: F811
    signed_in: SignedIn,  # noqa: F811
    zoes: Award,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    dana = signed_in("dana")
    for award in Award.objects.all():
        dana.post(f"/work/badges/{award.public_id}", ASKED)
    with django_assert_max_num_queries(11):
        page = dana.get(f"/work/lists/offerings/{house.offering.pk}/badges").content.decode()
    assert page.count("A decision is asked for") == 3

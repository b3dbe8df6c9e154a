"""Pages of lists ask the database as often for many rows as for one."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bitterroot.issuing.domain.revocation import request_revocation
from bitterroot.issuing.models import Award
from bitterroot.learning.models import IssuanceRequest
from bitterroot.messages.domain.dispatch import run_once
from bitterroot.messages.models import Mail
from bitterroot.people.domain.person import assign_role, create_account, create_person
from bitterroot.people.enums import Role
from messages.conftest import addresses  # noqa: F401
from proposals.conftest import SET_UP, SINCE
from web.registrar.conftest import _now, house, issued, proposal, sent, signed_in, uni  # noqa: F401

SignedIn = Callable[[str], Client]
NAMES = ["José Núñez", "Zoë Whitebear", "Linh Nguyễn", "Ada Crow", "Ben Stone", "Cai Lodge"]


def asked(client: Client, address: str) -> int:
    """How many queries the page takes; the second time, when what is kept for long is there."""
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as taken:
        assert client.get(address).status_code == 200
    return len(taken)


def test_my_badges(
    signed_in: SignedIn,  # noqa: F811
    issued: Callable[..., IssuanceRequest],  # noqa: F811
) -> None:
    issued(NAMES)
    jose = Award.objects.order_by("line__number")[0].learner
    client = Client()
    client.force_login(
        create_account(by=SET_UP, person=jose, username="jose", password=None),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    few = asked(client, "/my/badges")
    Award.objects.update(learner=jose)
    page = client.get("/my/badges").content.decode()
    assert page.count('<article class="card">') == len(NAMES)
    assert asked(client, "/my/badges") == few <= 8


def test_people_and_mail_of_the_demo(
    house: SimpleNamespace,  # noqa: F811
    issued: Callable[..., IssuanceRequest],  # noqa: F811
    settings: Any,
) -> None:
    settings.DEMO = True
    create_account(by=SET_UP, person=house.dana, username="dana", password=None)
    while run_once():
        pass
    client = Client()
    few = [asked(client, address) for address in ("/demo/people", "/demo/mail")]
    before = Mail.objects.count()
    for n in range(12):
        person = create_person(by=SET_UP, display_name=f"Person {n}")
        assign_role(by=SET_UP, person=person, role=Role.INSTRUCTOR, starts_on=SINCE)
        create_account(by=SET_UP, person=person, username=f"person{n}", password=None)
    issued(NAMES)
    while run_once():
        pass
    assert Mail.objects.count() >= before + len(NAMES)
    many = [asked(client, address) for address in ("/demo/people", "/demo/mail")]
    assert many == few
    assert max(many) <= 6


@pytest.mark.parametrize(
    ("key", "most", "addresses_of"),
    [
        ("dana", 29, ["/work", "/work/lists", "/work/proposals", "/work/lists/offerings/{o}"]),
        (
            "dana",
            24,
            [
                "/work/lists/offerings/{o}/badges",
                "/work/lists/offerings/{o}/roster",
                "/work/lists/{l}",
            ],
        ),
        (
            "rita",
            12,
            ["/queue", "/queue?show=issued", "/queue/awards", "/queue/requests/{r}/receipt"],
        ),
        ("rita", 34, ["/work"]),
        ("olive", 26, ["/office", "/office/programs", "/office/mail"]),
    ],
)
def test_pages_of_those_who_work_here(
    key: str,
    most: int,
    addresses_of: list[str],
    house: SimpleNamespace,  # noqa: F811
    signed_in: SignedIn,  # noqa: F811
    sent: Callable[..., IssuanceRequest],  # noqa: F811
    issued: Callable[..., IssuanceRequest],  # noqa: F811
) -> None:
    client = signed_in(key)

    def counts(request: IssuanceRequest) -> list[int]:
        for award in Award.objects.exclude(revocations__state="requested"):
            request_revocation(
                by=house.by("dana"), award=award, reason_code="wrong_person", reason="Same name."
            )
        words = {"o": house.offering.pk, "l": request.tracking_list_id, "r": request.pk}
        return [asked(client, each.format(**words)) for each in addresses_of]

    sent(NAMES[:1])  # one waits in the queue
    few = counts(issued(NAMES[:1]))
    Award.objects.all().update(state="declined")  # so that the same learners may come again
    sent(NAMES[:1])
    many = counts(issued(NAMES))
    while run_once():
        pass
    assert dict(zip(addresses_of, many, strict=True)) == dict(zip(addresses_of, few, strict=True))
    assert max(many) <= most

"""Sol, who runs the system, sees what signs and whether our badges verify; nobody else does."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from bitterroot.issuing.domain import canaries
from bitterroot.issuing.domain.keys import ensure_signing_key
from bitterroot.issuing.interfaces import keystore
from bitterroot.issuing.models import Canary, StatusList
from bitterroot.issuing.queries.operation import operation
from bitterroot.people.actor import system
from bitterroot.people.domain.person import assign_role, create_person
from bitterroot.people.enums import Role
from bitterroot.people.models import Account
from bitterroot.record import clock

BY = system("set-up")


def signed_in(client: Client, name: str, role: Role) -> Client:
    made = create_person(by=BY, display_name=name)
    assign_role(by=BY, person=made, role=role, starts_on=clock.today())
    account = Account.objects.create(person=made, username=name)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def sol(db: None, client: Client, tmp_path: Path, settings: SimpleNamespace) -> Client:
    settings.KEYS_ROOT = tmp_path / "keys"
    keystore.load.cache_clear()
    ensure_signing_key(by=BY)
    return signed_in(client, "Sol Hendricks", Role.SYSTEM_ADMIN)


def test_it_shows_keys_lists_and_canaries(sol: Client) -> None:
    page = sol.get(reverse("office:signing")).content.decode()
    assert "The worker makes the first ones tonight." in page
    canaries.make(by=BY)
    found = operation()
    assert [(each.purpose, each.used, each.marked) for each in found.lists] == [
        ("suspension", 1, 1),
        ("revocation", 1, 0),
        ("revocation", 9, 2),
    ]
    assert (found.checked_at, found.failing, found.rotated_at) == (None, 0, None)
    assert sol.post(reverse("office:check_canaries")).status_code == 302
    page = sol.get(reverse("office:signing")).content.decode()
    assert "0 of 10 failed" in page
    assert "One among" in page
    assert "9 badges" in page


def test_a_failing_canary_stands_at_the_top(sol: Client) -> None:
    canaries.make(by=BY)
    Canary.objects.filter(name="valid").update(found="revoked", checked_at=clock.now())
    assert "A canary is not as it must be." in sol.get("/office/signing").content.decode()
    assert StatusList.objects.count() == 3


def test_others_do_not_see_it(sol: Client) -> None:
    dana = signed_in(sol, "Dana Kessler", Role.PROGRAM_OFFICER)
    assert dana.get("/office/signing").status_code == 403
    canaries.make(by=BY)
    dana.post("/office/signing/check")
    assert not Canary.objects.exclude(checked_at=None).exists()

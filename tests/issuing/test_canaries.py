"""Badges that nobody holds tell the operator whether badges verify."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from django.test import Client
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from openbadgeslib.ob3.verifier import OB3VerificationError, OB3Verifier

from bitterroot.issuing.domain import canaries, key_life, keys, status
from bitterroot.issuing.domain.keys import ensure_signing_key
from bitterroot.issuing.interfaces import keystore
from bitterroot.issuing.interfaces.own_resolver import own_bytes
from bitterroot.issuing.models import Award, Canary, StatusList
from bitterroot.openbadges.resolver import HouseResolver
from bitterroot.openbadges.verify import verify
from bitterroot.people.actor import system
from bitterroot.record import clock
from bitterroot.record.models import Event
from openbadges.independent import node_verdicts

OPS = system("keys, at the command line by Sol Rider")
ORIGIN = "https://demo.bitterroot.example"
NIGHT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)  # three in the morning in Missoula
EXPECTED = {
    "valid": "valid", "expired": "expired", "revoked": "revoked", "suspended": "suspended",
    "superseded": "superseded", "corrected": "valid", "tampered": "invalid",
    "odd scripts": "valid", "PNG": "valid", "SVG": "valid",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _keys(db: None, tmp_path: Path, settings: SimpleNamespace) -> Iterator[None]:
    """A key of this test's own, made the day before."""
    settings.KEYS_ROOT = tmp_path / "keys"
    keystore.load.cache_clear()
    with clock.standing_at(NIGHT - timedelta(days=1)):
        ensure_signing_key(by=OPS)
    with clock.standing_at(NIGHT):
        yield
    keystore.load.cache_clear()


def found() -> dict[str, str]:
    return {f"{row.key_id} {row.name}": row.found for row in Canary.objects.order_by("pk")}


def test_each_night_once_they_are_checked():
    assert canaries.run_due() == 10
    assert found() == {f"key-1 {name}": verdict for name, verdict in EXPECTED.items()}
    assert canaries.run_due() == 0
    with clock.standing_at(NIGHT + timedelta(hours=22)):  # one in the morning: not yet
        assert canaries.run_due() == 0
    with clock.standing_at(NIGHT + timedelta(days=1)):
        assert canaries.run_due() == 10
    assert canaries.failing() == 0
    assert not Award.objects.exists()


def test_badges_of_an_old_key_stay_among_them_until_it_is_withdrawn():
    canaries.run_due()
    key_life.rotate(by=OPS, overlap=timedelta(0))
    assert canaries.run_due() == 20
    assert {v for k, v in found().items() if k in ("key-1 valid", "key-2 valid")} == {"valid"}
    old = Canary.objects.filter(key="key-1")[0].key
    key_life.declare_compromised(by=OPS, key=old, since=NIGHT - timedelta(days=1), reason="Lost.")
    canaries.check(by=OPS)
    assert {v for k, v in found().items() if k.startswith("key-1")} == {"invalid"}
    assert canaries.failing() == 0


def test_a_failing_canary_is_on_the_page_of_health_and_in_the_record(client: Client):
    canaries.run_due()
    assert client.get("/health").json()["canaries_failing"] == 0
    revoked = orjson.loads(bytes(Canary.objects.get(name="revoked").body))
    entry = revoked["credentialStatus"]
    status.set_bit(
        int(entry["statusListCredential"].rpartition("/")[2]), int(entry["statusListIndex"]), False
    )
    canaries.check(by=OPS)
    answer = client.get("/health")
    assert (answer.status_code, answer.json()["canaries_failing"]) == (503, 1)
    told = Event.objects.get(verb="canaries failed")
    assert orjson.loads(told.data) == {"wrong": ["revoked (key-1)"]}


def test_a_canary_is_nowhere_to_be_seen(client: Client):
    canaries.run_due()
    said = orjson.loads(bytes(Canary.objects.get(name="valid").body))
    assert client.get(said["id"].removeprefix(ORIGIN)).status_code == 404
    assert "anary" not in client.get("/catalog").content.decode()


def test_what_a_set_lacks_is_made(client: Client):
    """As after an update that brought more canaries."""
    canaries.run_due()
    Canary.objects.filter(name__in=["suspended", "superseded", "corrected"]).delete()
    assert canaries.make(by=OPS) == 3
    assert canaries.make(by=OPS) == 0
    canaries.check(by=OPS)
    assert canaries.failing() == 0


def test_openbadgeslib_takes_the_pictures_and_refuses_what_is_over():
    canaries.run_due()
    documents = {
        f"{ORIGIN}/.well-known/did.json": orjson.dumps(keys.did_document()),
        **{
            status.list_url(each.n): status.current_document(each)
            for each in StatusList.objects.all()
        },
    }
    asked: Any = {
        "check_status": True, "verify_status_list": False, "download": documents.__getitem__,
    }  # fmt: skip
    for row in Canary.objects.all():
        body = bytes(row.body)
        if row.name in ("PNG", "SVG"):
            opened = getattr(OB3Verifier, f"extract_token_from_{row.name.lower()}")(body)
            body = opened.encode() if isinstance(opened, str) else opened
        if row.expected == "valid":
            assert OB3LdpVerifier().verify(body, **asked).id.startswith(f"{ORIGIN}/canary/")
        else:
            with pytest.raises(OB3VerificationError):
                OB3LdpVerifier().verify(body, **asked)


@pytest.mark.node
def test_independent_verifiers_say_the_same(tmp_path: Path):
    """Both Node stacks, of two keys; pictures and dates are not theirs to judge."""
    canaries.run_due()
    key_life.rotate(by=OPS, overlap=timedelta(0))
    canaries.run_due()
    rows = {
        f"{row.key_id}-{row.name.replace(' ', '-')}": row
        for row in Canary.objects.exclude(name__in=["expired", "PNG", "SVG"])
    }
    assert len(rows) == 14
    documents = {
        f"{ORIGIN}/.well-known/did.json": orjson.dumps(keys.did_document()),
        **{
            status.list_url(each.n): status.current_document(each)
            for each in StatusList.objects.all()
        },
    }
    asked = {name: bytes(row.body) for name, row in rows.items()}
    verdicts = node_verdicts(tmp_path, asked, documents)
    for name, row in rows.items():
        for stack in ("digitalbazaar", "digitalcredentials"):
            said = verdicts[name][stack]
            if row.name in ("revoked", "suspended", "superseded"):
                assert said["revoked"] is True, (name, said)
            else:
                assert said["verified"] is (row.name != "tampered"), (name, said)
        strangers = HouseResolver(own=own_bytes)
        found = verify(asked[name], resolver=strangers, now=NIGHT).verdict
        assert found == {"superseded": "revoked"}.get(row.expected, row.expected)

"""Whoever approved GIS says so in José's badge, under a signature of its own."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from django.test import Client

from bitterroot.governance.models import Decision
from bitterroot.issuing.domain import batch, endorsing, key_life, keys, signing_anew, status
from bitterroot.issuing.domain.keys import ensure_signing_key
from bitterroot.issuing.interfaces import keystore
from bitterroot.issuing.interfaces.own_resolver import own_bytes
from bitterroot.issuing.models import Award, AwardDocument, BodyEndorsement, StatusList
from bitterroot.issuing.queries.verification import verify_anything
from bitterroot.learning.models import IssuanceRequest
from bitterroot.openbadges import issue, proofs
from bitterroot.openbadges.resolver import HouseResolver
from bitterroot.openbadges.verify import verify
from bitterroot.people.actor import system
from bitterroot.programs.models import BadgeTemplate
from bitterroot.record import clock
from bitterroot.record.domain.audit import verify_record
from openbadges.independent import node_verdicts

JOSE, ZOE = "José Núñez", "Zoë Whitebear"
OPS = system("keys, at the command line by Sol Rider")
OFFICE = "did:web:demo.bitterroot.example:endorsers:umonline"


@pytest.fixture(autouse=True)
def _keys(db: None, tmp_path: Path, settings: SimpleNamespace) -> Iterator[None]:
    settings.KEYS_ROOT = tmp_path / "keys"
    keystore.load.cache_clear()
    ensure_signing_key(by=OPS)
    yield
    keystore.load.cache_clear()
    batch.press_for.cache_clear()


def body_of(name: str) -> bytes:
    return bytes(AwardDocument.objects.get(award__display_name=name).body)


def endorsed_in(body: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = orjson.loads(body)["credentialSubject"]["achievement"].get(
        "endorsement", []
    )
    return found


def test_the_office_that_approved_speaks_in_the_badge(
    house: SimpleNamespace, issued: Callable[..., IssuanceRequest], client: Client
):
    issued([JOSE, ZOE])
    decision = Decision.objects.get(outcome="approve")
    (said,) = endorsed_in(body_of(JOSE))
    assert endorsed_in(body_of(ZOE)) == [said]
    assert (said["issuer"]["id"], said["issuer"]["name"]) == (OFFICE, "UMOnline")
    assert said["issuer"]["parentOrg"]["id"] == keys.issuer_did()
    assert said["validFrom"] == f"{decision.decided_on}T12:00:00Z"
    spoken = said["credentialSubject"]["endorsementComment"]
    assert f"Decision: {decision.pk}" in spoken
    assert decision.person_name
    assert decision.person_name not in orjson.dumps(said).decode()

    for online in (False, True):
        found = verify_anything(body_of(JOSE), online=online).result
        assert found.verdict == "valid"
        assert [
            (e.ok, e.issuer_id, e.said_on and e.said_on.date()) for e in found.endorsements
        ] == [(True, OFFICE, decision.decided_on)]
    page = client.post("/verify", {"text": body_of(JOSE).decode()}).content.decode()
    day = f"{decision.decided_on.day} {decision.decided_on:%b %Y}"
    assert f"Endorsed by UMOnline on {day}" in page

    told = client.get("/endorsers/umonline/did.json")
    assert (told["Content-Type"], told.json()["id"]) == ("application/did+json", OFFICE)
    assert client.get("/endorsers/senate/did.json").status_code == 404
    assert client.get(said["id"].removeprefix("https://demo.bitterroot.example")).json() == said
    assert verify_record().broken == []


def test_the_compiled_template_gives_the_bytes_of_the_full_path(
    house: SimpleNamespace, sent: Callable[..., IssuanceRequest]
):
    request = sent([JOSE, ZOE])
    press = batch.press_for(str(request.template_id), keys.active()[0].fragment)
    common = batch._common(request)
    for row in batch.draft(request, 2):
        award = batch._award(row, ["jose@example.edu"], common)
        created = "2026-11-18T12:00:00Z"
        full = issue.to_bytes(press.signer.sign(press.compose(award), created))
        assert press.issue(award, created=created) == full
        assert len(endorsed_in(full)) == 1
    assert press.slow == 0


def test_a_template_with_awards_keeps_its_bytes(
    house: SimpleNamespace, issued: Callable[..., IssuanceRequest], monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as before:  # as it was when bodies did not speak in badges
        before.setattr(endorsing, "deciding", lambda version: [])
        issued([JOSE])
    batch.press_for.cache_clear()
    issued([ZOE], first=1)
    old, new = (orjson.loads(body_of(name))["credentialSubject"] for name in (JOSE, ZOE))
    assert old["achievement"] == new["achievement"] == BadgeTemplate.objects.get().achievement
    assert not BodyEndorsement.objects.exists()


def test_each_key_signs_the_word_that_stands_in_its_badges(
    house: SimpleNamespace, issued: Callable[..., IssuanceRequest]
):
    issued([JOSE])
    first = keys.active()[0]
    key_life.rotate(by=OPS, overlap=timedelta(0))
    issued([ZOE], first=1)
    (old,), (new,) = endorsed_in(body_of(JOSE)), endorsed_in(body_of(ZOE))
    assert old["proof"][0]["verificationMethod"] == f"{OFFICE}#key-1"
    assert new["proof"][0]["verificationMethod"] == f"{OFFICE}#key-2"
    assert old["credentialSubject"] == new["credentialSubject"]

    key_life.declare_compromised(
        by=OPS, key=first, since=clock.now(), reason="Backup disk lost.", sign_anew=True
    )
    assert signing_anew.run_waiting() == 1
    assert endorsed_in(body_of(JOSE)) == [new]
    for name in (JOSE, ZOE):
        found = verify_anything(body_of(name), online=False).result
        assert (found.verdict, [e.ok for e in found.endorsements]) == ("valid", [True])


def test_the_policy_may_want_names_or_silence(
    house: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
):
    version = BadgeTemplate.objects.get().program_version
    rules = endorsing.policies.current().awards

    def policy(**changes: Any) -> None:
        awards = rules.model_copy(update=changes)
        monkeypatch.setattr(endorsing.policies, "current", lambda: SimpleNamespace(awards=awards))

    assert endorsing.deciding(version) == [version.decision]
    policy(endorsements_name_people=True)
    spoken = endorsing.comment(version, version.decision)
    assert f"Recorded by: {version.decision.person_name}, Program officer" in spoken
    policy(endorsements="none")
    assert endorsing.deciding(version) == []


def test_a_body_without_latin_letters_has_an_address():
    assert endorsing.endorser_name("Faculty Senate and Provost") == "faculty-senate-and-provost"
    assert endorsing.endorser_name("评议会").startswith("body-")


@pytest.mark.node
def test_independent_verifiers_take_badge_and_endorsement(
    house: SimpleNamespace, issued: Callable[..., IssuanceRequest], tmp_path: Path
):
    issued([JOSE])
    (said,) = endorsed_in(body_of(JOSE))
    documents = {
        f"{batch.settings.ORIGIN}/.well-known/did.json": orjson.dumps(keys.did_document()),
        f"{batch.settings.ORIGIN}/endorsers/umonline/did.json": orjson.dumps(
            keys.did_document(OFFICE)
        ),
        **{
            status.list_url(each.n): status.current_document(each)
            for each in StatusList.objects.all()
        },
    }
    asked = {"badge": body_of(JOSE), "endorsement": issue.to_bytes(said)}
    for name, stacks in node_verdicts(tmp_path, asked, documents).items():
        for stack in ("digitalbazaar", "digitalcredentials"):
            assert stacks[stack]["verified"] is True, (name, stacks[stack])
    strangers = HouseResolver(own=own_bytes)
    found = verify(body_of(JOSE), resolver=strangers, now=clock.now())
    assert (found.verdict, [e.ok for e in found.endorsements]) == ("valid", [True])
    assert proofs.proofs_of(said)
    assert Award.objects.count() == 1

"""Learner records and European elements on the verification page: a record is no badge."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.test import Client

from bitterroot.issuing.domain import keys, suspension
from bitterroot.issuing.models import Award
from bitterroot.openbadges import award as badges
from bitterroot.openbadges import clr, issue, text
from bitterroot.openbadges.keys import SigningKey
from bitterroot.openbadges.verification import Verification
from bitterroot.record import clock
from bitterroot.web.public.verdict import shown


def signed_record(rows: list[Award], **changes: Any) -> str:
    """The badges of José in one record of the university."""
    said: dict[str, Any] = {
        "issuer": keys.issuer_profile(),
        "credentials": [orjson.loads(bytes(row.document.body)) for row in rows],
        "valid_from": clock.now() - timedelta(minutes=1),
        "identities": [badges.named("José Núñez")],
        "partial": True,
    }
    document = clr.credential("urn:uuid:9b2d", "Learner record", **{**said, **changes})
    return issue.to_bytes(keys.active()[1].sign(document, text.timestamp(clock.now()))).decode()


def verified(record: str) -> str:
    return " ".join(Client().post("/verify", {"text": record}).content.decode().split())


@pytest.fixture
def two(issued: Callable[..., object]) -> list[Award]:
    issued(["José Núñez", "José Núñez"])
    return list(Award.objects.select_related("document").order_by("line__number"))


def test_a_record_is_put_into_words_of_its_own(two: list[Award]) -> None:
    page = verified(signed_record(two))
    assert (
        "<strong>Valid.</strong> Learner record of José Núñez, with 2 credentials, made on" in page
    )
    assert "Learner record</dd>" in page
    assert "<dt>Left out</dt><dd>It has more about this learner</dd>" in page
    assert page.count("<strong>GIS for Community Planning: valid</strong>") == 2
    assert "Earned by: José Núñez" in page
    assert "earned Learner record" not in page
    assert "The record is built as CLR 2.0 asks." in page
    assert "The badge" not in page
    assert "<dt>Badge</dt>" not in page


def test_a_badge_that_is_suspended_is_named_in_its_record(two: list[Award], house: Any) -> None:
    asked = suspension.request_suspension(by=house.by("rita"), award=two[0], reason="Wait.")
    suspension.approve_suspension(by=house.by("ruth"), revocation=asked)
    page = verified(signed_record(two))
    assert "<strong>Not all of it is valid.</strong> 1 of the 2 credentials" in page
    assert "The record itself is whole: Learner record of José Núñez, with 2 credentials" in page
    assert "Nothing that was checked is wrong." not in page
    assert "<strong>GIS for Community Planning: suspended for now</strong>" in page


def test_a_badge_of_somebody_else_is_pointed_out(two: list[Award]) -> None:
    page = verified(signed_record(two[:1], identities=[badges.named("Ana Morales")]))
    assert "It names José Núñez, and the record Ana Morales. Every check of it holds." in page
    assert '<li class="unknown">' in page


def test_a_stranger_s_record_is_whole_and_its_issuer_is_for_the_reader_to_judge(
    two: list[Award],
) -> None:
    key = SigningKey.generate()
    theirs = {"id": key.public.did, "type": ["Profile"], "name": "Flathead Lake College"}
    bare = clr.credential(
        "urn:uuid:1", "Learner record", issuer=theirs,
        credentials=[orjson.loads(bytes(two[0].document.body))],
        valid_from=clock.now() - timedelta(minutes=1), identities=[badges.named("José Núñez")],
    )  # fmt: skip
    signer = issue.Signer(key, f"{key.public.did}#{key.public.multibase}")
    page = verified(issue.to_bytes(signer.sign(bare, text.timestamp(clock.now()))).decode())
    assert "The record is exactly what Flathead Lake College signed; whether it was taken" in page
    assert "and it was not taken back" not in page  # nobody keeps a list that could tell
    assert "The one credential in the record is valid." in page
    assert "with 1 credential, made on" in page


def test_european_elements_stand_in_a_section_of_their_own() -> None:
    said = {
        "targetName": "Notional workload: 150 hours", "targetType": "ext:EuropeanElement",
    }  # fmt: skip
    badge = {
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "credentialSubject": {"achievement": {"name": "GIS", "alignment": [said]}},
    }
    found = shown(Verification(verdict="valid", name="GIS", credential=badge), True)
    assert found.elements == [("Notional workload", "150 hours")]
    assert "Notional workload" not in [label for label, _ in found.facts]


def test_a_record_that_is_not_sound_is_not_called_a_badge() -> None:
    """In the sentence that answers first, too."""
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential", "ClrCredential"],
        "issuer": {"id": "did:key:z6Mk", "type": ["Profile"], "name": "X"},
        "credentialSubject": {"type": ["ClrSubject"], "verifiableCredential": []},
    }
    page = verified(orjson.dumps(document).decode())
    assert "Not valid.</strong> The record is not built as CLR 2.0 asks:" in page
    assert "as Open Badges 3.0 asks" not in page

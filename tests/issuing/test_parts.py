"""José shows a part of his badge: what he chose is proven, what he left out is not in it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from django.conf import settings

from bitterroot.governance import policies
from bitterroot.issuing.domain import award as awards
from bitterroot.issuing.domain import key_life, keys, parts, revocation, suspension
from bitterroot.issuing.domain.keys import ensure_signing_key
from bitterroot.issuing.domain.status import list_url
from bitterroot.issuing.enums import KeyUse, Visibility
from bitterroot.issuing.models import Award, SigningKey, StatusList
from bitterroot.issuing.queries.keys import standings
from bitterroot.issuing.queries.verification import verify_anything
from bitterroot.learning.models import IssuanceRequest
from bitterroot.openbadges import selective
from bitterroot.openbadges.award import identity_hash
from bitterroot.people.actor import person, system
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.record import clock
from bitterroot.record.domain.audit import verify_record
from bitterroot.record.models import Event
from openbadges.independent import node_verdicts
from proposals.conftest import SET_UP

NAME, ADDRESS = "/credentialSubject/identifier/0", "/credentialSubject/identifier/1"
OPS = system("keys, at the command line by root")


@pytest.fixture
def jose(issued: Callable[..., IssuanceRequest]) -> Award:
    """José Núñez's badge, taken and shown to everyone; the university has a key for parts."""
    ensure_signing_key(by=SET_UP, use=KeyUse.PARTS)
    issued(["José Núñez"])
    award = Award.objects.get()
    awards.claim(by=person(award.learner), award=award)
    awards.set_visibility(by=person(award.learner), award=award, visibility=Visibility.PUBLIC)
    return award


def shown(award: Award, *chosen: str) -> dict[str, Any]:
    return orjson.loads(parts.show(by=person(award.learner), award=award, chosen=chosen))


def verdict(document: dict[str, Any]) -> str:
    return verify_anything(orjson.dumps(document), online=False).result.verdict


def test_he_chooses_from_what_it_says(jose: Award) -> None:
    found = parts.pieces(jose)
    assert [(p.label, p.value, p.who) for p in found] == [
        ("Name", "José Núñez", True),
        ("E-mail address, scrambled", "learner0@umconnect.example.edu", True),
        ("Term", "Fall 2026", False),
        ("Credits", "9", False),
        ("Evidence", "Approval of this credential", False),
    ]
    assert [p.pointer for p in found[:2]] == [NAME, ADDRESS]


def test_an_address_without_the_name_verifies(jose: Award) -> None:
    part = shown(jose, ADDRESS)
    assert verdict(part) == "valid"
    (who,) = part["credentialSubject"]["identifier"]
    assert who["identityHash"] == identity_hash("learner0@umconnect.example.edu", who["salt"])
    text = orjson.dumps(part).decode()
    for left_out in ("José", "Fall 2026", "creditsEarned", "evidence", "refreshService"):
        assert left_out not in text
    assert part["credentialSubject"]["achievement"]["name"] == jose.template.name
    (proof,) = part["proof"] if isinstance(part["proof"], list) else [part["proof"]]
    assert proof["cryptosuite"] == "ecdsa-sd-2023"
    assert proof["verificationMethod"].endswith("#parts-key-1")
    assert not selective.is_base(proof)  # he cannot be made to show more with it


def test_all_pieces_together_verify_and_a_changed_one_does_not(jose: Award) -> None:
    part = shown(jose, *[piece.pointer for piece in parts.pieces(jose)])
    assert verdict(part) == "valid"
    part["credentialSubject"]["creditsEarned"] = 12
    assert verdict(part) == "invalid"


@pytest.mark.node
def test_an_independent_verifier_says_the_same(jose: Award, tmp_path: Path) -> None:
    """With an endorsement inside, and without; a part of another's is refused."""
    every = [piece.pointer for piece in parts.pieces(jose)]
    asked = {"one": shown(jose, ADDRESS), "all": shown(jose, *every), "other": shown(jose, NAME)}
    asked["other"]["credentialSubject"]["identifier"][0]["identityHash"] = "Zoë Whitebear"
    documents = {f"{settings.ORIGIN}/.well-known/did.json": orjson.dumps(keys.did_document())}
    documents |= {list_url(each.n): bytes(each.document) for each in StatusList.objects.all()}
    told = node_verdicts(tmp_path, {n: orjson.dumps(d) for n, d in asked.items()}, documents)
    said = {name: told[name]["digitalbazaar"] for name in asked}
    assert "endorsement" in asked["one"]["credentialSubject"]["achievement"]
    assert {n: (s["verified"], s["revoked"]) for n, s in said.items()} == {
        "one": (True, False),
        "all": (True, False),
        "other": (False, said["other"]["revoked"]),
    }, said


def test_what_he_made_is_in_the_record_and_not_kept(jose: Award) -> None:
    before = bytes(jose.document.body)
    shown(jose, NAME)
    event = Event.objects.get(verb="parts of a badge shown")
    assert orjson.loads(event.data) == {"key": "parts-key-1", "shown": [NAME]}
    jose.refresh_from_db()
    assert bytes(jose.document.body) == before
    assert verify_record().broken == []


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        (["/credentialSubject/term"], "a badge of nobody"),
        ([], "a badge of nobody"),
        ([NAME, "/issuer"], "Choose from what the badge says"),
        (["/credentialSubject/identifier/7"], "Choose from what the badge says"),
    ],
)
def test_what_would_prove_nothing_is_refused(jose: Award, chosen: list[str], said: str) -> None:
    with pytest.raises(NotPossible, match=said):
        shown(jose, *chosen)
    assert not Event.objects.filter(verb="parts of a badge shown").exists()


def test_nobody_else_may(house: SimpleNamespace, jose: Award) -> None:
    for who in (house.by("rita"), house.by("dana"), SET_UP):
        with pytest.raises(Refused):
            parts.show(by=who, award=jose, chosen=[NAME])


def test_not_too_many_in_an_hour(jose: Award) -> None:
    start = clock.now()
    with clock.standing_at(start):
        for _ in range(parts.MOST_AN_HOUR):
            shown(jose, NAME)
        with pytest.raises(NotPossible, match="Try again later"):
            shown(jose, NAME)
    with clock.standing_at(start + timedelta(hours=1, seconds=1)):
        assert verdict(shown(jose, NAME)) == "valid"


def test_a_part_says_too_that_the_badge_was_suspended_or_revoked(
    house: SimpleNamespace, jose: Award
) -> None:
    part = shown(jose, NAME)
    asked = suspension.request_suspension(by=house.by("dana"), award=jose, reason="Looked into.")
    suspension.approve_suspension(by=house.by("rita"), revocation=asked)
    assert verdict(part) == "suspended"
    jose.refresh_from_db()
    with pytest.raises(NotPossible, match="Once the suspension is lifted"):
        shown(jose, NAME)
    gone = revocation.request_revocation(
        by=house.by("rita"), award=jose, reason_code="issued_in_error", reason="Wrong list."
    )
    revocation.approve_revocation(by=house.by("ruth"), revocation=gone)
    assert verdict(part) == "revoked"


def test_a_badge_whose_template_does_not_ask_is_shown_as_a_whole(jose: Award) -> None:
    type(jose.template).objects.update(shown_in_parts=False)
    with pytest.raises(NotPossible, match="shown as a whole"):
        shown(jose, NAME)


def test_a_compromised_key_of_parts_leaves_the_badges_alone(jose: Award) -> None:
    part = shown(jose, NAME)
    row = SigningKey.objects.get(use=KeyUse.PARTS)
    key_life.declare_compromised(by=OPS, key=row, since=clock.now(), reason="A stolen disk.")
    assert verdict(part) == "invalid"
    assert verdict(orjson.loads(bytes(jose.document.body))) == "valid"
    assert (keys.active()[0].pk, keys.signing(KeyUse.PARTS).pk) == ("key-1", "parts-key-2")  # type: ignore[union-attr]
    assert verdict(shown(jose, NAME)) == "valid"
    assert {k.fragment: (k.state, k.use) for k in standings()} == {
        "parts-key-2": ("signs", "Parts of badges that learners show"),
        "parts-key-1": ("compromised", "Parts of badges that learners show"),
        "key-1": ("signs", "Badges, copies and status lists"),
    }


def test_the_key_of_badges_is_turned_without_that_of_parts(jose: Award) -> None:
    key_life.rotate(by=OPS, overlap=timedelta(0))
    assert keys.active()[0].pk == "key-2"
    part = shown(jose, NAME)
    assert verdict(part) == "valid"
    with pytest.raises(NotPossible, match="parts-key-1 signs"):
        key_life.retire(by=OPS, key=SigningKey.objects.get(use=KeyUse.PARTS))
    key_life.rotate(by=OPS, overlap=timedelta(0), use=KeyUse.PARTS)
    assert keys.signing(KeyUse.PARTS).pk == "parts-key-2"  # type: ignore[union-attr]
    assert verdict(part) == "valid"  # what was shown before goes on verifying


def test_where_the_form_does_not_ask_a_badge_names_one_list(
    house: SimpleNamespace, issued: Callable[..., IssuanceRequest]
) -> None:
    version = house.program.versions.get()
    version.templates.update(suspendable=False)
    issued(["Zoë Whitebear"])
    award = Award.objects.get()
    said = orjson.loads(bytes(award.document.body))
    assert said["credentialStatus"]["statusPurpose"] == "revocation"
    found = verify_anything(bytes(award.document.body), online=False).result
    assert found.verdict == "valid"
    assert StatusList.objects.filter(purpose="suspension").count() == 0
    assert "names no list of suspensions" in suspension.why_not(award)


@pytest.mark.parametrize(("word", "lists"), [(True, 2), (False, 1), ("where asked", 1)])
def test_the_policy_decides_whether_templates_are_asked(
    house: SimpleNamespace,
    issued: Callable[..., IssuanceRequest],
    monkeypatch: pytest.MonkeyPatch,
    word: bool | str,
    lists: int,
) -> None:
    house.program.versions.get().templates.update(suspendable=False)
    policy = policies.current()
    rules = policy.awards.model_copy(update={"badges_can_be_suspended": word})
    said = policy.model_copy(update={"awards": rules})
    monkeypatch.setattr(policies, "current", lambda: said)
    issued(["Zoë Whitebear"])
    entries = orjson.loads(bytes(Award.objects.get().document.body))["credentialStatus"]
    assert (len(entries) if isinstance(entries, list) else 1) == lists

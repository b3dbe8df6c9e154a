"""José shows a part of his badge: what he chose is proven, what he left out is not in it."""

import sys
from collections.abc import Callable, Iterator
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
from bitterroot.issuing.domain.correction import request_correction
from bitterroot.issuing.domain.keys import ensure_signing_key
from bitterroot.issuing.domain.status import current_document, list_url
from bitterroot.issuing.enums import KeyUse, Visibility
from bitterroot.issuing.interfaces import keystore
from bitterroot.issuing.models import Award, SigningKey, StatusList
from bitterroot.issuing.queries.keys import standings
from bitterroot.issuing.queries.verification import verify_anything
from bitterroot.learning.models import IssuanceRequest
from bitterroot.openbadges import jwt, proofs, selective, text
from bitterroot.openbadges.award import identity_hash
from bitterroot.openbadges.ecdsa import EcSigningKey
from bitterroot.openbadges.keys import SigningKey as Ed25519Key
from bitterroot.people.actor import person, system
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.record import clock
from bitterroot.record.domain.audit import verify_record
from bitterroot.record.models import Event
from openbadges.independent import node_verdicts
from proposals.conftest import SET_UP

NAME, ADDRESS = "/credentialSubject/identifier/0", "/credentialSubject/identifier/1"
OPS = system("keys, at the command line by root")


@pytest.fixture(autouse=True)
def _no_key_of_parts_stays() -> Iterator[None]:
    """Files outlive the database of a test."""
    yield
    for file in Path(settings.KEYS_ROOT).glob("parts-key-*.key"):
        file.unlink()
    keystore.load.cache_clear()


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
    documents |= {list_url(each.n): current_document(each) for each in StatusList.objects.all()}
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


def forged(award: Award, **changed: Any) -> dict[str, Any]:
    """What somebody with the stolen key of parts signs as a whole badge."""
    key = SigningKey.objects.get(use=KeyUse.PARTS)
    bare = proofs.unsigned(orjson.loads(bytes(award.document.body))) | changed
    bare["credentialSubject"]["identifier"][0]["identityHash"] = "Mallory"
    return keys.signer_of(key).sign(bare, text.timestamp(clock.now()))


def test_whoever_has_the_key_of_parts_makes_no_badge_of_it(jose: Award) -> None:
    found = verify_anything(orjson.dumps(forged(jose)), online=False).result
    assert (found.verdict, found.check("proof").detail) == (  # type: ignore[union-attr]
        "invalid",
        "It was signed with a key that signs parts of badges alone.",
    )
    key = keys.signer_of(SigningKey.objects.get(use=KeyUse.PARTS))
    bare = {**proofs.unsigned(orjson.loads(bytes(jose.document.body)))}
    token = jwt.sign(
        bare | {"credentialSubject": {**bare["credentialSubject"], "id": "did:key:z6Mk"}},
        key.key,
        key.verification_method,
    )
    assert verify_anything(token, online=False).result.verdict == "invalid"


def test_a_part_of_a_badge_that_never_was_is_refused(jose: Award) -> None:
    key = SigningKey.objects.get(use=KeyUse.PARTS)
    bare = proofs.unsigned(orjson.loads(bytes(jose.document.body)))
    bare["id"] = f"{settings.ORIGIN}/credentials/AAAAAAAAAAAAAAAAAAAAAA"
    whole = keys.signer_of(key).sign(
        bare, text.timestamp(clock.now()), suite=proofs.SELECTIVE, mandatory=parts.ALWAYS
    )
    found = verify_anything(orjson.dumps(selective.derive(whole, [NAME])), online=False).result
    assert found.verdict == "invalid"
    assert "never issued" in found.check("proof").detail  # type: ignore[union-attr]


def test_no_body_speaks_with_it(jose: Award) -> None:
    said = orjson.dumps(keys.did_document(keys.body_did("senate"))).decode()
    assert "#key-1" in said
    assert "parts-key" not in said


def test_a_program_keeps_it_too_and_one_of_another_kind_leaves_nothing_behind(
    jose: Award, tmp_path: Path
) -> None:
    right = [sys.executable, str(program(tmp_path / "p256", EcSigningKey.generate("P-256")))]
    wrong = [sys.executable, str(program(tmp_path / "ed", Ed25519Key.generate()))]
    with pytest.raises(NotPossible, match="of the kind P-256"):
        key_life.rotate(by=OPS, overlap=timedelta(0), command=wrong, use=KeyUse.PARTS)
    assert not (Path(settings.KEYS_ROOT) / "parts-key-2.key").exists()
    key_life.rotate(by=OPS, overlap=timedelta(0), command=right, use=KeyUse.PARTS)
    assert keystore.kind("parts-key-2") == "program"
    assert verdict(shown(jose, NAME)) == "valid"
    (tmp_path / "p256").unlink()
    with pytest.raises(NotPossible, match="No part can be signed now"):
        shown(jose, NAME)


def program(path: Path, key: EcSigningKey | Ed25519Key) -> Path:
    """A program that keeps `key`, as `docs/keys.md` asks of one."""
    path.write_text(
        "import sys\nfrom bitterroot.openbadges.multikey import read_secret\n"
        f"key = read_secret({key.multibase()!r})\n"
        "if sys.argv[1] == 'public':\n    print(key.id)\n"
        "else:\n    sys.stdout.buffer.write(key.sign(sys.stdin.buffer.read()))\n"
    )
    return path


def test_a_key_of_parts_is_withdrawn_even_where_none_can_be_made(
    jose: Award, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = shown(jose, NAME)
    row = SigningKey.objects.get(use=KeyUse.PARTS)

    def full(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(keystore, "make", full)
    key_life.declare_compromised(by=OPS, key=row, since=clock.now(), reason="A stolen disk.")
    assert verdict(part) == "invalid"
    assert keys.signing(KeyUse.PARTS) is None
    with pytest.raises(NotPossible, match="no key for parts"):
        shown(jose, NAME)


def test_a_key_by_which_parts_were_shown_is_not_retired(
    house: SimpleNamespace, jose: Award
) -> None:
    shown(jose, NAME)
    row = SigningKey.objects.get(use=KeyUse.PARTS)
    key_life.rotate(by=OPS, overlap=timedelta(0), use=KeyUse.PARTS)
    with pytest.raises(NotPossible, match="1 badges that parts-key-1 signed are alive"):
        key_life.retire(by=OPS, key=row)
    gone = revocation.request_revocation(
        by=house.by("rita"), award=jose, reason_code="issued_in_error", reason="Wrong list."
    )
    revocation.approve_revocation(by=house.by("ruth"), revocation=gone)
    assert key_life.retire(by=OPS, key=row).retired_at is not None


def test_what_corrects_a_badge_can_be_suspended_as_that_could(
    house: SimpleNamespace, jose: Award
) -> None:
    type(jose.template).objects.update(suspendable=False)
    asked = request_correction(
        by=person(jose.learner), award=jose, changes={"display_name": "José L. Núñez"}, reason="L."
    )
    revocation.approve_revocation(by=house.by("rita"), revocation=asked)
    made = Award.objects.get(supersedes=jose)
    assert made.status_list.suspension_id is not None


def test_templates_of_when_nobody_was_asked_go_on_as_they_were(
    house: SimpleNamespace,
    issued: Callable[..., IssuanceRequest],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    house.program.versions.get().templates.update(suspendable=False)
    now = policies.current()
    then = now.model_copy(
        update={"awards": now.awards.model_copy(update={"badges_can_be_suspended": True})}
    )
    monkeypatch.setattr(policies, "of", lambda case: then)
    issued(["Zoë Whitebear"])
    assert Award.objects.get().status_list.suspension_id is not None

"""The senate endorses an achievement, and others try to speak for it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bitterroot.openbadges import (
    award,
    canonical,
    compose,
    did,
    endorsement,
    issue,
    jwt,
    keys,
    multikey,
)  # fmt: skip
from bitterroot.openbadges.ecdsa import EcSigningKey
from bitterroot.openbadges.errors import InputError
from bitterroot.openbadges.memory import TemplateMemory

from .conftest import CREATED, LIST, ORIGIN, House, make_award
from .independent import node_verdicts

SENATE = "did:web:senate.bitterroot.example"
SENATE_KEY = keys.SigningKey(b"the senate's key, not a secret!!")
SENATE_SIGNER = issue.Signer(SENATE_KEY, f"{SENATE}#2026")
GIS = f"{ORIGIN}/programs/gis/badge/1"
SAID = "The Faculty Senate approved this credential on 12 November 2026, 41 to 3."


def letter(endorsed: str = GIS, **changes: Any) -> compose.Json:
    values: dict[str, Any] = {
        "issuer": compose.profile(SENATE, "Faculty Senate"),
        "endorsed": endorsed,
        "comment": SAID,
        "valid_from": datetime(2026, 11, 12, tzinfo=UTC),
    }
    return endorsement.credential(
        f"{ORIGIN}/endorsements/1", "Approval by the Faculty Senate", **{**values, **changes}
    )


@pytest.fixture
def senate(house: House) -> House:
    house.documents["https://senate.bitterroot.example/.well-known/did.json"] = issue.to_bytes(
        did.web_document(SENATE, [("2026", SENATE_KEY.public)])
    )
    return house


def endorsed_badge(house: House, *letters: compose.Json) -> bytes:
    achievement = {**house.achievement, "endorsement": list(letters)}
    return house.press(achievement=achievement).issue(make_award(), created=CREATED)


def only(house: House, badge: bytes, **how: Any) -> endorsement.Endorsement:
    found = house.verify(badge, **how)
    assert found.verdict == "valid", found.checks
    (said,) = found.endorsements
    check = found.check("endorsement")
    assert check is not None
    assert (check.ok, check.detail) == (said.ok, said.detail)
    return said


def test_the_senates_endorsement_stands_beside_the_badge(senate: House):
    badge = endorsed_badge(senate, SENATE_SIGNER.sign(letter(), CREATED))
    memory = TemplateMemory()
    for _ in range(3):
        said = only(senate, badge, memory=memory)
        assert (said.ok, said.issuer_id, said.issuer_name) == (True, SENATE, "Faculty Senate")
        assert (said.comment, said.endorsed) == (SAID, GIS)
        assert said.detail == "Faculty Senate signed an endorsement."
    del senate.documents["https://senate.bitterroot.example/.well-known/did.json"]
    assert only(senate, badge, memory=memory).ok is None
    senate.documents["https://senate.bitterroot.example/.well-known/did.json"] = issue.to_bytes(
        did.web_document(SENATE, [("2027", keys.SigningKey.generate().public)])
    )
    assert only(senate, badge, memory=memory).ok is False  # the key was withdrawn


@pytest.mark.parametrize(
    ("signer", "changes", "reason"),
    [
        (issue.Signer(keys.SigningKey.generate(), f"{SENATE}#2026"), {}, "changed after"),
        (issue.Signer(keys.SigningKey.generate(), f"{SENATE}#z6Mk"), {}, "does not list"),
        (SENATE_SIGNER, {"endorsed": "https://else.example/badge"}, "something else"),
        (SENATE_SIGNER, {"valid_until": datetime(2026, 11, 13, tzinfo=UTC)}, "expired"),
        (SENATE_SIGNER, {"valid_from": datetime(2027, 1, 1, tzinfo=UTC)}, "in the future"),
    ],
)
def test_what_nobody_says_of_it_does_not_hold(
    senate: House, signer: issue.Signer, changes: dict[str, Any], reason: str
):
    said = only(senate, endorsed_badge(senate, signer.sign(letter(**changes), CREATED)))
    assert said.ok is False
    assert reason in said.detail


def test_an_endorsement_put_in_or_changed_later_breaks_the_badge(senate: House, badge: bytes):
    document = json.loads(badge)
    document["endorsement"] = [SENATE_SIGNER.sign(letter(document["id"]), CREATED)]
    found = senate.verify(json.dumps(document))
    assert (found.verdict, found.endorsements) == ("invalid", [])
    changed = endorsed_badge(senate, SENATE_SIGNER.sign(letter(), CREATED)).replace(
        b"41 to 3", b"44 to 0"
    )
    assert senate.verify(changed).verdict == "invalid"


def test_a_withdrawn_endorsement_says_so(senate: House):
    address = "https://senate.bitterroot.example/status"
    entry = award.StatusEntry("revocation", address, 7)
    badge = endorsed_badge(senate, SENATE_SIGNER.sign(letter(status_entry=entry), CREATED))
    assert only(senate, badge).ok is None  # the senate's list cannot be reached
    listed = json.loads(senate.documents[LIST])
    listed.update(id=address, issuer=SENATE)
    listed["credentialSubject"]["id"] = f"{address}#list"
    senate.documents[address] = issue.to_bytes(SENATE_SIGNER.sign(listed, CREATED))
    said = only(senate, badge)
    assert (said.ok, "withdrawn" in said.detail) == (False, True)


def test_endorsements_of_the_award_itself_and_as_tokens(senate: House):
    one = make_award(subject_id="urn:uuid:9b2d")
    signed = SENATE_SIGNER.sign(letter(one.id), CREATED)
    whole = award.credential(
        issuer=senate.issuer, achievement=senate.achievement, award=one, endorsements=[signed]
    )
    assert only(senate, senate.sign(whole)).ok is True
    key = EcSigningKey.generate()
    senate.documents["https://senate.bitterroot.example/.well-known/did.json"] = issue.to_bytes(
        did.web_document(SENATE, [("token", key.public)])
    )
    tokens = [
        jwt.sign(letter(), key, f"{SENATE}#token"),
        jwt.sign(letter(), EcSigningKey.generate(), f"{SENATE}#token"),
        "AAAA.AAAA.AAAA",
        brings_its_own_key(letter()),
        jwt.sign({**letter(), "type": ["VerifiableCredential"]}, key, f"{SENATE}#token"),
    ]
    issuer_key = EcSigningKey.generate()
    name = f"{issuer_key.public.did}#{issuer_key.public.multibase}"
    achievement = {**senate.achievement, "endorsementJwt": tokens}
    badge = senate.press(
        issuer={**senate.issuer, "id": issuer_key.public.did}, achievement=achievement
    ).compose(make_award(subject_id="urn:uuid:9b2d", status=[]))
    found = senate.verify(jwt.sign(badge, issuer_key, name))
    assert found.verdict == "valid"
    assert [said.ok for said in found.endorsements] == [True, False, False, None, False]
    assert "not an endorsement" in found.endorsements[-1].detail


def brings_its_own_key(said: compose.Json) -> str:
    """A token whose header has the key that signed it: anyone may make one in the senate's name."""
    thief = EcSigningKey.generate()
    _, payload, _ = jwt.sign(said, thief, f"{SENATE}#token").split(".")
    header = {"alg": "ES256", "typ": "JWT", "jwk": multikey.to_jwk(thief.public)}
    signed = f"{multikey.to_base64url(json.dumps(header).encode())}.{payload}"
    return f"{signed}.{multikey.to_base64url(thief.sign(signed.encode()))}"


def test_no_more_than_ten_endorsements_are_checked(senate: House):
    letters = [
        SENATE_SIGNER.sign({**letter(), "id": f"{ORIGIN}/endorsements/{n}"}, CREATED)
        for n in range(endorsement.MOST + 2)
    ]
    found = senate.verify(endorsed_badge(senate, *letters))
    assert found.verdict == "valid"
    assert [said.ok for said in found.endorsements] == [True] * endorsement.MOST


def test_what_an_endorsement_must_say():
    with pytest.raises(InputError, match="endorsementComment"):
        letter(comment=" ")
    with pytest.raises(InputError, match="address"):
        letter(endorsed="the badge")
    assert "EndorsementSubject" in canonical.canonical_form(letter())


@pytest.mark.node
def test_both_node_stacks_take_an_endorsed_badge(senate: House, tmp_path: Any):
    badge = endorsed_badge(senate, SENATE_SIGNER.sign(letter(), CREATED))
    found = node_verdicts(tmp_path, {"endorsed": badge}, senate.documents)["endorsed"]
    assert [found[stack]["verified"] for stack in sorted(found)] == [True, True], found

"""The other suites and tokens before programs that we did not write."""

import json
from pathlib import Path
from typing import Any

import pytest

from bitterroot.openbadges import award, issue, jwt, multikey, proofs, rsa, selective, verify
from bitterroot.openbadges.ecdsa import EcSigningKey
from bitterroot.openbadges.resolver import HouseResolver

from .conftest import CREATED, NOW, House, make_award
from .independent import MULTIKEY, run_node
from .test_independent import NASTY


def composed(house: House, key: EcSigningKey, **changes: Any) -> dict[str, Any]:
    """The unsigned badge; without ordered lists, of which that stack cannot derive parts."""
    house.achievement.pop("resultDescription", None)
    changes.setdefault("results", [award.Result("A")])
    press = house.press(issuer={**house.issuer, "id": key.public.did})
    changes = {"status": [], "valid_until": "2027-01-01T00:00:00Z", **changes}
    return press.compose(make_award(**changes))


@pytest.mark.node
def test_node_stacks_and_jose_say_what_we_say(house: House, tmp_path: Path):
    key, wide = EcSigningKey.generate("P-256"), EcSigningKey.generate("P-384")
    files: dict[str, dict[str, Any]] = {"multikey.json": MULTIKEY}
    for name, text in NASTY.items():
        for each in (key, wide):
            method = f"{each.public.did}#{each.public.multibase}"
            files[f"{name}-{each.kind}.rdfc.json"] = proofs.sign(
                composed(house, each, recipient=text), each, method, CREATED
            )
        method = f"{key.public.did}#{key.public.multibase}"
        original = proofs.sign(
            composed(house, key, recipient=text),
            key,
            method,
            CREATED,
            suite=proofs.SELECTIVE,
            mandatory=["/credentialSubject/achievement"],
        )
        chosen = ["/credentialSubject/identifier/0", "/credentialSubject/result"]
        files[f"{name}-part.part.json"] = selective.derive(original, chosen)
        files[f"{name}-whole.original.json"] = original
    changed = json.loads(json.dumps(files["accents-part.part.json"]))
    changed["credentialSubject"]["identifier"][0]["identityHash"] = "Zoë"
    files["changed.part.json"] = changed
    files["moved.rdfc.json"] = {**files["accents-P-256.rdfc.json"], "name": "Doctor"}
    signers: list[tuple[EcSigningKey | rsa.RsaSigningKey, dict[str, str]]] = [
        (key, multikey.to_jwk(key.public))
    ]
    strong = rsa.RsaSigningKey.generate(2048)
    signers.append((strong, strong.jwk()))
    badge = composed(house, key, subject_id="urn:uuid:9b2d")
    files["tokens.json"] = {
        jwk["kty"]: {"token": jwt.sign(badge, signer, f"{key.public.did}#k"), "jwk": jwk}
        for signer, jwk in signers
    }
    found = run_node(tmp_path, "suites.mjs", files)
    wrong = {name for name, problem in found["verdicts"].items() if problem is not None}
    assert wrong == {"changed", "moved"}, found["verdicts"]
    assert len(found["verdicts"]) == 3 * len(NASTY) + 4
    assert len(found["derived"]) == len(NASTY)
    for shown in found["derived"].values():
        assert "evidence" not in shown
        data = issue.to_bytes(shown)
        assert verify.verify(data, resolver=HouseResolver(), now=NOW).verdict == "valid"

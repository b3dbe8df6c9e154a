"""Our badges before verifiers that we did not write."""

import json
from pathlib import Path
from typing import Any

import pytest
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from openbadgeslib.ob3.verifier import OB3VerificationError

from bitterroot.openbadges import award

from .conftest import CREATED, LIST, ORIGIN, House, make_award
from .independent import node_verdicts

STACKS = ("digitalbazaar", "digitalcredentials")
NASTY = {
    "accents": "José Núñez, Zoë Whitebear, Nguyễn Linh",
    "quotes": 'Ann "Ace" O\\Brien',
    "emoji": "😀 Ａｌｐｈａ",
    "arabic": "محمد بن عبد الله",
    "joined": "👩‍🏫 क्षत्रिय",
    "rare": "𠮷野家 \U0010fffd",
}


def test_openbadgeslib_says_what_we_say(house: House):
    verifier = OB3LdpVerifier()
    # It takes status lists as tokens alone, so it is not asked about the list's own proof.
    asked: Any = {
        "check_status": True,
        "verify_status_list": False,
        "download": house.documents.__getitem__,
    }
    press = house.press()
    for text in NASTY.values():
        signed = press.issue(make_award(20, recipient=text), created=CREATED)
        found = verifier.verify(signed, **asked)
        assert found.id == f"{ORIGIN}/credentials/award000020"
    for wrong in (
        press.issue(make_award(7), created=CREATED),
        press.issue(make_award(8, valid_until=CREATED), created=CREATED).replace(
            b"2026-11-18", b"2020-11-18"
        ),
        press.issue(make_award(9), created=CREATED).replace("José".encode(), b"Jose"),
    ):
        with pytest.raises(OB3VerificationError):
            verifier.verify(wrong, **asked)
    assert OB3LdpVerifier().verify(
        house.press(schema=True).issue(make_award(5), created=CREATED),
        download=house.documents.__getitem__,
    )


@pytest.mark.node
def test_both_node_stacks_say_what_we_say(house: House, tmp_path: Path):
    press, schema_press = house.press(), house.press(schema=True)
    badges = {
        name: press.issue(
            make_award(20, recipient=text, narrative=f"{text}\nin two lines"), created=CREATED
        )
        for name, text in NASTY.items()
    }
    badges["pasted"] = press.issue(make_award(21, narrative="a\x0bb\x07c\td\r\ne"), created=CREATED)
    badges["schema"] = schema_press.issue(make_award(22), created=CREATED)
    badges["many"] = press.issue(
        make_award(23, identities=[award.hashed(f"learner{n}@example.edu") for n in range(12)]),
        created=CREATED,
    )
    badges["twins"] = press.issue(
        make_award(24, evidence=[award.Evidence(None, "Map"), award.Evidence(None, "Map")]),
        created=CREATED,
    )
    suspension = f"{ORIGIN}/status/2"
    house.publish_list([9], "suspension", suspension)
    entries = [
        award.StatusEntry("revocation", LIST, 25),
        award.StatusEntry("suspension", suspension, 25),
    ]
    badges["two_entries"] = press.issue(make_award(25, status=entries), created=CREATED)
    good = set(badges)
    badges["revoked"] = press.issue(make_award(7), created=CREATED)
    changed = json.loads(badges["accents"])
    changed["credentialSubject"]["term"] = "Spring 2020"
    badges["changed"] = json.dumps(changed).encode()
    added = json.loads(badges["accents"])
    added["invented"] = "x"
    badges["added"] = json.dumps(added).encode()

    verdicts = node_verdicts(tmp_path, badges, house.documents)
    for stack in STACKS:
        for name in sorted(good):
            found = verdicts[name][stack]
            assert (name, found["verified"], found["revoked"]) == (name, True, False), found
            assert house.verify(badges[name]).verdict == "valid"
        assert verdicts["revoked"][stack]["revoked"] is True, verdicts["revoked"]
        for name in ("changed", "added"):
            assert verdicts[name][stack]["verified"] is False
            assert house.verify(badges[name]).verdict == "invalid"

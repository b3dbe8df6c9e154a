"""Our badges before verifiers that we did not write."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from openbadgeslib.ob3.verifier import OB3VerificationError

from bitterroot.openbadges import award
from bitterroot.openbadges.errors import OpenBadgeError

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


def every_plane() -> dict[str, str]:
    """Texts of all of Unicode: both ends and a sample of each plane, controls, directions."""
    chance = random.Random(17)
    found = {
        "controls": "".join(map(chr, range(1, 32))) + "\x7f" + "".join(map(chr, range(0x80, 0xA0))),
        "nothing": "a\x00b",
        "directions": "a\u202e\u2066b\u200f\u061cc\u2069",
        "breaks": "a\u2028b\u2029c\x85d\ufeffe",
        "apart": "e\u0301 \u1100\u1161\u11a8 \u0041\u030a",
        "quotes": "\\u0041 \\ \" ' <>&]]> \\n",
        "no character": "a\ufffeb",
        "none either": "a\uffffb",
    }
    for plane in range(17):
        ends = [0x21, 0xD7FF, 0xE000, 0xFFFD] if plane == 0 else [0, 1, 0xFFFD, 0xFFFE, 0xFFFF]
        some = [chance.randrange(0x10000) for _ in range(60)]
        letters = [plane << 16 | low for low in (*ends, *some)]
        found[f"plane{plane}"] = "".join(
            chr(n) for n in letters if not 0xD800 <= n < 0xE000 and n not in (0xFFFE, 0xFFFF)
        )
    return found


@pytest.mark.node
def test_text_of_every_plane_holds_in_both_node_stacks_or_is_refused(
    house: House, tmp_path: Path
) -> None:
    """As people type it, through the press; and as a program hands it to the signer."""
    press, badges, refused = house.press(), {}, set()
    for name, text in every_plane().items():
        key = name.replace(" ", "_")
        badges[f"typed_{key}"] = press.issue(make_award(20, narrative=text), created=CREATED)
        raw = press.compose(make_award(20))
        raw["credentialSubject"]["narrative"] = text
        try:
            badges[f"raw_{key}"] = house.sign(raw)
        except OpenBadgeError:
            refused.add(name)
    for name, number in (("cents", 0.07), ("whole", 3.0), ("small", 0.000002), ("tiny", 1e-7)):
        raw = press.compose(make_award(20))
        raw["credentialSubject"]["creditsEarned"] = number
        try:
            badges[f"raw_{name}"] = house.sign(raw)
        except OpenBadgeError:
            refused.add(name)
    assert refused == {"no character", "none either", "tiny"}
    for name, found in node_verdicts(tmp_path, badges, house.documents).items():
        assert [found[stack]["verified"] for stack in STACKS] == [True, True], (name, found)
        assert house.verify(badges[name]).verdict == "valid"

"""An invented university, its key, one badge and the house that answers for it."""

import struct
import zlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bitterroot.openbadges import approval, award, bake, compose, did, issue, keys, status, verify
from bitterroot.openbadges.memory import TemplateMemory
from bitterroot.openbadges.resolver import HouseResolver

ORIGIN = "https://demo.bitterroot.example"
DID = "did:web:demo.bitterroot.example"
CREATED = "2026-11-18T16:00:00Z"
NOW = datetime(2026, 11, 19, tzinfo=UTC)
LIST = f"{ORIGIN}/status/1"


@dataclass
class House:
    """The university's key, its achievement, and what stands at its addresses."""

    key: keys.SigningKey
    signer: issue.Signer
    issuer: compose.Json
    achievement: compose.Json
    chain: compose.Json
    documents: dict[str, bytes] = field(default_factory=dict)

    @property
    def resolver(self) -> HouseResolver:
        return HouseResolver(self.documents.get)

    def press(self, **changes: Any) -> issue.Press:
        common: dict[str, Any] = {
            "issuer": self.issuer,
            "achievement": self.achievement,
            "signer": self.signer,
            "approval": self.chain,
        }
        return issue.Press(**{**common, **changes})

    def sign(self, credential: compose.Json) -> bytes:
        return issue.to_bytes(self.signer.sign(credential, CREATED))

    def publish_list(self, ones: list[int], purpose: str = "revocation", url: str = LIST) -> None:
        listed = status.list_credential(
            url,
            self.issuer,
            purpose,
            status.Bits(ones=ones),
            valid_from=datetime(2026, 11, 1, tzinfo=UTC),
        )
        self.documents[url] = self.sign(listed)

    def verify(
        self, data: bytes | str, now: datetime = NOW, memory: TemplateMemory | None = None
    ) -> verify.Verification:
        return verify.verify(data, resolver=self.resolver, now=now, memory=memory)


def make_achievement(issuer: compose.Json) -> compose.Json:
    return compose.achievement(
        f"{ORIGIN}/programs/gis/badge/1",
        "GIS for Community Planning",
        'Builds spatial databases, weighs "suitability",\nand draws maps for a council.',
        criteria_narrative="Pass three courses with C− or better.",
        criteria_url=f"{ORIGIN}/programs/gis",
        image=compose.image(f"{ORIGIN}/programs/gis/badge/1.png", "A shield with a folded map"),
        tags=["GIS", "spatial analysis", "cartography"],
        alignments=[
            compose.alignment(
                f"Skill {n}", f"https://frameworks.example/{n}", target_type="CFItem", code=f"S{n}"
            )
            for n in range(3)
        ],
        credits_available=9,
        language="en-US",
        field_of_study="45.0702",
        version="1",
        creator=issuer,
        result_descriptions=[
            compose.result_description(
                f"{ORIGIN}/programs/gis/badge/1#grade",
                "Grade",
                "LetterGrade",
                allowed_values=["C", "B", "A"],
            )
        ],
    )


@pytest.fixture
def house() -> House:
    key = keys.SigningKey(b"bitterroot test key, not secret.")
    signer = issue.Signer(key, f"{DID}#key-1")
    issuer = compose.profile(
        DID, "Bitterroot University", url=ORIGIN, email="badges@bitterroot.example"
    )
    chain = approval.evidence(
        approval.Approval(
            page=f"{ORIGIN}/programs/gis#approval",
            program="GIS for Community Planning",
            program_version="1",
            template_version="1",
            decided_by="UMOnline",
            decision="approved as a pilot",
            decided_on=date(2026, 9, 1),
            signatures=[
                approval.Signature(name="Ada Rivera", capacity="Dean", signed_on=date(2026, 8, 20))
            ],
            packet_sha256=approval.packet_digest(b"packet"),
        )
    )
    made = House(key, signer, issuer, make_achievement(issuer), chain)
    made.documents[f"{ORIGIN}/.well-known/did.json"] = issue.to_bytes(
        did.web_document(DID, [("key-1", key.public)])
    )
    made.publish_list([7])
    return made


def make_award(n: int = 3, **changes: Any) -> award.Award:
    """The award of José Núñez, an invented learner, at place `n` of the status list."""
    values: dict[str, Any] = {
        "id": f"{ORIGIN}/credentials/award{n:06d}",
        "valid_from": CREATED,
        "recipient": "José Núñez",
        "identities": [
            award.hashed("jose.nunez@example.edu", salt="a" * 32),
            award.hashed("jose@mail.example", salt="b" * 32),
        ],
        "status": [award.StatusEntry("revocation", LIST, n)],
        "term": "Fall 2026",
        "credits_earned": 9,
        "results": [award.Result("A", f"{ORIGIN}/programs/gis/badge/1#grade")],
    }
    return award.Award(**{**values, **changes})


@pytest.fixture
def badge(house: House) -> bytes:
    return house.press().issue(make_award(), created=CREATED)


@pytest.fixture
def png() -> bytes:
    """A picture of one pixel."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0\0")), (b"IEND", b""))
    return bake.PNG + b"".join(bake.png_chunk(kind, data) for kind, data in parts)


@pytest.fixture
def svg() -> bytes:
    """A picture with traps before its root: a comment, a quoted bracket."""
    return (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<!-- a > in a comment -->\n'
        b'<svg xmlns="http://www.w3.org/2000/svg" width="1" aria-label="a > b"><g/></svg>\n'
    )

"""Speed as ratios: the library beside the physical floor, taken in one run on one core.

Floor of issuing, for each award: SHA-256 of its canonical form, one Ed25519 signature (PyNaCl)
and one row of the same size by bare `executemany`, 1,000 a commit. Floor of verifying: SHA-256 of
the canonical form, one Ed25519 verification, one JSON parse. Every function takes counts and
returns a dict of plain numbers; rounds alternate, and the median of their ratios is given.
"""

import gzip
import hashlib
import sqlite3
import tempfile
import time
import zlib
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from statistics import median
from typing import Any

import orjson
from nacl.signing import SigningKey as NaclKey

from bitterroot.openbadges import (
    award,
    bake,
    bench_others,
    compose,
    did,
    keys,
    status,
    text,
    verify,
)
from bitterroot.openbadges.approval import Approval, Signature, evidence
from bitterroot.openbadges.issue import Press, Signer, to_bytes
from bitterroot.openbadges.memory import TemplateMemory
from bitterroot.openbadges.resolver import HouseResolver
from bitterroot.openbadges.template import Template

ORIGIN = "https://bench.example"
DID = "did:web:bench.example"
NOW = datetime(2026, 11, 18, 16, tzinfo=UTC)
CREATED = text.timestamp(NOW)
_BATCH = 1_000


def signer() -> Signer:
    """A signer with a fresh key."""
    return Signer(keys.SigningKey.generate(), f"{DID}#key-1")


def press(by: Signer) -> Press:
    """A press for an achievement of ordinary size: about 4 kB signed, 90 statements."""
    issuer = compose.profile(
        DID, "University of the Bench", url=ORIGIN, email="badges@bench.example"
    )
    achievement = compose.achievement(
        f"{ORIGIN}/badges/gis/1",
        "GIS for Community Planning",
        "Builds and questions spatial databases, weighs where things should go, and draws maps "
        "that a council can use. " * 3,
        criteria_narrative="Three courses with C− or better:\n- Spatial data\n- Suitability\n- Maps",
        criteria_url=f"{ORIGIN}/programs/gis",
        image=compose.image(f"{ORIGIN}/badges/gis/1.png", "A shield with a folded map"),
        tags=["GIS", "spatial analysis", "cartography", "public maps"],
        alignments=[
            compose.alignment(
                f"Spatial skill {n}",
                f"https://frameworks.example/skills/{n}",
                target_type="CFItem",
                framework="Example framework",
            )
            for n in range(3)
        ],
        credits_available=9,
        language="en-US",
        version="1",
        creator=issuer,
    )
    chain = evidence(
        Approval(
            page=f"{ORIGIN}/programs/gis#approval",
            program="GIS for Community Planning",
            program_version="1",
            template_version="1",
            decided_by="UMOnline",
            decision="approved as a pilot",
            decided_on=date(2026, 9, 1),
            signatures=[
                Signature(name="Ada Rivera", capacity="Supervisor", signed_on=date(2026, 8, 20)),
                Signature(name="Ben Ortega", capacity="Section head", signed_on=date(2026, 8, 24)),
            ],
            packet_sha256="ab" * 32,
        )
    )
    return Press(issuer=issuer, achievement=achievement, signer=by, approval=chain)


def make_award(n: int, salts: Sequence[str] = ()) -> award.Award:
    """The award of learner `n` with two `salts`, or fresh ones of its own."""
    first, second = salts or award.new_salts(2)
    return award.Award(
        id=f"{ORIGIN}/credentials/{n:024x}",
        valid_from=CREATED,
        recipient=f"José Núñez {n}",
        identities=(
            award.hashed(f"learner{n}@campus.example", salt=first),
            award.hashed(f"learner{n}@mail.example", salt=second),
        ),
        status=(award.StatusEntry("revocation", f"{ORIGIN}/status/1", n % status.SIZE),),
        term="Fall 2026",
        credits_earned=9,
    )


class Store:
    """A bare table in a throw-away file: one row an award, with a picture where there is one."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="bench-")
        self.database = sqlite3.connect(f"{self._folder.name}/awards.sqlite3")
        self.database.execute("PRAGMA journal_mode=WAL")
        self.database.execute("PRAGMA synchronous=NORMAL")
        self.database.execute("CREATE TABLE award (id TEXT PRIMARY KEY, document BLOB, picture)")

    def write(self, rows: list[tuple[str, bytes]]) -> None:
        """Add rows in one commit."""
        with self.database:
            self.database.executemany("INSERT INTO award VALUES (?, ?, NULL)", rows)

    def write_pictures(self, rows: list[tuple[str, bytes, bytes]]) -> None:
        """Add rows with pictures in one commit."""
        with self.database:
            self.database.executemany("INSERT INTO award VALUES (?, ?, ?)", rows)

    def close(self) -> None:
        """Throw the file away."""
        self.database.close()
        self._folder.cleanup()


def canonical_of(by: Press, one: award.Award) -> bytes:
    """The canonical form of an award, which its signature covers."""
    template = Template(by.compose(one), one.paths(), one.before())
    return template.canonical(template.encode(one.values())[1])


def issue_floor(count: int) -> float:
    """Seconds for hash, signature and row alone."""
    pressed = press(signer())
    form, document = (
        canonical_of(pressed, make_award(1)),
        pressed.issue(make_award(1), created=CREATED),
    )
    key, store = NaclKey.generate(), Store()
    sample = [(f"{n:024x}", document) for n in range(count)]
    started = time.perf_counter()
    for start in range(0, count, _BATCH):
        rows = sample[start : start + _BATCH]
        for _ in rows:
            digest = hashlib.sha256(form).digest()
            key.sign(digest + digest)
        store.write(rows)
    spent = time.perf_counter() - started
    store.close()
    return spent


def issue_library(count: int) -> float:
    """Seconds to compose, sign, serialise and store one bare row each."""
    pressed, store = press(signer()), Store()
    started = time.perf_counter()
    for start in range(0, count, _BATCH):
        rows, salts = [], award.new_salts(2 * _BATCH)
        for n in range(start, min(start + _BATCH, count)):
            one = make_award(n, salts[2 * (n - start) : 2 * (n - start) + 2])
            rows.append((one.id, pressed.issue(one, created=CREATED)))
        store.write(rows)
    spent = time.perf_counter() - started
    store.close()
    if pressed.slow:
        raise RuntimeError("The bench left the quick path.")
    return spent


def _house(by: Signer) -> dict[str, bytes]:
    listed = status.list_credential(
        f"{ORIGIN}/status/1", DID, "revocation", status.Bits(), valid_from=NOW
    )
    return {
        f"{ORIGIN}/.well-known/did.json": to_bytes(
            did.web_document(DID, [("key-1", by.key.public)])
        ),
        f"{ORIGIN}/status/1": to_bytes(by.sign(listed, CREATED)),
    }


def verify_floor(count: int) -> float:
    """Seconds for hash, Ed25519 verification and JSON parse alone, of as many different badges.

    How long a verification takes hangs on the signature, and one document would stay in the cache.
    """
    pressed = press(signer())
    form, key = canonical_of(pressed, make_award(1)), NaclKey.generate()
    public, sample = key.verify_key, []
    for n in range(count):
        badge = pressed.issue(_without_status(make_award(n)), created=CREATED)
        message = hashlib.sha512(badge).digest()
        sample.append((badge, message, key.sign(message).signature))
    started = time.perf_counter()
    for badge, message, signature in sample:
        hashlib.sha256(form).digest()
        public.verify(message, signature)
        orjson.loads(badge)
    return time.perf_counter() - started


def verify_library(count: int, *, with_status: bool = True) -> float:
    """Seconds to verify our own badges, each once, with everything but the network."""
    by = signer()
    pressed, resolver, memory = press(by), HouseResolver(_house(by).get), TemplateMemory()
    awards = [make_award(n) for n in range(count)]
    if not with_status:
        awards = [_without_status(one) for one in awards]
    badges = [pressed.issue(one, created=CREATED) for one in awards]
    verify.verify(badges[0], resolver=resolver, now=NOW, memory=memory)
    started = time.perf_counter()
    for badge in badges:
        found = verify.verify(badge, resolver=resolver, now=NOW, memory=memory)
        if found.verdict != "valid":
            raise RuntimeError(f"The bench's own badge is {found.verdict}.")
    return time.perf_counter() - started


def _without_status(one: award.Award) -> award.Award:
    return award.Award(
        id=one.id, valid_from=one.valid_from, recipient=one.recipient, identities=one.identities
    )


def _compare(
    library: Callable[[int], float], floor: Callable[[int], float], count: int, rounds: int
) -> dict[str, Any]:
    library(min(count, 200))
    pairs = [(library(count), floor(count)) for _ in range(rounds)]
    spent, least = median(p[0] for p in pairs), median(p[1] for p in pairs)
    return {
        "count": count,
        "seconds": round(spent, 4),
        "floor_seconds": round(least, 4),
        "ratio": round(median(p[0] / p[1] for p in pairs), 2),
        "microseconds_each": round(spent / count * 1e6, 2),
        "floor_microseconds_each": round(least / count * 1e6, 2),
    }


def library_over_floor(count: int = 3_000, rounds: int = 7) -> dict[str, Any]:
    """Compose, sign and one bare row each, over hash, signature and row alone."""
    return _compare(issue_library, issue_floor, count, rounds)


def issue_others(count: int, ours: float) -> bench_others.Others:
    """Other programs that sign badges of the same kind; `ours` is what we need for `count`."""
    others, by = bench_others.Others(count, ours), signer()
    pressed = press(by)
    sample = [pressed.compose(make_award(n)) for n in range(min(count, 100))]
    bench_others.signing(others, sample, by, _house(by))
    return others


def bench_verify(count: int = 3_000, rounds: int = 5) -> dict[str, Any]:
    """Verifying our own badges over the floor; `status_ratio` includes reading the list."""
    bare = _compare(lambda n: verify_library(n, with_status=False), verify_floor, count, rounds)
    whole = _compare(verify_library, verify_floor, count, rounds)
    others, by = bench_others.Others(count, bare["seconds"]), signer()
    pressed = press(by)
    sample = [
        pressed.issue(_without_status(make_award(n)), created=CREATED)
        for n in range(min(count, 100))
    ]
    bench_others.verifying(others, sample, by, _house(by), NOW)
    floor = {"floor: hash, verification, JSON": bare["floor_seconds"]}
    return others.report({**bare, "status_ratio": whole["ratio"], "compared": floor})


def picture(noise: int = 22_000) -> tuple[bytes, bytes]:
    """A PNG of 600 by 600 and its one packed stream of pixels.

    `noise` bytes of it cannot be packed: the file is some 5 kB larger than that.
    """
    grain = hashlib.shake_128(b"a shield").digest(noise)
    each = noise // 600
    pixels = bytearray()
    for row in range(600):
        part = grain[row * each : row * each + each]
        pixels += b"\0" + part.ljust(2_400, bytes((row & 0xFF,)))
    packed = zlib.compress(bytes(pixels), 6)
    header = b"\0\0\2\x58\0\0\2\x58\x08\x06\0\0\0"
    chunks = ((b"IHDR", header), (b"IDAT", packed), (b"IEND", b""))
    return bake.PNG + b"".join(bake.png_chunk(kind, data) for kind, data in chunks), packed


def bench_bake(count: int = 20_000, rounds: int = 5) -> dict[str, Any]:
    """Splicing signed badges into a PNG.

    Floor: what every baker must do, the checksum of the credential and one copy of the file.
    Compared: the same by unpacking the pixels and packing them again, as a picture library does
    when it saves; zlib alone, so less than any such library needs.
    """
    png, packed = picture()
    template, badge = bake.PngTemplate(png), press(signer()).issue(make_award(1), created=CREATED)

    def splice(times: int) -> float:
        return _seconds(lambda: template.bake(badge), times)

    def least(times: int) -> float:
        return _seconds(lambda: (zlib.crc32(badge), b"".join((png, badge))), times)

    again = _seconds(lambda: zlib.compress(zlib.decompress(packed), 6), 20) / 20 * count
    found = _compare(splice, least, count, rounds)
    others = bench_others.Others(count, found["seconds"])
    others.add("unpack and pack the pixels (zlib alone)", again / count)
    bench_others.baking(others, png, badge)
    floor = {"floor: checksum and copy": found["floor_seconds"]}
    return others.report({**found, "picture_bytes": len(png), "compared": floor})


def _seconds(what: Callable[[], object], times: int) -> float:
    started = time.perf_counter()
    for _ in range(times):
        what()
    return time.perf_counter() - started


def bench_status(count: int = 100, rounds: int = 5) -> dict[str, Any]:
    """Building, signing and serialising lists of 131,072 with one in a hundred set, scattered.

    Floor: gzip of the 16 KiB, hash and signature of a text as long as the list's canonical form.
    """
    by, ones = signer(), [status.index_for(bytes(32), n) for n in range(status.SIZE // 100)]
    bits, key = bytes(status.Bits(ones=ones).data), NaclKey.generate()

    def build() -> bytes:
        listed = status.list_credential(
            f"{ORIGIN}/status/1", DID, "revocation", status.Bits(ones=ones), valid_from=NOW
        )
        return to_bytes(by.sign(listed, CREATED))

    form = build()

    def least() -> None:
        gzip.compress(bits, compresslevel=6, mtime=0)
        digest = hashlib.sha256(form).digest()
        key.sign(digest + digest)

    found = _compare(lambda n: _seconds(build, n), lambda n: _seconds(least, n), count, rounds)
    return {**found, "milliseconds_each": round(found["microseconds_each"] / 1e3, 3)}

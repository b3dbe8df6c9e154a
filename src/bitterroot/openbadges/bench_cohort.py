"""A whole cohort signed, baked into pictures and stored, in memory that does not grow with it.

Run as a program (`python -m bitterroot.openbadges.bench_cohort COUNT`) it does one cohort and
prints what that took, so that each cohort's memory is its own process's.
"""

import hashlib
import json
import re
import resource
import subprocess
import sys
import time
import zlib
from pathlib import Path
from typing import Any

from nacl.signing import SigningKey as NaclKey

from bitterroot.openbadges import bake, bench

SMALL = 10_000
_BATCH = 250  # badges a commit: pictures are large
_NOISE = 4_200


def bench_cohort(count: int = 100_000) -> dict[str, Any]:
    """Sign, bake and store `count` badges, and a cohort of at most 10,000 for its memory.

    Floor: hash, signature, checksum and copy of the picture, and the same row. `memory_ratio` is
    the peak of the whole cohort over that of the small one.
    """
    small, whole = _apart(min(count, SMALL)), _apart(count)
    return {
        **whole,
        "ratio": round(whole["seconds"] / whole["floor_seconds"], 2),
        "microseconds_each": round(whole["seconds"] / count * 1e6, 1),
        "peak_mb_small": small["peak_mb"],
        "memory_ratio": round(whole["peak_mb"] / small["peak_mb"], 3),
        "compared": {
            "floor: hash, signature, checksum, copy, row": whole["floor_seconds"],
            f"the same for {small['count']} badges": small["seconds"],
        },
    }


def _apart(count: int) -> dict[str, Any]:
    command = [sys.executable, "-m", __name__, str(count)]
    done = subprocess.run(command, capture_output=True, check=True)  # noqa: S603 - this module
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def run(count: int) -> dict[str, Any]:
    """One cohort in this process, then its floor."""
    png, _ = bench.picture(_NOISE)
    seconds, document, picture = _cohort(count, png)
    peak = _peak()
    return {
        "count": count,
        "seconds": round(seconds, 3),
        "floor_seconds": round(_floor(count, png, document), 3),
        "peak_mb": round(peak, 1),
        "picture_bytes": len(picture),
    }


def _cohort(count: int, png: bytes) -> tuple[float, bytes, bytes]:
    """Seconds, and the last badge with its picture."""
    pressed, template, store = bench.press(bench.signer()), bake.PngTemplate(png), bench.Store()
    document = picture = b""
    started = time.perf_counter()
    for start in range(0, count, _BATCH):
        rows = []
        for n in range(start, min(start + _BATCH, count)):
            one = bench.make_award(n)
            document = pressed.issue(one, created=bench.CREATED)
            picture = template.bake(document)
            rows.append((one.id, document, picture))
        store.write_pictures(rows)
    spent = time.perf_counter() - started
    store.close()
    if bake.unbake(picture) != document:
        raise RuntimeError("The last picture does not hold its badge.")
    return spent, document, picture


def _peak() -> float:
    """The most memory in MB that this program had. Linux counts its parent's in `getrusage`."""
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        if found:
            return int(found[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _floor(count: int, png: bytes, document: bytes) -> float:
    key, store = NaclKey.generate(), bench.Store()
    form = bench.canonical_of(bench.press(bench.signer()), bench.make_award(1))
    started = time.perf_counter()
    for start in range(0, count, _BATCH):
        rows = []
        for n in range(start, min(start + _BATCH, count)):
            digest = hashlib.sha256(form).digest()
            key.sign(digest + digest)
            zlib.crc32(document)
            rows.append((f"{n:024x}", document, b"".join((png, document))))
        store.write_pictures(rows)
    spent = time.perf_counter() - started
    store.close()
    return spent


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(int(sys.argv[1]))))

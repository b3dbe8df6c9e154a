"""An employer checks badges at a machine without a database and without the network."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bitterroot.cli import verify
from bitterroot.openbadges import award, clr, compose, issue, keys
from bitterroot.openbadges.errors import FetchError
from bitterroot.openbadges.fetch import MOST_ADDRESSES, Fetcher

KEY = keys.SigningKey(b"bitterroot test key, not secret.")
DID = f"did:key:{KEY.public.multibase}"


@pytest.fixture
def bitterroot(tmp_path: Path) -> Any:
    """Runs `bitterroot verify --offline --json` on bytes; gives exit status and verdict."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("BITTERROOT", "DATAB"))}
    environment["BITTERROOT_HOME"] = str(tmp_path / "nothing here")

    def run(data: bytes) -> tuple[int, dict[str, Any]]:
        file = tmp_path / "badge"
        file.write_bytes(data)
        command = [
            sys.executable,
            "-m",
            "bitterroot.cli",
            "verify",
            str(file),
            "--offline",
            "--json",
        ]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        return done.returncode, json.loads(done.stdout)

    return run


def badge(**changed: Any) -> bytes:
    """A badge that Zoë Whitebear (invented) got from an issuer whose id spells out its key."""
    issuer = compose.profile(DID, "Traveling School")
    achievement = compose.achievement(
        "https://school.example/badge",
        "Knots",
        "Ties ten knots.",
        criteria_narrative="Ties each of them twice.",
    )
    values: dict[str, Any] = {
        "id": "https://school.example/badges/17",
        "valid_from": "2025-05-02T09:00:00Z",
        "recipient": "Zoë Whitebear",
        "identities": [award.hashed("zoe@example.edu", salt="a" * 32)],
        **changed,
    }
    signer = issue.Signer(KEY, f"{DID}#{KEY.public.multibase}")
    document = award.credential(award=award.Award(**values), issuer=issuer, achievement=achievement)
    return issue.to_bytes(signer.sign(document, "2025-05-02T09:00:00Z"))


def test_a_sound_badge_of_an_unknown_issuer_is_valid_and_says_so(bitterroot: Any) -> None:
    status, found = bitterroot(badge())
    assert (status, found["verdict"], found["issuer_known"]) == (0, "valid", False)
    assert (found["issuer"], found["name"]) == ("Traveling School", "Knots")
    assert all(check["ok"] is True and check["detail"] for check in found["checks"])


def test_a_changed_letter_makes_it_invalid(bitterroot: Any) -> None:
    status, found = bitterroot(badge().replace(b"ten knots", b"six knots"))
    assert (status, found["verdict"]) == (1, "invalid")


def test_an_old_badge_has_expired(bitterroot: Any) -> None:
    status, found = bitterroot(badge(valid_until="2025-06-01T00:00:00Z"))
    assert (status, found["verdict"]) == (1, "expired")


def test_a_status_that_cannot_be_fetched_is_unknown(bitterroot: Any) -> None:
    entry = award.StatusEntry("revocation", "https://school.example/status/1", 5)
    status, found = bitterroot(badge(status=[entry]))
    assert (status, found["verdict"]) == (2, "unknown")


def test_a_record_that_points_at_ever_more_addresses_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def down(_: Fetcher, address: str, deadline: float) -> bytes:
        asked.append(address)
        raise FetchError("It is down.")

    monkeypatch.setattr(Fetcher, "_once", down)
    one = json.loads(badge())
    (proof,) = one["proof"] if isinstance(one["proof"], list) else [one["proof"]]
    inner = [
        {
            **one,
            "id": f"{one['id']}/{n}",
            "issuer": f"did:web:h{n}.example",
            "proof": {**proof, "verificationMethod": f"did:web:h{n}.example#key-1"},
        }
        for n in range(60)
    ]
    record = clr.credential(
        "https://school.example/records/1",
        "Record",
        issuer=compose.profile(DID, "Traveling School"),
        credentials=inner,
        valid_from=datetime(2025, 6, 1, tzinfo=UTC),
        subject_id="urn:uuid:1",
        partial=False,
    )
    signed = issue.Signer(KEY, f"{DID}#{KEY.public.multibase}").sign(record, "2025-06-01T09:00:00Z")
    found, _ = verify._alone(issue.to_bytes(signed), offline=False)
    assert found.verdict in ("unknown", "invalid")
    assert 0 < len(asked) <= MOST_ADDRESSES


def test_something_else_is_no_badge(bitterroot: Any) -> None:
    status, found = bitterroot(b"%PDF-1.7 not a badge")
    assert (status, found["verdict"]) == (1, "invalid")

"""Restoring an archive into an empty installation: awards, status lists, the history of the keys.

What is restored are the issued bytes, for the people behind them are not in an archive. They are
served where they were, and their lists can be marked and signed again by whoever has the keys.
"""

import hashlib
import re
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import orjson
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from bitterroot.issuing.domain import keys
from bitterroot.issuing.enums import KeyUse
from bitterroot.issuing.models import Award, KeptBadge, KeptFile, SigningKey, StatusList
from bitterroot.issuing.rules import may_tend_keys
from bitterroot.openbadges import status
from bitterroot.openbadges.errors import FetchError, OpenBadgeError
from bitterroot.openbadges.memory import TemplateMemory
from bitterroot.openbadges.proofs import proofs_of
from bitterroot.openbadges.resolver import HouseResolver
from bitterroot.openbadges.verification import Verification
from bitterroot.openbadges.verify import read as read_badge
from bitterroot.openbadges.verify import verify
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.record import clock

FORM = "bitterroot-archive-v1"
COPIES = "private/copies/"  # for wallets: COPIES/ID/….json or .jwt
DATES = ("listed_at", "active_from", "retired_at", "compromised_since", "compromised_at")
_STATUS = re.compile(r"site/status/[0-9]{1,9}")
#: Made from rows by each export, so they are not kept as files.
FROM_ROWS = ("manifest.json", "keys.json", "site/.well-known/did.json")


def manifest(files: Mapping[str, str]) -> bytes:
    """The manifest of an archive, from the SHA-256 of each file by its path."""
    said = {"form": FORM, "origin": settings.ORIGIN, "files": dict(sorted(files.items()))}
    return orjson.dumps(said, option=orjson.OPT_INDENT_2)


def key_history() -> bytes:
    """Every key with its dates, the newest first: the history behind did.json."""
    rows = [
        {
            "fragment": row.fragment,
            "public": row.public_multibase,
            "use": row.use,
            **{name: _written(getattr(row, name)) for name in DATES},
        }
        for row in keys.newest_first()
    ]
    return orjson.dumps(rows, option=orjson.OPT_INDENT_2)


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


@transaction.atomic
def restore(*, by: Actor, said: bytes, read: Callable[[str], bytes]) -> dict[str, int]:
    """Restore an archive from its manifest and a function that reads a file of it; what was counted.

    Raises NotPossible where this installation is not empty, the archive is of another origin, a
    file is not what the manifest says, or a badge does not verify.
    """
    answer = may_tend_keys(by).require()
    if Award.objects.exists() or any(
        model.objects.exists() for model in (SigningKey, StatusList, KeptFile)
    ):
        raise NotPossible(
            "This installation has keys, lists or badges; an archive needs an empty one. Make one "
            "in another folder with `bitterroot setup --without-keys`."
        )
    listed = _listed(said)
    for key in _keys(_json(_read(listed, "keys.json", read))):
        key.save(force_insert=True)
        keys.key_event(by, key, "key restored", answer.capacity)
    counted = {"keys": SigningKey.objects.count(), "lists": 0, "badges": 0, "files": len(listed)}
    check = _Check(listed, read)
    if orjson.dumps(keys.did_document()) != _read(listed, "site/.well-known/did.json", read):
        raise NotPossible("The archive's did.json does not follow from its keys.")
    for path in sorted(listed):
        if path in FROM_ROWS:
            continue
        body = _read(listed, path, read)
        if _STATUS.fullmatch(path):
            counted["lists"] += 1
            _restore_list(path, body)
            continue
        kept = KeptFile.objects.create(path=path, body=body)
        if "/credentials/" in path and path.endswith(".json"):
            counted["badges"] += 1
            name = path.rsplit("/", 1)[1].removesuffix(".json")
            _note(kept, name, check(path, body, name))
        elif path.startswith(COPIES):
            name = path.split("/")[2]
            _note(kept, name, check(path, body, name))
    return counted


def _note(kept: KeptFile, name: str, found: Verification) -> None:
    """What the badge needs of its key from now on: the key is not retired while it lives."""
    document, token = read_badge(bytes(kept.body))
    if token is not None:
        method, signed = token.header.get("kid", ""), found.valid_from
    else:
        proof = proofs_of(document)[-1]
        method, created = proof["verificationMethod"], proof.get("created")
        signed = datetime.fromisoformat(created) if created else found.valid_from
    key = SigningKey.objects.filter(pk=str(method).partition("#")[2]).first()
    if key is None:
        raise NotPossible(f"{kept.path} is signed by a key that the archive does not list.")
    KeptBadge.objects.create(
        file=kept,
        key=key,
        public_id=name,
        signed_at=signed or clock.now(),
        valid_until=found.valid_until,
        revoked=found.verdict == "revoked",
        is_copy=kept.path.startswith(COPIES),
    )


def _keys(rows: Any) -> list[SigningKey]:
    """The keys as `key_history` wrote them, not yet saved, each valid for its table."""
    try:
        found = [
            SigningKey(
                fragment=row["fragment"],
                public_multibase=row["public"],
                use=row.get("use", KeyUse.BADGES),
                **{n: datetime.fromisoformat(row[n]) if row[n] else None for n in DATES},
            )
            for row in rows
        ]
        for key in found:
            key.clean_fields()
    except (ValueError, KeyError, TypeError, ValidationError):
        raise NotPossible("keys.json is no history of keys.") from None
    return found


def _listed(said: bytes) -> dict[str, str]:
    found = _json(said)
    if not isinstance(found, dict) or found.get("form") != FORM:
        raise NotPossible("This is no archive of Bitterroot.")
    if found.get("origin") != settings.ORIGIN:
        raise NotPossible(f"The archive is of {found.get('origin')}, not of {settings.ORIGIN}.")
    files: dict[str, str] = found.get("files") or {}
    if not isinstance(files, dict):
        raise NotPossible("The archive's manifest lists no files.")
    for path in files:
        if path.startswith("/") or ".." in path.split("/") or len(path) > 300:
            raise NotPossible(f"The archive names a file that it may not: {path[:100]}")
    return files


def _json(data: bytes) -> Any:
    try:
        return orjson.loads(data)
    except ValueError:
        raise NotPossible("A file of the archive cannot be read.") from None


def _read(listed: Mapping[str, str], path: str, read: Callable[[str], bytes]) -> bytes:
    try:
        data = read(path)
    except OSError:
        raise NotPossible(f"The archive lacks {path}.") from None
    if hashlib.sha256(data).hexdigest() != listed.get(path):
        raise NotPossible(f"{path} is not what the manifest says.")
    return data


def _restore_list(path: str, body: bytes) -> None:
    """A list with its marks. No further place on it is given out: the order of its places is gone."""
    try:
        document = orjson.loads(body)
        bits = status.bits_of(document)
        purpose = document["credentialSubject"]["statusPurpose"]
        published = datetime.fromisoformat(document["validFrom"])
    except (ValueError, KeyError, TypeError) as error:
        raise NotPossible(f"{path} is no status list: {error}") from None
    StatusList.objects.create(
        n=int(path.rsplit("/", 1)[1]),
        purpose=purpose,
        seed=secrets.token_bytes(32),
        used=len(bits),
        bits=bytes(bits.data),
        document=body,
        published_version=0,
        published_at=published,
        lasting=True,
    )


class _Check:
    """Lets a badge pass whose signature holds under the archive's own did.json and lists."""

    def __init__(self, listed: Mapping[str, str], read: Callable[[str], bytes]) -> None:
        def own(address: str) -> bytes:
            path = f"site{address.removeprefix(settings.ORIGIN)}"
            if path not in listed:
                raise FetchError(f"{address[:200]} is not in the archive.")
            return _read(listed, path, read)

        self._resolver = HouseResolver(own=own)
        self._memory = TemplateMemory()

    def __call__(self, path: str, body: bytes, name: str) -> Verification:
        """`name`: the public id of the badge that the file must be, or be a copy of."""
        try:
            found = verify(body, resolver=self._resolver, now=clock.now(), memory=self._memory)
        except OpenBadgeError as error:
            raise NotPossible(f"{path}: {error}") from None
        if (found.credential or {}).get("id") != f"{settings.ORIGIN}/credentials/{name}":
            raise NotPossible(f"{path} is the badge of another address.")
        if found.verdict in ("invalid", "unknown"):
            why = next((check.detail for check in found.checks if check.ok is not True), "")
            raise NotPossible(f"{path} does not verify. {why}")
        return found

"""What was worked out for badges checked before, so that more of the kind are checked quickly."""

import hashlib
from typing import Any, NamedTuple

import orjson

from bitterroot.openbadges import status
from bitterroot.openbadges.award import Path
from bitterroot.openbadges.errors import OpenBadgeError
from bitterroot.openbadges.template import NeedsFullPath, Template

_PER_KEY = 4
_LISTS = 16


class ProvenList(NamedTuple):
    """A status list whose signature held under these entries of its issuer's identity."""

    document: dict[str, Any]
    keys: list[tuple[str, dict[str, Any]]]


class TemplateMemory:
    """A bounded store of templates by issuer and achievement.

    A badge that matches a template byte for byte, but for its slots, has the template's exact
    canonical form; all others take the full path. Only badges that were proven are learned, so a
    stranger cannot fill the store.
    """

    def __init__(self, size: int = 128) -> None:
        self._size = size
        self._templates: dict[tuple[str, str], list[Template]] = {}
        self._lists: dict[bytes, ProvenList] = {}
        self._bits: dict[str, status.Bits] = {}

    def digest(self, bare: dict[str, Any]) -> bytes | None:
        """SHA-256 of the canonical form of an unsigned document, or None if none matches."""
        known = self._templates.get(_key(bare))
        if not known:
            return None
        try:
            compact = orjson.dumps(bare)
        except TypeError:
            return None
        for template in known:
            values = template.match(compact)
            if values is not None:
                try:
                    return template.digest(values)
                except NeedsFullPath:
                    return None
        return None

    def proven_list(self, raw: bytes) -> "ProvenList | None":
        """A status list of exactly these bytes that was proven before."""
        return self._lists.get(hashlib.sha256(raw).digest())

    def keep_list(
        self, raw: bytes, document: dict[str, Any], keys: list[tuple[str, dict[str, Any]]]
    ) -> None:
        """Keep a proven list with the keys that proved it."""
        if len(self._lists) >= _LISTS:
            self._lists.pop(next(iter(self._lists)), None)
        self._lists[hashlib.sha256(raw).digest()] = ProvenList(document, keys)

    def bits(self, document: dict[str, Any]) -> status.Bits:
        """The bits of a status list, unpacked once per content."""
        encoded = str(document["credentialSubject"].get("encodedList"))
        found = self._bits.get(encoded)
        if found is None:
            found = status.bits_of(document)
            if len(self._bits) >= 8:
                self._bits.pop(next(iter(self._bits)), None)
            self._bits[encoded] = found
        return found

    def learn(self, bare: dict[str, Any]) -> None:
        """Keep the template of a proven badge."""
        try:
            template = Template(bare, slot_paths(bare))
        except OpenBadgeError:
            return
        key = _key(bare)
        if key not in self._templates and len(self._templates) >= self._size:
            self._templates.pop(next(iter(self._templates)), None)
        known = self._templates.pop(key, [])
        self._templates[key] = [template, *known][:_PER_KEY]


def _key(bare: dict[str, Any]) -> tuple[str, str]:
    issuer, subject = bare.get("issuer"), bare.get("credentialSubject")
    achievement = subject.get("achievement") if isinstance(subject, dict) else None
    return (
        str(issuer.get("id") if isinstance(issuer, dict) else issuer),
        str(achievement.get("id") if isinstance(achievement, dict) else achievement),
    )


def slot_paths(bare: dict[str, Any]) -> list[Path]:
    """The places of a credential whose texts differ from learner to learner."""
    paths: list[Path] = []

    def add(*path: str | int) -> None:
        value: Any = bare
        for step in path:
            if isinstance(step, str) and not isinstance(value, dict):
                return
            value = value.get(step) if isinstance(step, str) else value[step]
        if isinstance(value, str):
            paths.append(path)

    for name in ("id", "validFrom", "validUntil", "awardedDate"):
        add(name)
    add("refreshService", "id")
    for name in ("id", "narrative", "term"):
        add("credentialSubject", name)
    subject = bare.get("credentialSubject")
    for member, names in (
        ("identifier", ("identityHash", "salt")),
        ("result", ("value",)),
    ):
        items = subject.get(member) if isinstance(subject, dict) else None
        for n in range(len(items) if isinstance(items, list) else 0):
            for name in names:
                add("credentialSubject", member, n, name)
    statuses = bare.get("credentialStatus")
    places: list[Path] = [("credentialStatus",)]
    if isinstance(statuses, list):
        places = [("credentialStatus", n) for n in range(len(statuses))]
    for place in places:
        for name in ("id", "statusListIndex", "statusListCredential"):
            add(*place, name)
    return paths

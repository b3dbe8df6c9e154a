"""Issuing many badges of one achievement: compose, sign and serialise at the price of signing.

`Press.issue` gives the very bytes that the full path (`award.credential`, then `proofs.sign`)
would give; it uses a compiled template where it may, and the full path where it must.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from unicodedata import is_normalized

import orjson

from bitterroot.openbadges import base58, proofs, text
from bitterroot.openbadges.award import Award, credential
from bitterroot.openbadges.compose import Json
from bitterroot.openbadges.errors import OpenBadgeError
from bitterroot.openbadges.multikey import Key
from bitterroot.openbadges.template import NeedsFullPath, Template

_MAX_TEMPLATES = 64
_SEEN_ADDRESSES = ("id", "refreshService", "credentialStatus")
_PLAIN_URL = re.compile(r"https://[A-Za-z0-9.-]+(?::\d{1,5})?/[!#-;=?-Z_a-z~\[\]]*")


@dataclass(frozen=True)
class Signer:
    """A key and the address under which the issuer's DID document lists it."""

    key: Key
    verification_method: str

    def sign(self, document: Json, created: str, **how: Any) -> Json:
        """Sign any document by the full path; `how` as the keyword arguments of `proofs.sign`."""
        return proofs.sign(document, self.key, self.verification_method, created, **how)


def to_bytes(document: Json) -> bytes:
    """A document as compact UTF-8 JSON, as it is stored and served."""
    return orjson.dumps(document)


class Press:
    """Signs awards of one achievement under one issuer and one approval.

    Not tied to a thread: templates are only added. `fast` and `slow` count which way was taken.
    """

    def __init__(
        self,
        *,
        issuer: Json,
        achievement: Json,
        signer: Signer,
        approval: Json | None = None,
        description: str | None = None,
        schema: bool = False,
    ) -> None:
        self._common: dict[str, Any] = {
            "issuer": issuer,
            "achievement": achievement,
            "approval": approval,
            "description": description,
            "schema": schema,
        }
        self.signer = signer
        self.fast = self.slow = 0
        self._templates: dict[tuple[Any, ...], tuple[Template, bool] | None] = {}
        self._proof: tuple[str, Any, bytes, bytes] | None = None

    def compose(self, award: Award) -> Json:
        """The unsigned credential of `award`."""
        return credential(award=award, **self._common)

    def issue(self, award: Award, *, created: str) -> bytes:
        """The signed credential as JSON bytes; `created` is the time of the proof.

        Raises what `award.credential` and `proofs.sign` raise for values that do not fit.
        """
        values = award.values()
        raw = _as_they_are(values)
        if (raw is not None or _tidy(values)) and _quick(award):
            known = self._template(award)
            if known is not None:
                template, plain = known
                try:
                    written = (raw, raw) if raw is not None else template.encode(values)
                    signed = self._fill(template, plain, written, created)
                except NeedsFullPath:
                    pass
                else:
                    self.fast += 1
                    return signed
        self.slow += 1
        return to_bytes(self.signer.sign(self.compose(award), created))

    def _template(self, award: Award) -> tuple[Template, bool] | None:
        """The template of the award's shape; None if that shape cannot have one. See `_plain`."""
        if self.signer.key.public.hash_name != "sha256":
            return None  # the labels of unnamed parts follow another hash
        shape = award.shape()
        if shape in self._templates:
            return self._templates[shape]
        document = self.compose(award)
        found: tuple[Template, bool] | None = None
        with suppress(NeedsFullPath):
            template = Template(document, award.paths(), award.before())
            found = (template, _plain(template, award))
        if len(self._templates) >= _MAX_TEMPLATES:
            self._templates.pop(next(iter(self._templates)), None)
        self._templates[shape] = found
        return found

    def _fill(
        self,
        template: Template,
        plain: bool,
        written: tuple[list[bytes], list[bytes]],
        created: str,
    ) -> bytes:
        in_json, in_rdf = written
        digest = template.digest(in_rdf, plain=plain)
        options_hash, head = self._proof_for(created, template.context)
        signature = base58.encode(self.signer.key.sign(options_hash + digest))
        return b"".join((template.open_json(in_json), head, signature.encode(), b'"}]}'))

    def _proof_for(self, created: str, context: Any) -> tuple[bytes, bytes]:
        """(hash of the proof options, JSON up to the signature), kept for the last `created`."""
        kept = self._proof
        if kept is None or kept[0] != created or kept[1] != context:
            options = proofs.options(
                self.signer.verification_method, created, suite=proofs.suite_for(self.signer.key)
            )
            head = b',"proof":[' + orjson.dumps(options)[:-1] + b',"proofValue":"z'
            kept = (created, context, proofs.options_hash(context, options), head)
            self._proof = kept
        return kept[2], kept[3]


@lru_cache(maxsize=256)
def _sound_date(value: str) -> bool:
    try:
        text.parse_timestamp(value)
    except OpenBadgeError:
        return False
    return True


def _as_they_are(values: list[str]) -> list[bytes] | None:
    """The texts as UTF-8 where tidying, JSON and RDF would all leave them as they are; else None.

    What can be printed holds no control character, no half of a pair and none of the characters
    that are no characters: the plain case. Whether anything else is tidy, the caller asks.
    """
    whole = " ".join(values)
    if '"' in whole or "\\" in whole or not whole.isprintable():
        return None
    if not whole.isascii() and not is_normalized("NFC", whole):
        return None
    return [value.encode() for value in values]


def _tidy(values: list[str]) -> bool:
    return all(map(text.is_tidy, values))


def _quick(award: Award) -> bool:
    """Whether composing would take the award as it is, if its texts are tidy.

    What is not plainly so goes the full path, which tidies, or refuses with a reason.
    """
    name = award.recipient
    if award.results or award.evidence:
        short = [part for item in (*award.results, *award.evidence) for part in item if part]
        if short and max(map(len, short)) > 200:
            return False
    return (
        _sound_date(award.valid_from)
        and (award.valid_until is None or _sound_date(award.valid_until))
        and 0 < len(name) <= 300
        and name == name.strip()
        and "\n" not in name
        and len(award.term or "") <= 200
        and len(award.narrative or "") <= 5_000
        and _PLAIN_URL.fullmatch(award.id) is not None
        and (award.refresh_url is None or _PLAIN_URL.fullmatch(award.refresh_url) is not None)
        and (not award.status or min([entry[2] for entry in award.status]) >= 0)
    )


def _plain(template: Template, award: Award) -> bool:
    """Whether `_quick` and this have seen all addresses in the slots of awards of this shape."""
    places = {template.paths[n] for n in template.iri_slots}
    seen = {path for path in places if path[-1] == "id" and path[0] in _SEEN_ADDRESSES}
    return places == seen and all(_PLAIN_URL.fullmatch(entry[1]) for entry in award.status)

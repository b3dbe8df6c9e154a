"""The compiled template: a signed badge for the price of its hash and its signature.

Of two credentials of one shape, only some texts differ. A template is compiled once from a
sample by the full path: texts become slots, RDF statements become lines with holes. Filling it
for a learner gives exactly the bytes of the full path: the hashes of the unnamed nodes that a
slot touches are computed anew, and all labels follow from them. Where the result could differ
(two unnamed nodes alike, two addresses alike, unusual characters) it raises NeedsFullPath.
"""

import hashlib
import re
import secrets
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import orjson

from bitterroot.openbadges import canonical, rdfc
from bitterroot.openbadges.award import Path
from bitterroot.openbadges.template_lines import (
    Block,
    Lines,
    NeedsFullPath,
    Node,
    Part,
    Sequel,
    Text,
    written,
)

#: Bytes that JSON or N-Quads write with a backslash.
ESCAPED = bytes(range(0x20)) + b'"\\\x7f'
# Addresses that JSON-LD passes on as they are and RDF writes as they are; ASCII only.
_PLAIN_IRIS = re.compile(rb"(?:(?:https?://|urn:|did:|mailto:)[!#-;=?-Z_a-z~\[\]]+\n)*")
_BACKSLASH = 0x5C
_MAX_BLANK_NODES = 200
_MAX_ORDERS = 64
_ORDERS_TEXT = 400_000  # bytes; orders repeat the text, and a stranger's badge may be large


def _blank(
    credential: dict[str, Any], paths: Sequence[Path], before: Sequence[str], marker: str
) -> dict[str, Any]:
    """A copy of the credential with a marker in each slot, behind what stands there before it."""
    copy: dict[str, Any] = orjson.loads(orjson.dumps(credential))
    for number, (path, constant) in enumerate(zip(paths, before, strict=True)):
        place: Any = copy
        for step in path[:-1]:
            place = place[step]
        if not isinstance(place[path[-1]], str):
            raise NeedsFullPath(f"{path} is no text.")
        place[path[-1]] = f"{constant}{marker}{number:04d}:"
    return copy


class Template:
    """A credential with slots; see the module. Values are given in the order of `paths`.

    `before` has for each slot the beginning of an address that is the same in all awards, or
    nothing; values come without it. Compile raises NeedsFullPath for documents that cannot be templated, and what the full path
    raises for those that are not sound.
    """

    def __init__(
        self, credential: dict[str, Any], paths: Sequence[Path], before: Sequence[str] = ()
    ) -> None:
        # A scheme that values may use too, and a name that none can guess.
        marker = f"urn:slot:{secrets.token_hex(12)}:"
        before = before or [""] * len(paths)
        if not all(c.isascii() and c.isprintable() for c in before):
            raise NeedsFullPath("An address is unusual.")
        blank = _blank(credential, paths, before, marker)
        self._before = [constant.encode() for constant in before]
        self.context = blank["@context"]
        self.paths = tuple(paths)
        parts = re.split(rb"%s(\d{4}):" % marker.encode(), orjson.dumps(blank))
        self.json_constants = parts[0::2]
        self.json_order = [int(number) for number in parts[1::2]]
        if sorted(self.json_order) != list(range(len(paths))):
            raise NeedsFullPath("Two slots stand at one place.")
        pieces: list[bytes | int] = [parts[0]]
        for number, constant in zip(self.json_order, parts[2::2], strict=True):
            pieces += (number, constant)
        pieces[-1] = parts[-1][:-1]
        self._open_json = Text(pieces)
        quads = list(dict.fromkeys(canonical.to_quads(blank)))
        rdfc.canonical_lines(quads, strict_order=True)
        self._compile(quads, marker)

    def _compile(self, quads: list[rdfc.Quad], marker: str) -> None:
        nodes = sorted({term for quad in quads for term in quad if rdfc.is_blank(term)})
        if len(nodes) > _MAX_BLANK_NODES or len(self.paths) > 999:
            raise NeedsFullPath("Too many unnamed parts for a template.")
        lines = Lines(len(self.paths), nodes, marker)
        self._slots, self._n_nodes = len(self.paths), len(nodes)
        self.iri_slots = sorted(
            {int(t[-6:-2]) for quad in quads for t in quad if marker in t and t[0] == "<"}
        )
        self._compile_nodes(lines, quads, nodes, marker)
        self._compile_blocks(lines, quads, nodes, marker)
        order = sorted(range(len(nodes)), key=lambda n: f"_:c14n{n} ")
        self._label_order = order
        self._labels = [f"_:c14n{n}".encode() for n in range(len(nodes))]

    def _compile_nodes(
        self, lines: Lines, quads: list[rdfc.Quad], nodes: list[str], marker: str
    ) -> None:
        self._fixed_hashes: list[tuple[bytes, int]] = []
        self._moving: list[tuple[Node, int]] = []
        for number, node in enumerate(nodes):
            about = [quad for quad in quads if node in quad]
            if any(marker in term for quad in about for term in quad):
                self._moving.append((Node(lines, about, node), number))
            else:
                text = "".join(sorted(rdfc.first_degree_lines(about, node)))
                digest = hashlib.sha256(text.encode()).digest()
                self._fixed_hashes.append((digest, number))
        if len({digest for digest, _ in self._fixed_hashes}) != len(self._fixed_hashes):
            raise NeedsFullPath("Two unnamed parts are alike.")

    def _compile_blocks(
        self, lines: Lines, quads: list[rdfc.Quad], nodes: list[str], marker: str
    ) -> None:
        by_subject: dict[str, list[rdfc.Quad]] = {}
        for quad in quads:
            by_subject.setdefault(quad[0], []).append(quad)
        self._node_blocks = [
            Block(lines, by_subject[node]) if node in by_subject else None for node in nodes
        ]
        named: list[tuple[bytes, Block]] = []
        self._slot_subjects: list[tuple[int, Block]] = []
        begun: set[bytes] = set()
        for subject, about in by_subject.items():
            if rdfc.is_blank(subject):
                continue
            block = Block(lines, about)
            constant, hole, _ = subject.partition(marker)
            if hole and constant == "<":
                self._slot_subjects.append((int(subject[-6:-2]), block))
                continue
            named.append(((constant if hole else subject).encode()[1:], block))
            if hole:
                begun.add(named[-1][0])
        named.sort(key=_subject)
        self._named = [subject for subject, _ in named]
        # Whatever is in the slot of an address that is begun, its place is the same: none begins alike.
        for one, two in pairwise(self._named):
            if one in begun and two.startswith(one):
                raise NeedsFullPath("Which address comes first, hangs on a slot.")
        self._begun = frozenset(begun)
        self._named_blocks = [block for _, block in named]
        self._orders: dict[tuple[int, ...], Sequel] = {}
        size = sum(map(len, self.json_constants))
        self._most_orders = max(1, min(_MAX_ORDERS, _ORDERS_TEXT // max(size, 1)))

    def encode(self, values: Sequence[str]) -> tuple[list[bytes], list[bytes]]:
        """The values as they stand in JSON and as they stand in RDF, as UTF-8."""
        try:
            raw = [value.encode() for value in values]
        except UnicodeEncodeError:
            raise NeedsFullPath("A text holds half of a surrogate pair.") from None
        if len(raw) != self._slots:
            raise ValueError(f"The template takes {self._slots} values, not {len(raw)}.")
        if not _needs_escape(b" ".join(raw)):
            return raw, raw
        return (
            [orjson.dumps(value)[1:-1] for value in values],
            [rdfc.escape(value).encode() for value in values],
        )

    def canonical(self, escaped: list[bytes]) -> bytes:
        """The canonical N-Quads for values as `encode` escapes them for RDF."""
        sequel, whole, tail = self._write(escaped)
        return written(sequel.head, whole) + written(tail, whole)

    def digest(self, escaped: list[bytes], *, plain: bool = False) -> bytes:
        """SHA-256 of `canonical`.

        `plain`: the caller has seen to it that every address is made of plain characters.
        """
        sequel, whole, tail = self._write(escaped, plain=plain)
        state = sequel.begin(whole)
        state.update(written(tail, whole))
        return state.digest()

    def _write(
        self, escaped: list[bytes], *, plain: bool = False
    ) -> tuple[Sequel, list[bytes], list[Part]]:
        """The named subjects; values with the labels behind them; what is written behind the head."""
        if not plain:
            addresses = b"".join([self._before[n] + escaped[n] + b"\n" for n in self.iri_slots])
            if _PLAIN_IRIS.fullmatch(addresses) is None:
                raise NeedsFullPath("An address is unusual.")
        hashes = [(node.hash(escaped), number) for node, number in self._moving]
        hashes += self._fixed_hashes
        hashes.sort()
        ordered: list[int] = []
        labels = [b""] * self._n_nodes
        before = b""
        for label, (digest, number) in zip(self._labels, hashes, strict=True):
            if digest == before:
                raise NeedsFullPath("Two unnamed parts are alike.")
            before = digest
            labels[number] = label
            ordered.append(number)
        whole = escaped + labels
        sequel = self._in_order([escaped[n] + b">" for n, _ in self._slot_subjects])
        parts, blocks = sequel.tail(whole), self._node_blocks
        for position in self._label_order:
            block = blocks[ordered[position]]
            if block is not None:
                parts += block.parts(whole)
        return sequel, whole, parts

    def _in_order(self, subjects: list[bytes]) -> Sequel:
        """All named subjects in their order, where the slots hold these."""
        named, begun, places = self._named, self._begun, []
        for subject in subjects:
            place = bisect_left(named, subject)
            if place < len(named) and named[place] == subject:
                raise NeedsFullPath("Two parts have one address.")
            if place and (last := named[place - 1]) in begun and subject.startswith(last):
                raise NeedsFullPath("Which address comes first, hangs on a slot.")
            places.append(place)
        if len(set(places)) == len(places):
            key = tuple(places)
        else:  # what stands between the same two needs an order of its own
            if len(set(subjects)) != len(subjects):
                raise NeedsFullPath("Two parts have one address.")
            key = (*places, *sorted(range(len(subjects)), key=subjects.__getitem__))
        known = self._orders.get(key)
        if known is None:
            if len(self._orders) >= self._most_orders:
                self._orders.clear()
            slots = zip(subjects, self._slot_subjects, strict=True)
            both = [*zip(named, self._named_blocks, strict=True)]
            both += [(subject, block) for subject, (_, block) in slots]
            both.sort(key=_subject)
            known = self._orders[key] = Sequel([block for _, block in both])
        return known

    def open_json(self, values: Sequence[bytes]) -> bytes:
        """The unsigned document's JSON without its last brace, for values as they stand in JSON."""
        return self._open_json.write(values)

    def match(self, compact: bytes) -> list[bytes] | None:
        """The values, escaped for RDF, if `compact` is this template filled; else None.

        `compact` is the unsigned document as orjson writes it.
        """
        constants = self.json_constants
        position = len(constants[0])
        if not compact.startswith(constants[0]):
            return None
        values: list[bytes] = [b""] * self._slots
        for number, constant in zip(self.json_order, constants[1:], strict=True):
            end = compact.find(b'"', position)
            while end > 0 and compact[end - 1] == _BACKSLASH and _odd_backslashes(compact, end):
                end = compact.find(b'"', end + 1)
            if end < 0 or not compact.startswith(constant, end):
                return None
            values[number] = compact[position:end]
            position = end + len(constant)
        if position != len(compact):
            return None
        if _needs_escape(b" ".join(values)):
            return [rdfc.escape(orjson.loads(b'"' + v + b'"')).encode() for v in values]
        return values


def _needs_escape(data: bytes) -> bool:
    """Whether text holds what JSON or N-Quads write with a backslash (or U+FFFE, U+FFFF)."""
    return (
        len(data.translate(None, ESCAPED)) != len(data)
        or b"\xef\xbf\xbe" in data
        or b"\xef\xbf\xbf" in data
    )


def _odd_backslashes(data: bytes, end: int) -> bool:
    count = 0
    while data[end - 1 - count] == _BACKSLASH:
        count += 1
    return count % 2 == 1


def _subject(item: tuple[bytes, Block]) -> bytes:
    return item[0]

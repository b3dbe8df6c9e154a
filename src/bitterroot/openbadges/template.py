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
from collections.abc import Callable, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import Any

import orjson

from bitterroot.openbadges import canonical, rdfc
from bitterroot.openbadges.award import Path
from bitterroot.openbadges.errors import OpenBadgeError

_ESCAPED = re.compile(rb'[\x00-\x1f"\\\x7f]|\xef\xbf[\xbe\xbf]')
# Addresses that JSON-LD passes on as they are and RDF writes as they are; ASCII only.
_PLAIN_IRIS = re.compile(rb"(?:(?:https?://|urn:|did:|mailto:)[!#-;=?-Z_a-z~\[\]]+\n)*")
_MAX_BLANK_NODES = 200

Piece = bytes | int  # a constant, or the number of a cell
Take = Callable[[Sequence[bytes]], tuple[bytes, ...]]


class NeedsFullPath(OpenBadgeError):
    """The template cannot promise the canonical bytes here; take the full path."""


def _taker(pieces: Sequence[int]) -> Take:
    if len(pieces) == 1:
        only = pieces[0]
        return lambda cells: (cells[only],)
    return itemgetter(*pieces)


class _Lines:
    """Lines with holes, written into one list of cells shared by the template."""

    def __init__(self, slots: int, nodes: list[str], marker: str) -> None:
        self.slots = slots
        self.node_cell = {node: slots + n for n, node in enumerate(nodes)}
        self.first_constant = slots + len(nodes)
        self.constants: list[bytes] = []
        self._known: dict[bytes, int] = {}
        self._marker = re.compile(re.escape(marker) + r"(\d{4}):")

    def constant(self, data: bytes) -> int:
        """The cell that holds `data`."""
        if data not in self._known:
            self._known[data] = self.first_constant + len(self.constants)
            self.constants.append(data)
        return self._known[data]

    def term(self, term: str, labels: dict[str, str] | None = None) -> list[Piece]:
        """A term as constants and cells; `labels` writes blank nodes as fixed text."""
        if rdfc.is_blank(term):
            if labels is not None:
                return [labels.get(term, "_:z").encode()]
            return [self.node_cell[term]]
        match = self._marker.search(term)
        if match is None:
            return [term.encode()]
        before, after = term[: match.start()], term[match.end() :]
        if before not in ("<", '"') or self._marker.search(after):
            raise NeedsFullPath("A text of the award stands inside a larger one.")
        return [before.encode(), int(match.group(1)), after.encode()]

    def line(self, quad: rdfc.Quad, labels: dict[str, str] | None = None) -> list[Piece]:
        """A whole N-Quads line, neighbouring constants joined."""
        pieces: list[Piece] = []
        for number, term in enumerate(quad):
            if number == 3 and not term:
                break
            pieces += [*(self.term(term, labels)), b" "]
        pieces.append(b".\n")
        return _joined(pieces)

    def cells(self, pieces: Sequence[Piece]) -> list[int]:
        """Cell numbers for pieces."""
        return [p if isinstance(p, int) else self.constant(p) for p in pieces]


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    result: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, bytes) and result and isinstance(result[-1], bytes):
            result[-1] += piece
        elif piece != b"":
            result.append(piece)
    return result


def _fixed_order(lines: list[list[Piece]]) -> list[list[Piece]] | None:
    """The lines in an order that no slot can change, or None if one could."""

    def head(line: list[Piece]) -> bytes:
        return line[0] if isinstance(line[0], bytes) else b""

    ordered = sorted(lines, key=head)
    for one, two in pairwise(ordered):
        if len(one) == len(two) == 1 and one == two:
            continue  # twins of constants: either order is the same
        if two[0] == one[0] or head(two).startswith(head(one)):
            return None
    return ordered


class _Group:
    """Lines of one subject and predicate; sorted anew for each learner."""

    def __init__(self, lines: list[Take]) -> None:
        self.lines = lines

    def write(self, cells: Sequence[bytes]) -> bytes:
        written = [b"".join(take(cells)) for take in self.lines]
        if len(set(written)) != len(written):
            raise NeedsFullPath("Two statements became one.")
        written.sort()
        return b"".join(written)


class _Block:
    """All lines of one subject, in order: runs of fixed lines, and groups between them."""

    def __init__(self, lines: _Lines, quads: list[rdfc.Quad]) -> None:
        by_predicate: dict[str, list[list[Piece]]] = {}
        for quad in quads:
            by_predicate.setdefault(quad[1], []).append(lines.line(quad))
        self.parts: list[Take | _Group] = []
        run: list[Piece] = []
        for predicate in sorted(by_predicate):
            members = by_predicate[predicate]
            constant = all(len(m) == 1 and isinstance(m[0], bytes) for m in members)
            fixed = sorted(members) if constant else _fixed_order(members)  # type: ignore[type-var]
            if fixed is None and len(members) > 1:
                self._close(lines, run)
                run = []
                self.parts.append(_Group([_taker(lines.cells(m)) for m in members]))
            else:
                for member in fixed or members:
                    run += member
        self._close(lines, run)

    def _close(self, lines: _Lines, run: list[Piece]) -> None:
        if run:
            self.parts.append(_taker(lines.cells(_joined(run))))

    def write(self, cells: Sequence[bytes], out: list[bytes]) -> None:
        for part in self.parts:
            if isinstance(part, _Group):
                out.append(part.write(cells))
            else:
                out += part(cells)


class _Node:
    """A blank node whose first-degree hash depends on slots."""

    def __init__(self, lines: _Lines, quads: list[rdfc.Quad], node: str) -> None:
        about = [lines.line(quad, {node: "_:a"}) for quad in quads]
        fixed = _fixed_order(about)
        self.lines = [_taker(lines.cells(line)) for line in about]
        self.whole = (
            _taker(lines.cells(_joined([p for line in fixed for p in line]))) if fixed else None
        )

    def hash(self, cells: Sequence[bytes]) -> str:
        if self.whole is not None:
            return hashlib.sha256(b"".join(self.whole(cells))).hexdigest()
        written = sorted(b"".join(take(cells)) for take in self.lines)
        return hashlib.sha256(b"".join(written)).hexdigest()


def _blank(credential: dict[str, Any], paths: Sequence[Path], marker: str) -> dict[str, Any]:
    """A copy of the credential with a marker in each slot."""
    copy: dict[str, Any] = orjson.loads(orjson.dumps(credential))
    for number, path in enumerate(paths):
        place: Any = copy
        for step in path[:-1]:
            place = place[step]
        if not isinstance(place[path[-1]], str):
            raise NeedsFullPath(f"{path} is no text.")
        place[path[-1]] = f"{marker}{number:04d}:"
    return copy


class Template:
    """A credential with slots; see the module. Values are given in the order of `paths`.

    Compile raises NeedsFullPath for documents that cannot be templated, and what the full path
    raises for those that are not sound.
    """

    def __init__(self, credential: dict[str, Any], paths: Sequence[Path]) -> None:
        # A scheme that values may use too, and a name that none can guess.
        marker = f"urn:slot:{secrets.token_hex(12)}:"
        blank = _blank(credential, paths, marker)
        self.context = blank["@context"]
        self.paths = tuple(paths)
        parts = re.split(rb"%s(\d{4}):" % marker.encode(), orjson.dumps(blank))
        self.json_constants = parts[0::2]
        self.json_order = [int(number) for number in parts[1::2]]
        if sorted(self.json_order) != list(range(len(paths))):
            raise NeedsFullPath("Two slots stand at one place.")
        quads = list(dict.fromkeys(canonical.to_quads(blank)))
        rdfc.canonical_lines(quads, strict_order=True)
        self._compile(quads, marker)

    def _compile(self, quads: list[rdfc.Quad], marker: str) -> None:
        nodes = sorted({term for quad in quads for term in quad if rdfc.is_blank(term)})
        if len(nodes) > _MAX_BLANK_NODES or len(self.paths) > 999:
            raise NeedsFullPath("Too many unnamed parts for a template.")
        lines = _Lines(len(self.paths), nodes, marker)
        self._slots, self._n_nodes = len(self.paths), len(nodes)
        touched = {f"{marker}{number:04d}:" for number in range(self._slots)}
        self.iri_slots = sorted(
            {int(t[-6:-2]) for quad in quads for t in quad if t[1:-1] in touched and t[0] == "<"}
        )
        self._compile_nodes(lines, quads, nodes, marker)
        self._compile_blocks(lines, quads, nodes, marker)
        self._constants = lines.constants
        order = sorted(range(len(nodes)), key=lambda n: f"_:c14n{n} ")
        self._label_order = order
        self._labels = [f"_:c14n{n}".encode() for n in range(len(nodes))]

    def _compile_nodes(
        self, lines: _Lines, quads: list[rdfc.Quad], nodes: list[str], marker: str
    ) -> None:
        self._fixed_hashes: list[tuple[str, int]] = []
        self._moving: list[tuple[_Node, int]] = []
        for number, node in enumerate(nodes):
            about = [quad for quad in quads if node in quad]
            if any(marker in term for quad in about for term in quad):
                self._moving.append((_Node(lines, about, node), number))
            else:
                text = "".join(sorted(rdfc.first_degree_lines(about, node)))
                digest = hashlib.sha256(text.encode()).hexdigest()
                self._fixed_hashes.append((digest, number))
        if len({digest for digest, _ in self._fixed_hashes}) != len(self._fixed_hashes):
            raise NeedsFullPath("Two unnamed parts are alike.")

    def _compile_blocks(
        self, lines: _Lines, quads: list[rdfc.Quad], nodes: list[str], marker: str
    ) -> None:
        by_subject: dict[str, list[rdfc.Quad]] = {}
        for quad in quads:
            by_subject.setdefault(quad[0], []).append(quad)
        self._node_blocks = [
            _Block(lines, by_subject[node]) if node in by_subject else None for node in nodes
        ]
        self._named: list[tuple[bytes, _Block]] = []
        self._slot_subjects: list[tuple[int, _Block]] = []
        for subject, about in by_subject.items():
            if rdfc.is_blank(subject):
                continue
            block = _Block(lines, about)
            if marker in subject:
                self._slot_subjects.append((int(subject[-6:-2]), block))
            else:
                self._named.append((subject.encode()[1:], block))

    def encode(self, values: Sequence[str]) -> tuple[list[bytes], list[bytes]]:
        """The values as they stand in JSON and as they stand in RDF, as UTF-8."""
        try:
            raw = [value.encode() for value in values]
        except UnicodeEncodeError:
            raise NeedsFullPath("A text holds half of a surrogate pair.") from None
        if len(raw) != self._slots:
            raise ValueError(f"The template takes {self._slots} values, not {len(raw)}.")
        if _ESCAPED.search(b" ".join(raw)) is None:
            return raw, raw
        return (
            [orjson.dumps(value)[1:-1] for value in values],
            [rdfc.escape(value).encode() for value in values],
        )

    def canonical(self, escaped: list[bytes]) -> bytes:
        """The canonical N-Quads for values as `encode` escapes them for RDF."""
        addresses = b"".join([escaped[n] + b"\n" for n in self.iri_slots])
        if _PLAIN_IRIS.fullmatch(addresses) is None:
            raise NeedsFullPath("An address is unusual.")
        cells = [*escaped, *self._labels, *self._constants]
        hashes = [(node.hash(cells), number) for node, number in self._moving]
        hashes += self._fixed_hashes
        hashes.sort()
        slots, labels = self._slots, self._labels
        ordered: list[int] = []
        before = ""
        for label, (digest, number) in zip(labels, hashes, strict=True):
            if digest == before:
                raise NeedsFullPath("Two unnamed parts are alike.")
            before = digest
            cells[slots + number] = label
            ordered.append(number)
        out: list[bytes] = []
        named = self._named + [(escaped[n] + b">", block) for n, block in self._slot_subjects]
        named.sort(key=_subject)
        previous = b""
        for subject, block in named:
            if subject == previous:
                raise NeedsFullPath("Two parts have one address.")
            previous = subject
            block.write(cells, out)
        blocks = self._node_blocks
        for position in self._label_order:
            node_block = blocks[ordered[position]]
            if node_block is not None:
                node_block.write(cells, out)
        return b"".join(out)

    def json_pieces(self, values: Sequence[bytes]) -> list[bytes]:
        """The unsigned document's JSON in pieces, for values as they stand in JSON."""
        constants = self.json_constants
        pieces = [constants[0]]
        for number, constant in zip(self.json_order, constants[1:], strict=True):
            pieces += (values[number], constant)
        return pieces

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
            while end > 0 and _odd_backslashes(compact, end):
                end = compact.find(b'"', end + 1)
            if end < 0 or not compact.startswith(constant, end):
                return None
            value = compact[position:end]
            if _ESCAPED.search(value):
                value = rdfc.escape(orjson.loads(b'"' + value + b'"')).encode()
            values[number] = value
            position = end + len(constant)
        return values if position == len(compact) else None


def _odd_backslashes(data: bytes, end: int) -> bool:
    count = 0
    while data[end - 1 - count] == 0x5C:
        count += 1
    return count % 2 == 1


def _subject(item: tuple[bytes, _Block]) -> bytes:
    return item[0]

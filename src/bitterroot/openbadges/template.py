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

_ESCAPED = bytes(range(0x20)) + b'"\\\x7f'
# Addresses that JSON-LD passes on as they are and RDF writes as they are; ASCII only.
_PLAIN_IRIS = re.compile(rb"(?:(?:https?://|urn:|did:|mailto:)[!#-;=?-Z_a-z~\[\]]+\n)*")
_MAX_BLANK_NODES = 200

Piece = bytes | int  # a constant; or the number of a slot, or of a node's label behind the slots


class NeedsFullPath(OpenBadgeError):
    """The template cannot promise the canonical bytes here; take the full path."""


class _Text:
    """Constant bytes with holes for slots."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        slots = [piece for piece in pieces if isinstance(piece, int)]
        self.form = b"".join(
            [b"%b" if isinstance(piece, int) else piece.replace(b"%", b"%%") for piece in pieces]
        )
        self._take: Callable[[Sequence[bytes]], Any] = itemgetter(*slots) if slots else tuple

    def write(self, values: Sequence[bytes]) -> bytes:
        return self.form % self._take(values)


class _Lines:
    """Turns quads into pieces: constants, slots, and labels of blank nodes."""

    def __init__(self, slots: int, nodes: list[str], marker: str) -> None:
        self.slots = slots
        self._label = {node: slots + n for n, node in enumerate(nodes)}
        self._marker = re.compile(re.escape(marker) + r"(\d{4}):")

    def _term(self, term: str, labels: dict[str, str] | None) -> list[Piece]:
        if rdfc.is_blank(term):
            if labels is not None:
                return [labels.get(term, "_:z").encode()]
            return [self._label[term]]
        match = self._marker.search(term)
        if match is None:
            return [term.encode()]
        before, after = term[: match.start()], term[match.end() :]
        if before not in ("<", '"') or self._marker.search(after):
            raise NeedsFullPath("A text of the award stands inside a larger one.")
        return [before.encode(), int(match.group(1)), after.encode()]

    def line(self, quad: rdfc.Quad, labels: dict[str, str] | None = None) -> list[Piece]:
        """A whole N-Quads line; `labels` writes blank nodes as fixed text (others ``_:z``)."""
        pieces: list[Piece] = []
        for number, term in enumerate(quad):
            if number == 3 and not term:
                break
            pieces += [*self._term(term, labels), b" "]
        pieces.append(b".\n")
        return _joined(pieces)


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces with neighbouring constants joined."""
    result: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, bytes) and result and isinstance(result[-1], bytes):
            result[-1] += piece
        elif piece != b"":
            result.append(piece)
    return result


def _flat(lines: Sequence[list[Piece]]) -> list[Piece]:
    return _joined([piece for line in lines for piece in line])


def _fixed_order(lines: list[list[Piece]]) -> list[list[Piece]] | None:
    """The lines in an order that no slot can change, or None if one could."""
    shared = 0  # leading pieces that all lines have alike decide nothing
    for column in zip(*lines, strict=False):
        if any(piece != column[0] for piece in column):
            break
        shared += 1

    def head(line: list[Piece]) -> bytes:
        piece = line[shared] if len(line) > shared else b""
        return piece if isinstance(piece, bytes) else b""

    ordered = sorted(lines, key=head)
    for one, two in pairwise(ordered):
        if one == two and len(one) == 1:
            continue  # twins of constants: either order is the same
        if head(two).startswith(head(one)):
            return None
    return ordered


class _Group:
    """Lines of one subject and predicate that slots put in order; sorted for each learner."""

    def __init__(self, lines: list[list[Piece]]) -> None:
        self._lines = [_Text(line) for line in lines]

    def write(self, values: Sequence[bytes]) -> bytes:
        written = [line.write(values) for line in self._lines]
        if len(set(written)) != len(written):
            raise NeedsFullPath("Two statements became one.")
        written.sort()
        return b"".join(written)


class _Fan:
    """Lines alike but for the label at one place: they stand in the order of their labels."""

    def __init__(self, lines: list[list[Piece]]) -> None:
        self._form = _Text(_flat(lines)).form
        self._take = itemgetter(*[p for line in lines for p in line if isinstance(p, int)])

    @classmethod
    def of(cls, lines: list[list[Piece]], first_label: int) -> "_Fan | None":
        """Two or more lines as a fan; None if they differ in more than one label."""
        shapes = {tuple("" if isinstance(p, int) else p for p in line) for line in lines}
        holes = [[p for p in line if isinstance(p, int)] for line in lines]
        if len(shapes) == 1 and all(len(own) == 1 and own[0] >= first_label for own in holes):
            return cls(lines)
        return None

    def write(self, values: Sequence[bytes]) -> bytes:
        return self._form % tuple(sorted(self._take(values)))


Part = bytes | _Text | _Group | _Fan


class _Block:
    """All lines of one subject. With one label they are worked out once for each label."""

    def __init__(self, lines: _Lines, quads: list[rdfc.Quad]) -> None:
        by_predicate: dict[str, list[list[Piece]]] = {}
        for quad in quads:
            by_predicate.setdefault(quad[1], []).append(lines.line(quad))
        self._groups = [by_predicate[predicate] for predicate in sorted(by_predicate)]
        pieces = {p for group in self._groups for line in group for p in line}
        self._first_label = lines.slots
        labels = [p for p in pieces if isinstance(p, int) and p >= lines.slots]
        self._label = labels[0] if len(labels) == 1 else None
        self._baked: dict[bytes, list[Part]] = {}
        self._parts = self._work_out(None) if self._label is None else []

    def write(self, values: Sequence[bytes], out: list[bytes]) -> None:
        """Append the block's text for the values of the slots and, behind them, all labels."""
        parts = self._parts
        if self._label is not None:
            label = values[self._label]
            known = self._baked.get(label)
            if known is None:
                known = self._baked[label] = self._work_out(label)
            parts = known
        for part in parts:
            out.append(part if isinstance(part, bytes) else part.write(values))

    def _work_out(self, label: bytes | None) -> list[Part]:
        """The block's parts in order, its one label written in where `label` is given."""
        parts: list[Part] = []
        run: list[list[Piece]] = []

        def close() -> None:
            whole = _flat(run)
            if len(whole) == 1 and isinstance(whole[0], bytes):
                parts.append(whole[0])
            elif whole:
                parts.append(_Text(whole))
            run.clear()

        for group in self._groups:
            if label is not None:
                group = [_joined([label if p == self._label else p for p in g]) for g in group]
            fixed = group if len(group) == 1 else _fixed_order(group)
            if fixed is not None:
                run += fixed
            else:
                close()
                parts.append(_Fan.of(group, self._first_label) or _Group(group))
        close()
        return parts


class _Node:
    """A blank node whose first-degree hash depends on slots."""

    def __init__(self, lines: _Lines, quads: list[rdfc.Quad], node: str) -> None:
        about = [lines.line(quad, {node: "_:a"}) for quad in quads]
        fixed = _fixed_order(about)
        self._whole = _Text(_flat(fixed)) if fixed is not None else None
        self._lines = [_Text(line) for line in about]

    def hash(self, values: Sequence[bytes]) -> bytes:
        if self._whole is not None:
            return hashlib.sha256(self._whole.write(values)).digest()
        written = sorted(line.write(values) for line in self._lines)
        return hashlib.sha256(b"".join(written)).digest()


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
        order = sorted(range(len(nodes)), key=lambda n: f"_:c14n{n} ")
        self._label_order = order
        self._labels = [f"_:c14n{n}".encode() for n in range(len(nodes))]

    def _compile_nodes(
        self, lines: _Lines, quads: list[rdfc.Quad], nodes: list[str], marker: str
    ) -> None:
        self._fixed_hashes: list[tuple[bytes, int]] = []
        self._moving: list[tuple[_Node, int]] = []
        for number, node in enumerate(nodes):
            about = [quad for quad in quads if node in quad]
            if any(marker in term for quad in about for term in quad):
                self._moving.append((_Node(lines, about, node), number))
            else:
                text = "".join(sorted(rdfc.first_degree_lines(about, node)))
                digest = hashlib.sha256(text.encode()).digest()
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
        if not _needs_escape(b" ".join(raw)):
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
        out: list[bytes] = []
        whole = escaped + labels
        named = self._named + [(escaped[n] + b">", block) for n, block in self._slot_subjects]
        named.sort(key=_subject)
        previous = b""
        for subject, block in named:
            if subject == previous:
                raise NeedsFullPath("Two parts have one address.")
            previous = subject
            block.write(whole, out)
        blocks = self._node_blocks
        for position in self._label_order:
            node_block = blocks[ordered[position]]
            if node_block is not None:
                node_block.write(whole, out)
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
        len(data.translate(None, _ESCAPED)) != len(data)
        or b"\xef\xbf\xbe" in data
        or b"\xef\xbf\xbf" in data
    )


def _odd_backslashes(data: bytes, end: int) -> bool:
    count = 0
    while data[end - 1 - count] == 0x5C:
        count += 1
    return count % 2 == 1


def _subject(item: tuple[bytes, _Block]) -> bytes:
    return item[0]

"""RDF statements with holes: what a compiled template (`template.py`) is made of.

A line is a list of pieces: constants, slots for an award's texts, labels of unnamed nodes. The lines
of one subject are a block; where no text can change their order it is settled once, else each time.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from itertools import pairwise, takewhile
from operator import itemgetter
from typing import Any

from bitterroot.openbadges import rdfc
from bitterroot.openbadges.errors import OpenBadgeError

_sha256 = hashlib.sha256
_MAX_BEGUN = 256
Piece = bytes | int  # a constant; or the number of a slot, or of a node's label behind the slots


class NeedsFullPath(OpenBadgeError):
    """The template cannot promise the canonical bytes here; take the full path."""


class Text:
    """Constant bytes with holes for slots."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        slots = [piece for piece in pieces if isinstance(piece, int)]
        self.form = b"".join(
            [b"%b" if isinstance(piece, int) else piece.replace(b"%", b"%%") for piece in pieces]
        )
        self.take: Callable[[Sequence[bytes]], Any] = itemgetter(*slots) if slots else _none

    def write(self, values: Sequence[bytes]) -> bytes:
        return self.form % self.take(values)


def _none(_: Sequence[bytes]) -> tuple[()]:
    return ()


class Lines:
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
        if not (before == '"' or before[0] == "<") or self._marker.search(after):
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
        return joined(pieces)


def joined(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces with neighbouring constants joined."""
    result: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, bytes) and result and isinstance(result[-1], bytes):
            result[-1] += piece
        elif piece != b"":
            result.append(piece)
    return result


def flat(lines: Sequence[list[Piece]]) -> list[Piece]:
    return joined([piece for line in lines for piece in line])


def fixed_order(lines: list[list[Piece]]) -> list[list[Piece]] | None:
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


class Group:
    """Lines of one subject and predicate that slots put in order; sorted for each learner."""

    def __init__(self, lines: list[list[Piece]]) -> None:
        self._lines = [Text(line) for line in lines]

    def write(self, values: Sequence[bytes]) -> bytes:
        written = [line.write(values) for line in self._lines]
        if len(set(written)) != len(written):
            raise NeedsFullPath("Two statements became one.")
        written.sort()
        return b"".join(written)


class Fan:
    """Lines alike but for the label at one place: they stand in the order of their labels."""

    def __init__(self, lines: list[list[Piece]]) -> None:
        self._form = Text(flat(lines)).form
        self._take = itemgetter(*[p for line in lines for p in line if isinstance(p, int)])

    @classmethod
    def of(cls, lines: list[list[Piece]], first_label: int) -> "Fan | None":
        """Two or more lines as a fan; None if they differ in more than one label."""
        shapes = {tuple("" if isinstance(p, int) else p for p in line) for line in lines}
        holes = [[p for p in line if isinstance(p, int)] for line in lines]
        if len(shapes) == 1 and all(len(own) == 1 and own[0] >= first_label for own in holes):
            return cls(lines)
        return None

    def write(self, values: Sequence[bytes]) -> bytes:
        return self._form % self.labels(values)

    def labels(self, values: Sequence[bytes]) -> tuple[bytes, ...]:
        """The labels in the order in which they are written; nothing else changes the text."""
        return tuple(sorted(self._take(values)))


Part = bytes | Text | Group | Fan


class Block:
    """All lines of one subject. With one label they are worked out once for each label."""

    def __init__(self, lines: Lines, quads: list[rdfc.Quad]) -> None:
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

    @property
    def settled(self) -> list[Part] | None:
        """The block's parts where no label changes them."""
        return self._parts if self._label is None else None

    def parts(self, values: Sequence[bytes]) -> list[Part]:
        """The block's parts for the values of the slots and, behind them, all labels."""
        if self._label is None:
            return self._parts
        label = values[self._label]
        known = self._baked.get(label)
        if known is None:
            known = self._baked[label] = self._work_out(label)
        return known

    def _work_out(self, label: bytes | None) -> list[Part]:
        """The block's parts in order, its one label written in where `label` is given."""
        parts: list[Part] = []
        run: list[list[Piece]] = []

        def close() -> None:
            whole = flat(run)
            if len(whole) == 1 and isinstance(whole[0], bytes):
                parts.append(whole[0])
            elif whole:
                parts.append(Text(whole))
            run.clear()

        for group in self._groups:
            if label is not None:
                group = [joined([label if p == self._label else p for p in g]) for g in group]
            fixed = group if len(group) == 1 else fixed_order(group)
            if fixed is not None:
                run += fixed
            else:
                close()
                parts.append(Fan.of(group, self._first_label) or Group(group))
        close()
        return parts


class Sequel:
    """All named subjects in one order. What comes before the first slot is hashed once for its labels."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        joined = _neighbors_joined(blocks)
        first = joined[0] if joined and not isinstance(joined[0], Block) else []
        plain = list(takewhile(lambda part: isinstance(part, bytes | Fan), first))
        self.head = plain
        self._fans = [part for part in plain if isinstance(part, Fan)]
        self._tail: list[Block | list[Part]] = joined
        if plain:
            self._tail = [first[len(plain) :], *joined[1:]]
        self._begun: dict[tuple[tuple[bytes, ...], ...], hashlib._Hash] = {}

    def begin(self, values: Sequence[bytes]) -> "hashlib._Hash":
        """SHA-256 that has read the head."""
        key = tuple([fan.labels(values) for fan in self._fans])
        known = self._begun.get(key)
        if known is None:
            if len(self._begun) >= _MAX_BEGUN:
                self._begun.clear()
            known = self._begun[key] = _sha256(written(self.head, values))
        return known.copy()

    def tail(self, values: Sequence[bytes]) -> list[Part]:
        """What comes behind the head."""
        parts: list[Part] = []
        for item in self._tail:
            parts += item.parts(values) if isinstance(item, Block) else item
        return parts


def _neighbors_joined(blocks: Sequence[Block]) -> list[Block | list[Part]]:
    """The blocks; of neighbors that no label settles anew, the parts."""
    found: list[Block | list[Part]] = []
    for block in blocks:
        if (parts := block.settled) is None:
            found.append(block)
            continue
        if not found or isinstance(found[-1], Block):
            found.append([])
        run = found[-1]
        assert isinstance(run, list)
        for part in parts:
            last = run[-1] if run else None
            if isinstance(part, bytes) and isinstance(last, bytes):
                run[-1] = last + part
            else:
                run.append(part)
    return found


def written(parts: Sequence[Part], values: Sequence[bytes]) -> bytes:
    """The parts as text."""
    return b"".join([part if isinstance(part, bytes) else part.write(values) for part in parts])


class Node:
    """A blank node whose first-degree hash depends on slots."""

    def __init__(self, lines: Lines, quads: list[rdfc.Quad], node: str) -> None:
        about = [lines.line(quad, {node: "_:a"}) for quad in quads]
        fixed = fixed_order(about)
        self._whole = Text(flat(fixed)) if fixed is not None else None
        self._lines = [Text(line) for line in about]

    def hash(self, values: Sequence[bytes]) -> bytes:
        whole = self._whole
        if whole is not None:
            return _sha256(whole.form % whole.take(values)).digest()
        written = sorted(line.write(values) for line in self._lines)
        return _sha256(b"".join(written)).digest()

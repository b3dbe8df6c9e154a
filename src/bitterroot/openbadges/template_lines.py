"""RDF statements with holes: what a compiled template (`template.py`) is made of.

A line is a list of pieces: constants, slots for an award's texts, labels of unnamed nodes. The lines
of one subject are a block; where no text can change their order it is settled once, else each time.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import Any

from bitterroot.openbadges import rdfc
from bitterroot.openbadges.errors import OpenBadgeError

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
        self._take: Callable[[Sequence[bytes]], Any] = itemgetter(*slots) if slots else tuple

    def write(self, values: Sequence[bytes]) -> bytes:
        return self.form % self._take(values)


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
        return self._form % tuple(sorted(self._take(values)))


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


class Node:
    """A blank node whose first-degree hash depends on slots."""

    def __init__(self, lines: Lines, quads: list[rdfc.Quad], node: str) -> None:
        about = [lines.line(quad, {node: "_:a"}) for quad in quads]
        fixed = fixed_order(about)
        self._whole = Text(flat(fixed)) if fixed is not None else None
        self._lines = [Text(line) for line in about]

    def hash(self, values: Sequence[bytes]) -> bytes:
        if self._whole is not None:
            return hashlib.sha256(self._whole.write(values)).digest()
        written = sorted(line.write(values) for line in self._lines)
        return hashlib.sha256(b"".join(written)).digest()

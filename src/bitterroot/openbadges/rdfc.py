"""RDFC-1.0: one text for one set of RDF statements, whatever their order and labels.

W3C Recommendation "RDF Dataset Canonicalization" (2024), with SHA-256. A quad is a tuple of four
terms as they stand in N-Quads: ``<iri>``, ``_:label`` or ``"literal"^^<type>``, and ``""`` for
the default graph.

Documents made to be slow (poison graphs) meet a budget and raise LimitError.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from bitterroot.openbadges.errors import LimitError, OrderAmbiguity
from bitterroot.openbadges.text import utf16

Quad = tuple[str, str, str, str]

MAX_QUADS = 20_000
MAX_BLANK_NODES = 2_000
MAX_WORK = 4_000  # steps of the costly search, which ordinary badges never enter
A_STEP = 100  # statements of a part, or names in an order, that one step goes through

_SPECIAL = re.compile(r'[\x00-\x1f"\\\x7f\ufffe\uffff]')
_ESCAPES = {
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
    '"': '\\"',
    "\\": "\\\\",
}
_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|\\^`]')


def _escape_one(match: re.Match[str]) -> str:
    character = match.group()
    return _ESCAPES.get(character) or f"\\u{ord(character):04X}"


def escape(value: str) -> str:
    """`value` as it stands between the quotes of a canonical N-Quads literal."""
    return _SPECIAL.sub(_escape_one, value)


def allowed_in_iri(value: str) -> bool:
    """Whether `value` may stand between ``<`` and ``>`` as it is."""
    return _NOT_IN_IRI.search(value) is None


def format_line(quad: Quad) -> str:
    """One N-Quads line with its line end."""
    subject, predicate, obj, graph = quad
    if graph:
        return f"{subject} {predicate} {obj} {graph} .\n"
    return f"{subject} {predicate} {obj} .\n"


def is_blank(term: str) -> bool:
    """Whether a term is a blank node."""
    return term.startswith("_:")


def first_degree_lines(quads: Iterable[Quad], node: str) -> list[str]:
    """The lines about `node`, itself written ``_:a`` and every other blank node ``_:z``."""

    def rename(term: str) -> str:
        if not is_blank(term):
            return term
        return "_:a" if term == node else "_:z"

    return [format_line((rename(s), p, rename(o), rename(g))) for s, p, o, g in quads]


def sorted_lines(lines: Iterable[str]) -> list[str]:
    """Lines in code point order. Raises OrderAmbiguity where UTF-16 order differs."""
    ordered = sorted(lines)
    if any(not line.isascii() for line in ordered):
        for line, other in zip(ordered, sorted(ordered, key=utf16), strict=True):
            if line != other:
                raise OrderAmbiguity(
                    "Two values of one property hold an emoji (or another rare character) and a "
                    "full-width or private character: programs sort them in different orders, "
                    f"and some would reject the badge. {line.strip()[:200]}"
                )
    return ordered


class _Labels:
    """Gives out ``c14n0``, ``c14n1``… (or ``b0``…) in the order of asking."""

    def __init__(self, prefix: str, given: dict[str, str] | None = None) -> None:
        self.prefix = prefix
        self.given = dict(given or {})

    def __call__(self, node: str) -> str:
        if node not in self.given:
            self.given[node] = f"_:{self.prefix}{len(self.given)}"
        return self.given[node]

    def copy(self) -> "_Labels":
        return _Labels(self.prefix, self.given)


class _Canonicalizer:
    def __init__(self, quads: list[Quad], strict_order: bool, hash_name: str) -> None:
        self.quads = quads
        self._hash = partial(hashlib.new, hash_name)
        self.order = sorted_lines if strict_order else sorted
        self.labels = _Labels("c14n")
        self.work = 0
        self.about: dict[str, list[Quad]] = {}
        for quad in quads:
            for node in {term for term in quad if is_blank(term)}:
                self.about.setdefault(node, []).append(quad)
        if len(self.about) > MAX_BLANK_NODES:
            raise LimitError("The document has too many unnamed parts.")

    def run(self) -> list[str]:
        by_hash: dict[str, list[str]] = {}
        self.hashes = {node: self._first_degree(node) for node in self.about}
        for node, digest in self.hashes.items():
            by_hash.setdefault(digest, []).append(node)
        for digest in sorted(by_hash):
            if len(by_hash[digest]) == 1:
                self.labels(by_hash[digest][0])
        for digest in sorted(by_hash):
            if len(by_hash[digest]) > 1:
                self._label_twins(by_hash[digest])
        lines = {
            format_line((self._rename(s), p, self._rename(o), self._rename(g)))
            for s, p, o, g in self.quads
        }
        return list(self.order(lines))

    def _rename(self, term: str) -> str:
        return self.labels.given[term] if is_blank(term) else term

    def _first_degree(self, node: str) -> str:
        lines = self.order(first_degree_lines(self.about[node], node))
        return self._hash("".join(lines).encode()).hexdigest()

    def _label_twins(self, nodes: list[str]) -> None:
        results = []
        for node in nodes:
            if node in self.labels.given:
                continue
            issuer = _Labels("b")
            issuer(node)
            results.append(self._n_degree(node, issuer))
        for _, issuer in sorted(results, key=lambda result: result[0]):
            for node in issuer.given:
                self.labels(node)

    def _related(self, related: str, quad: Quad, issuer: _Labels, position: str) -> str:
        text = position
        if position != "g":
            text += quad[1]
        if related in self.labels.given:
            text += self.labels.given[related]
        elif related in issuer.given:
            text += issuer.given[related]
        else:
            text += self.hashes[related]
        return self._hash(text.encode()).hexdigest()

    def _spend(self, work: int = 1) -> None:
        self.work += work
        if self.work > MAX_WORK:
            raise LimitError("The unnamed parts of the document are too tangled.")

    def _n_degree(self, node: str, issuer: _Labels) -> tuple[str, _Labels]:
        self._spend(1 + len(self.about[node]) // A_STEP)
        groups: dict[str, list[str]] = {}
        for quad in self.about[node]:
            for term, position in ((quad[0], "s"), (quad[2], "o"), (quad[3], "g")):
                if is_blank(term) and term != node:
                    digest = self._related(term, quad, issuer, position)
                    groups.setdefault(digest, []).append(term)
        text = ""
        for digest in sorted(groups):
            path, issuer = self._best_path(groups[digest], issuer)
            text += digest + path
        return self._hash(text.encode()).hexdigest(), issuer

    def _best_path(self, nodes: list[str], issuer: _Labels) -> tuple[str, _Labels]:
        chosen = ""
        chosen_issuer = issuer
        step = 1 + len(nodes) // A_STEP
        for order in _orders(nodes):
            self._spend(step)
            attempt = self._path(order, issuer.copy(), chosen)
            if attempt is not None and (not chosen or attempt[0] < chosen):
                chosen, chosen_issuer = attempt
        return chosen, chosen_issuer

    def _path(
        self, order: tuple[str, ...], issuer: _Labels, chosen: str
    ) -> tuple[str, _Labels] | None:
        path = ""
        later: list[str] = []
        for node in order:
            if node in self.labels.given:
                path += self.labels.given[node]
            else:
                if node not in issuer.given:
                    later.append(node)
                path += issuer(node)
            if chosen and len(path) >= len(chosen) and path > chosen:
                return None
        for node in later:
            digest, result = self._n_degree(node, issuer)
            path += issuer(node) + f"<{digest}>"
            issuer = result
            if chosen and len(path) >= len(chosen) and path > chosen:
                return None
        return path, issuer


def _orders(nodes: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The permutations of `nodes`, each once: one that is named k times does not make them k! more.

    A node of a graph without a name is named by each of its statements, and strangers send graphs of
    thousands: so one order follows from the one before (the next in the dictionary), step by step.
    """
    names = list(dict.fromkeys(nodes))
    place = {name: n for n, name in enumerate(names)}
    order = sorted(place[node] for node in nodes)
    while True:
        yield tuple([names[n] for n in order])
        at = len(order) - 2
        while at >= 0 and order[at] >= order[at + 1]:
            at -= 1
        if at < 0:
            return
        other = len(order) - 1
        while order[other] <= order[at]:
            other -= 1
        order[at], order[other] = order[other], order[at]
        order[at + 1 :] = order[:at:-1]


def canonical_lines(
    quads: Iterable[Quad], *, strict_order: bool = False, hash_name: str = "sha256"
) -> list[str]:
    """The canonical N-Quads lines of `quads`, sorted, each with its line end.

    `hash_name` is the hash that labels unnamed parts: SHA-256 unless a suite says otherwise.

    `strict_order` additionally refuses (OrderAmbiguity) what UTF-16 sorting verifiers would
    order otherwise; use it for signing. Raises LimitError for graphs beyond the bounds.
    """
    unique = list(dict.fromkeys(quads))
    if len(unique) > MAX_QUADS:
        raise LimitError("The document makes too many statements.")
    return _Canonicalizer(unique, strict_order, hash_name).run()


def canonical_labels(quads: Iterable[Quad]) -> dict[str, str]:
    """The canonical label (``_:c14n0``…) of every blank node of `quads`."""
    canonicalizer = _Canonicalizer(list(dict.fromkeys(quads)), False, "sha256")
    canonicalizer.run()
    return canonicalizer.labels.given

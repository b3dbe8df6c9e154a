"""The full path: what it refuses, and that its RDFC-1.0 agrees with an independent one."""

import random
from itertools import permutations
from typing import Any

import pyoxigraph
import pytest

from bitterroot.openbadges import canonical, rdfc
from bitterroot.openbadges.errors import LimitError, OrderAmbiguity, UnsafeDocument

from .conftest import House, make_award


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"invented": 1}, "not defined"),
        ({"type": ["VerifiableCredential", "OpenBadgeCredential", "Invented"]}, "full address"),
        ({"id": "relative/id"}, "full address"),
        ({"description": None}, "null"),
        ({"@index": "x"}, "keyword"),
        ({"name": {"@value": "x", "@language": "not a tag"}}, "language tag"),
        ({"id": 'https://a.example/"><x'}, "none may hold"),
        ({"name": "half \ud800"}, "surrogate"),
    ],
)
def test_what_a_signature_could_not_cover_is_refused(
    house: House, change: dict[str, Any], says: str
):
    document = {**house.press().compose(make_award()), **change}
    with pytest.raises(UnsafeDocument, match=says):
        canonical.canonical_form(document)


def test_three_and_three_point_nought_are_one_number(house: House):
    document = house.press().compose(make_award())
    document["credentialSubject"]["creditsEarned"] = 9.0
    other = house.press().compose(make_award())
    assert canonical.canonical_form(document) == canonical.canonical_form(other)


def _written(number: Any) -> str:
    """How a number stands in the signed statements, without its datatype."""
    quads = canonical.to_quads({"@id": "urn:a:1", "https://example.org/x": number})
    return quads[0][2].split('"')[1]


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (3, "3"),
        (-0.0, "0"),
        (5.5, "5.5E0"),
        (1e-7, "1.0E-7"),
        (2**53, "9007199254740992"),
        (-(2**53), "-9007199254740992"),
        (12345678901234567000, "12345678901234567168"),  # as JavaScript writes it, and reads it
        (10**20, "100000000000000000000"),
        (10**21, "1.0E21"),
        (1.5e300, "1.5E300"),
    ],
)
def test_numbers_are_signed_as_javascript_reads_them(number: float, written: str):
    assert _written(number) == written


@pytest.mark.parametrize(
    "number",
    [
        2**53 + 1,
        -(2**53) - 1,
        12345678901234567168,
        10**21 + 1,
        10**400,
        float("inf"),
        float("-inf"),
        float("nan"),
    ],
)
def test_a_number_that_others_would_change_is_refused(number: float):
    with pytest.raises(UnsafeDocument, match="other programs"):
        _written(number)


def test_control_characters_are_escaped_as_the_standard_asks():
    assert rdfc.escape("\ufffe\uffff\U0001fffe") == "\\uFFFE\\uFFFF\U0001fffe"
    assert rdfc.escape('\x00\x08\t\n\x0b\x0c\r\x1f"\\\x7fé\u0080') == (
        '\\u0000\\b\\t\\n\\u000B\\f\\r\\u001F\\"\\\\\\u007Fé\u0080'
    )


def test_emoji_beside_full_width_letters_is_refused_for_signing_only():
    quads = [("<urn:a>", "<urn:tag>", f'"{word}"', "") for word in ("😀 data", "ＡＩ")]
    assert len(rdfc.canonical_lines(quads)) == 2
    with pytest.raises(OrderAmbiguity):
        rdfc.canonical_lines(quads, strict_order=True)


def _oxigraph_form(quads: list[rdfc.Quad]) -> list[str]:
    text = "".join(rdfc.format_line(quad) for quad in quads)
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.N_QUADS))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    written = pyoxigraph.serialize(dataset, format=pyoxigraph.RdfFormat.N_QUADS)
    assert written is not None
    return sorted(line + "\n" for line in written.decode().splitlines())


def test_very_many_unnamed_parts_meet_a_bound():
    quads = [(f"_:n{n}", "<urn:p>", f'"{n}"', "") for n in range(rdfc.MAX_BLANK_NODES + 1)]
    assert len(rdfc.canonical_lines(quads[1:])) == rdfc.MAX_BLANK_NODES
    with pytest.raises(LimitError, match="too many unnamed"):
        rdfc.canonical_lines(quads)


def test_random_tangles_agree_with_oxigraph():
    chance = random.Random(20261118)
    for _ in range(150):
        nodes = [f"_:n{n}" for n in range(chance.randint(1, 6))]
        quads = {
            (
                chance.choice(nodes),
                f"<urn:p{chance.randint(0, 1)}>",
                chance.choice([*nodes, '"x"', "<urn:o>"]),
                chance.choice(["", "", "<urn:g>", *nodes[:1]]),
            )
            for _ in range(chance.randint(1, 12))
        }
        assert rdfc.canonical_lines(quads) == _oxigraph_form(sorted(quads))


def test_two_alike_in_graphs_of_their_own_are_no_tangle():
    """As one badge twice in a learner record: each statement of a part names the part's graph."""
    quads = [
        (f"_:part{n}", f"<urn:p{p}>", '"x"', f"_:graph{n}") for n in (1, 2) for p in range(7)
    ] + [("<urn:record>", "<urn:holds>", f"_:graph{n}", "") for n in (1, 2)]
    assert rdfc.canonical_lines(quads) == _oxigraph_form(quads)


def test_alike_parts_of_thousands_of_statements_are_read_or_refused_in_words():
    """Graphs without a name that a stranger made large: no recursion as deep as they are long."""
    quads = [
        (f"_:part{n}", "<urn:a>", f'"{m}"', f"_:graph{n}") for n in (1, 2) for m in range(2500)
    ]
    assert len(rdfc.canonical_lines(quads)) == 5000
    twice = [(s, p, o, g.replace("graph", "other")) for s, p, o, g in quads]
    with pytest.raises(LimitError, match="too tangled"):
        rdfc.canonical_lines([*quads, *twice])


def test_each_order_of_alike_parts_comes_once():
    for nodes in ("", "a", "aab", "abab", "aaabbc"):
        assert sorted(rdfc._orders(nodes)) == sorted(set(permutations(nodes)))


def test_labels_do_not_matter():
    ring = [(f"_:r{n}", "<urn:next>", f"_:r{(n + 1) % 5}", "") for n in range(5)]
    other = [(f"_:x{n}", "<urn:next>", f"_:x{(n - 1) % 5}", "") for n in range(5)]
    assert rdfc.canonical_lines(ring) == rdfc.canonical_lines(other)


def test_poison_graphs_meet_a_bound():
    nodes = [f"_:n{n}" for n in range(12)]
    clique = [(a, "<urn:p>", b, "") for a in nodes for b in nodes if a != b]
    with pytest.raises(LimitError, match="tangled"):
        rdfc.canonical_lines(clique)


@pytest.mark.parametrize(
    "document",
    [
        {"a": [[[[]]] * 2] * 30_000},
        {"a": "x" * 5_000_000},
        {"tag": [str(n) for n in range(1_500)]},  # PyLD compares each with all before it
        {"@context": ["https://www.w3.org/ns/credentials/v2"] * 31},
        {"a": [{"b": [{"@context": "https://www.w3.org/ns/credentials/v2"}] * 300}] * 8},
    ],
)
def test_large_documents_meet_a_bound(document: dict[str, Any]):
    with pytest.raises(LimitError):
        canonical.check_limits(document)


def test_deep_documents_meet_a_bound():
    deep: Any = "x"
    for _ in range(60):
        deep = {"name": deep}
    with pytest.raises(LimitError, match="levels deep"):
        canonical.to_quads(deep)

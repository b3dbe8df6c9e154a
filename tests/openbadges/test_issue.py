"""The compiled template gives the bytes of the full path, whatever is typed."""

import hashlib
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bitterroot.openbadges import approval, award, canonical, compose, issue, schema, text
from bitterroot.openbadges.errors import InputError, OpenBadgeError, OrderAmbiguity
from bitterroot.openbadges.template import Template

from .conftest import CREATED, LIST, ORIGIN, House, make_achievement, make_award

SHAPES: list[dict[str, Any]] = [
    {},
    {"identities": []},
    {"subject_id": "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"},
    {"valid_until": "2028-11-18T16:00:00Z", "narrative": "First line.\nSecond line."},
    {"status": []},
    {
        "status": [
            award.StatusEntry("revocation", LIST, 5),
            award.StatusEntry("suspension", f"{ORIGIN}/status/2", 5),
        ]
    },
    {"evidence": [award.Evidence(f"{ORIGIN}/e/1", "Map"), award.Evidence(None, "Talk", "In town")]},
    {"credits_earned": 4.5, "results": [], "term": None},
]


def full_path(house: House, press: issue.Press, one: award.Award) -> bytes:
    return house.sign(press.compose(one))


@pytest.mark.parametrize("shape", SHAPES)
def test_each_shape_gives_the_bytes_of_the_full_path(house: House, shape: dict[str, Any]):
    press = house.press()
    for n in range(12):
        changed = dict(shape)
        if "identities" not in shape:
            changed["identities"] = [
                award.hashed(f"learner{n}@example.edu"),
                award.hashed("x@y.example"),
            ]
        one = make_award(n, recipient=f"Zoë Whitebear {n}", **changed)
        assert press.issue(one, created=CREATED) == full_path(house, press, one)
    assert (press.fast, press.slow) == (12, 0)


def test_addresses_of_the_award_stand_wherever_their_letters_put_them(house: House):
    """Among those of issuer and achievement and of each other: before all, behind all, side by side."""
    press = house.press()
    places = ["https://a.example/", f"{ORIGIN}/badges/", f"{ORIGIN}/zz/", "https://zz.example/"]
    n = 0
    for first in places:
        for second in places:
            n += 1
            for one, two in ((f"{first}{n}", f"{second}{n}b"), (f"{second}{n}b", f"{first}{n}")):
                shown = [award.Evidence(one, "Map"), award.Evidence(two, "Talk")]
                made = make_award(n, evidence=shown, id=f"{second}{n}c")
                assert press.issue(made, created=CREATED) == full_path(house, press, made)
    assert (press.fast, press.slow) == (2 * n, 0)


def test_the_labels_of_many_unnamed_parts_stand_in_order_whatever_they_are(house: House):
    skills = [
        compose.alignment(f"Skill {n}", f"https://frameworks.example/skills/{n}") for n in range(7)
    ]
    press = house.press(achievement={**house.achievement, "alignment": skills})
    for n in range(30):
        who = [award.hashed(f"learner{n}@{k}.example") for k in range(6)]
        one = make_award(n, identities=who)
        assert press.issue(one, created=CREATED) == full_path(house, press, one)
    assert (press.fast, press.slow) == (30, 0)


ALIKE: list[dict[str, Any]] = [
    {"evidence": [award.Evidence(None, "Map"), award.Evidence(None, "Map")]},
    {"evidence": [award.Evidence(f"{ORIGIN}/programs/gis", "Same address as the criteria")]},
    {"evidence": [award.Evidence(f"{ORIGIN}/é", "Address beyond ASCII")]},
    {"recipient": " Nguyễn Linh "},
    {"term": "Fall\t2026"},
]


@pytest.mark.parametrize("shape", ALIKE)
def test_what_a_template_cannot_promise_takes_the_full_path(house: House, shape: dict[str, Any]):
    press = house.press()
    one = make_award(**shape)
    assert press.issue(one, created=CREATED) == full_path(house, press, one)
    assert (press.fast, press.slow) == (0, 1)


every_plane = st.text(
    st.one_of(
        st.characters(codec="utf-8"),
        st.sampled_from('"\\\n\r\t\x00\x0b\x7f\u0085\u2028\u202e\ufeff\ufffe😀ＡＩ﷽\U0010fffd'),
    ),
    max_size=40,
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=every_plane, term=every_plane, narrative=every_plane, note=every_plane)
def test_hostile_text_gives_equal_bytes_or_an_equal_refusal(
    house: House, name: str, term: str, narrative: str, note: str
):
    press = house.press()
    press.issue(
        make_award(term="x", narrative="y", evidence=[award.Evidence(f"{ORIGIN}/e", "z")]),
        created=CREATED,
    )
    one = make_award(
        recipient=name,
        term=term,
        narrative=narrative,
        evidence=[award.Evidence(f"{ORIGIN}/e", note or "z")],
    )
    try:
        expected: bytes | str = full_path(house, press, one)
    except OpenBadgeError as error:
        expected = str(error)
    try:
        got: bytes | str = press.issue(one, created=CREATED)
    except OpenBadgeError as error:
        got = str(error)
    assert got == expected
    if isinstance(got, bytes):
        assert house.verify(got).verdict == "valid"


def test_badges_are_valid_against_the_published_schema(house: House):
    for shape in SHAPES:
        if len(shape.get("status", [])) == 2:
            continue
        signed = orjson.loads(house.press(schema=True).issue(make_award(**shape), created=CREATED))
        assert schema.errors(signed, strict=True) == []
        assert signed["credentialSchema"][0]["type"] == "1EdTechJsonSchemaValidator2019"


def test_a_pasted_vertical_tab_is_tidied_and_the_badge_verifies(house: House):
    one = make_award(narrative="Pasted\x0bfrom a word\x07 processor\r\n")
    signed = house.press().issue(one, created=CREATED)
    subject = orjson.loads(signed)["credentialSubject"]
    assert subject["narrative"] == "Pasted\nfrom a word processor\n"
    assert house.verify(signed).verdict == "valid"


def test_the_name_stands_readable_and_the_addresses_hashed(house: House, badge: bytes):
    name, campus, private = orjson.loads(badge)["credentialSubject"]["identifier"]
    assert name == {
        "type": "IdentityObject",
        "hashed": False,
        "identityHash": "José Núñez",
        "identityType": "name",
    }
    assert campus["identityHash"] == award.identity_hash("jose.nunez@example.edu", "a" * 32)
    assert private["salt"] == "b" * 32
    assert b"example.edu" not in badge


def test_identity_hash_of_the_standard():
    assert award.identity_hash("a@example.com", "Kosher") == (
        "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399"
    )


def test_salts_are_random_and_addresses_are_lower_cased():
    one, two = award.hashed("Jose@Example.edu"), award.hashed("Jose@Example.edu")
    assert one.salt != two.salt
    assert one.value == award.identity_hash("jose@example.edu", one.salt)


def test_the_chain_of_approval_can_be_read_back(house: House, badge: bytes):
    found = approval.read(orjson.loads(badge))
    assert found == {
        "page": f"{ORIGIN}/programs/gis#approval",
        "sentence": "GIS for Community Planning was approved as a pilot by UMOnline on 1 September 2026.",
        "lines": [
            ("Program", "GIS for Community Planning, version 1"),
            ("Badge template", "version 1"),
            ("Decision", "approved as a pilot by UMOnline on 2026-09-01"),
            ("Signed", "Ada Rivera, Dean, 2026-08-20"),
            ("Packet", f"sha256 {approval.packet_digest(b'packet')}"),
        ],
    }


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (
            lambda: compose.alignment("n", "https://a.example", target_type="ceterms:Competency"),
            "alignment.targetType",
        ),
        (lambda: compose.alignment("n", "a.example"), "alignment.targetUrl"),
        (lambda: compose.achievement("urn:a", "n", "d"), "achievement.criteria"),
        (lambda: compose.achievement("urn:a", "", "d", criteria_narrative="c"), "achievement.name"),
        (lambda: compose.image("javascript:alert(1)"), "image"),
        (lambda: compose.profile("http", "n"), "profile.id"),
        (lambda: text.url("https://user@host.example/"), "url"),
        (lambda: compose.number(0.0004, "credits"), "credits"),
        (lambda: text.parse_timestamp("2026-11-18"), "date"),
        (lambda: text.parse_timestamp("2026-11-18T16:00:00+14:01"), "date"),
        (lambda: text.parse_timestamp("2026-11-18T16:00:00+02:60"), "date"),
    ],
)
def test_input_that_others_would_reject_is_refused_by_field(make: Any, field: str):
    with pytest.raises(InputError) as caught:
        make()
    assert caught.value.field == field


def test_tags_that_programs_sort_differently_are_refused(house: House):
    with pytest.raises(OrderAmbiguity, match="full-width"):
        compose.achievement("urn:a", "n", "d", criteria_narrative="c", tags=["😀 data", "ＡＩ"])


def test_a_result_must_name_a_description_of_the_achievement(house: House):
    with pytest.raises(InputError, match="achievement's"):
        house.press().compose(make_award(results=[award.Result("A", "urn:other")]))


def test_equal_alignments_are_kept_once():
    twin = compose.alignment("Skill", "https://frameworks.example/1")
    made = compose.achievement(
        "urn:a", "n", "d", criteria_narrative="c", alignments=[twin, dict(twin)]
    )
    assert made["alignment"] == [twin]


def test_an_achievement_without_addresses_for_its_parts_is_signed_alike(house: House):
    achievement = make_achievement(house.issuer)
    del achievement["criteria"]["id"]
    press = house.press(achievement=achievement, approval=None)
    one = make_award()
    assert press.issue(one, created=CREATED) == full_path(house, press, one)
    assert press.fast == 1


def test_a_large_badge_does_not_have_its_text_kept_once_for_each_order_of_its_addresses(
    house: House,
):
    """A stranger signs one badge of many parts, then sends it with its address among theirs."""
    parts = [
        {"id": f"{ORIGIN}/parts/{n:02}", "type": ["Related"], "version": "x" * 5_000}
        for n in range(40)
    ]
    document = house.press(achievement={**house.achievement, "related": parts}).compose(
        make_award(1)
    )
    template = Template(document, [("id",)])
    for n in range(30):
        changed = {**document, "id": f"{ORIGIN}/parts/{n:02}a"}
        _, escaped = template.encode([changed["id"]])
        whole = canonical.canonical_form(changed).encode()
        assert template.digest(escaped) == hashlib.sha256(whole).digest()
    assert len(template._orders) <= 2


@pytest.mark.parametrize(
    ("changes", "fast"),
    [
        ({}, 1),
        ({"id": f"{LIST}#4"}, 0),  # before or behind its status entry: that hangs on the index
        ({"id": f"{LIST}"}, 1),
        ({"evidence": (award.Evidence(id=f"{LIST}#work", name="A map"),)}, 0),
        (
            {
                "status": (
                    award.StatusEntry("revocation", LIST, 7),
                    award.StatusEntry("suspension", LIST, 8),
                )
            },
            0,
        ),
    ],
)
def test_a_place_on_a_list_stands_where_its_address_does(
    house: House, changes: dict[str, Any], fast: int
):
    press = house.press()
    one = (
        make_award()
        ._replace(
            status=(
                award.StatusEntry("revocation", LIST, 50),
                award.StatusEntry("suspension", LIST[:-1] + "2", 50),
            )
        )
        ._replace(**changes)
    )
    for index in (3, 41, 100_000):
        entries = tuple(e._replace(list_index=index + n) for n, e in enumerate(one.status))
        badge = one._replace(status=entries)
        assert press.issue(badge, created=CREATED) == full_path(house, press, badge)
    assert press.fast == 3 * fast

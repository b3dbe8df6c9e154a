"""Whatever stands in a file, the verifier answers, and never with "valid" for what was changed."""

import contextlib
import json
import random
from typing import Any

import pytest

from bitterroot.openbadges import bake
from bitterroot.openbadges.errors import OpenBadgeError
from bitterroot.openbadges.memory import TemplateMemory

from .conftest import LIST, ORIGIN, House

JUNK: list[Any] = [
    None, True, 0, -1, 1.5, 10**20, 1e300, "", "x", "é😀", "did:web:", "did:key:z6Mk", "https://", "urn:a",
    [], {}, [[]], [None], [{}], {"id": None}, {"id": []}, {"@id": "urn:b"}, {"@value": 1}, {"@type": "@json"},
    {"@context": {"x": "@id"}}, {"type": {}}, {"@list": [1]}, {"@set": []}, ["a", {"b": []}], "\ud800",
]  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    return [path, *(found for key, item in items for found in places(item, (*path, key)))]


def put(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return document


def spoiled(data: bytes, seed: int, count: int) -> list[tuple[bytes, bool]]:
    """Documents with a place replaced by junk, and whether that changed what they say."""
    chance = random.Random(seed)
    all_places = places(json.loads(data))
    found = []
    for _ in range(count):
        document = json.loads(data)
        path, junk = chance.choice(all_places), chance.choice(JUNK)
        changed = json.dumps(put(document, path, junk))
        found.append((changed.encode(), json.loads(changed) != json.loads(data)))
    return found


def test_junk_in_a_badge_never_crashes_and_never_passes(house: House, badge: bytes):
    memory = TemplateMemory()
    assert house.verify(badge, memory=memory).verdict == "valid"
    for document, changed in spoiled(badge, 1, 700):
        if changed:
            assert house.verify(document, memory=memory).verdict != "valid", document


def test_a_new_member_anywhere_never_crashes_and_never_passes(house: House, badge: bytes):
    chance = random.Random(2)
    dicts = [
        path
        for path in places(json.loads(badge))
        if isinstance(put_get(json.loads(badge), path), dict)
    ]
    names = [
        "id",
        "@id",
        "@graph",
        "@included",
        "@reverse",
        "@index",
        "name",
        "x",
        "type",
        "proof",
        "@nest",
    ]
    for _ in range(300):
        document = json.loads(badge)
        place = put_get(document, chance.choice(dicts))
        name, junk = chance.choice(names), chance.choice(JUNK)
        before = json.dumps(document)
        place[name] = junk
        # An empty list says nothing, so it is no change that a signature could cover.
        if json.dumps(document) != before and junk not in ([], {"@set": []}):
            assert house.verify(json.dumps(document)).verdict != "valid", document


def put_get(document: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        document = document[step]
    return document


@pytest.mark.parametrize("address", [f"{ORIGIN}/.well-known/did.json", LIST])
def test_junk_in_what_a_badge_points_at_never_crashes(house: House, badge: bytes, address: str):
    right = house.documents[address]
    verdicts = set()
    for document, _ in spoiled(right, 3, 400):
        house.documents[address] = document
        verdicts.add(house.verify(badge).verdict)
    assert "revoked" not in verdicts
    house.documents[address] = b"\xff\x00"
    assert house.verify(badge).verdict == "unknown"


def test_cut_and_shaken_pictures_never_crash(house: House, badge: bytes, png: bytes, svg: bytes):
    chance = random.Random(4)
    for baked in (bake.bake_png(png, badge), bake.bake_svg(svg, badge)):
        for _ in range(400):
            data = bytearray(baked)
            for _ in range(chance.randint(1, 4)):
                data[chance.randrange(min(len(data), 300))] = chance.randrange(256)
            del data[chance.randrange(len(data)) if chance.random() < 0.3 else len(data) :]
            with contextlib.suppress(OpenBadgeError):
                bake.unbake(bytes(data))
            house.verify(bytes(data))

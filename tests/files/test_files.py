"""Files are kept by what is in them, and pictures that run or fetch something are not."""

import hashlib
from pathlib import Path

import pytest
from django.conf import settings

from bitterroot.files.domain import PNG, SVG, read, store
from bitterroot.people.errors import NotPossible
from bitterroot.programs.interfaces import badge_image

pytestmark = pytest.mark.django_db
STILL = (
    b'<svg xmlns="http://www.w3.org/2000/svg"><style>a{fill:url(#g)}</style><path d="M0 0"/></svg>'
)


def test_the_same_bytes_are_kept_once_and_read_back() -> None:
    first, second = store(b"%PDF-1.7 syllabus"), store(b"%PDF-1.7 syllabus")
    assert (first.pk, first.size) == (second.pk, 17)
    assert first.sha256 == hashlib.sha256(b"%PDF-1.7 syllabus").hexdigest()
    assert read(first) == b"%PDF-1.7 syllabus"


def test_a_file_that_was_changed_on_disk_is_not_read() -> None:
    stored = store(b"%PDF-1.7 letter of the city")
    sha = stored.sha256
    (Path(settings.FILES_ROOT) / sha[:2] / sha[2:4] / sha).write_bytes(b"%PDF-1.7 another letter")
    with pytest.raises(OSError, match="was changed on disk"):
        read(stored)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00program", "not accepted"),
        (b"<html><script>alert(1)</script></html>", "not accepted"),
        (STILL, "not accepted"),
    ],
)
def test_what_is_no_document_is_refused_whatever_its_name(data: bytes, words: str) -> None:
    with pytest.raises(NotPossible, match=words):
        store(data)


def test_a_file_of_50_megabytes_is_refused() -> None:
    with pytest.raises(NotPossible, match="at most 10 MB"):
        store(b"%PDF-" + bytes(50 * 1024 * 1024))


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<rect onload="alert(1)"/>',
        '<a href="https://elsewhere.example/">x</a>',
        '<image xmlns:x="http://www.w3.org/1999/xlink" x:href="https://elsewhere.example/x.png"/>',
        '<style>@import "https://elsewhere.example/x.css";</style>',
        '<style>a{fill:url("https://elsewhere.example/x")}</style>',
        '<rect style="fill:url(//elsewhere.example/x)"/>',
        '<set attributeName="href" to="javascript:alert(1)"/>',
        "<foreignObject/>",
        "<unclosed>",
    ],
)
def test_a_picture_that_runs_or_fetches_something_is_refused(inside: str) -> None:
    data = f'<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>'.encode()
    with pytest.raises(NotPossible, match="SVG"):
        store(data, allowed=frozenset({SVG}))


def test_a_picture_with_entities_is_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaa">]><svg>&a;</svg>'
    with pytest.raises(NotPossible, match="document type"):
        store(bomb, allowed=frozenset({SVG}))


def test_our_own_pictures_and_those_around_a_png_are_still() -> None:
    svg = badge_image.draw("Community GIS", shape="shield", unit="Geography", label="Advanced")
    png = badge_image.to_png(svg)
    assert badge_image.png_size(png) == (600, 600)
    for picture, kind in [(STILL, SVG), (svg, SVG), (badge_image.around(png), SVG), (png, PNG)]:
        assert store(picture, allowed=frozenset({SVG, PNG})).media_type == kind

"""Badges in pictures, ours and others', friendly and hostile."""

import zlib

import pytest

from bitterroot.openbadges import bake
from bitterroot.openbadges.errors import DocumentError, LimitError

JSON = '{"name":"José ]]> <b> & ü"}'.encode()
TOKEN = b"eyJhbGciOiJFUzI1NiJ9.e30.c2ln"


@pytest.mark.parametrize("credential", [JSON, TOKEN])
def test_png_holds_exactly_the_last_credential(png: bytes, credential: bytes):
    baked = bake.bake_png(bake.bake_png(png, b'{"old":1}'), credential)
    assert bake.unbake(baked) == credential
    assert baked.count(bake.KEYWORD) == 1
    assert len(baked) == len(png) + 12 + len(bake.KEYWORD) + 5 + len(credential)


def test_png_keeps_an_open_badges_2_chunk_beside_it(png: bytes):
    old = bake.png_chunk(b"iTXt", b"openbadges\0\0\0\0\0https://old.example/1")
    both = png[: 8 + 25] + old + png[8 + 25 :]
    assert bake.unbake(both) == b"https://old.example/1"
    assert bake.unbake(bake.bake_png(both, JSON)) == JSON
    assert old in bake.bake_png(both, JSON)


def with_chunk(png: bytes, kind: bytes, data: bytes) -> bytes:
    return png[: 8 + 25] + bake.png_chunk(kind, data) + png[8 + 25 :]


def test_compressed_and_plain_foreign_chunks_are_read(png: bytes):
    packed = zlib.compress(JSON)
    assert bake.unbake(with_chunk(png, b"iTXt", bake.KEYWORD + b"\0\1\0en\0\0" + packed)) == JSON
    assert bake.unbake(with_chunk(png, b"zTXt", bake.KEYWORD + b"\0\0" + packed)) == JSON
    assert bake.unbake(with_chunk(png, b"tEXt", bake.KEYWORD + b"\0" + JSON)) == JSON


def test_png_bombs_twins_and_stumps_are_refused(png: bytes):
    bomb = zlib.compress(bytes(50_000_000))
    with pytest.raises(LimitError):
        bake.unbake(with_chunk(png, b"iTXt", bake.KEYWORD + b"\0\1\0\0\0" + bomb))
    twin = bake.KEYWORD + b"\0\0\0\0\0{}"
    with pytest.raises(DocumentError, match="two badges"):
        bake.unbake(with_chunk(with_chunk(png, b"iTXt", twin), b"iTXt", twin))
    for length in range(8, len(png)):
        with pytest.raises(DocumentError):
            bake.unbake(png[:length])
    with pytest.raises(DocumentError):
        bake.bake_png(b"GIF89a", JSON)


@pytest.mark.parametrize("credential", [JSON, TOKEN])
def test_svg_holds_exactly_the_last_credential(svg: bytes, credential: bytes):
    baked = bake.bake_svg(bake.bake_svg(svg, TOKEN), credential)
    if credential is TOKEN:
        assert bake.unbake(baked) == TOKEN
    else:
        assert bake.unbake(baked) == JSON.replace(b"]]>", b"]]\\u003e")
    assert baked.count(b"openbadges:credential") in (1, 2)
    assert baked.endswith(b"<g/></svg>\n")
    assert baked.index(b"openbadges:credential") > baked.index(b'aria-label="a > b">')


@pytest.mark.parametrize(
    "hostile",
    [
        b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
        b'<!DOCTYPE svg SYSTEM "file:///etc/passwd"><svg xmlns="http://www.w3.org/2000/svg"/>',
        b"<svg>",
        b"<html></html>",
        b"<svg>" + b"<g>" * 5_000 + b"</g>" * 5_000 + b"</svg>",
        b"<svg/>",
    ],
)
def test_hostile_svg_is_refused(hostile: bytes):
    with pytest.raises(DocumentError):
        bake.unbake(hostile)
    with pytest.raises(DocumentError):
        bake.bake_svg(hostile, JSON)


def test_only_a_credential_goes_into_an_svg(svg: bytes):
    with pytest.raises(DocumentError):
        bake.bake_svg(svg, b'"/><script>alert(1)</script>')

"""The picture of a badge, drawn from its name, level and kind. Ours, so no rights to ask for."""

import base64
from html import escape
from textwrap import wrap

import resvg_py

SIZE = 600
SHAPES = {
    "circle": '<circle cx="300" cy="300" r="280"/>',
    "hexagon": '<path d="M300 14 548 157v286L300 586 52 443V157z"/>',
    "shield": '<path d="M300 14 556 92v216c0 130-108 226-256 278C152 534 44 438 44 308V92z"/>',
    "square": '<rect x="34" y="34" width="532" height="532" rx="60"/>',
}
INK = {"credit": "#1f4d3a", "noncredit": "#7a3350", "hybrid": "#35506b"}


def draw(
    name: str, *, shape: str = "circle", kind: str = "credit", unit: str = "", label: str = ""
) -> bytes:
    """SVG of 600 x 600: the name on mountains above a river, the unit below. UTF-8 bytes."""
    ink = INK.get(kind, INK["credit"])
    outline = SHAPES.get(shape, SHAPES["circle"])
    lines = wrap(name, 17)[:4] or [name]
    first = 262 - 26 * (len(lines) - 1)
    words = "".join(
        f'<text x="300" y="{first + n * 54}" font-size="44" font-weight="700">{escape(line)}</text>'
        for n, line in enumerate(lines)
    )
    below = wrap(unit, 27)[:2]  # what the narrowest shape has room for
    where = "".join(
        f'<text x="300" y="{512 + 23 * n - 12 * (len(below) - 1)}" font-size="17">{escape(line)}</text>'
        for n, line in enumerate(below)
    )
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 600" width="600" height="600">
<title>{escape(name)}</title>
<defs><clipPath id="s">{outline}</clipPath></defs>
<g clip-path="url(#s)"><rect width="600" height="600" fill="#f7f2ea"/>
<path d="M0 430 120 330l70 60 120-140 110 120 60-40 120 100v170H0z" fill="{ink}" opacity=".16"/>
<path d="M0 470c120-40 220 40 340 0s180-20 260 0v130H0z" fill="{ink}"/></g>
<g fill="none" stroke="{ink}" stroke-width="18">{outline}</g>
<g fill="{ink}" text-anchor="middle" font-family="Georgia, 'DejaVu Serif', 'Noto Serif', serif">
<text x="300" y="126" font-size="24" letter-spacing="3">{escape(label.upper())}</text>{words}</g>
<g fill="#fff" text-anchor="middle" font-family="Georgia, 'DejaVu Serif', 'Noto Serif', serif">
{where}</g></svg>""".encode()


def around(png: bytes) -> bytes:
    """SVG that shows `png` (a PNG file) and nothing else, for those who supply no SVG."""
    inside = base64.b64encode(png).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}"'
        f' height="{SIZE}"><image width="{SIZE}" height="{SIZE}"'
        f' href="data:image/png;base64,{inside}"/></svg>'
    ).encode()


def struck(png: bytes, word: str) -> bytes:
    """SVG of a badge that does not count: `png` without its colors, and `word` across it."""
    inside = base64.b64encode(png).decode()
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" height="{SIZE}">
<title>{escape(word)}</title>
<defs><filter id="gray"><feColorMatrix type="saturate" values="0"/></filter></defs>
<image width="{SIZE}" height="{SIZE}" opacity=".6" filter="url(#gray)" href="data:image/png;base64,{inside}"/>
<g transform="rotate(-9 300 410)"><rect x="-40" y="360" width="680" height="100" fill="#7a1f15"/>
<text x="300" y="433" font-size="66" font-weight="700" letter-spacing="6" fill="#fff" text-anchor="middle" \
font-family="'DejaVu Sans', 'Noto Sans', sans-serif">{escape(word.upper())}</text></g></svg>""".encode()


def png_size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels that a PNG file claims in its first chunk; (0, 0) if it has none."""
    if data[12:16] != b"IHDR" or len(data) < 24:
        return 0, 0
    return int.from_bytes(data[16:20]), int.from_bytes(data[20:24])


def to_png(svg: bytes) -> bytes:
    """The same picture as PNG, 600 x 600 pixels."""
    return bytes(resvg_py.svg_to_bytes(svg_string=svg.decode(), width=SIZE, height=SIZE))

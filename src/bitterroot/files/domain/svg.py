"""Which SVG pictures are taken: still ones that fetch nothing and run nothing."""

import re
from typing import NoReturn
from xml.parsers import expat

from bitterroot.record.errors import NotPossible

FORBIDDEN = frozenset({"script", "foreignobject", "iframe", "embed", "object", "handler"})
HARMLESS_LINK = re.compile(r"#|data:image/(png|jpeg);base64,", re.ASCII)
FETCHES = re.compile(r"url\(\s*['\"]?\s*[^#'\"\s]|@import|expression\(|javascript:", re.I)


def require_still(data: bytes) -> None:
    """Raises NotPossible when the picture could run or fetch something, or cannot be read."""
    styles: list[str] = []
    inside: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        inside.append(name)
        if name in FORBIDDEN:
            raise NotPossible(f"This SVG contains “{name}”. Use a picture that stands still.")
        for key, value in attributes.items():
            _require_harmless(_local(key), value.strip())

    def text(words: str) -> None:
        if "style" in inside:
            styles.append(words)

    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: inside.pop()
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _has_declaration
    parser.ProcessingInstructionHandler = _has_declaration
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        raise NotPossible("This SVG cannot be read as XML.") from None
    if FETCHES.search("".join(styles)):
        _fetches()


def _require_harmless(key: str, value: str) -> None:
    if key.startswith("on"):
        raise NotPossible("This SVG contains a program. Use a picture that stands still.")
    if key in ("href", "src") and value and not HARMLESS_LINK.match(value):
        _fetches()
    if FETCHES.search(value):
        _fetches()


def _has_declaration(*_: object) -> NoReturn:
    raise NotPossible("Save this SVG as plain SVG, without a document type or a style sheet.")


def _fetches() -> NoReturn:
    raise NotPossible("This SVG fetches something from elsewhere. Save it with all inside.")


def _local(name: str) -> str:
    return name.rsplit(" ", 1)[-1].lower()

"""Badges in pictures: putting a credential into a PNG or SVG, and taking it out again.

Baking splices bytes; the picture itself is never decoded. Reading is bounded and resolves no
entity, so a hostile file costs little and reaches nothing.
"""

import re
import struct
import zlib
from xml.parsers import expat

from bitterroot.openbadges.errors import DocumentError, LimitError

PNG = b"\x89PNG\r\n\x1a\n"
KEYWORD = b"openbadgecredential"
KEYWORD_OB2 = b"openbadges"
NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
NAMESPACE_OB2 = "http://openbadges.org"
MAX_IMAGE = 20_000_000
MAX_CREDENTIAL = 2_000_000
_XML_SAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def png_chunk(kind: bytes, data: bytes) -> bytes:
    """One PNG chunk with its length and checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


class PngTemplate:
    """A PNG cut where credentials go, so that each badge costs one checksum and one join."""

    def __init__(self, image: bytes) -> None:
        chunks = list(_png_chunks(image))
        kept = [
            raw
            for kind, data, raw in chunks
            if not (kind == b"iTXt" and data.split(b"\0", 1)[0] == KEYWORD)
        ]
        self._head = PNG + kept[0]
        self._tail = b"".join(kept[1:])

    def bake(self, credential: bytes) -> bytes:
        """The picture with `credential` (JSON or compact JWS bytes) as its one iTXt chunk."""
        chunk = png_chunk(b"iTXt", KEYWORD + b"\0\0\0\0\0" + credential)
        return b"".join((self._head, chunk, self._tail))


def _png_chunks(image: bytes) -> list[tuple[bytes, bytes, bytes]]:
    """(kind, data, raw bytes) of every chunk. Raises DocumentError for what is no whole PNG."""
    if len(image) > MAX_IMAGE:
        raise LimitError("The picture is larger than 20 MB.")
    if not image.startswith(PNG):
        raise DocumentError("The file is not a PNG picture.")
    chunks: list[tuple[bytes, bytes, bytes]] = []
    position = len(PNG)
    while position + 12 <= len(image):
        (length,) = struct.unpack_from(">I", image, position)
        end = position + 12 + length
        if end > len(image):
            break
        kind = image[position + 4 : position + 8]
        chunks.append((kind, image[position + 8 : end - 4], image[position:end]))
        position = end
        if kind == b"IEND":
            break
        if len(chunks) > 100_000:
            raise LimitError("The picture has too many parts.")
    if not chunks or chunks[0][0] != b"IHDR" or chunks[-1][0] != b"IEND":
        raise DocumentError("The PNG picture is damaged or cut short.")
    return chunks


def bake_png(image: bytes, credential: bytes) -> bytes:
    """`image` with `credential` inside; a credential baked earlier is replaced."""
    return PngTemplate(image).bake(credential)


def _text_chunk(kind: bytes, data: bytes) -> tuple[bytes, bytes] | None:
    """(keyword, text) of a textual chunk, unpacked within bounds."""
    keyword, _, rest = data.partition(b"\0")
    if kind == b"tEXt":
        return keyword, rest
    if kind == b"zTXt":
        return keyword, _inflate(rest[1:])
    if kind == b"iTXt" and len(rest) >= 2:
        compressed, body = rest[0], rest[2:].split(b"\0", 2)
        if len(body) == 3:
            return keyword, _inflate(body[2]) if compressed else body[2]
    return None


def _inflate(data: bytes) -> bytes:
    try:
        unzip = zlib.decompressobj()
        result = unzip.decompress(data, MAX_CREDENTIAL)
    except zlib.error:
        raise DocumentError("The credential in the picture cannot be unpacked.") from None
    if unzip.unconsumed_tail:
        raise LimitError("The credential in the picture is too large.")
    return result


def unbake_png(image: bytes) -> bytes:
    """The credential in a PNG: Open Badges 3.0 first, else 2.0. DocumentError if there is none.

    Two credentials of one kind are refused: a reader could not know which one is meant.
    """
    found: dict[bytes, list[bytes]] = {}
    for kind, data, _ in _png_chunks(image):
        keyword = data.split(b"\0", 1)[0] if kind in (b"iTXt", b"tEXt", b"zTXt") else b""
        if keyword in (KEYWORD, KEYWORD_OB2) and (pair := _text_chunk(kind, data)):
            found.setdefault(keyword, []).append(pair[1])
    for keyword in (KEYWORD, KEYWORD_OB2):
        if keyword in found:
            return _only(found[keyword])
    raise DocumentError("There is no badge in this picture.")


def _only(credentials: list[bytes]) -> bytes:
    if len(credentials) > 1:
        raise DocumentError("The picture holds two badges; only one is allowed.")
    if len(credentials[0]) > MAX_CREDENTIAL:
        raise LimitError("The credential in the picture is too large.")
    return credentials[0]


class _SvgReader:
    """Finds the root element and the baked credentials, and refuses anything hostile."""

    def __init__(self, image: bytes) -> None:
        if len(image) > MAX_IMAGE:
            raise LimitError("The picture is larger than 20 MB.")
        self.found: list[str] = []
        self.spans: list[tuple[int, int]] = []
        self.root_end = -1
        self._depth = 0
        self._inside = False
        self._start = 0
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._entity
        parser.StartElementHandler = self._open
        parser.EndElementHandler = self._close
        parser.CharacterDataHandler = self._characters
        self._parser = parser
        self._image = image
        try:
            parser.Parse(image, True)
        except (expat.ExpatError, LookupError, ValueError) as error:
            if isinstance(error, DocumentError):
                raise
            raise DocumentError(f"The SVG picture cannot be read ({error}).") from None
        if self._inside or self._depth:
            raise DocumentError("The SVG picture is cut short.")

    def _doctype(self, *_: object) -> None:
        raise DocumentError("The SVG picture has a document type declaration; that is refused.")

    def _entity(self, *_: object) -> None:
        raise DocumentError("The SVG picture declares entities; that is refused.")

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > 1_000:
            raise LimitError("The SVG picture is nested too deep.")
        if self._depth == 1:
            if name.rpartition(" ")[2] != "svg":
                raise DocumentError("The file is not an SVG picture.")
            self.root_end = self._tag_end(self._parser.CurrentByteIndex)
        namespace, _, tag = name.rpartition(" ")
        if (namespace, tag) in ((NAMESPACE, "credential"), (NAMESPACE_OB2, "assertion")):
            self._inside, self._start = True, self._parser.CurrentByteIndex
            self._inner_depth = self._depth
            self.found.append(attributes.get("verify", ""))

    def _tag_end(self, start: int) -> int:
        """Index just behind the ``>`` of the tag at `start`, minding quoted attributes."""
        quote = 0
        for index in range(start, len(self._image)):
            byte = self._image[index]
            if quote:
                quote = 0 if byte == quote else quote
            elif byte in b"\"'":
                quote = byte
            elif byte == ord(">"):
                return index + 1
        raise DocumentError("The SVG picture is cut short.")

    def _close(self, _: str) -> None:
        if self._inside and self._depth == self._inner_depth:
            end = self._tag_end(self._start)
            if self._image[end - 2 : end] != b"/>":  # it has an end tag of its own
                end = self._tag_end(self._parser.CurrentByteIndex)
            self.spans.append((self._start, end))
            self._inside = False
        self._depth -= 1

    def _characters(self, data: str) -> None:
        if self._inside:
            self.found[-1] += data


class SvgTemplate:
    """An SVG cut where credentials go. The picture must be UTF-8 without a document type."""

    def __init__(self, image: bytes) -> None:
        reader = _SvgReader(image)
        body = image
        for start, end in reversed(reader.spans):
            body = body[:start] + body[end:]
        cut = _SvgReader(body).root_end
        if body[cut - 2 : cut] == b"/>":
            raise DocumentError("The SVG picture is empty.")
        try:
            body.decode()
        except UnicodeDecodeError:
            raise DocumentError("The SVG picture must be written in UTF-8.") from None
        self._head, self._tail = body[:cut], body[cut:]

    def bake(self, credential: bytes) -> bytes:
        """The picture with `credential` as the first element of its root."""
        if credential.lstrip()[:1] == b"{":
            if _XML_SAFE.search(credential.decode()):
                raise DocumentError("The credential holds control characters that SVG cannot.")
            inner = credential.replace(b"]]>", b"]]\\u003e")
            start, end = b"><![CDATA[", b"]]></openbadges:credential>"
        else:
            inner, start, end = credential.strip(), b' verify="', b'"/>'
            if re.fullmatch(rb"[A-Za-z0-9_.-]+", inner) is None:
                raise DocumentError("The credential is neither JSON nor a compact signature.")
        name = b'<openbadges:credential xmlns:openbadges="' + NAMESPACE.encode() + b'"'
        return b"".join((self._head, name, start, inner, end, self._tail))


def bake_svg(image: bytes, credential: bytes) -> bytes:
    """`image` with `credential` inside; a credential baked earlier is replaced."""
    return SvgTemplate(image).bake(credential)


def unbake_svg(image: bytes) -> bytes:
    """The credential in an SVG (Open Badges 3.0 or 2.0). DocumentError if there is none."""
    found = [text.strip() for text in _SvgReader(image).found]
    if not found:
        raise DocumentError("There is no badge in this picture.")
    return _only([text.encode() for text in found])


def unbake(data: bytes) -> bytes:
    """The credential in a PNG or SVG picture."""
    return unbake_png(data) if data.startswith(PNG) else unbake_svg(data)


def is_picture(data: bytes) -> bool:
    """Whether `data` looks like a PNG or an SVG (or other XML) file."""
    return data.startswith(PNG) or data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"

"""Rules for what people type, before it enters a document that is signed for good.

Word processors paste vertical tabs and soft breaks, browsers send decomposed accents. All of it
is tidied here once, so that every verifier, in every language, sees the same bytes.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import urlsplit

from bitterroot.openbadges.errors import InputError, OrderAmbiguity

# C0 (but TAB, LF), DEL, C1, line and paragraph separators, the invisible direction overrides
# and isolates (they can make text read other than it is), byte order marks, noncharacters.
# Joiners (U+200C, U+200D) and the two direction marks stay: scripts and emoji need them.
_STRIPPED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufdd0-\ufdef"
    "\ufffe\uffff"
    + "".join(f"{chr(p * 0x10000 + 0xFFFE)}{chr(p * 0x10000 + 0xFFFF)}" for p in range(1, 17))
    + "]"
)
_LINE_ENDS = re.compile("\r\n?|\x85|\u2028|\u2029|\x0b|\x0c")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_HIGH_BMP = re.compile("[\ue000-\uffff]")
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`\x7f-\x9f\ud800-\udfff]+")
_SCHEMES = ("https://", "http://", "urn:", "did:", "mailto:", "data:", "tel:")
_DATETIME = re.compile(
    r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))",
    re.ASCII,
)


def tidy(value: str, field: str = "text", *, limit: int = 20_000) -> str:
    """`value` in NFC, with line ends as LF, TAB as space and no other control character.

    Raises InputError if it is longer than `limit` characters or holds half a surrogate pair.
    """
    if len(value) > limit:
        raise InputError(field, f"longer than {limit:,} characters")
    if value.isascii() and value.isprintable():
        return value
    if _SURROGATE.search(value):
        raise InputError(field, "holds a broken character (half of a surrogate pair)")
    value = _LINE_ENDS.sub("\n", value).replace("\t", " ")
    return unicodedata.normalize("NFC", _STRIPPED.sub("", value))


def line(value: str, field: str = "text", *, limit: int = 1_000) -> str:
    """One line of tidy text: line ends become spaces, outer space goes, empty is refused."""
    value = " ".join(tidy(value, field, limit=limit).split("\n")).strip()
    if not value:
        raise InputError(field, "must not be empty")
    return value


def is_tidy(value: str) -> bool:
    """Whether `tidy` would leave `value` as it is. Quick for plain ASCII."""
    if value.isprintable():  # no control character and no half of a pair among it
        return value.isascii() or unicodedata.is_normalized("NFC", value)
    return (
        not _STRIPPED.search(value)
        and not _SURROGATE.search(value)
        and "\t" not in value
        and unicodedata.is_normalized("NFC", value)
    )


def iri(value: str, field: str = "id") -> str:
    """An absolute IRI with a scheme that credentials use, and no character that breaks RDF."""
    if not value.startswith(_SCHEMES) or not _IRI.fullmatch(value):
        raise InputError(
            field, f"must be a full address (https://…, urn:…, did:…), got {value[:80]!r}"
        )
    return value


def is_iri(value: object) -> bool:
    """Whether `value` is text that `iri` accepts."""
    return (
        isinstance(value, str) and value.startswith(_SCHEMES) and _IRI.fullmatch(value) is not None
    )


def url(value: str, field: str = "url") -> str:
    """A web address: http or https, with a host and without a user name."""
    iri(value, field)
    if not value.startswith(("https://", "http://")):
        raise InputError(field, "must begin with https:// or http://")
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise InputError(field, "is not a web address") from None
    if not host or "@" in parts.netloc:
        raise InputError(field, "must name a host and no user")
    return value


def timestamp(moment: datetime) -> str:
    """`moment` as text in UTC to the second, ``2026-11-18T16:00:00Z``; naive times are refused."""
    if moment.tzinfo is None:
        raise InputError("date", "needs a time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_timestamp(value: object, field: str = "date") -> datetime:
    """Read an xsd:dateTime with a zone. Raises InputError otherwise (also for dates alone)."""
    if not isinstance(value, str) or len(value) > 64 or not _DATETIME.fullmatch(value):
        raise InputError(field, "must be a date and time with a zone, as 2026-11-18T16:00:00Z")
    try:
        return _moment(value)
    except (ValueError, OverflowError):
        raise InputError(field, f"is no real date: {value[:64]!r}") from None


@lru_cache(maxsize=1_024)
def _moment(value: str) -> datetime:
    """The moment; Python keeps microseconds, so finer fractions are cut."""
    whole, _, rest = value.partition(".")
    if rest:
        digits = re.match(r"\d+", rest)
        end = digits.end() if digits else 0
        value = f"{whole}.{rest[: min(end, 6)]:0<6}{rest[end:]}"
    return datetime.fromisoformat(value).astimezone(UTC)


def check_order(values: Iterable[str], field: str = "values") -> None:
    """Refuse values of one property that verifiers would sort in two ways (OrderAmbiguity)."""
    found = sorted(set(values))
    joined = "".join(found)
    if joined.isascii() or not (_ASTRAL.search(joined) and _HIGH_BMP.search(joined)):
        return
    by_unit = sorted(found, key=utf16)
    for standard, script in zip(found, by_unit, strict=True):
        if standard != script:
            raise OrderAmbiguity(
                f"{field}: {standard[:60]!r} and {script[:60]!r} cannot stand side by side: "
                "programs sort an emoji and a full-width or private character in different "
                "orders, and some would reject the badge. Change one of the two."
            )


def utf16(value: str) -> bytes:
    """Sorting key of the JavaScript verifiers: UTF-16 code units."""
    return value.encode("utf-16-be", "surrogatepass")

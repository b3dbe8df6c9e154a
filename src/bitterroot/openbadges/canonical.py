"""From a JSON-LD document to the canonical text that is signed: the full, careful path.

PyLD expands; everything that it (like JSON-LD itself) would drop or invent in silence is an
error here: undefined terms, relative addresses, null members, unknown keywords. Contexts come
from package data alone.
"""

import hashlib
import math
import re
from decimal import Decimal
from typing import Any

from pyld import jsonld
from pyld.context_resolver import ContextResolver

from bitterroot.openbadges import contexts
from bitterroot.openbadges.errors import (
    LimitError,
    OpenBadgeError,
    UnknownContext,
    UnsafeDocument,
)
from bitterroot.openbadges.rdfc import Quad, allowed_in_iri, canonical_lines, escape

MAX_DEPTH = 40
MAX_MEMBERS = 20_000
MAX_TEXT = 4_000_000
MAX_CONTEXTS = 2_000  # named in one document: each is read wherever it is named
MAX_TOGETHER = 30  # of them in one list: there each costs milliseconds
MAX_PAIRS = 2_000_000  # of neighbors in lists: each value is compared with all before it

_EXACT = 2**53  # from here on JavaScript does not tell all whole numbers apart
_SMALLEST = 1e-6  # below, JavaScript writes numbers with an exponent
_KEYWORDS = {"@context", "@id", "@type", "@value", "@language", "@direction", "@list", "@set"}
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
_RDF_LANGSTRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
_ABSOLUTE = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*|_):\S*")


def check_limits(document: Any) -> None:
    """Raise LimitError if a parsed JSON value is too deep, too wide or too long."""
    members = text = named = pairs = 0
    stack: list[tuple[Any, int]] = [(document, 1)]
    while stack:
        value, depth = stack.pop()
        if depth > MAX_DEPTH:
            raise LimitError(f"The document is nested more than {MAX_DEPTH} levels deep.")
        if isinstance(value, dict):
            members += len(value)
            text += sum(map(len, value))
            if "@context" in value:
                found = value["@context"]
                together = len(found) if isinstance(found, list) else 1
                named += together
                if together > MAX_TOGETHER or named > MAX_CONTEXTS:
                    raise LimitError("The document names its vocabularies too often.")
            stack.extend((item, depth + 1) for item in value.values())
        elif isinstance(value, list):
            members += len(value)
            pairs += len(value) ** 2
            stack.extend((item, depth + 1) for item in value)
        elif isinstance(value, str):
            text += len(value)
        if members > MAX_MEMBERS or text > MAX_TEXT or pairs > MAX_PAIRS:
            raise LimitError("The document is too large.")


def _prepare(value: Any, path: str = "") -> Any:
    """A copy with numbers as JavaScript reads them; refuses what the signature cannot cover."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key.startswith("@") and key not in _KEYWORDS:
                raise UnsafeDocument(f"{path}/{key}: this keyword is not allowed here.")
            if key == "@context" and _sets_direction(item):
                raise UnsafeDocument(f"{path}/{key}: a direction for all texts is not kept.")
            if item is None and key != "@context":
                raise UnsafeDocument(f"{path}/{key}: an empty (null) member cannot be signed.")
            if key == "@language" and not (isinstance(item, str) and _LANGUAGE.fullmatch(item)):
                raise UnsafeDocument(f"{path}/{key}: not a language tag.")
        return {
            key: item if key == "@context" else _prepare(item, f"{path}/{key}")
            for key, item in value.items()
        }
    if isinstance(value, list):
        if None in value:
            raise UnsafeDocument(f"{path}: an empty (null) item cannot be signed.")
        return [_prepare(item, path) for item in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value, path)
    return value


def _number(value: int | float, path: str) -> int | float:
    """A number as JavaScript reads it. Raises UnsafeDocument if it would be another one there."""
    try:
        read = float(value)
    except OverflowError:
        read = math.inf
    if not math.isfinite(read):
        raise UnsafeDocument(f"{path}: the number is too large for other programs.")
    if isinstance(value, int) and abs(value) > _EXACT and Decimal(repr(read)) != value:
        raise UnsafeDocument(f"{path}: other programs would round the number {value}.")
    # 3.0 and 3 are one number in JSON, and one text in RDF
    return int(read) if read.is_integer() and abs(read) < 1e21 else read


def check_read_alike(document: Any) -> None:
    """Raise UnsafeDocument for values that the JavaScript verifiers turn into other statements.

    rdf-canonize leaves U+FFFE and U+FFFF as they are, which RDFC-1.0 escapes; jsonld.js takes a number
    for whole if it is written without a point, as 1e-7 is. Such a document would hold here alone.
    """
    stack = [document]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            stack += [*value.keys(), *value.values()]
        elif isinstance(value, list):
            stack += value
        elif isinstance(value, str) and ("\ufffe" in value or "\uffff" in value):
            raise UnsafeDocument("A text holds U+FFFE or U+FFFF: other programs would reject it.")
        elif isinstance(value, float) and 0 < abs(value) < _SMALLEST:
            raise UnsafeDocument(f"Other programs would read the number {value} as 0.")


def _sets_direction(context: Any) -> bool:
    """Whether a vocabulary in the document sets directions of texts, which PyLD would drop."""
    if isinstance(context, dict):
        return "@direction" in context or any(map(_sets_direction, context.values()))
    return isinstance(context, list) and any(map(_sets_direction, context))


class _SafeProcessor(jsonld.JsonLdProcessor):
    """PyLD, with silence replaced by errors."""

    def __init__(self) -> None:
        super().__init__(on_property_dropped=self._dropped)

    @staticmethod
    def _dropped(name: object) -> None:
        raise UnsafeDocument(
            f"The member {name!r} is not defined by the document's vocabularies, "
            "so no signature can cover it."
        )

    def _expand_iri(
        self,
        active_ctx: Any,
        value: Any,
        base: Any = None,
        vocab: bool = False,
        local_ctx: Any = None,
        defined: Any = None,
    ) -> Any:
        if base is None:
            return super()._expand_iri(
                active_ctx, value, vocab=vocab, local_ctx=local_ctx, defined=defined
            )
        # A document-relative value: there is no document address to resolve it against.
        expanded = super()._expand_iri(
            active_ctx, value, vocab=vocab, local_ctx=local_ctx, defined=defined
        )
        if isinstance(value, str) and not (
            isinstance(expanded, str)
            and (expanded.startswith("@") or _ABSOLUTE.fullmatch(expanded))
        ):
            raise UnsafeDocument(f"{value[:100]!r} is neither a full address nor a known term.")
        return expanded

    def _object_to_rdf(self, item: Any, *rest: Any) -> Any:
        if isinstance(item, dict) and "@direction" in item and "@language" in item:
            # Both become part of a datatype's address, which is written in small letters.
            item = {**item, "@language": item["@language"].lower()}
        return super()._object_to_rdf(item, *rest)


def _load(address: str, options: Any) -> dict[str, Any]:
    return {
        "contextUrl": None,
        "documentUrl": address,
        "contentType": "application/ld+json",
        "document": contexts.load(address),
    }


_resolved: dict[str, Any] = {}
_OPTIONS = {
    "documentLoader": _load,
    "processingMode": "json-ld-1.1",
    "rdfDirection": "i18n-datatype",  # as the Data Integrity suites of other programs do
}


def to_quads(document: dict[str, Any]) -> list[Quad]:
    """The RDF statements of a JSON-LD document, in safe mode.

    Raises UnsafeDocument, UnknownContext or LimitError, each naming what is wrong.
    """
    check_limits(document)
    processor = _SafeProcessor()
    options = dict(_OPTIONS, contextResolver=ContextResolver(_resolved, _load))
    if len(_resolved) > 200:
        _resolved.clear()  # inline contexts of foreign documents must not pile up
    try:
        dataset = processor.to_rdf(_prepare(document), options)
    except OpenBadgeError:
        raise
    except jsonld.JsonLdError as error:
        raise _translated(error) from None
    except (RecursionError, ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        # PyLD leaves odd shapes to Python's own errors.
        raise UnsafeDocument(f"The document is not sound JSON-LD ({error}).") from None
    return [
        (_node(t["subject"]), _node(t["predicate"]), _term(t["object"]), _graph(name))
        for name, triples in dataset.items()
        for t in triples
    ]


def _translated(error: BaseException) -> OpenBadgeError:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OpenBadgeError):
            return cause
        inner = getattr(cause, "cause", None) or cause.__cause__ or cause.__context__
        if inner is None or inner is cause:
            break
        cause = inner
    return UnsafeDocument(f"The document is not sound JSON-LD: {str(cause)[:300]}")


def _iri(value: str) -> str:
    if not allowed_in_iri(value):
        raise UnsafeDocument(f"The address {value[:100]!r} holds characters that none may hold.")
    return f"<{value}>"


def _node(term: dict[str, str]) -> str:
    if term["type"] == "blank node":
        return str(term["value"])
    return _iri(term["value"])


def _term(term: dict[str, Any]) -> str:
    if term["type"] != "literal":
        return _node(term)
    text = term["value"]
    if not isinstance(text, str):
        text = str(text)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UnsafeDocument("The document holds half of a surrogate pair.") from None
    quoted = f'"{escape(text)}"'
    datatype = term["datatype"]
    if datatype == _RDF_LANGSTRING:
        return f"{quoted}@{term['language']}"
    return quoted if datatype == _XSD_STRING else f"{quoted}^^{_iri(datatype)}"


def _graph(name: str) -> str:
    if name == "@default":
        return ""
    return name if name.startswith("_:") else _iri(name)


def canonical_form(
    document: dict[str, Any], *, strict_order: bool = False, hash_name: str = "sha256"
) -> str:
    """The RDFC-1.0 canonical N-Quads of a document; `strict_order`, `hash_name` as in `rdfc`."""
    quads = to_quads(document)
    return "".join(canonical_lines(quads, strict_order=strict_order, hash_name=hash_name))


def canonical_hash(
    document: dict[str, Any], *, strict_order: bool = False, hash_name: str = "sha256"
) -> bytes:
    """The hash (SHA-256: 32 bytes, SHA-384: 48) of the canonical form made with that hash."""
    form = canonical_form(document, strict_order=strict_order, hash_name=hash_name)
    return hashlib.new(hash_name, form.encode()).digest()


__all__ = [
    "UnknownContext",
    "canonical_form",
    "canonical_hash",
    "check_limits",
    "check_read_alike",
    "to_quads",
]

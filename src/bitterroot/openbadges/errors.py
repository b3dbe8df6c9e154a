"""What can go wrong, each with a sentence that a person can read.

Everything that this library raises on purpose is an `OpenBadgeError`, which is a `ValueError`.
"""


class OpenBadgeError(ValueError):
    """Base of the errors of this library."""


class InputError(OpenBadgeError):
    """A value given for a document does not fit.

    `field` names the place (``achievement.alignment[0].targetType``), `reason` says what was
    expected, in words for the person who typed it.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class DocumentError(OpenBadgeError):
    """A document cannot be read: not JSON, not an image, or not shaped like a credential."""


class LimitError(DocumentError):
    """A document is larger, deeper or more tangled than this library is willing to work on."""


class UnsafeDocument(OpenBadgeError):
    """JSON-LD would silently drop or invent something, so a signature would not cover it all."""


class UnknownContext(OpenBadgeError):
    """A JSON-LD context that is not shipped with this library; contexts are never fetched."""

    def __init__(self, address: str) -> None:
        super().__init__(f"The vocabulary {address} is not known here.")
        self.address = address


class OrderAmbiguity(OpenBadgeError):
    """Two values that common verifiers sort in another order than the standard asks for.

    RDF canonicalization sorts by code point, the JavaScript verifiers by UTF-16 unit. They
    differ only where a character beyond U+FFFF (an emoji, say) meets one from U+E000 to U+FFFF
    (full-width letters, say) in two values of one property. Such a badge would verify here and
    fail there, so it is refused.
    """


class ProofError(OpenBadgeError):
    """A signature or its description is wrong: the document is not what its issuer signed."""


class KeyUnavailable(OpenBadgeError):
    """The issuer's key could not be obtained, so nothing can be said about the signature."""


class FetchError(OpenBadgeError):
    """A document could not be fetched, or fetching it was refused."""


class GoneError(FetchError):
    """What stood at an address was taken away for good (HTTP 410)."""


class StatusUnavailable(OpenBadgeError):
    """The status list could not be obtained or trusted, so revocation is not known.

    `why` is one of the errors of Bitstring Status List 1.0, section 3.5: ``RETRIEVAL``,
    ``VERIFICATION``, ``LENGTH``, or ``RANGE`` for a place that the list does not have.
    """

    def __init__(self, message: str, why: str = "VERIFICATION") -> None:
        super().__init__(message)
        self.why = why

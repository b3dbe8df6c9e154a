"""What goes wrong over the VC-API, as problem details (RFC 9457) with the types of the standards."""

from typing import Any

from bitterroot.openbadges.errors import (
    DocumentError,
    FetchError,
    InputError,
    KeyUnavailable,
    LimitError,
    OpenBadgeError,
    ProofError,
    StatusUnavailable,
    UnknownContext,
    UnsafeDocument,
)
from bitterroot.openbadges.proofs import UnsupportedProof

_MODEL = "https://www.w3.org/TR/vc-data-model#"
_SECURITY = "https://w3id.org/security#"
_STATUS = "https://www.w3.org/ns/credentials/status-list#"

PARSING = f"{_MODEL}PARSING_ERROR"
MALFORMED = f"{_MODEL}MALFORMED_VALUE_ERROR"
RANGE = f"{_MODEL}RANGE_ERROR"
CRYPTOGRAPHIC = f"{_MODEL}CRYPTOGRAPHIC_SECURITY_ERROR"
GENERATION = f"{_SECURITY}PROOF_GENERATION_ERROR"
VERIFICATION = f"{_SECURITY}PROOF_VERIFICATION_ERROR"
DOMAIN = f"{_SECURITY}INVALID_DOMAIN_ERROR"
CHALLENGE = f"{_SECURITY}INVALID_CHALLENGE_ERROR"
DATA_LOSS = f"{_SECURITY}DATA_LOSS_DETECTION_ERROR"
STATUS_RETRIEVAL = f"{_STATUS}STATUS_RETRIEVAL_ERROR"
STATUS_VERIFICATION = f"{_STATUS}STATUS_VERIFICATION_ERROR"
STATUS_LENGTH = f"{_STATUS}STATUS_LIST_LENGTH_ERROR"
STATUS_RANGE = f"{_STATUS}RANGE_ERROR"
PLAIN = "about:blank"

_TITLES = {
    PARSING: "The document cannot be read.",
    MALFORMED: "A value breaks the data model.",
    RANGE: "A value is outside its range.",
    CRYPTOGRAPHIC: "The signature does not hold.",
    GENERATION: "No signature could be made.",
    VERIFICATION: "The signature does not hold.",
    DOMAIN: "The signature was made for another domain.",
    CHALLENGE: "The signature answers another challenge.",
    DATA_LOSS: "Part of the document would be lost.",
    STATUS_RETRIEVAL: "The status could not be obtained.",
    STATUS_VERIFICATION: "The status could not be verified.",
    STATUS_LENGTH: "The status list is too short.",
    STATUS_RANGE: "The status list has no such place.",
    PLAIN: "The request cannot be served.",
}
_WHY = {
    "RETRIEVAL": STATUS_RETRIEVAL,
    "VERIFICATION": STATUS_VERIFICATION,
    "LENGTH": STATUS_LENGTH,
    "RANGE": STATUS_RANGE,
}
# The most special first; `issue` and `verify` name what a failed proof is in their hands.
_KINDS: tuple[tuple[type[OpenBadgeError], str], ...] = (
    (UnsafeDocument, DATA_LOSS),
    (UnknownContext, PARSING),
    (LimitError, PARSING),
    (DocumentError, PARSING),
    (InputError, MALFORMED),
    (ProofError, VERIFICATION),
    (UnsupportedProof, VERIFICATION),
    (KeyUnavailable, VERIFICATION),
    (FetchError, STATUS_RETRIEVAL),
)


class Problem(OpenBadgeError):
    """One problem: its type, a sentence about this case, and the HTTP status that it leads to."""

    def __init__(
        self, kind: str, detail: str, status: int = 400, *, title: str | None = None
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.title = title or _TITLES[kind]
        self.detail = detail
        self.status = status

    @classmethod
    def of(cls, error: OpenBadgeError, proof: str = VERIFICATION) -> "Problem":
        """The problem that an error of this library is; `proof` is the type of a failed proof."""
        if isinstance(error, cls):
            return error
        if isinstance(error, StatusUnavailable):
            return cls(_WHY[error.why], str(error))
        kind = next((kind for known, kind in _KINDS if isinstance(error, known)), MALFORMED)
        if isinstance(error, InputError) and error.field == "pointer":
            kind = VERIFICATION  # pointers are no part of the document: they make the proof
        return cls(proof if kind == VERIFICATION else kind, str(error))

    def details(self) -> dict[str, Any]:
        """The problem as the members of RFC 9457."""
        return {
            "type": self.kind,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }

"""The VC-API as a function: method, path and body in, status and JSON out. No sockets here."""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bitterroot.openbadges import canonical, contexts, proofs, selective
from bitterroot.openbadges.errors import LimitError, OpenBadgeError
from bitterroot.openbadges.resolver import Get, HouseResolver
from bitterroot.openbadges.vcapi import model
from bitterroot.openbadges.vcapi.issuer import Issuer, pointers_in
from bitterroot.openbadges.vcapi.problems import (
    GENERATION,
    PARSING,
    PLAIN,
    STATUS_RETRIEVAL,
    VERIFICATION,
    Problem,
)
from bitterroot.openbadges.vcapi.verifier import Verifier

MAX_BODY = 3_000_000
JSON = "application/json"
PROBLEM = "application/problem+json"
# The context of the standards' examples: every word means something under it. For tests alone.
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
_EXAMPLES = {"@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}}


@dataclass(frozen=True)
class Answer:
    """What a request is answered with."""

    status: int
    body: dict[str, Any]
    kind: str = JSON
    headers: dict[str, str] = field(default_factory=dict)


class Api:
    """One issuer and one verifier under one address.

    `fetch` obtains what stands elsewhere on the web; without it nothing is fetched. `proof_alone`
    takes a verifier's request that names no checks as one about the proof alone.
    """

    def __init__(
        self, issuer: Issuer, origin: str, fetch: Get | None = None, *, proof_alone: bool = False
    ) -> None:
        contexts.admit(EXAMPLES, _EXAMPLES)
        self._issuer = issuer
        self._origin = origin
        self._verifier = Verifier(HouseResolver(self._own, fetch), origin)
        self._checks = {"checks": ["proof"]} if proof_alone else {}
        self._posts: dict[str, Callable[[dict[str, Any]], Answer]] = {
            "/credentials/issue": self._issue,
            "/credentials/verify": self._verify_credential,
            "/credentials/derive": self._derive,
            "/credentials/status": self._set_status,
            "/presentations/verify": self._verify_presentation,
        }

    def answer(self, method: str, target: str, body: bytes = b"") -> Answer:
        """The answer to a request for a path and query; what goes wrong, as problem details."""
        try:
            parts = urlsplit(target)
        except ValueError:
            return _problem(Problem(PLAIN, "There is nothing at this address.", 404), False)
        path = parts.path
        verifying = path.endswith("/verify")
        try:
            if path.startswith("/status/") and "timestamp" in parse_qs(parts.query):
                raise Problem(STATUS_RETRIEVAL, "Lists are kept as they are now, not as they were.")
            return self._route(method, path, body)
        except OpenBadgeError as error:
            issuing = path in ("/credentials/issue", "/credentials/derive")
            problem = Problem.of(error, proof=GENERATION if issuing else VERIFICATION)
            return _problem(problem, verifying)

    def _route(self, method: str, path: str, body: bytes) -> Answer:
        if path in self._posts:
            if method != "POST":
                raise Problem(PLAIN, "This address takes POST alone.", 405)
            return self._posts[path](_parse(body))
        if path == "/" or path.startswith("/status/"):
            if method not in ("GET", "HEAD"):
                raise Problem(PLAIN, "This address takes GET alone.", 405)
            return Answer(200, self._about()) if path == "/" else self._status_list(path)
        raise Problem(PLAIN, "There is nothing at this address.", 404)

    def _about(self) -> dict[str, Any]:
        return {
            "issuer": self._issuer.did,
            "verificationMethod": self._issuer.method,
            "cryptosuite": self._issuer.suite,
            "cryptosuitesVerified": sorted(proofs.SUITES),
            "dataModels": ["1.1", "2.0"],
            "endpoints": [
                *(f"POST {path}" for path in self._posts),
                "GET /status/N",
            ],
        }

    def _issue(self, body: dict[str, Any]) -> Answer:
        return Answer(201, self._issuer.issue(_object(body, "credential"), _options(body)))

    def _derive(self, body: dict[str, Any]) -> Answer:
        member = "verifiableCredential" if "verifiableCredential" in body else "credential"
        document, options = _object(body, member), _options(body)
        model.check_credential(document)
        canonical.check_limits(document)
        chosen = pointers_in(options, "selectivePointers")
        derived = selective.derive(document, chosen, proof=_base_of(document))
        return Answer(201, derived)

    def _verify_credential(self, body: dict[str, Any]) -> Answer:
        member = "verifiableCredential" if "verifiableCredential" in body else "credential"
        document, options = _object(body, member), {**self._checks, **_options(body)}
        return _verified(self._verifier.credential(document, options, datetime.now(UTC)))

    def _verify_presentation(self, body: dict[str, Any]) -> Answer:
        member = "verifiablePresentation" if "verifiablePresentation" in body else "presentation"
        document, options = _object(body, member), {**self._checks, **_options(body)}
        return _verified(self._verifier.presentation(document, options, datetime.now(UTC)))

    def _set_status(self, body: dict[str, Any]) -> Answer:
        return Answer(200, self._issuer.set_status(body))

    def _status_list(self, path: str) -> Answer:
        number = path.removeprefix("/status/")
        known = number.isascii() and number.isdigit() and len(number) < 7
        return Answer(200, self._issuer.status_list(int(number) if known else 0))

    def _own(self, address: str) -> bytes | None:
        """The status lists of this very server, for its own verifier."""
        if not address.startswith(f"{self._origin}/status/"):
            return None
        try:
            answer = self._status_list(address.removeprefix(self._origin))
        except Problem:
            return None
        return json.dumps(answer.body).encode()


def _base_of(document: dict[str, Any]) -> dict[str, Any]:
    """The one proof of a document from which others can be derived. Raises Problem."""
    found = [
        proof
        for proof in proofs.proofs_of(document)
        if proof.get("cryptosuite") == proofs.SELECTIVE and selective.is_base(proof)
    ]
    if len(found) != 1:
        raise Problem(
            GENERATION,
            f"Parts are shown of a credential with one base proof in {proofs.SELECTIVE}.",
        )
    return found[0]


def _verified(warnings: list[str]) -> Answer:
    return Answer(200, {"verified": True, "warnings": warnings, "errors": []})


def _problem(problem: Problem, verifying: bool) -> Answer:
    details = problem.details()
    if verifying:
        details |= {"verified": False, "warnings": [], "errors": [dict(details)]}
    return Answer(problem.status, details, PROBLEM)


def _object(body: dict[str, Any], member: str) -> dict[str, Any]:
    found = body.get(member)
    if not isinstance(found, dict):
        raise Problem(PARSING, f"{member} must be an object.")
    return found


def _options(body: dict[str, Any]) -> dict[str, Any]:
    found = body.get("options")
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise Problem(PARSING, "options must be an object.")
    return found


def _parse(body: bytes) -> dict[str, Any]:
    if len(body) > MAX_BODY:
        raise LimitError(f"The body is larger than {MAX_BODY // 1_000_000} MB.")
    try:
        found = json.loads(
            body, object_pairs_hook=_members, parse_constant=_no_number, parse_float=_fraction
        )
    except (ValueError, RecursionError) as error:
        if isinstance(error, Problem):
            raise
        raise Problem(PARSING, "The body is not sound JSON.") from None
    if not isinstance(found, dict):
        raise Problem(PARSING, "The body must be an object.")
    return found


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Problem(PARSING, "The body says one thing twice (a member occurs two times).")
    return found


def _no_number(name: str) -> Any:
    raise Problem(PARSING, f"{name} is no JSON.")


def _fraction(written: str) -> float:
    value = float(written)
    if not math.isfinite(value):
        raise Problem(PARSING, f"{written[:40]} is too large a number.")
    return value

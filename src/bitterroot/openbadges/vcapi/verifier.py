"""The verifier behind the VC-API: any credential or presentation, with its proofs and status."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bitterroot.openbadges import (
    canonical,
    did,
    proofs,
    related,
    selective,
    standing,
    status,
    text,
)
from bitterroot.openbadges.errors import KeyUnavailable, OpenBadgeError, ProofError
from bitterroot.openbadges.resolver import Resolver, identity_document
from bitterroot.openbadges.vcapi import envelopes, model
from bitterroot.openbadges.vcapi.problems import (
    CHALLENGE,
    DOMAIN,
    MALFORMED,
    PLAIN,
    RANGE,
    VERIFICATION,
    Problem,
)
from bitterroot.openbadges.verification import issuer_id

_MEMBERS = frozenset(
    (
        "@context",
        "challenge",
        "created",
        "cryptosuite",
        "domain",
        "expires",
        "id",
        "nonce",
        "previousProof",
        "proofPurpose",
        "proofValue",
        "type",
        "verificationMethod",
    )
)


class Verifier:
    """Says what is wrong with a document, by raising Problem, or gives what was left unchecked."""

    def __init__(self, resolver: Resolver, origin: str) -> None:
        self._resolver = resolver
        self._origin = origin

    def credential(
        self, document: dict[str, Any], options: dict[str, Any], now: datetime
    ) -> list[str]:
        """Check a credential. Returns warnings; raises Problem for what does not hold.

        `options` may hold ``checks``, ``expectedProofPurpose``, ``domain`` and ``challenge``. The
        status is asked unless ``checks`` leaves it out; lists of this very server always are. That
        the issuer signed may stay open only where ``checks`` asks for the proof alone.
        """
        if model.is_enveloped(document):
            inner, _ = envelopes.open_credential(document, self._resolver)
            return self._standing(inner, options, now)
        model.check_readable(document)
        controllers = self._proofs(document, (proofs.ASSERTION,), options, now)
        open_questions = self._whose(issuer_id(document) or "", controllers, options)
        return [
            *open_questions,
            *_left_to_the_holder(document),
            *self._standing(document, options, now),
        ]

    def _whose(self, issuer: str, signers: set[str], options: dict[str, Any]) -> list[str]:
        """Raise Problem unless the issuer signed, or might have and that was not asked.

        A proof holds or not whoever the issuer is (Data Integrity 1.0, Relationship to Verifiable
        Credentials); an issuer whose keys are to be had must have signed all the same.
        """
        if issuer in signers:
            return []
        if options.get("checks") == ["proof"] and issuer.startswith(("https:", "http:")):
            try:
                identity_document(self._resolver, issuer)
            except KeyUnavailable:
                return [f"Nothing shows that {issuer[:200]} signed it: that was not asked."]
        raise Problem(VERIFICATION, "The issuer did not sign it; somebody else did.")

    def presentation(
        self, document: dict[str, Any], options: dict[str, Any], now: datetime
    ) -> list[str]:
        """Check a presentation and each credential in it, as `credential` does."""
        if model.is_enveloped(document, model.ENVELOPED_PRESENTATION):
            document, signer = envelopes.open_presentation(document, self._resolver, options)
            controllers = {signer}
        else:
            model.check_presentation(document)
            canonical.check_limits(document)
            purposes = (proofs.AUTHENTICATION, proofs.ASSERTION)
            controllers = self._proofs(document, purposes, options, now)
        holder = model.holder_of(document)
        if holder is not None and holder not in controllers:
            raise Problem(VERIFICATION, "The holder did not sign the presentation.")
        inner = {"checks": options["checks"]} if "checks" in options else {}
        warnings = []
        for item in model.credentials_in(document):
            if not model.is_enveloped(item) and "proof" not in item:
                model.check_readable(item)
                if holder is None or issuer_id(item) != holder:
                    raise Problem(
                        VERIFICATION, "A credential without a signature is not the holder's own."
                    )
                warnings += self._standing(item, inner, now)
            else:
                warnings += self.credential(item, inner, now)
        return warnings

    def _proofs(
        self,
        document: dict[str, Any],
        purposes: Iterable[str],
        options: dict[str, Any],
        now: datetime,
    ) -> set[str]:
        """Check every proof; gives the identities that signed."""
        try:
            found = proofs.proofs_of(document)
            if not found:
                raise Problem(VERIFICATION, "It is not signed.")
            expected = options.get("expectedProofPurpose")
            allowed = {name for name in purposes if expected in (None, name)}
            return {self._proof(document, proof, allowed, options, now) for proof in found}
        except OpenBadgeError as error:
            raise Problem.of(error) from None

    def _proof(
        self,
        document: dict[str, Any],
        proof: dict[str, Any],
        purposes: set[str],
        options: dict[str, Any],
        now: datetime,
    ) -> str:
        unknown = proof.keys() - _MEMBERS
        if unknown:
            raise Problem(MALFORMED, f"The proof has members not known here: {sorted(unknown)}.")
        purpose = proof.get("proofPurpose")
        if not isinstance(purpose, str) or purpose not in purposes:
            raise Problem(VERIFICATION, "The proof was made for another purpose, or for none.")
        proofs.check_options(proof, purpose)
        if "expires" in proof and text.parse_timestamp(proof["expires"]) < now:
            raise Problem(VERIFICATION, "The proof's own time is over.")
        _check_audience(proof, options)
        method = proof["verificationMethod"]
        controller, _, name = method.partition("#")
        if not name:
            raise Problem(VERIFICATION, "The proof does not name a key.")
        try:
            listed = did.find_method(
                identity_document(self._resolver, controller), method, controller, purpose
            )
            key = did.public_key(listed)
        except KeyUnavailable as error:
            raise Problem(VERIFICATION, str(error)) from None
        proofs.check(document, proof, key, purpose=purpose)
        return controller

    def _standing(
        self, document: dict[str, Any], options: dict[str, Any], now: datetime
    ) -> list[str]:
        """Dates, digests and status. Returns warnings."""
        for end, value in model.dates_of(document):
            moment = text.parse_timestamp(value)
            if end == "from" and moment > now:
                raise Problem(RANGE, f"It is valid only from {value}.")
            if end == "until" and moment < now:
                raise Problem(RANGE, f"It expired on {value}.")
        warnings = []
        if "relatedResource" in document:
            listed = document["relatedResource"]
            listed = listed if isinstance(listed, list) else [listed]
            left = related.check(listed, self._resolver.get)
            warnings = [f"What stands at {address[:200]} was not compared." for address in left]
        return warnings + self._status(document, options.get("checks"), now)

    def _status(self, document: dict[str, Any], checks: Any, now: datetime) -> list[str]:
        if "credentialStatus" not in document:
            return []
        asked = not isinstance(checks, list) or not checks or any("tatus" in str(c) for c in checks)
        warnings: list[str] = []
        listed = status.entries_of(document)
        if not asked:
            ours = self._ours(listed)
            if len(ours) < len(listed):
                warnings = ["Its status was not asked for."]
            listed = ours
        for purpose in standing.marks(listed, document, self._resolver, now):
            state = "revoked" if purpose == "revocation" else "suspended"
            detail = f"The issuer {state} it."
            raise Problem(PLAIN, detail, title=f"The credential is {state}.")
        return warnings

    def _ours(self, listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
        start = f"{self._origin}/"
        return [e for e in listed if str(e.get("statusListCredential", "")).startswith(start)]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _left_to_the_holder(document: dict[str, Any]) -> list[str]:
    """Warnings about what a holder who shows parts could have left out, but should not."""
    warnings = []
    for proof in proofs.proofs_of(document):
        if proof.get("cryptosuite") == proofs.SELECTIVE:
            try:
                selective.check_life_is_mandatory(proofs.unsigned(document), proof)
            except ProofError as error:
                warnings.append(str(error))
    return warnings


def _check_audience(proof: dict[str, Any], options: dict[str, Any]) -> None:
    """Domain and challenge, where the caller names them."""
    domain, challenge = options.get("domain"), options.get("challenge")
    if domain is not None:
        given = {str(item) for item in _listed(proof.get("domain"))}
        if given != {str(item) for item in _listed(domain)}:
            raise Problem(DOMAIN, "The proof was made for another domain.")
    if challenge is not None and proof.get("challenge") != challenge:
        raise Problem(CHALLENGE, "The proof answers another challenge.")

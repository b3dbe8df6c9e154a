"""The issuer behind the VC-API: a did:key that signs what it is given, if it keeps the rules."""

import copy
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bitterroot.openbadges import contexts, did, multikey, proofs, text
from bitterroot.openbadges.errors import InputError, OpenBadgeError
from bitterroot.openbadges.vcapi import entries, model
from bitterroot.openbadges.vcapi.addresses import is_url
from bitterroot.openbadges.vcapi.lists import Lists
from bitterroot.openbadges.vcapi.problems import GENERATION, MALFORMED, PLAIN, Problem

KINDS = {proofs.RDFC: "Ed25519", proofs.ECDSA_RDFC: "P-256", proofs.SELECTIVE: "P-256"}
MOST_POINTERS = 100
_PASSED_ON = ("id", "expires", "domain", "challenge", "nonce")


def _now() -> datetime:
    return datetime.now(UTC)


class Issuer:
    """Signs credentials and status lists with one key in one suite.

    `origin` is where its status lists are served; `status` says whether credentials get a place on
    them of their own accord. Its DID carries its key, so it needs no document anywhere.
    """

    def __init__(
        self,
        origin: str,
        suite: str = proofs.RDFC,
        *,
        key: multikey.AnySigningKey | None = None,
        status: bool = True,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self.suite = suite
        self.key = key or multikey.generate(KINDS[suite])
        self.did = self.key.public.did
        self.method = did.verification_method(self.did, self.key.public.multibase)
        self.lists = Lists(origin)
        self._status = status
        self._now = now

    def issue(self, credential: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
        """The signed credential. Raises Problem if it, or what is asked, breaks a rule.

        An issuer that is missing or somebody else's is replaced by this one: it speaks for nobody
        else. Proofs that the credential has are kept. A credential of the data model 2.0 with an
        id and no status gets one.
        """
        document = copy.deepcopy(credential)
        version = model.version_of(document)
        self._name_issuer(document)
        if version == 1 and contexts.DATA_INTEGRITY_V2 not in document["@context"]:
            document["@context"] = [*document["@context"], contexts.DATA_INTEGRITY_V2]
        asked = self._asked(options)
        self._give_status(document, options.get("credentialId"), version)
        model.check_readable(document)
        _check_chain(document)
        return _with_one_proof(self._sign(document, asked, options))

    def _sign(
        self, document: dict[str, Any], asked: dict[str, Any], options: dict[str, Any]
    ) -> dict[str, Any]:
        created = asked.pop("created", None) or text.timestamp(self._now())
        previous = options.get("previousProof")
        mandatory = pointers_in(options, "mandatoryPointers")
        if previous is not None and not _are_texts(previous):
            raise Problem(GENERATION, "previousProof must be one or more texts.")
        try:
            return proofs.sign(
                document,
                self.key,
                self.method,
                created,
                suite=self.suite,
                more=asked,
                beside=True,
                previous=previous,
                mandatory=mandatory,
            )
        except OpenBadgeError as error:
            raise Problem.of(error, proof=GENERATION) from None

    def status_list(self, number: int) -> dict[str, Any]:
        """List `number`, signed. Raises Problem 404."""
        listed = self.lists.document(number, self.did)
        return _with_one_proof(
            proofs.sign(listed, self.key, self.method, text.timestamp(self._now()))
        )

    def set_status(self, body: dict[str, Any]) -> dict[str, Any]:
        """Change the status of a credential as ``POST /credentials/status`` says; gives it back."""
        name = body.get("credentialId")
        if not isinstance(name, str):
            raise Problem(MALFORMED, "credentialId must be a text.")
        asked = body.get("credentialStatus")
        listed = asked if isinstance(asked, list) else [asked]
        changes = []
        for entry in listed or [None]:
            if not isinstance(entry, dict) or entry.get("type") != entries.ENTRY:
                raise Problem(MALFORMED, f"credentialStatus must be of the type {entries.ENTRY}.")
            purpose = entry.get("statusPurpose", "revocation")
            if not isinstance(purpose, str):
                raise Problem(MALFORMED, "statusPurpose must be a text.")
            changes.append((purpose, _truth(entry.get("status", body.get("status", True)))))
        for purpose, value in changes:
            self.lists.mark(name, purpose, value)
        return {
            "credentialId": name,
            "credentialStatus": [
                {"type": entries.ENTRY, "statusPurpose": purpose, "status": value}
                for purpose, value in changes
            ],
        }

    def _name_issuer(self, document: dict[str, Any]) -> None:
        given = document.get("issuer", self.did)
        if isinstance(given, dict):
            if not is_url(given.get("id", self.did)):
                raise InputError("issuer.id", "must be one address")
            document["issuer"] = {**given, "id": self.did}
        elif is_url(given):
            document["issuer"] = self.did
        else:
            raise InputError("issuer", "must be an address or an object with one as its id")

    def _asked(self, options: dict[str, Any]) -> dict[str, Any]:
        """The members of the proof that the options ask for. Raises Problem for what is not so."""
        ours = {
            "type": "DataIntegrityProof",
            "cryptosuite": self.suite,
            "proofPurpose": proofs.ASSERTION,
            "verificationMethod": self.method,
        }
        for member, value in ours.items():
            if options.get(member) not in (None, value):
                raise Problem(GENERATION, f"This issuer signs with the {member} {value} alone.")
        for member in ("created", "expires"):
            if options.get(member) is not None:
                try:
                    text.parse_timestamp(options[member], f"options.{member}")
                except InputError as error:
                    raise Problem(GENERATION, str(error)) from None
        asked = {
            name: options[name]
            for name in ("created", *_PASSED_ON)
            if options.get(name) is not None
        }
        for name, value in asked.items():
            if not isinstance(value, str) and not (name == "domain" and _are_texts(value)):
                raise Problem(GENERATION, f"options.{name} must be a text.")
        return asked

    def _give_status(self, document: dict[str, Any], name: Any, version: int) -> None:
        """Complete entries that name no list, or add one of its own accord."""
        known = document.get("id", name)
        known = known if isinstance(known, str) else None
        found = document.get("credentialStatus")
        if found is None:
            wanted = self._status and version == 2 and known is not None
            if wanted and "credentialStatus" not in document:
                document["credentialStatus"] = self.lists.allocate("revocation", known, self._now())
            return
        listed = found if isinstance(found, list) else [found]
        filled = [self._filled(entry, known) for entry in listed]
        document["credentialStatus"] = filled if isinstance(found, list) else filled[0]

    def _filled(self, entry: Any, known: str | None) -> Any:
        places = {"statusListIndex", "statusListCredential"}
        if (
            not isinstance(entry, dict)
            or entry.get("type") != entries.ENTRY
            or places & entry.keys()
            or not isinstance(entry.get("statusPurpose", "revocation"), str)
        ):
            return entry
        purpose = entry.get("statusPurpose", "revocation")
        return {**entry, **self.lists.allocate(purpose, known, self._now())}


def _with_one_proof(signed: dict[str, Any]) -> dict[str, Any]:
    """The same, with a proof that stands alone not in a list: some readers take nothing else."""
    if len(signed["proof"]) == 1:
        signed["proof"] = signed["proof"][0]
    return signed


def _are_texts(value: Any) -> bool:
    listed = value if isinstance(value, list) else [value]
    return bool(listed) and all(isinstance(item, str) and item for item in listed)


def pointers_in(options: dict[str, Any], member: str) -> list[str]:
    """JSON pointers that the options give. Raises Problem unless they are texts."""
    found = options.get(member)
    if found is None:
        return []
    listed = found if isinstance(found, list) and len(found) <= MOST_POINTERS else [None]
    pointers = [item for item in listed if isinstance(item, str)]
    if len(pointers) != len(listed):
        raise Problem(GENERATION, f"{member} must be at most {MOST_POINTERS} texts.")
    return pointers


def _truth(value: Any) -> bool:
    if value in (True, "1", "true", "0x1"):
        return True
    if value in (False, "0", "false", "0x0"):
        return False
    raise Problem(PLAIN, "status must be true or false.")


def _check_chain(document: dict[str, Any]) -> None:
    """Raise Problem unless every proof that is there builds only on others that are there."""
    try:
        for proof in proofs.proofs_of(document):
            if "previousProof" in proof and not _are_texts(proof["previousProof"]):
                raise Problem(GENERATION, "previousProof must be one or more texts.")
            proofs.covered_by(document, proof)
    except OpenBadgeError as error:
        raise Problem.of(error, proof=GENERATION) from None

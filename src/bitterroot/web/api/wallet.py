"""OpenID for Verifiable Credential Issuance 1.0: the pre-authorized code flow, for any wallet."""

import secrets
from typing import Any

import orjson
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.debug import sensitive_variables

from bitterroot.issuing.domain import collecting
from bitterroot.issuing.domain.binding import forms
from bitterroot.issuing.enums import CopyForm, WalletWay
from bitterroot.issuing.models import Collection
from bitterroot.openbadges import holder
from bitterroot.openbadges.errors import OpenBadgeError
from bitterroot.people.actor import person
from bitterroot.people.errors import NotPossible
from bitterroot.record import clock
from bitterroot.web.api import metadata
from bitterroot.web.api.answers import Wrong, bearer_of, for_programs, json_of
from bitterroot.web.limits import Limit, client_of

NONCE = "bitterroot.wallet.nonce"
NONCE_LASTS = 300  # seconds
#: Of links, codes and tokens that are nobody's, for one network. Those who have one use up nothing.
GUESSES = Limit("wallet-guess", most=60, span=3600, of_all=20_000)


@sensitive_variables("secret")
@for_programs("GET", "HEAD")
def offer(request: HttpRequest, secret: str) -> HttpResponse:
    """The credential offer that a link leads to."""
    found = collecting.of_secret(secret)
    if found is None or found.way != WalletWay.OPENID:
        GUESSES.take(client_of(request))
        raise Wrong("invalid_request", "This link works no longer.", 404)
    code: dict[str, Any] = {"pre-authorized_code": collecting.code_of(secret)}
    code["tx_code"] = {
        "input_mode": "numeric",
        "length": collecting.PIN,
        "description": "The PIN stands on the page that shows the code to scan.",
    }
    names = list(metadata.BOUND.values()) if found.bind else [metadata.AS_ISSUED]
    return JsonResponse(
        {
            "credential_issuer": settings.ORIGIN,
            "credential_configuration_ids": [n for n in names if n in metadata.configurations()],
            "grants": {metadata.PRE_AUTHORIZED: code},
        }
    )


@sensitive_variables()
def pre_authorized(request: HttpRequest, fields: dict[str, str]) -> HttpResponse:
    """The token for an offer's code and its PIN (section 6); the view is `oauth.token`."""
    code, pin = fields.get("pre-authorized_code", ""), fields.get("tx_code", "")
    if not code:
        raise Wrong("invalid_request", "Send the pre-authorized_code.")
    found = collecting.of_code(code)
    if found is None or found.way != WalletWay.OPENID:
        GUESSES.take(client_of(request))
        raise Wrong("invalid_grant", "This code works no longer.")
    if not pin:
        raise Wrong("invalid_request", "Send the PIN on the page as tx_code.")
    by = person(found.award.learner)
    try:
        given = collecting.redeem(by=by, collection=found, pin=pin)
    except NotPossible as error:
        raise Wrong("invalid_grant", str(error)) from None
    seconds = int(collecting.TOKEN_LASTS.total_seconds())
    return JsonResponse({"access_token": given, "token_type": "Bearer", "expires_in": seconds})


@for_programs("POST")
def nonce(request: HttpRequest) -> HttpResponse:
    """A fresh nonce for a proof. Nothing is kept of it: it carries its own time and our mark."""
    return JsonResponse({"c_nonce": _new_nonce()})


def _new_nonce() -> str:
    return signing.TimestampSigner(salt=NONCE).sign(secrets.token_urlsafe(16))


def _is_ours(value: str) -> bool:
    if not value.isascii():
        return False
    try:
        signing.TimestampSigner(salt=NONCE).unsign(value, max_age=NONCE_LASTS)
    except signing.BadSignature:
        return False
    return True


@sensitive_variables("shown")
@for_programs("POST")
def credential(request: HttpRequest) -> HttpResponse:
    """The badge, for whoever shows the token; once (OpenID4VCI 1.0, section 8)."""
    shown = bearer_of(request)
    found = collecting.of_token(shown)
    if found is None:
        GUESSES.take(client_of(request))
        raise Wrong("invalid_token", "This token works no longer.", 401)
    asked = json_of(request)
    form = _form(asked, found)
    by = person(found.award.learner)
    subject = _proven(asked, found)
    try:
        body = collecting.deliver(by=by, collection=found, subject=subject, form=form)
    except collecting.LinkOver as error:
        raise Wrong("invalid_token", str(error), 401) from None
    except NotPossible as error:
        raise Wrong("credential_request_denied", str(error)) from None
    inner = orjson.dumps(body.decode()) if form == CopyForm.TOKEN else body
    if "format" in asked:  # as drafts before 1.0 expected it
        return HttpResponse(b'{"credential":' + inner + b"}", content_type="application/json")
    return HttpResponse(
        b'{"credentials":[{"credential":' + inner + b"}]}", content_type="application/json"
    )


def _form(asked: dict[str, Any], found: Collection) -> CopyForm:
    """What is asked for, if the learner's link is about that. Raises Wrong."""
    if "credential_response_encryption" in asked:
        raise Wrong("invalid_encryption_parameters", "Answers are not encrypted here.")
    if "credential_identifier" in asked:
        raise Wrong("unknown_credential_identifier", "Ask by credential_configuration_id.")
    if "format" in asked and "credential_configuration_id" not in asked:
        wanted = [form for form in forms() if form == asked["format"]]
        if not wanted or (wanted[0] == CopyForm.TOKEN and not found.bind):
            raise Wrong("unsupported_credential_format", "The badge is not had in this format.")
        return wanted[0]
    name = asked.get("credential_configuration_id")
    if not isinstance(name, str) or name not in metadata.configurations():
        raise Wrong("unknown_credential_configuration", "There is no such configuration.")
    fitting = {metadata.BOUND[form]: form for form in CopyForm} if found.bind else {}
    fitting = fitting or {metadata.AS_ISSUED: CopyForm.PROOF}
    if name not in fitting:
        raise Wrong("invalid_credential_request", "The link is about another configuration.")
    return fitting[name]


def _proven(asked: dict[str, Any], found: Collection) -> str:
    """The DID that the wallet proved, "" where none was to be proven. Raises Wrong."""
    compact = _proof(asked)
    if compact is None:
        if found.bind:
            raise Wrong("invalid_proof", "Send a proof of the wallet's key.", c_nonce=_new_nonce())
        return ""
    try:
        return holder.of_jwt(compact, audience=settings.ORIGIN, now=clock.now(), is_ours=_is_ours)
    except holder.StaleNonce as error:
        raise Wrong(
            "invalid_nonce", str(error), c_nonce=_new_nonce(), c_nonce_expires_in=NONCE_LASTS
        ) from None
    except OpenBadgeError as error:
        collecting.note_failure(by=person(found.award.learner), collection=found)
        raise Wrong("invalid_proof", str(error), c_nonce=_new_nonce()) from None


def _proof(asked: dict[str, Any]) -> str | None:
    """The one proof that was sent, in the shape of 1.0 or of the drafts before."""
    if "proofs" not in asked and "proof" not in asked:
        return None
    kinds, single, listed = asked.get("proofs"), asked.get("proof"), None
    if isinstance(kinds, dict) and list(kinds) == ["jwt"] and single is None:
        listed = kinds["jwt"]
    if kinds is None and isinstance(single, dict) and single.get("proof_type") == "jwt":
        listed = [single.get("jwt")]
    if isinstance(listed, list) and len(listed) == 1 and isinstance(listed[0], str):
        return listed[0]
    raise Wrong("invalid_proof", "Send one proof of the kind jwt.", c_nonce=_new_nonce())

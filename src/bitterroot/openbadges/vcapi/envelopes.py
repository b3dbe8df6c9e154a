"""Credentials and presentations in an envelope: a token in a ``data:`` address.

Data model 2.0, sections 4.13.1 and 4.13.2; the token as `jwt` reads it.
"""

from typing import Any

from bitterroot.openbadges import canonical, jwt, token_key
from bitterroot.openbadges.contexts import CREDENTIALS_V2
from bitterroot.openbadges.errors import InputError
from bitterroot.openbadges.resolver import Resolver
from bitterroot.openbadges.vcapi import model
from bitterroot.openbadges.vcapi.problems import CHALLENGE, DOMAIN, VERIFICATION, Problem
from bitterroot.openbadges.verification import issuer_id

_MEDIA = {
    model.ENVELOPED: ("application/vc+jwt", "application/jwt"),
    model.ENVELOPED_PRESENTATION: ("application/vp+jwt", "application/jwt"),
}


def open_credential(document: dict[str, Any], resolver: Resolver) -> tuple[dict[str, Any], str]:
    """The credential in an envelope and who signed it. Raises if it does not hold."""
    token = _token(document, model.ENVELOPED)
    inner = jwt.credential_of(token)
    model.check_credential(inner)
    issuer = issuer_id(inner) or ""
    _check(token, issuer, resolver)
    return inner, issuer


def open_presentation(
    document: dict[str, Any], resolver: Resolver, options: dict[str, Any]
) -> tuple[dict[str, Any], str]:
    """The presentation in an envelope and who signed it; ``aud`` and ``nonce`` as asked."""
    token = _token(document, model.ENVELOPED_PRESENTATION)
    found = token.payload.get("vp", token.payload)
    if not isinstance(found, dict):
        raise InputError("vp", "must be an object")
    model.check_presentation(found)
    signer = token.payload.get("iss") or model.holder_of(found)
    if not isinstance(signer, str):
        raise Problem(VERIFICATION, "The token does not say who made it.")
    _check(token, signer, resolver)
    audience = token.payload.get("aud")
    if options.get("domain") not in (None, audience):
        raise Problem(DOMAIN, "The token was made for another domain.")
    if options.get("challenge") not in (None, token.payload.get("nonce")):
        raise Problem(CHALLENGE, "The token answers another challenge.")
    return found, signer


def _token(document: dict[str, Any], kind: str) -> jwt.Token:
    context = document.get("@context")
    if CREDENTIALS_V2 not in (context if isinstance(context, list) else [context]):
        raise InputError("@context", f"must include {CREDENTIALS_V2}")
    if model.types_of(document) != [kind]:
        raise InputError("type", f"must be {kind}")
    address = document.get("id")
    if not isinstance(address, str) or not address.startswith("data:"):
        raise InputError("id", "must be a data: address")
    media, comma, compact = address.removeprefix("data:").partition(",")
    if not comma or media not in _MEDIA[kind] or not jwt.looks_like(compact):
        raise InputError("id", "must hold a token of a kind known here")
    token = jwt.read(compact)
    canonical.check_limits(token.payload)
    return token


def _check(token: jwt.Token, issuer: str, resolver: Resolver) -> None:
    found = token_key.find_key(token.header, issuer, resolver)
    jwt.check(token, found.jwk)
    if not found.bound:
        raise Problem(VERIFICATION, "The token brings its own key; nothing shows whose it is.")

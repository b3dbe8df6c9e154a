"""What programs read first: who issues, what can be had in which form, and where to ask."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from bitterroot.governance import policies
from bitterroot.issuing.domain.binding import forms
from bitterroot.issuing.domain.reading_scopes import SCOPES
from bitterroot.issuing.enums import CopyForm
from bitterroot.openbadges import contexts, holder, proofs
from bitterroot.web.api.answers import for_programs, public

PRE_AUTHORIZED = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
AS_ISSUED = "OpenBadge"  # the stored bytes, as they are
BOUND = {CopyForm.PROOF: "OpenBadgeBound", CopyForm.TOKEN: "OpenBadgeBoundToken"}
TYPES = ["VerifiableCredential", "OpenBadgeCredential"]


def at(name: str, *args: object) -> str:
    """The address of one of these views, under the institution's origin."""
    return settings.ORIGIN + reverse(f"api:{name}", args=args)


def configurations() -> dict[str, Any]:
    """The forms in which a badge can be collected, by their names."""
    suite = proofs.RDFC if CopyForm.TOKEN not in forms() else proofs.ECDSA_RDFC
    linked = {
        "format": CopyForm.PROOF.value,
        "credential_definition": {
            "@context": [contexts.CREDENTIALS_V2, contexts.OB3],
            "type": TYPES,
        },
        "credential_signing_alg_values_supported": [suite],
        "credential_metadata": {"display": [_display()]},
    }
    bound = {
        "cryptographic_binding_methods_supported": ["jwk", *holder.METHODS],
        "proof_types_supported": {
            "jwt": {"proof_signing_alg_values_supported": list(holder.ALGORITHMS)}
        },
    }
    found = {AS_ISSUED: linked, BOUND[CopyForm.PROOF]: {**linked, **bound}}
    if CopyForm.TOKEN in forms():
        token = {
            "format": CopyForm.TOKEN.value,
            "credential_definition": {"type": TYPES},
            "credential_signing_alg_values_supported": ["ES256"],
            "credential_metadata": {"display": [_display()]},
        }
        found[BOUND[CopyForm.TOKEN]] = {**token, **bound}
    return found


def _display() -> dict[str, str]:
    return {"name": f"Badge of {policies.current().institution.name}", "locale": "en-US"}


@for_programs("GET", "HEAD")
def credential_issuer(request: HttpRequest) -> HttpResponse:
    """OpenID4VCI 1.0, section 12.2: the credential issuer's metadata."""
    name = policies.current().institution.name
    return public(
        {
            "credential_issuer": settings.ORIGIN,
            "credential_endpoint": at("credential"),
            "nonce_endpoint": at("nonce"),
            "display": [{"name": name, "locale": "en-US"}],
            "credential_configurations_supported": configurations(),
        }
    )


@for_programs("GET", "HEAD")
def authorization_server(request: HttpRequest) -> HttpResponse:
    """RFC 8414: the authorization server's metadata."""
    return public(
        {
            "issuer": settings.ORIGIN,
            "authorization_endpoint": settings.ORIGIN + reverse("learner:authorize"),
            "token_endpoint": at("token"),
            "registration_endpoint": at("register"),
            "revocation_endpoint": at("revoke"),
            "response_types_supported": ["code"],
            "scopes_supported": list(SCOPES),
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
            "grant_types_supported": ["authorization_code", "refresh_token", PRE_AUTHORIZED],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "none"],
            "revocation_endpoint_auth_methods_supported": ["client_secret_basic"],
            "pre-authorized_grant_anonymous_access_supported": True,
        }
    )

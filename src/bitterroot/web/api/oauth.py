"""OAuth 2.0 for programs that read badges: registration (RFC 7591), tokens, revocation (RFC 7009).

Open Badges 3.0, section 7: authorization code with PKCE, Basic authentication, and every address of
a program on one https host. The learner's consent is asked on `learner/readers.py`.
"""

import base64
import binascii
import re
from typing import Any
from urllib.parse import unquote_plus, urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from bitterroot.issuing.domain import consent, readers
from bitterroot.issuing.domain.reading_scopes import SCOPES
from bitterroot.issuing.enums import ReadSecretKind
from bitterroot.issuing.models import Reader
from bitterroot.openbadges import text
from bitterroot.openbadges.errors import InputError
from bitterroot.people.actor import system
from bitterroot.people.errors import NotPossible
from bitterroot.web.api import metadata, wallet
from bitterroot.web.api.answers import Wrong, fields_of, for_programs, json_of
from bitterroot.web.limits import Limit, client_of

#: Client secrets that are wrong, for one network.
GUESSES = Limit("reader-guess", most=60, span=3600, of_all=20_000)
REGISTRATIONS = Limit("reader-registration", most=10, span=3600, of_all=200)
ADDRESSES = ("client_uri", "logo_uri", "tos_uri", "policy_uri")
MOST_REDIRECTS, LONGEST = 5, 500
_HOST = re.compile(
    r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]"
)
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


@for_programs("POST")
def register(request: HttpRequest) -> HttpResponse:
    """A program names itself and gets a client id and a secret. It may read nothing by that."""
    REGISTRATIONS.check(client_of(request))
    said = json_of(request)
    redirects, host = _redirects(said)
    about = {name: _address(said, name, host) for name in ADDRESSES if said.get(name)}
    if "client_uri" not in about:
        raise Wrong("invalid_client_metadata", "Say your client_uri.")
    for name, wanted in (
        ("token_endpoint_auth_method", "client_secret_basic"),
        ("grant_types", ["authorization_code", "refresh_token"]),
        ("response_types", ["code"]),
    ):
        if not _within(said.get(name, wanted), wanted):
            raise Wrong("invalid_client_metadata", f"{name} can only be {wanted}.")
    for name in ("software_id", "software_version"):
        if said.get(name):
            about[name] = _line(said, name)
    REGISTRATIONS.take(client_of(request))
    try:
        row, secret = readers.register_reader(
            by=system("a program registered itself"),
            name=_line(said, "client_name"),
            host=host,
            redirect_uris=redirects,
            scope=_scope(said),
            about=about,
        )
    except NotPossible as error:
        raise Wrong("temporarily_unavailable", str(error), 503) from None
    answer = JsonResponse(_registered(row, secret), status=201)
    answer["Pragma"] = "no-cache"
    return answer


def _registered(row: Reader, secret: str) -> dict[str, Any]:
    return {
        "client_id": str(row.pk),
        "client_secret": secret,
        "client_id_issued_at": int(row.registered_at.timestamp()),
        "client_secret_expires_at": 0,
        "client_name": row.name,
        "redirect_uris": row.redirect_uris,
        "scope": row.scope,
        "token_endpoint_auth_method": "client_secret_basic",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        **row.about,
    }


def _redirects(said: dict[str, Any]) -> tuple[list[str], str]:
    listed = said.get("redirect_uris")
    if not isinstance(listed, list) or not 1 <= len(listed) <= MOST_REDIRECTS:
        raise Wrong("invalid_redirect_uri", f"Give one to {MOST_REDIRECTS} redirect_uris.")
    hosts = {_host_of(each) for each in listed}
    if None in hosts or len(hosts) != 1:
        raise Wrong("invalid_redirect_uri", "Give https addresses of one host, without fragment.")
    return [str(each) for each in listed], str(hosts.pop())


def _host_of(address: object) -> str | None:
    """The host of a plain https address; None for whatever else."""
    if not isinstance(address, str) or len(address) > LONGEST:
        return None
    if not address.isascii() or not address.isprintable() or set(address) & set(" \\<>\"'`{}|^"):
        return None
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    host = parts.hostname or ""
    plain = parts.scheme == "https" and "@" not in parts.netloc and "#" not in address
    return host if plain and port in (None, 443) and _HOST.fullmatch(host) else None


def _address(said: dict[str, Any], name: str, host: str) -> str:
    if _host_of(said[name]) != host:
        raise Wrong("invalid_client_metadata", f"{name} must be an https address of {host}.")
    return str(said[name])


def _line(said: dict[str, Any], name: str) -> str:
    """A short plain text: no line ends, nothing that turns the direction of writing."""
    value = said.get(name)
    try:
        found = text.line(value, name, limit=100) if isinstance(value, str) else ""
    except InputError:
        found = ""
    if not found or not found.isprintable():
        raise Wrong("invalid_client_metadata", f"Say your {name} in at most 100 letters.")
    return found


def _within(said: Any, wanted: Any) -> bool:
    if isinstance(wanted, list):
        return isinstance(said, list) and bool(said) and all(item in wanted for item in said)
    return bool(said == wanted)


def _scope(said: dict[str, Any]) -> str:
    """Those of the wanted scopes that there are here; all where none is named."""
    wanted = said.get("scope", " ".join(SCOPES))
    found = [one for one in SCOPES if isinstance(wanted, str) and one in wanted.split()]
    if not found:
        raise Wrong("invalid_client_metadata", "None of these scopes is given here.")
    return " ".join(found)


@sensitive_post_parameters()
@sensitive_variables()
@for_programs("POST")
def token(request: HttpRequest) -> HttpResponse:
    """Tokens for a code or a refresh token; the code of a wallet's offer too (`wallet.py`)."""
    fields = fields_of(request)
    kind = fields.get("grant_type", "")
    if not kind:
        raise Wrong("invalid_request", "Say which grant_type.")
    if kind == metadata.PRE_AUTHORIZED:
        return wallet.pre_authorized(request, fields)
    if kind not in ("authorization_code", "refresh_token"):
        raise Wrong("unsupported_grant_type", "This grant_type is not known here.")
    reader = _reader(request)
    try:
        made = _tokens(reader, kind, fields)
    except consent.GrantOver as error:
        raise Wrong("invalid_grant", str(error)) from None
    seconds = int(consent.LASTS[ReadSecretKind.ACCESS].total_seconds())
    answer = JsonResponse(
        {
            "access_token": made.access,
            "token_type": "Bearer",
            "expires_in": seconds,
            "refresh_token": made.refresh,
            "scope": made.scope,
        }
    )
    answer["Pragma"] = "no-cache"
    return answer


def _tokens(reader: Reader, kind: str, fields: dict[str, str]) -> consent.Tokens:
    if kind == "refresh_token":
        return consent.tokens_for_refresh(reader=reader, token=_field(fields, "refresh_token"))
    verifier = _field(fields, "code_verifier")
    if not _VERIFIER.fullmatch(verifier):
        raise Wrong("invalid_request", "The code_verifier is not built as RFC 7636 asks.")
    return consent.tokens_for_code(
        reader=reader,
        code=_field(fields, "code"),
        redirect_uri=_field(fields, "redirect_uri"),
        verifier=verifier,
    )


def _field(fields: dict[str, str], name: str) -> str:
    value = fields.get(name, "")
    if not value:
        raise Wrong("invalid_request", f"Send the {name}.")
    return value


@sensitive_post_parameters()
@sensitive_variables()
@for_programs("POST")
def revoke(request: HttpRequest) -> HttpResponse:
    """A reader gives its tokens back. Of those that are nobody's it is told the same."""
    reader = _reader(request)
    consent.drop_token(reader=reader, token=_field(fields_of(request), "token"))
    return HttpResponse(status=200)


def _reader(request: HttpRequest) -> Reader:
    """The reader that shows its secret by Basic authentication. Raises Wrong."""
    GUESSES.check(client_of(request))
    kind, _, packed = request.headers.get("Authorization", "").partition(" ")
    try:
        shown = base64.b64decode(packed.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        shown = ""
    name, _, secret = shown.partition(":")
    found = None
    if kind.lower() == "basic" and secret:
        found = readers.reader_of(unquote_plus(name), unquote_plus(secret))
    if found is None:
        GUESSES.take(client_of(request))
        raise Wrong("invalid_client", "Show your client id and secret.", 401)
    return found

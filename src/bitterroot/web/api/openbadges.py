"""The service API of Open Badges 3.0: what a learner let a program read, and nothing else."""

import uuid
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from bitterroot.governance import policies
from bitterroot.issuing.domain.consent import consent_of, note_read
from bitterroot.issuing.domain.reading_scopes import READ_BADGES, READ_PROFILE, SCOPES
from bitterroot.issuing.models import ReadConsent
from bitterroot.issuing.queries.reading import readable
from bitterroot.openbadges import text
from bitterroot.openbadges.errors import InputError
from bitterroot.web.api.answers import Wrong, bearer_of, for_programs, public
from bitterroot.web.api.metadata import at
from bitterroot.web.api.oauth import GUESSES
from bitterroot.web.limits import Limit, client_of

READS = Limit("reader", most=2_000, span=3600, of_all=500_000)
A_PAGE, LARGEST = 50, 200
FARTHEST = 1_000_000
Read = Callable[[HttpRequest, ReadConsent], HttpResponse]


@for_programs("GET", "HEAD")
def discovery(request: HttpRequest) -> HttpResponse:
    """The service description: an OpenAPI document that tells where to register and to ask."""
    institution = policies.current().institution
    privacy = settings.ORIGIN + reverse("public:faq")
    security = {
        "type": "oauth2",
        "description": "OAuth 2.0 authorization code with PKCE (S256)",
        "x-imssf-registrationUrl": at("register"),
        "x-imssf-privacyPolicyUrl": privacy,
        "flows": {
            "authorizationCode": {
                "authorizationUrl": settings.ORIGIN + reverse("learner:authorize"),
                "tokenUrl": at("token"),
                "refreshUrl": at("token"),
                "scopes": SCOPES,
            }
        },
    }

    def reads(name: str, scope: str) -> dict[str, Any]:
        answers = {"200": {"description": "What the learner let be read"}}
        asked = [{"OAuth2ACG": [scope]}]
        return {"get": {"operationId": name, "security": asked, "responses": answers}}

    return public(
        {
            "openapi": "3.0.1",
            "info": {
                "title": f"Badges of {institution.name}",
                "version": "3.0",
                "termsOfService": settings.ORIGIN + reverse("public:procedures"),
                "x-imssf-privacyPolicyUrl": privacy,
                "x-imssf-image": f"{settings.ORIGIN}/static/ui/mark.svg",
                "contact": {"email": institution.program_office.email},
            },
            "servers": [{"url": f"{settings.ORIGIN}/ims/ob/v3p0"}],
            "paths": {
                "/credentials": reads("getCredentials", READ_BADGES),
                "/profile": reads("getProfile", READ_PROFILE),
            },
            "components": {"securitySchemes": {"OAuth2ACG": security}},
        }
    )


def _status(minor: str, why: str, status: int) -> JsonResponse:
    """What went wrong, as the standard's Imsx_StatusInfo."""
    field = {"imsx_codeMinorFieldName": "TargetEndSystem", "imsx_codeMinorFieldValue": minor}
    return JsonResponse(
        {
            "imsx_codeMajor": "failure",
            "imsx_severity": "error",
            "imsx_description": why,
            "imsx_CodeMinor": {"imsx_codeMinorField": [field]},
        },
        status=status,
    )


def _for_readers(scope: str) -> Callable[[Read], Callable[..., HttpResponse]]:
    """A view for a reader whose token stands for a consent in force that covers `scope`."""

    def decorate(view: Read) -> Callable[..., HttpResponse]:
        @for_programs("GET", "HEAD", "POST", "PUT")
        @wraps(view)
        def wrapped(request: HttpRequest) -> HttpResponse:
            try:
                return _asked(request, scope, view)
            except Wrong as wrong:
                answer = _status("unauthorizedrequest", str(wrong), wrong.status)
                answer["WWW-Authenticate"] = 'Bearer error="invalid_token"'
                return answer

        return wrapped

    return decorate


def _asked(request: HttpRequest, scope: str, view: Read) -> HttpResponse:
    consent = consent_of(bearer_of(request))
    if consent is None:
        GUESSES.take(client_of(request))
        raise Wrong("invalid_token", "This token works no longer.", 401)
    READS.take(str(consent.pk))
    if request.method not in ("GET", "HEAD"):
        answer = _status("not_allowed", "Nothing can be changed here.", 405)
        answer["Allow"] = "GET, HEAD"
        return answer
    if scope not in consent.scope.split():
        answer = _status("forbidden", "The learner did not let you read this.", 403)
        answer["WWW-Authenticate"] = f'Bearer error="insufficient_scope", scope="{scope}"'
        return answer
    note_read(consent)
    return view(request, consent)


@_for_readers(READ_BADGES)
def credentials(request: HttpRequest, consent: ReadConsent) -> HttpResponse:
    """The badges that the consent is about, page by page, each byte for byte as it was issued."""
    try:
        limit = _number(request, "limit", A_PAGE, 1, LARGEST)
        offset = _number(request, "offset", 0, 0, FARTHEST)
        since = _since(request)
    except InputError as error:
        return _status("invalid_query_parameter", str(error), 400)
    found = readable(consent, since)
    total = found.count()
    bodies = found.values_list("document__body", flat=True)[offset : offset + limit]
    body = b'{"credential":[' + b",".join(map(bytes, bodies)) + b'],"compactJwsString":[]}'
    answer = HttpResponse(body, content_type="application/json")
    answer["X-Total-Count"] = str(total)
    answer["Link"] = ", ".join(_links(request, limit, offset, total))
    answer["Access-Control-Expose-Headers"] = "Link, X-Total-Count"
    return answer


def _number(request: HttpRequest, name: str, usual: int, least: int, most: int) -> int:
    said = request.GET.get(name)
    if said is None:
        return usual
    if not (said.isascii() and said.isdigit() and len(said) < 9 and least <= int(said) <= most):
        raise InputError(name, f"must be a number from {least} to {most}")
    return int(said)


def _since(request: HttpRequest) -> datetime | None:
    said = request.GET.get("since")
    return text.parse_timestamp(said.replace(" ", "+"), "since") if said is not None else None


def _links(request: HttpRequest, limit: int, offset: int, total: int) -> list[str]:
    """First, last, next and previous page (RFC 8288)."""
    last = max(0, (total - 1) // limit * limit)
    pages = {"first": 0, "last": last}
    if offset + limit < total:
        pages["next"] = offset + limit
    if offset > 0:
        pages["prev"] = max(0, offset - limit)
    kept = {"since": request.GET["since"]} if "since" in request.GET else {}

    def address(start: int) -> str:
        return f"{at('credentials')}?{urlencode({'limit': limit, 'offset': start, **kept})}"

    return [f'<{address(start)}>; rel="{name}"' for name, start in pages.items()]


@_for_readers(READ_PROFILE)
def profile(request: HttpRequest, consent: ReadConsent) -> HttpResponse:
    """Name and main address. The id is another for each reader, so that none can compare."""
    person = consent.person
    found: dict[str, Any] = {
        "id": uuid.uuid5(person.pk, str(consent.reader_id)).urn,
        "type": ["Profile"],
        "name": person.display_name,
    }
    main = person.addresses.filter(verified_at__isnull=False).order_by("-primary", "pk").first()
    if main is not None:
        found["email"] = main.address
    return JsonResponse(found)

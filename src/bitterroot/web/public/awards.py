"""An award's public page and files, its status list, and the issuer's keys."""

from typing import Any
from urllib.parse import urlencode

import orjson
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bitterroot.issuing.enums import AwardState, Visibility
from bitterroot.issuing.models import Award
from bitterroot.openbadges import approval
from bitterroot.openbadges.bake import bake_png, bake_svg
from bitterroot.programs.domain.program import image_bytes
from bitterroot.record import clock
from bitterroot.web import stored
from bitterroot.web.public.checking import ask, did_document
from bitterroot.web.ui.viewer import viewer


def _answer(request: HttpRequest, found: stored.Stored) -> HttpResponse:
    """Stored bytes as Django sends them: what the door sends too."""
    if stored.same(found.etag, request.headers.get("If-None-Match", "")):
        answer = HttpResponse(status=304)
        del answer["Content-Type"]
        for name, value in found.headers[1:]:
            answer[name] = value
        return answer
    answer = HttpResponse(found.body)
    for name, value in found.headers:
        answer[name] = value
    return answer


@require_safe
def status_list(request: HttpRequest, n: int) -> HttpResponse:
    """A status list: signed, cached for half a minute, readable from any origin."""
    found = stored.find("status", str(n), ask)
    if found is None:
        raise Http404
    return _answer(request, found)


@require_safe
def identity(request: HttpRequest) -> HttpResponse:
    """The issuer's DID document with every key that its badges were signed by."""
    found = stored.stored(did_document(), seconds=300)
    answer = _answer(request, found)
    if answer.status_code == 200:
        answer["Content-Type"] = "application/did+json"
    return answer


@require_safe
def credential(request: HttpRequest, public_id: str) -> HttpResponse:
    """An award: its page for people, its bytes for programs."""
    if stored.prefers_json(request.headers.get("Accept", "")):
        return credential_json(request, public_id)
    award, own = _award(request, public_id)
    if not own and not _open(award):
        raise Http404
    answer = render(request, "public/award.html", _page(award, own))
    answer["Vary"] = "Accept, Cookie"
    answer["Cache-Control"] = "no-cache" if _open(award) else "private, no-store"
    return answer


@require_safe
def credential_json(request: HttpRequest, public_id: str) -> HttpResponse:
    """The signed bytes, to strangers if the learner shows the award, to the learner always."""
    found = stored.find("credential", public_id, ask)
    if found is not None:
        return _answer(request, found)
    award, own = _award(request, public_id)
    if not own:
        raise Http404
    answer = HttpResponse(bytes(award.document.body), content_type=stored.JSON)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _award(request: HttpRequest, public_id: str) -> tuple[Award, bool]:
    """The award, and whether it is the viewer's own. Raises Http404 for what is not issued."""
    found = (
        Award.objects.filter(public_id=public_id)
        .exclude(state=AwardState.RESERVED)
        .select_related(
            "document",
            "learner",
            "template__image_png",
            "template__image_svg",
            "template__program_version__program__owner_unit",
        )
        .first()
    )
    if found is None:
        raise Http404
    who = viewer(request)
    return found, who is not None and who.pk == found.learner_id


def _open(award: Award) -> bool:
    """Whether strangers may see it: the rule of `stored.CREDENTIAL`, for one row in hand."""
    return (
        award.visibility in (Visibility.LINK, Visibility.PUBLIC)
        and award.state in (AwardState.CLAIMED, AwardState.REVOKED)
        and not award.learner.directory_hold
    )


def _page(award: Award, own: bool) -> dict[str, Any]:
    document = orjson.loads(bytes(award.document.body))
    achievement = document["credentialSubject"]["achievement"]
    address = f"{settings.ORIGIN}/credentials/{award.public_id}"
    program = award.template.program_version.program
    return {
        "award": award,
        "own": own,
        "shared": _open(award),
        "said": document,
        "achievement": achievement,
        "subject": document["credentialSubject"],
        "standing": _standing(award),
        "approval": approval.read(document),
        "program": program,
        "address": address,
        "verify": "/verify?" + urlencode({"address": address}),
    }


def _standing(award: Award) -> tuple[str, str, str]:
    """Tone, word and sentence: what a reader must know before anything else."""
    if award.state == AwardState.REVOKED:
        why = award.public_reason or "It was withdrawn by the institution."
        return "red", "Revoked.", f"This badge is no longer valid. {why}"
    if award.valid_until and award.valid_until < clock.now():
        return "red", "Expired.", "This badge is past its dates."
    if award.state == AwardState.DECLINED:
        return "amber", "Declined.", "You declined this badge. Nobody else sees it."
    if award.state == AwardState.UNCLAIMED:
        return "amber", "Not claimed yet.", "Nobody but its learner sees this page."
    return "green", "Valid.", ""


@require_safe
def credential_file(request: HttpRequest, public_id: str, ending: str) -> HttpResponse:
    """The signed badge in its picture (PNG or SVG), to whoever may see the page."""
    award, own = _award(request, public_id)
    if not own and not _open(award):
        raise Http404
    body = bytes(award.document.body)
    image = image_bytes(award.template, ending)
    bake, media = {"png": (bake_png, "image/png"), "svg": (bake_svg, "image/svg+xml")}[ending]
    answer = HttpResponse(bake(image, body), content_type=media)
    answer["Cache-Control"] = "no-cache" if _open(award) else "private, no-store"
    if _open(award):
        answer["Access-Control-Allow-Origin"] = "*"
    name = f"{award.template.program_version.program.slug}.{ending}"
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer

"""An award's public page and files, its status list, and the issuer's keys."""

import logging
from typing import Any
from urllib.parse import urlencode

import orjson
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bitterroot.issuing.domain.keys import did_document
from bitterroot.issuing.domain.status import current_document
from bitterroot.issuing.enums import AwardState
from bitterroot.issuing.interfaces.baked import baked
from bitterroot.issuing.interfaces.certificate import certificate
from bitterroot.issuing.models import Award, StatusList
from bitterroot.issuing.queries import address_of, award_for
from bitterroot.issuing.queries.standing import no_longer_valid
from bitterroot.issuing.queries.succession import forerunner, newest, successor
from bitterroot.issuing.rules import is_visible_to
from bitterroot.openbadges import approval
from bitterroot.openbadges.errors import OpenBadgeError
from bitterroot.programs.domain.blocks import elements_of
from bitterroot.programs.domain.program import image_bytes
from bitterroot.programs.domain.recognition import NOT_ASSESSED, SENTENCE
from bitterroot.web import stored
from bitterroot.web.public import hosted
from bitterroot.web.ui.viewer import viewer

log = logging.getLogger(__name__)
MOST_LISTS = 2**31 - 1  # what the column holds
MEDIA = {"png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf"}


def send(request: HttpRequest, found: stored.Stored) -> HttpResponse:
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
    """A status list: signed, cached for half a minute, readable from any origin.

    503 where its marks wait for a key that cannot sign at this moment.
    """
    if n > MOST_LISTS:
        raise Http404
    found = stored.find("status", str(n), stored.ask_django)
    if found is None:
        row = StatusList.objects.filter(pk=n).first()
        if row is None:
            raise Http404
        try:
            found = stored.stored(current_document(row), seconds=30)
        except OpenBadgeError:
            log.exception("status list %s cannot be signed", n)
            return HttpResponse(status=503, headers={"Retry-After": "30"})
    return send(request, found)


@require_safe
def identity(request: HttpRequest) -> HttpResponse:
    """The issuer's DID document with every key that its badges were signed by."""
    return send_identity(request, did_document())


def send_identity(request: HttpRequest, document: dict[str, Any]) -> HttpResponse:
    """A DID document as verifiers want it; they may keep it for five minutes."""
    answer = send(request, stored.stored(orjson.dumps(document), seconds=300))
    if answer.status_code == 200:
        answer["Content-Type"] = "application/did+json"
    return answer


@require_safe
def credential(request: HttpRequest, public_id: str) -> HttpResponse:
    """An award: its page for people, its bytes for programs; in 2.0 for those that name it."""
    if hosted.wants_it(request.headers.get("Accept", "")):
        return hosted.assertion(request, public_id)
    if stored.prefers_json(request.headers.get("Accept", "")):
        return credential_json(request, public_id)
    award, shared = _award(request, public_id)
    who = viewer(request)
    own = who is not None and who.pk == award.learner_id
    context = _page(award, own=own, shared=shared)
    context |= {"successor": successor(award, who), "forerunner": forerunner(award, who)}
    answer = render(request, "public/award.html", context)
    answer["Vary"] = "Accept, Cookie"
    answer["Cache-Control"] = "no-cache" if shared else "private, no-store"
    return answer


@require_safe
def credential_json(request: HttpRequest, public_id: str) -> HttpResponse:
    """The signed bytes, to strangers if the learner shows the award, to the learner always."""
    found = stored.find("credential", public_id, stored.ask_django)
    if found is not None:
        return send(request, found)
    award, _ = _award(request, public_id)
    answer = HttpResponse(bytes(award.document.body), content_type=stored.JSON)
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
def refresh(request: HttpRequest, public_id: str) -> HttpResponse:
    """The newest version of an award that is shown: itself, or the correction that replaced it."""
    award, shared = _award(request, public_id)
    if not shared:
        raise Http404
    later = newest(award)
    if is_visible_to(later, None, hold=award.learner.directory_hold):
        award = later
    return send(request, stored.stored(bytes(award.document.body), seconds=30))


@require_safe
def credential_file(request: HttpRequest, public_id: str, ending: str) -> HttpResponse:
    """The badge's picture with the signed badge in it, or the certificate as PDF."""
    award, shared = _award(request, public_id)
    if ending == "pdf":
        data = certificate(award, image_bytes(award.template, "svg"))
    else:
        data = baked(award, ending)
    answer = HttpResponse(data, content_type=MEDIA[ending])
    answer["Cache-Control"] = "no-cache" if shared else "private, no-store"
    if shared:
        answer["Access-Control-Allow-Origin"] = "*"
    name = f"{award.template.program_version.program.slug}.{ending}"
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


def _award(request: HttpRequest, public_id: str) -> tuple[Award, bool]:
    """The award for this viewer, and whether strangers see it too. Raises Http404 otherwise."""
    award = award_for(public_id, viewer(request))
    if award is None:
        raise Http404
    return award, is_visible_to(award, None, hold=award.learner.directory_hold)


def _page(award: Award, *, own: bool, shared: bool) -> dict[str, Any]:
    document = orjson.loads(bytes(award.document.body))
    achievement = document["credentialSubject"]["achievement"]
    address = address_of(award)
    program = award.template.program_version.program
    return {
        "award": award,
        "own": own,
        "shared": shared,
        "said": document,
        "achievement": achievement,
        "skills": [tag for tag in achievement.get("tag") or [] if tag != NOT_ASSESSED],
        "elements": elements_of(achievement),
        "not_assessed": SENTENCE,
        "subject": document["credentialSubject"],
        "standing": standing(award),
        "approval": approval.read(document),
        "program": program,
        "address": address,
        "verify": "/verify?" + urlencode({"address": address}),
    }


def standing(award: Award) -> tuple[str, str, str]:
    """Tone, word and sentence: what a reader must know before anything else."""
    if over := no_longer_valid(award):
        return "red", *over
    if award.state == AwardState.DECLINED:
        return "amber", "Declined.", "You declined this badge. Nobody else sees it."
    if award.state == AwardState.UNCLAIMED:
        return "amber", "Not claimed yet.", "Nobody but its learner sees this page."
    return "green", "Valid.", ""

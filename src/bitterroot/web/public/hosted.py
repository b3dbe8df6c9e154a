"""Badges in Open Badges 2.0, hosted beside their pages, for readers of the older standard."""

from typing import Any

import orjson
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from bitterroot.issuing.interfaces import hosted
from bitterroot.issuing.queries import award_for
from bitterroot.issuing.rules import is_visible_to
from bitterroot.web.public.catalog import template_of
from bitterroot.web.ui.viewer import viewer


def wants_it(accept: str) -> bool:
    """Whether a reader names the older standard: ``application/ld+json; profile="…"``."""
    return hosted.PROFILE in accept


@require_safe
def assertion(request: HttpRequest, public_id: str) -> HttpResponse:
    """The assertion, to whom the award's page is shown too; 410 once it is revoked."""
    if "text/html" in request.headers.get("Accept", "") and not wants_it(
        request.headers.get("Accept", "")
    ):
        return redirect("public:credential", public_id=public_id)
    award = award_for(public_id, viewer(request))
    found = hosted.assertion_of(award) if award is not None else None
    if award is None or found is None:
        raise Http404
    shared = is_visible_to(award, None, hold=award.learner.directory_hold)
    return _answer(found, shared=shared, status=410 if found.get("revoked") else 200)


@require_safe
def badge_class(request: HttpRequest, slug: str, n: int) -> HttpResponse:
    """The badge class of a template."""
    return _answer(hosted.badge_class_of(template_of(slug, n)))


@require_safe
def issuer(request: HttpRequest) -> HttpResponse:
    """The institution as an issuer."""
    return _answer(hosted.issuer())


def _answer(found: dict[str, Any], *, shared: bool = True, status: int = 200) -> HttpResponse:
    answer = HttpResponse(orjson.dumps(found), content_type="application/ld+json", status=status)
    answer["Cache-Control"] = "no-cache" if shared else "private, no-store"
    answer["Vary"] = "Accept, Cookie"
    if shared:
        answer["Access-Control-Allow-Origin"] = "*"
    return answer

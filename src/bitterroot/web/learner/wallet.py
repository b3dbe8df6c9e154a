"""Taking a badge into a wallet: a link for ten minutes, as text and as a code to scan."""

import json
from typing import Any
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from bitterroot.issuing.domain import collecting
from bitterroot.issuing.enums import AwardState, WalletWay
from bitterroot.issuing.models import Award
from bitterroot.issuing.queries import awards_of
from bitterroot.people.actor import person
from bitterroot.web.ui.acting import attempt
from bitterroot.web.ui.viewer import viewer

LCW = "https://lcw.app/request"
LCW_OLD = "https://lcw.app/request.html"
SHOWN = 10  # of what was collected before


@sensitive_variables("made", "links")
@require_http_methods(["GET", "HEAD", "POST"])
def wallet(request: HttpRequest, public_id: str) -> HttpResponse:
    """Make a link, or end it. A link and its PIN stand on the page that made them alone."""
    who = viewer(request)
    award = awards_of(who).filter(public_id=public_id).first() if who else None
    if who is None or award is None:
        raise Http404
    by, links, status = person(who), {}, 200
    if request.method == "POST" and request.POST.get("act") == "end":
        said = "The link works no longer."
        attempt(request, lambda: collecting.end_links(by=by, award=award), said)
        return redirect("learner:wallet", public_id=public_id)
    if request.method == "POST":
        way = WalletWay.VCAPI if request.POST.get("way") == WalletWay.VCAPI else WalletWay.OPENID
        bind = request.POST.get("bind") == "yes"
        made = attempt(
            request,
            lambda: collecting.offer_to_wallet(by=by, award=award, way=way, bind=bind),
        )
        status = made.status
        links = _links(made.value) if made.value else {}
    answer = render(request, "learner/wallet.html", _page(award) | links, status=status)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _page(award: Award) -> dict[str, Any]:
    rows = list(award.collections.order_by("-made_at")[: collecting.MOST_AN_HOUR * 2])
    return {
        "award": award,
        "mine": award.state == AwardState.CLAIMED,
        "taken": [row for row in rows if row.delivered_at][:SHOWN],
        "open": next((row for row in rows if collecting.is_open(row)), None),
        "minutes": int(collecting.LASTS.total_seconds()) // 60,
    }


def _links(made: collecting.Offered) -> dict[str, Any]:
    """What the page shows once."""
    if made.collection.way == WalletWay.OPENID:
        address = settings.ORIGIN + reverse("api:offer", args=[made.secret])
        link = "openid-credential-offer://?" + urlencode({"credential_offer_uri": address})
        return {"link": link, "picture": _picture(link), "pin": made.pin, "made": made.collection}
    address = settings.ORIGIN + reverse("api:exchange", args=[made.secret])
    asked = {"credentialRequestOrigin": settings.ORIGIN, "protocols": {"vcapi": address}}
    link = f"{LCW}?{urlencode({'request': json.dumps(asked, separators=(',', ':'))})}"
    old = {
        "issuer": settings.ORIGIN,
        "auth_type": "bearer",
        "challenge": made.collection.challenge,
        "vc_request_url": address,
    }
    older = f"{LCW_OLD}?{urlencode(old)}"
    return {"link": link, "picture": _picture(link), "older": older, "made": made.collection}


def _picture(link: str) -> str:
    """A code to scan, as a picture in the page itself; black on white in every light."""
    code = segno.make(link, error="m", micro=False)
    return str(code.svg_data_uri(scale=4, border=4, dark="#000", light="#fff"))

"""A learner's own badges: who may see each, its files, sharing, and what to do if it is wrong."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bitterroot.governance import policies
from bitterroot.issuing.domain import award as awards
from bitterroot.issuing.domain.appeal import MOST, appeal_by, file_appeal, revocation_in_force
from bitterroot.issuing.domain.correction import request_correction
from bitterroot.issuing.enums import AwardState, Visibility
from bitterroot.issuing.models import Award
from bitterroot.issuing.queries import address_of, awards_of
from bitterroot.people.actor import Actor, person
from bitterroot.people.models import Person
from bitterroot.record import clock
from bitterroot.web.ui.acting import attempt
from bitterroot.web.ui.viewer import forget_learner, viewer

LINKEDIN = "https://www.linkedin.com/profile/add"


@require_safe
def badges(request: HttpRequest) -> HttpResponse:
    """Every badge of the person, newest first. Strangers are told how to come in."""
    who = viewer(request)
    if who is None:
        return render(request, "learner/come_in.html", status=403)
    context = {"awards": list(awards_of(who)), "who": who}
    return _private(render(request, "learner/badges.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
def badge(request: HttpRequest, public_id: str) -> HttpResponse:
    """One badge; POST shows, hides, declines or appeals. Others' badges do not exist here."""
    who = viewer(request)
    award = awards_of(who).filter(public_id=public_id).first() if who else None
    if who is None or award is None:
        raise Http404
    if request.method == "POST":
        if "appeal" in request.POST:
            return _appeal(request, person(who), award)
        if "display_name" in request.POST:
            return _correct(request, person(who), award)
        _change(request, person(who), award)
        return redirect("learner:badge", public_id=public_id)
    return _private(render(request, "learner/badge.html", _page(award, who)))


def _change(request: HttpRequest, by: Actor, award: Award) -> None:
    wish = request.POST.get("answer", "")
    if wish == "decline":
        reason = request.POST.get("reason", "")
        said = "You declined this badge. It is kept, and nobody sees it."
        attempt(request, lambda: awards.decline(by=by, award=award, reason=reason), said)
    elif wish == "accept":
        attempt(request, lambda: awards.claim(by=by, award=award), "The badge is yours.")
    elif (chosen := request.POST.get("visibility", "")) in Visibility.values:
        seen = Visibility(chosen)
        said = f"Who can see this badge now: {seen.label.lower()}."
        attempt(request, lambda: awards.set_visibility(by=by, award=award, visibility=seen), said)


def _appeal(request: HttpRequest, by: Actor, award: Award) -> HttpResponse:
    text = request.POST.get("appeal", "")
    said = "Your appeal is with the university. You get an answer in writing."
    done = attempt(request, lambda: file_appeal(by=by, award=award, text=text), said)
    if done:
        return redirect("learner:badge", public_id=award.public_id)
    context = {**_page(award, award.learner), "appeal_text": text, "problem": done.message}
    return _private(render(request, "learner/badge.html", context, status=done.status))


def _correct(request: HttpRequest, by: Actor, award: Award) -> HttpResponse:
    """The learner asks that the name on it be another; an officer decides."""
    name, why = request.POST["display_name"][:200], request.POST.get("why", "")[:2000]
    done = attempt(
        request,
        lambda: request_correction(
            by=by, award=award, changes={"display_name": name}, reason=why or "Asked by its holder."
        ),
        "Someone looks at it. You get an answer by mail and here.",
    )
    if done:
        return redirect("learner:badge", public_id=award.public_id)
    context = {
        **_page(award, award.learner),
        "name": name,
        "why": why,
        "name_problem": done.message,
    }
    return _private(render(request, "learner/badge.html", context, status=done.status))


def _page(award: Award, who: Person) -> dict[str, Any]:
    texts = policies.current().texts
    revocation, until = revocation_in_force(award), appeal_by(award)
    return {
        "award": award,
        "who": who,
        "program": award.template.program_version.program,
        "address": address_of(award),
        "asked": award.revocations.filter(requested_by=who).order_by("-requested_at").first(),
        "choices": Visibility,
        "mine": award.state == AwardState.CLAIMED,
        "open": award.state == AwardState.CLAIMED
        and award.visibility != Visibility.PRIVATE
        and not who.directory_hold,
        "linkedin": linkedin(award),
        "embed": embed(award),
        "appeal": texts["appeal"].body if "appeal" in texts else "",
        "revocation": revocation,
        "replaced_by": getattr(award, "replaced_by", None),
        "appealed": getattr(revocation, "appeal", None),
        "appeal_until": until,
        "may_appeal": until is not None and clock.now() <= until,
        "most": MOST,
    }


def embed(award: Award) -> str:
    """HTML for a page of one's own: the picture, which carries the badge, and the way to its page."""
    address, name = address_of(award), award.template.name
    return format_html(
        '<a href="{}"><img src="{}.png" alt="{}" width="160" height="160"></a>',
        address,
        address,
        f"{name}: check this badge",
    )


def linkedin(award: Award) -> str:
    """LinkedIn's page with the fields filled in (its "add to profile" parameters)."""
    institution = policies.current().institution
    issued = timezone.localtime(award.valid_from)
    fields: dict[str, Any] = {"startTask": "CERTIFICATION_NAME", "name": award.template.name}
    if institution.linkedin_organization_id:
        fields["organizationId"] = institution.linkedin_organization_id
    else:
        fields["organizationName"] = institution.name
    fields |= {"issueYear": issued.year, "issueMonth": issued.month}
    if award.valid_until:
        until = timezone.localtime(award.valid_until)
        fields |= {"expirationYear": until.year, "expirationMonth": until.month}
    fields |= {"certUrl": address_of(award), "certId": award.public_id}
    return f"{LINKEDIN}?{urlencode(fields)}"


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Let this browser forget the learner who came by a link."""
    forget_learner(request)
    return redirect("/")


def _private(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "private, no-store"
    return answer

"""Showing parts of a badge: what to show is chosen, and a file with just that is downloaded."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from bitterroot.issuing.domain import parts as domain
from bitterroot.issuing.enums import Visibility
from bitterroot.issuing.queries import address_of, awards_of
from bitterroot.people.actor import person
from bitterroot.web.ui.acting import attempt
from bitterroot.web.ui.viewer import viewer

TYPE = "application/ld+json"


@require_http_methods(["GET", "HEAD", "POST"])
def parts(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the badge says, to choose from; POST gives the file. Others' badges do not exist here."""
    who = viewer(request)
    found = awards_of(who).select_related("document", "learner") if who else None
    award = found.filter(public_id=public_id).first() if found is not None else None
    if who is None or award is None or not award.template.shown_in_parts:
        raise Http404
    chosen, problem, status = request.POST.getlist("part")[:50], "", 200
    if request.method == "POST":
        made = attempt(request, lambda: domain.show(by=person(who), award=award, chosen=chosen))
        if made.value is not None:
            answer = HttpResponse(made.value, content_type=TYPE)
            answer["Content-Disposition"] = 'attachment; filename="badge-part.json"'
            answer["Cache-Control"] = "private, no-store"
            return answer
        problem, status = made.message, made.status
    context = {
        "award": award,
        "pieces": domain.pieces(award),
        "chosen": chosen if request.method == "POST" else None,
        "why_not": domain.why_not(award),
        "problem": problem,
        "open": award.visibility != Visibility.PRIVATE,
        "address": address_of(award),
    }
    answer = render(request, "learner/parts.html", context, status=status)
    answer["Cache-Control"] = "private, no-store"
    return answer

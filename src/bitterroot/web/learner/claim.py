"""Taking a badge: the link in the mail, and one more click. No account is needed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from bitterroot.governance import policies
from bitterroot.issuing.domain import award as awards
from bitterroot.issuing.enums import AwardState, Visibility
from bitterroot.issuing.models import Award
from bitterroot.people.actor import person
from bitterroot.web.ui.acting import attempt
from bitterroot.web.ui.viewer import remember_learner


@sensitive_variables("token")
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, token: str) -> HttpResponse:
    """Show the badge; take it, decline it, or (taken already) open it, on POST alone."""
    award = awards.award_for_token(token)
    if award is None:
        return _private(render(request, "learner/claim_gone.html", status=404))
    if request.method == "POST":
        done = _answer(request, award)
        if done is not None:
            return done
    texts = policies.current().texts
    context = {
        "award": award,
        "program": award.template.program_version.program,
        "taken": award.state == AwardState.CLAIMED,
        "revoked": award.state == AwardState.REVOKED,
        "choices": Visibility,
        "consent": texts["learner-consent"].body if "learner-consent" in texts else "",
    }
    return _private(render(request, "learner/claim.html", context))


def _answer(request: HttpRequest, award: Award) -> HttpResponse | None:
    """Do what the learner chose; None shows the page again with the message why not."""
    holder = person(award.learner)
    if award.state == AwardState.REVOKED:
        return _opened(request, award)
    if request.POST.get("answer") == "decline":
        reason = request.POST.get("reason", "")
        done = attempt(request, lambda: awards.decline(by=holder, award=award, reason=reason))
        return render(request, "learner/declined.html", {"award": award}) if done else None
    taken = attempt(request, lambda: awards.claim(by=holder, award=award))
    if not taken:
        return None
    wish = request.POST.get("visibility", Visibility.PRIVATE)
    if wish in (Visibility.LINK, Visibility.PUBLIC):
        attempt(
            request,
            lambda: awards.set_visibility(by=holder, award=award, visibility=Visibility(wish)),
        )
    return _opened(request, award)


def _opened(request: HttpRequest, award: Award) -> HttpResponse:
    remember_learner(request, award.learner)
    return redirect("learner:badge", public_id=award.public_id)


def _private(answer: HttpResponse) -> HttpResponse:
    """The address is a secret: no cache keeps the page, no other site is told."""
    answer["Cache-Control"] = "private, no-store"
    answer["Referrer-Policy"] = "strict-origin"  # "no-referrer" would void the form's origin
    answer["X-Robots-Tag"] = "noindex"
    return answer

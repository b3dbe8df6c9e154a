"""Who may read my badges: the page that asks a learner, and the one that shows and ends it.

Our policy lets no form lead to another host, so the answer is a page that leads on by itself.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from bitterroot.issuing.domain.consent import HELD, end_consent, give_consent
from bitterroot.issuing.domain.readers import reader_of
from bitterroot.issuing.domain.reading_scopes import SCOPES
from bitterroot.issuing.models import Reader
from bitterroot.issuing.queries.reading import consents_of
from bitterroot.people.actor import person
from bitterroot.web.ui.acting import attempt
from bitterroot.web.ui.viewer import viewer

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
STATE = 1_000  # letters at most


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader asks for. `problem` is told to it, not to the learner."""

    reader: Reader
    redirect_uri: str
    scope: str
    state: str
    challenge: str
    problem: str = ""

    def back(self, **answer: str) -> str:
        """The reader's address with an answer for it (RFC 6749; `iss` as RFC 9207)."""
        fields = {**answer, "iss": settings.ORIGIN}
        if self.state:
            fields["state"] = self.state
        mark = "&" if "?" in self.redirect_uri else "?"
        return f"{self.redirect_uri}{mark}{urlencode(fields)}"


def _asked(request: HttpRequest) -> Asked | None:
    """None where nobody can be answered: the reader or its address is not known."""
    said = request.GET
    reader = reader_of(said.get("client_id", ""))
    if reader is None:
        return None
    address = said.get("redirect_uri") or (
        reader.redirect_uris[0] if len(reader.redirect_uris) == 1 else ""
    )
    if address not in reader.redirect_uris:
        return None
    allowed = reader.scope.split()
    wanted = said.get("scope", "").split() or allowed
    problem = ""
    if any(len(said.getlist(name)) > 1 for name in said):
        problem = "invalid_request"
    elif said.get("response_type") != "code":
        problem = "unsupported_response_type"
    elif said.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(
        said.get("code_challenge", "")
    ):
        problem = "invalid_request"
    elif not set(wanted) <= set(allowed):
        problem = "invalid_scope"
    scope = " ".join(one for one in SCOPES if one in wanted)
    state = said.get("state", "")[:STATE]
    return Asked(reader, address, scope, state, said.get("code_challenge", ""), problem)


@sensitive_variables("code", "done")
@require_http_methods(["GET", "HEAD", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """Ask the learner whether a program may read their badges; lead back with their answer."""
    asked = _asked(request)
    if asked is None:
        return _private(render(request, "learner/reader_unknown.html", status=400))
    if asked.problem:  # no redirect by itself: anyone may register an address (RFC 9700, 4.11.2)
        context = {"asked": asked, "address": asked.back(error=asked.problem)}
        return _private(render(request, "learner/reader_wrong.html", context, status=400))
    who = viewer(request)
    if who is None:
        context = {"asked": asked, "next": urlencode({"next": request.get_full_path()})}
        return _private(render(request, "learner/reader_come_in.html", context, status=403))
    context = {
        "asked": asked,
        "who": who,
        "wishes": [SCOPES[one] for one in asked.scope.split()],
        "held": HELD if who.directory_hold else "",
    }
    status = 200
    if request.method == "POST":
        if request.POST.get("answer") != "yes":
            return _leading(request, asked, asked.back(error="access_denied"), yes=False)
        done = attempt(
            request,
            lambda: give_consent(
                by=person(who),
                person=who,
                reader=asked.reader,
                scope=asked.scope,
                everything=request.POST.get("which") == "all",
                redirect_uri=asked.redirect_uri,
                challenge=asked.challenge,
            ),
        )
        if done.value:
            return _leading(request, asked, asked.back(code=done.value), yes=True)
        status = done.status
    return _private(render(request, "learner/reader_asks.html", context, status=status))


def _leading(request: HttpRequest, asked: Asked, address: str, *, yes: bool) -> HttpResponse:
    context = {"asked": asked, "address": address, "yes": yes}
    return _private(render(request, "learner/reader_answered.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
def readers(request: HttpRequest) -> HttpResponse:
    """Who may read the person's badges; POST ends one."""
    who = viewer(request)
    if who is None:
        return render(request, "learner/come_in.html", status=403)
    found = consents_of(who)
    if request.method == "POST":
        chosen = next((row for row in found if str(row.pk) == request.POST.get("consent")), None)
        if chosen is None:
            raise Http404
        said = f"{chosen.reader.name} can read your badges no longer."
        attempt(request, lambda: end_consent(by=person(who), consent=chosen), said)
        return redirect("learner:readers")
    rows = [(row, [SCOPES[one] for one in row.scope.split()]) for row in found]
    return _private(render(request, "learner/readers.html", {"rows": rows, "who": who}))


def _private(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "private, no-store"
    return answer

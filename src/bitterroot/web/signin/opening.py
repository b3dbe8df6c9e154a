"""The one-time link that opens an account: its person chooses a password and is signed in."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from bitterroot.people.domain.account import account_for_token, choose_password, note_sign_in
from bitterroot.people.domain.passwords import LONGEST
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Account
from bitterroot.web.signin.place import browser_of, network_of
from bitterroot.web.ui.acting import attempt

BACKEND = "django.contrib.auth.backends.ModelBackend"


@sensitive_variables("token")
@sensitive_post_parameters("password", "again")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def open_account(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the page uses nothing up, so that programs which look at mails do no harm."""
    account = account_for_token(token)
    if account is None:
        return render(request, "signin/open_gone.html", status=404)
    problems: list[tuple[str, str]] = []
    status = 200
    if request.method == "POST":
        done = attempt(request, lambda: _chosen(request, token), "You are signed in.")
        if done:
            account = done.value
            assert account is not None
            login(request, account, backend=BACKEND)
            note_sign_in(account=account, network=network_of(request), browser=browser_of(request))
            return redirect(resolve_url(settings.LOGIN_REDIRECT_URL))
        problems, status = done.problems, 422
    context = {"account": account, "problems": problems, "longest": LONGEST}
    return render(request, "signin/open.html", context, status=status)


def _chosen(request: HttpRequest, token: str) -> Account:
    password = request.POST.get("password", "")
    if password != request.POST.get("again", ""):
        raise NotPossible(
            "The two passwords differ.", [("again", "Type the same password in both fields.")]
        )
    return choose_password(token=token, password=password)

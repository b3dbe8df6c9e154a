"""Signing in and out with an account of this installation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bitterroot.people.domain.account import note_sign_in
from bitterroot.people.models import Account
from bitterroot.web.limits import Limit, TooMany, client_of, wait_page
from bitterroot.web.signin.kept import forget, kept
from bitterroot.web.signin.place import browser_of, network_of
from bitterroot.web.ui.login import with_login

QUARTER = 900  # seconds
FAILED = Limit("failed: name from here", most=8, span=QUARTER, of_all=100_000)
FAILED_HERE = Limit("failed: from here", most=60, span=QUARTER, of_all=100_000)
FAILED_NAME = Limit("failed: name", most=100, span=QUARTER, of_all=100_000)


class SignInForm(forms.Form):
    """The name to sign in with or an e-mail address, and a password."""

    username = forms.CharField(
        label=with_login("LOGIN or e-mail address"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label="Password",
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def clean_username(self) -> str:
        return str(self.cleaned_data["username"]).strip().lower()


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in, then go on where the person wanted to go. What was typed before is kept."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    if request.method == "GET" and request.user.is_authenticated:
        return redirect(_safe(request, asked))
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account = _found(request, form)
        except TooMany as error:
            return wait_page(request, error.seconds, "signin/locked.html")
        if account is not None:
            login(request, account)
            note_sign_in(account=account, network=network_of(request), browser=browser_of(request))
            return redirect("signin:unsent" if kept(request) else _safe(request, asked))
        form.add_error(None, "This name and password do not fit together. Check both.")
    context = {"form": form, "next": asked, "kept": kept(request) is not None}
    status = 422 if request.method == "POST" else 200
    return render(request, "signin/sign_in.html", context, status=status)


def _found(request: HttpRequest, form: SignInForm) -> Account | None:
    """The account of this name and password. Raises TooMany, whether or not there is such a name.

    Failures are counted for the name from here, for everything from here, and for the name from
    anywhere; the last is high, so that a stranger cannot easily lock somebody out.
    """
    name, here = form.cleaned_data["username"], client_of(request)
    counted = ((FAILED, f"{name}\n{here}"), (FAILED_HERE, here), (FAILED_NAME, name))
    for limit, who in counted:
        limit.check(who)
    account = authenticate(request, **form.cleaned_data)
    if account is not None:
        FAILED.forget(f"{name}\n{here}")
        return account  # type: ignore[return-value]
    for limit, who in counted:
        limit.take(who)
    return None


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this sign-in."""
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@login_required
@never_cache
@require_GET
def unsent(request: HttpRequest) -> HttpResponse:
    """The form that was sent while nobody was signed in: send it now, or let it go."""
    found = kept(request)
    if found is None:
        return redirect(resolve_url(settings.LOGIN_REDIRECT_URL))
    forget(request)  # the page now holds it
    context = {"kept": found, "shown": _readable(found["fields"])}
    return render(request, "signin/unsent.html", context)


def _readable(fields: list[tuple[str, str]]) -> list[dict[str, Any]]:
    return [
        {"label": name.replace("_", " ").replace("-", " ").capitalize(), "value": value}
        for name, value in fields
        if value
        and name not in ("asked", "revision", "was", "next", "section")
        and "-rows" not in name
    ]


def _safe(request: HttpRequest, address: str) -> str:
    fits = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if fits else str(resolve_url(settings.LOGIN_REDIRECT_URL))

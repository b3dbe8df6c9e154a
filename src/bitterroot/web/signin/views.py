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

from bitterroot.web.signin.kept import forget, kept


class SignInForm(forms.Form):
    """NetID or e-mail, and password."""

    username = forms.CharField(
        label="NetID or e-mail address",
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
        account = authenticate(request, **form.cleaned_data)
        if account is not None:
            login(request, account)
            return redirect("signin:unsent" if kept(request) else _safe(request, asked))
        form.add_error(None, "This name and password do not fit together. Check both.")
    context = {"form": form, "next": asked, "kept": kept(request) is not None}
    status = 422 if request.method == "POST" else 200
    return render(request, "signin/sign_in.html", context, status=status)


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

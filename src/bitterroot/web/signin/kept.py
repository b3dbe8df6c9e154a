"""What was typed while a sign-in ran out: kept until the person has signed in again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bitterroot.record import clock

SESSION_KEY = "typed_before_sign_in"
LIFE = timedelta(minutes=30)
MOST_CHARACTERS = 300_000
_SECRET = ("csrfmiddlewaretoken", "password")


class KeepTyped:
    """Keeps a form that was sent without a sign-in, so that signing in again loses nothing.

    Files are not kept; the person is told so. Forms of over 300,000 characters are not kept.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method != "POST" or not _sent_to_sign_in(response):
            return response
        if request.headers.get("HX-Request"):
            told = render(request, "signin/ended.html")
            told.headers["HX-Retarget"] = "#saved"
            told.headers["HX-Reswap"] = "innerHTML"
            return told
        keep(request)
        return response


def keep(request: HttpRequest) -> None:
    """Remember the fields of this form in the session."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in _SECRET
        for value in values
    ]
    if sum(len(name) + len(str(value)) for name, value in fields) > MOST_CHARACTERS:
        return
    request.session[SESSION_KEY] = {
        "address": request.path,
        "fields": fields,
        "files": bool(request.FILES),
        "at": clock.now().timestamp(),
    }


def kept(request: HttpRequest) -> dict[str, Any] | None:
    """What is kept in this session: address, fields (name, value), files (whether some are lost)."""
    found = request.session.get(SESSION_KEY)
    if found is None:
        return None
    if clock.now().timestamp() - found["at"] > LIFE.total_seconds():
        forget(request)
        return None
    return dict(found)


def forget(request: HttpRequest) -> None:
    """Nothing is kept any more."""
    request.session.pop(SESSION_KEY, None)


def _sent_to_sign_in(response: HttpResponse) -> bool:
    where = response.headers.get("Location", "")
    return response.status_code == 302 and urlsplit(where).path == str(settings.LOGIN_URL)

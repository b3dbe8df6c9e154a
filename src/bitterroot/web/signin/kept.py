"""What was typed while a sign-in ran out: kept until the same person has signed in again.

At each sign-in the browser gets a mark: a signed, keyed hash of who it was, good for nothing else.
A form that comes without a sign-in is kept only under such a mark, and given back only to the
person whose mark it is; when somebody else signs in, it is dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.core import signing
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import constant_time_compare, salted_hmac

from bitterroot.people.models import Account, Person
from bitterroot.record import clock

SESSION_KEY = "typed_before_sign_in"
COOKIE = "signed_in_here"
LIFE = timedelta(minutes=30)
MARK_LIFE = timedelta(days=7)
MOST_CHARACTERS = 200_000
MOST_FIELDS = 2_000
_SECRET = ("csrfmiddlewaretoken", "password", "code")
_signer = signing.TimestampSigner(salt="bitterroot.typed")


class KeepTyped:
    """Keeps a form that was sent without a sign-in, so that signing in again loses nothing.

    Files are not kept; the person is told so. Forms of over 200,000 characters are not kept.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if mark := getattr(request, "mark_of_sign_in", ""):
            response.set_cookie(
                COOKIE,
                _signer.sign(mark),
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
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
    """Remember the fields of this form in the session, for whoever was signed in here last."""
    mark = _mark_in(request)
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in _SECRET
        for value in values
    ]
    size = sum(len(name) + len(str(value)) for name, value in fields)
    if not mark or size > MOST_CHARACTERS or len(fields) > MOST_FIELDS:
        return
    request.session[SESSION_KEY] = {
        "mark": mark,
        "address": request.path,
        "fields": fields,
        "files": bool(request.FILES),
        "at": clock.now().timestamp(),
    }
    request.session.set_expiry(LIFE)  # until the sign-in, which sets it back


def kept(request: HttpRequest) -> dict[str, Any] | None:
    """What is kept in this session: address, fields (name, value), files (whether some are lost).

    None, and nothing is kept any more, after 30 minutes or when it is somebody else's.
    """
    found = request.session.get(SESSION_KEY)
    if found is None:
        return None
    late = clock.now().timestamp() - found["at"] > LIFE.total_seconds()
    account = getattr(request, "user", None)
    others = (
        account is not None
        and account.is_authenticated
        and not constant_time_compare(found["mark"], mark_of(account.person))
    )
    if late or others:
        forget(request)
        return None
    return dict(found)


def forget(request: HttpRequest) -> None:
    """Nothing is kept any more."""
    request.session.pop(SESSION_KEY, None)


def mark_of(person: Person) -> str:
    """What tells whether two sign-ins were of the same person, without telling who that is."""
    return salted_hmac("bitterroot.typed.mark", str(person.pk), algorithm="sha256").hexdigest()


@receiver(user_logged_in, dispatch_uid="bitterroot.typed")
def _signed_in(request: HttpRequest, user: Account, **_: Any) -> None:
    """Drop what another person typed; let the browser keep the mark of this one."""
    request.session.set_expiry(None)
    request.mark_of_sign_in = mark_of(user.person)  # type: ignore[attr-defined]
    kept(request)


def _mark_in(request: HttpRequest) -> str:
    """The mark that this browser holds, if we signed it within a week."""
    try:
        return _signer.unsign(request.COOKIES.get(COOKIE, ""), max_age=MARK_LIFE)
    except signing.BadSignature:
        return ""


def _sent_to_sign_in(response: HttpResponse) -> bool:
    where = response.headers.get("Location", "")
    return response.status_code == 302 and urlsplit(where).path == str(settings.LOGIN_URL)

"""The same page sent twice counts once: two tabs, a double click, the back button.

A page that Django renders carries a token of its own, so the same fields with the same token are
the same page sent again, and no accident. The first is done; the second is led to where the first
led. What was refused, or only shown again, can be sent again as it is. Pages that save by themselves
while one types (htmx) are let through: to write what stood there before is a change too.
"""

import hashlib
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.crypto import salted_hmac

from bitterroot.record import clock
from bitterroot.web.models import Sent

TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of the field
REMEMBERED = timedelta(days=1)
WORKED_ON = timedelta(minutes=1)  # longest that one is waited for, if its process was killed
TRIES, PAUSE = 30, 0.1  # seconds
SWEEP = 500
FREE = ("/sign-in", "/sign-out", "/verify")  # they make nothing of which two could be
SECRET = ("/sign/", "/claim/")  # addresses with a one-time link, of which none is kept


class SentOnce:
    """Leads a page that was sent already to where it led the first time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        key = getattr(request, "sent_once", "")
        if key:
            _settle(request, response, key)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Claim the page for this request. By now its token has been found to be right."""
        if request.method != "POST" or TOKEN not in request.POST:
            return None
        if request.headers.get("HX-Request") or request.path in FREE:
            return None
        key = _key(request)
        for _ in range(TRIES):
            if _claim(key):
                request.sent_once = key  # type: ignore[attr-defined]
                return None
            first = Sent.objects.filter(pk=key).first()
            if first is not None and first.done:
                messages.info(request, "This was sent already; it counts once.")
                return HttpResponseRedirect(first.location or request.path)
            time.sleep(PAUSE)
        context = {
            "title": "This was sent already",
            "text": "It is still being worked on, and counts once. Look again in a moment.",
        }
        return render(request, "ui/error.html", context, status=409)


def _key(request: HttpRequest) -> str:
    """A keyed hash of who sends what to where, with the page's token; it tells none of them."""
    digest = hashlib.sha256(f"{request.user.pk}\n{request.get_full_path()}\n".encode())
    for name, values in sorted(request.POST.lists()):
        digest.update(repr((name, values)).encode("utf-8", "surrogatepass"))
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            digest.update(repr((name, file.name, file.size)).encode("utf-8", "surrogatepass"))
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
    return salted_hmac("bitterroot.once", digest.digest(), algorithm="sha256").hexdigest()


def _claim(key: str) -> bool:
    """Whether the page is ours to do. One of several at the same moment gets it."""
    now = clock.now()
    Sent.objects.filter(pk=key, ends_at__lt=now).delete()
    try:
        with transaction.atomic():
            Sent.objects.create(pk=key, ends_at=now + WORKED_ON)
    except IntegrityError:
        return False
    past = Sent.objects.filter(ends_at__lt=now).values_list("pk", flat=True)[:SWEEP]
    Sent.objects.filter(pk__in=list(past)).delete()
    return True


def _settle(request: HttpRequest, response: HttpResponse, key: str) -> None:
    """Keep where a page led that was done; let one that was not be sent again."""
    where = response.headers.get("Location", "")
    refused = getattr(request, "was_refused", False)
    done = response.status_code in (302, 303) and not where.startswith(str(settings.LOGIN_URL))
    row = Sent.objects.filter(pk=key)
    if not done or refused:
        row.delete()
        return
    kept = "" if request.path.startswith(SECRET) else where[:2000]
    row.update(done=True, location=kept, ends_at=clock.now() + REMEMBERED)

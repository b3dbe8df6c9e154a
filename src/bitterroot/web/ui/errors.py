"""What a person sees when something is refused, missing or broken. Never a trace."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bitterroot.web.ui.context import without_person


def _page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    return render(request, "ui/error.html", {"title": title, "text": text}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request makes no sense, or is larger than is accepted."""
    text = "The page could not make sense of what was sent. Go back and try once more."
    return _page(request, 400, "This request was not understood", text)


def too_large(request: HttpRequest) -> HttpResponse:
    """413: more than the largest file that any page takes. Nothing of it was read."""
    without_person(request)
    most = settings.REQUEST_LIMIT // 1024**2
    text = f"What was sent is larger than is accepted: at most {most} MB at once, files included."
    return _page(request, 413, "This is too large", text)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the person is known, and may not."""
    text = str(exception or "") or "This page is for other people than the one who is signed in."
    return _page(request, 403, "You may not see this", text)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing here, or nothing that this person may know of. Both read the same."""
    text = "There is nothing at this address, or it is not yet public. Check how it is written."
    return _page(request, 404, "Nothing found here", text)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a fault of ours. The page asks no database, which may be what is broken."""
    without_person(request)
    text = "The fault is ours, and it has been noted. What you had saved before is kept."
    return _page(request, 500, "Something went wrong here", text)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form's token did not fit: the sign-in ended or another took its place."""
    text = (
        "Your sign-in ended, or you signed in again elsewhere, after this form was opened. "
        "Nothing was changed. Go back, copy what you typed, load the form again, and send it."
    )
    return _page(request, 403, "This form was too old to accept", text)

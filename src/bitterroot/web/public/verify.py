"""The verification page: an address, a text or a file goes in; one sentence comes out first."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from bitterroot.issuing.queries import award_for
from bitterroot.issuing.queries.verification import Found, verify_anything
from bitterroot.record import clock
from bitterroot.web.limits import Limit, TooMany, client_of, wait_page
from bitterroot.web.public.verdict import shown
from bitterroot.web.ui.viewer import viewer

TEXT_LIMIT = 1_000_000  # characters pasted
OUTSIDE = Limit("checks that ask others", most=20, span=300, of_all=300)
Problem = tuple[str, str]


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Ask on GET, answer on POST. `?address=` of our own is answered at once: nothing is fetched."""
    if request.method == "POST":
        try:
            return _answer(request)
        except TooMany as error:
            return wait_page(request, error.seconds)
    address = request.GET.get("address", "").strip()[:2000]
    if name := _own(request, address):
        return _page(request, address, "", *_check_own(request, name))
    return _page(request, address, "", None, [])


def _answer(request: HttpRequest) -> HttpResponse:
    text = request.POST.get("text", "").strip()
    email = request.POST.get("email", "").strip()[:254]
    file = request.FILES.get("file")
    if isinstance(file, UploadedFile):
        return _page(request, "", email, *_check_file(request, file))
    if not text:
        return _page(request, "", email, None, [("text", "Give an address, a text or a file.")])
    if len(text) > TEXT_LIMIT:
        return _page(
            request, "", email, None, [("text", "The text is longer than a badge can be.")]
        )
    if name := _own(request, text):
        return _page(request, text, email, *_check_own(request, name))
    return _page(request, text, email, *_check(request, text))


def _check_file(request: HttpRequest, file: UploadedFile) -> tuple[Found | None, list[Problem]]:
    if (file.size or 0) > settings.UPLOAD_LIMIT:
        limit = settings.UPLOAD_LIMIT // 1024**2
        return None, [("file", f"The file is larger than {limit} MB: that is no badge.")]
    data = file.read()
    if not data:
        return None, [("file", "The file is empty.")]
    return _check(request, data, "file")


def _check_own(request: HttpRequest, name: str) -> tuple[Found | None, list[Problem]]:
    """One of our awards by its address: only for whom may see it there."""
    award = award_for(name, viewer(request))
    if award is None:
        return None, [("text", "There is nothing at this address, or its holder does not show it.")]
    return _check(request, bytes(award.document.body))


def _check(
    request: HttpRequest, asked: bytes | str, field: str = "text"
) -> tuple[Found | None, list[Problem]]:
    """The verification, or why there is nothing to verify. Raises TooMany."""
    found = verify_anything(asked, online=True, before=lambda: OUTSIDE.take(client_of(request)))
    if found.result.credential is None:
        why = next((check.detail for check in found.result.checks if not check.ok), "")
        return None, [(field, why or "No badge was found in it.")]
    return found, []


def _own(request: HttpRequest, text: str) -> str:
    """The public id in an address of one of our awards, under whatever host serves us now."""
    if not text.startswith(("http://", "https://", "/credentials/")):
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    if not parts.path.startswith("/credentials/"):
        return ""
    if parts.netloc not in ("", request.get_host(), urlsplit(settings.ORIGIN).netloc):
        return ""
    return parts.path.removeprefix("/credentials/").partition(".")[0]


def _page(
    request: HttpRequest,
    text: str,
    email: str,
    found: Found | None,
    problems: list[Problem],
) -> HttpResponse:
    context = {
        "text": "" if found else text,
        "email": "" if found else email,
        "problems": problems,
        "shown": shown(found.result, found.issuer_known, email) if found else None,
        "limit": settings.UPLOAD_LIMIT // 1024**2,
        "now": clock.now(),
    }
    status = 400 if problems else 200
    answer = render(request, "public/verify.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer

"""The verification page: an address, a text or a file goes in; one sentence comes out first."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from bitterroot.record import clock
from bitterroot.web.public.checking import Verified, verify_anything
from bitterroot.web.public.verdict import shown

TEXT_LIMIT = 1_000_000  # characters pasted
Problem = tuple[str, str]


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Ask on GET, answer on POST. `?address=` of our own is answered at once: nothing is fetched."""
    if request.method == "POST":
        return _answer(request)
    address = request.GET.get("address", "")[:2000]
    if address and _own(request, address):
        return _page(request, address, "", *_check(_own(request, address)))
    return _page(request, address, "", None, [])


def _answer(request: HttpRequest) -> HttpResponse:
    text = request.POST.get("text", "").strip()
    email = request.POST.get("email", "").strip()[:254]
    file = request.FILES.get("file")
    if isinstance(file, UploadedFile):
        return _page(request, "", email, *_check_file(file))
    if not text:
        return _page(request, "", email, None, [("text", "Give an address, a text or a file.")])
    if len(text) > TEXT_LIMIT:
        return _page(
            request, "", email, None, [("text", "The text is longer than a badge can be.")]
        )
    return _page(request, text, email, *_check(_own(request, text) or text))


def _check_file(file: UploadedFile) -> tuple[Verified | None, list[Problem]]:
    if (file.size or 0) > settings.UPLOAD_LIMIT:
        limit = settings.UPLOAD_LIMIT // 1024**2
        return None, [("file", f"The file is larger than {limit} MB: that is no badge.")]
    data = file.read()
    if not data:
        return None, [("file", "The file is empty.")]
    return _check(data, "file")


def _check(asked: bytes | str, field: str = "text") -> tuple[Verified | None, list[Problem]]:
    """The verification, or why there is nothing to verify."""
    found = verify_anything(asked, online=True)
    readable = found.result.check("readable")
    if readable is not None and readable.ok is False:
        return None, [(field, readable.detail)]
    return found, []


def _own(request: HttpRequest, text: str) -> str:
    """The id of one of our awards, if `text` is its address under whatever host serves us now."""
    parts = urlsplit(text) if text.startswith(("http://", "https://", "/credentials/")) else None
    if parts is None or not parts.path.startswith("/credentials/"):
        return ""
    if parts.netloc not in ("", request.get_host(), urlsplit(settings.ORIGIN).netloc):
        return ""
    name = parts.path.removeprefix("/credentials/").partition(".")[0]
    return f"{settings.ORIGIN}/credentials/{name}"


def _page(
    request: HttpRequest,
    text: str,
    email: str,
    found: Verified | None,
    problems: list[Problem],
) -> HttpResponse:
    context = {
        "text": text,
        "email": email,
        "problems": problems,
        "shown": shown(found.result, found.issuer_known, email) if found else None,
        "limit": settings.UPLOAD_LIMIT // 1024**2,
        "now": clock.now(),
    }
    status = 400 if problems else 200
    answer = render(request, "public/verify.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer

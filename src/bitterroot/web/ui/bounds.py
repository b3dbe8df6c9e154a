"""What no browser sends is refused before a view reads it, or a database stumbles over it."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from bitterroot.web.ui.errors import bad_request, too_large


class Bounds:
    """Refuses requests larger than `settings.REQUEST_LIMIT` (413), and zero characters (400).

    A request without a Content-Length has no body for Django, so the length that is told bounds
    what is read. PostgreSQL keeps no zero character in a text; no form of ours needs one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length[:18]) > settings.REQUEST_LIMIT:
            return too_large(request)
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return bad_request(request)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Look at the fields of a form; the check of its token has read them before."""
        if request.method == "POST" and _holds_zero(request.POST.lists()):
            return bad_request(request)
        return None


def _holds_zero(fields: Iterable[tuple[str, list[Any]]]) -> bool:
    return any(
        "\0" in name or any("\0" in str(value) for value in values) for name, values in fields
    )

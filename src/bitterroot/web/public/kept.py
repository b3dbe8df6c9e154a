"""What an address of a restored archive says, where no row of ours answers it."""

from collections.abc import Callable
from mimetypes import guess_type

from django.http import HttpRequest, HttpResponse

from bitterroot.issuing.models import KeptFile
from bitterroot.web import stored


class KeptFiles:
    """Answers with a kept file instead of “not found”. Nothing outside `site/` is ever given."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """See the class."""
        found = self._answer(request)
        if found.status_code != 404 or request.method not in ("GET", "HEAD"):
            return found
        return kept(request.path, request.headers.get("Accept", "")) or found


def kept(path: str, accept: str) -> HttpResponse | None:
    """The kept file at an address; a credential's bytes where a program asks for them."""
    name = "site/" + path.strip("/")
    wanted = [name, f"{name}/index.html"]
    if stored.prefers_json(accept):
        wanted.insert(0, f"{name}.json")
    rows = {row.path: row for row in KeptFile.objects.filter(path__in=wanted)}
    row = next((rows[each] for each in wanted if each in rows), None)
    if row is None:
        return None
    kind = guess_type(row.path)[0] or stored.JSON
    answer = HttpResponse(bytes(row.body), content_type=kind)
    answer["Cache-Control"] = "no-cache"
    answer["Vary"] = "Accept"
    if not row.path.endswith(".html"):
        answer["Access-Control-Allow-Origin"] = "*"
    return answer

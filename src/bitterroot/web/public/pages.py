"""Pages that people rely on (procedures, questions), and what machines look for first."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bitterroot.proposals.models import Page
from bitterroot.web.ui.text import markdown


@require_safe
def page(request: HttpRequest, key: str, n: int | None = None) -> HttpResponse:
    """The version in force of a page, or version `n` at its own address for good."""
    versions = list(Page.objects.filter(key=key).order_by("-n"))
    found = next((p for p in versions if n is None or p.n == n), None)
    if found is None:
        raise Http404
    context = {
        "page": found,
        "content": markdown(found.markdown),
        "versions": versions,
        "at": f"/{key}",
        "newest": found == versions[0],
    }
    return render(request, "public/page.html", context)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Programs may be found by search engines; people and their badges may not."""
    lines = [
        "User-agent: *",
        "Disallow: /credentials/",
        "Disallow: /claim/",
        "Disallow: /sign/",
        "Disallow: /work",
        "Disallow: /office",
        "Disallow: /queue",
        "Disallow: /my/",
        "Disallow: /demo/",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")

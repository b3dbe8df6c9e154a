"""Programs that registered to read badges, for system administrators: see them, remove them."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from bitterroot.issuing.domain.readers import reader_of, remove_reader
from bitterroot.issuing.queries import reading
from bitterroot.issuing.rules import may_tend_readers
from bitterroot.people.actor import person
from bitterroot.web.ui.acting import attempt

A_PAGE = 25


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def readers(request: HttpRequest) -> HttpResponse:
    """All of them, the newest first; how many learners let each read, but not who. POST removes one."""
    by = person(request.user.person)  # type: ignore[union-attr]
    may_tend_readers(by).require()
    if request.method == "POST":
        chosen = reader_of(request.POST.get("reader", ""))
        if chosen is None:
            raise Http404
        said = f"{chosen.name} was removed; it can read nothing any more."
        attempt(request, lambda: remove_reader(by=by, reader=chosen), said)
        return redirect("office:readers")
    page = Paginator(reading.readers(), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "office/readers.html", {"page": page})

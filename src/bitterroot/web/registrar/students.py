"""The extract of the student system: imported here, read by checks alone, shown to nobody."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from bitterroot.learning.checks.reading import ListUnreadable
from bitterroot.learning.domain.student_extract import import_students
from bitterroot.learning.models import StudentRecord
from bitterroot.learning.rules import may_import_students
from bitterroot.web.registrar.access import by_of
from bitterroot.web.ui.acting import attempt


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def students(request: HttpRequest) -> HttpResponse:
    """How many students are known and since when; POST replaces them by those of a file."""
    by = by_of(request)
    if not may_import_students(by):
        raise Http404
    if request.method != "POST":
        return _page(request)
    file = request.FILES.get("file")
    try:
        if file is None:
            raise ListUnreadable("Choose the file.")
        if (file.size or 0) > settings.UPLOAD_LIMIT:
            raise ListUnreadable(
                f"At most {settings.UPLOAD_LIMIT // 1024**2} MB are read here; the command line reads more."
            )
        name = file.name or ""
        done = attempt(request, lambda: import_students(by=by, data=file.read(), filename=name))
    except ListUnreadable as error:
        return _page(request, error, 422)
    return redirect("registrar:students") if done else _page(request, status=done.status)


def _page(
    request: HttpRequest, unreadable: ListUnreadable | None = None, status: int = 200
) -> HttpResponse:
    known = StudentRecord.objects.aggregate(count=Count("pk"), at=Max("imported_at"))
    context = {"known": known, "unreadable": unreadable}
    return render(request, "registrar/students.html", context, status=status)

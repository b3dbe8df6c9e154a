"""Only in the demonstration: sign in as anyone, and read everyone's mail."""

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import escape, urlize
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods, require_safe

from bitterroot.governance import policies
from bitterroot.governance.queries.bodies import in_force, seats_of
from bitterroot.messages.models import Mail
from bitterroot.people.models import Account
from bitterroot.people.queries import assignments
from bitterroot.record import clock
from bitterroot.web.signin.kept import kept

A_PAGE = 60  # people; the demo has fewer
MOST_MAILS = 10_000  # that are paged through
BACKEND = "django.contrib.auth.backends.ModelBackend"


def _only_in_the_demo() -> None:
    if not settings.DEMO:
        raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """Everyone who has an account, with what they do; a button signs in as them. Five queries."""
    _only_in_the_demo()
    if request.method == "POST":
        wanted = Account.objects.filter(is_active=True, username=request.POST.get("username", ""))
        account = get_object_or_404(wanted)
        login(request, account, backend=BACKEND)
        if kept(request):
            return redirect("signin:unsent")
        person = account.person
        works = person.assignments.exists() or seats_of(person)
        return redirect("/work" if works else "/my/badges")
    text = request.GET.get("q", "").strip()[:100]
    page = Paginator(_accounts(text), A_PAGE).get_page(request.GET.get("page"))
    context = {"people": _with_roles(list(page)), "page": page, "q": text}
    return render(request, "public/demo_people.html", context)


def _accounts(text: str) -> QuerySet[Account]:
    """Who can sign in, learners last; `text` is part of a name."""
    office = Exists(assignments().filter(person=OuterRef("person")))
    found = Account.objects.filter(is_active=True).select_related("person")
    if text:
        found = found.filter(Q(person__display_name__alike=text) | Q(username=text.lower()))
    return found.annotate(office=office).order_by("-office", "username")


def _with_roles(accounts: list[Account]) -> list[dict[str, Any]]:
    held: dict[Any, list[str]] = {}
    bodies = policies.current().bodies
    seats = in_force(clock.today()).filter(person__in=[account.person_id for account in accounts])
    those = assignments().filter(person__in=[account.person_id for account in accounts])
    for one in those.select_related("unit").order_by("role"):
        where = f", {one.unit.name}" if one.unit else ""
        held.setdefault(one.person_id, []).append(one.get_role_display() + where)
    for seat in seats.order_by("body", "office"):
        # Members of a body hold other offices too; its chair and secretary are looked for by name.
        if seat.body in bodies and (seat.office != "member" or seat.person_id not in held):
            said = f"{seat.get_office_display()}, {bodies[seat.body].title}"
            held.setdefault(seat.person_id, []).append(said)
    return [{"account": a, "roles": held.get(a.person_id, ["Learner"])} for a in accounts]


@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """The last ten thousand mails, newest first; `?to=` shows those to one address."""
    _only_in_the_demo()
    mails = Mail.objects.order_by("-created_at", "-pk").defer("attachment", "body")
    to = request.GET.get("to", "").strip()
    if to:
        mails = mails.filter(to_address__iexact=to)
    pages = Paginator(mails, 50)
    pages.count = mails[:MOST_MAILS].count()
    page = pages.get_page(request.GET.get("page"))
    return render(request, "public/demo_mail.html", {"page": page, "to": to})


@require_safe
def mail(request: HttpRequest, number: int) -> HttpResponse:
    """One mail as its receiver reads it; its links lead to the host that serves the demo now."""
    _only_in_the_demo()
    found = get_object_or_404(Mail, pk=number)
    host = request.build_absolute_uri("/").rstrip("/")
    body = found.body.replace(settings.ORIGIN + "/claim", host + "/claim")
    for path in ("sign", "open", "work", "my", "office", "queue"):
        body = body.replace(f"{settings.ORIGIN}/{path}", f"{host}/{path}")
    context = {"mail": found, "body": _linked(body)}
    return render(request, "public/demo_letter.html", context)


def _linked(body: str) -> SafeString:
    return mark_safe(urlize(escape(body), autoescape=False))  # noqa: S308  (escaped before)


@require_safe
def attachment(request: HttpRequest, number: int) -> HttpResponse:
    """The file that came with a mail."""
    _only_in_the_demo()
    found = get_object_or_404(Mail.objects.exclude(attachment_name=""), pk=number)
    answer = HttpResponse(bytes(found.attachment), content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.attachment_name}"'
    return answer

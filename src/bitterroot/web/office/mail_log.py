"""The log of mails about one proposal or to one person; mails that came back, and addresses that do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from bitterroot.messages.domain.bounce import Noted, note_bounces
from bitterroot.messages.interfaces.bounces import MOST_BYTES, BouncesUnreadable, read_bounces
from bitterroot.messages.notices import TO_LEARNERS
from bitterroot.messages.queries import log
from bitterroot.messages.queries.outgoing import outgoing
from bitterroot.messages.rules import may_read_drafts, may_tend_mail
from bitterroot.people import actor
from bitterroot.people.domain.person import mark_bounced
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Address, Person
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.rules import is_office
from bitterroot.web.ui.acting import Attempt, attempt


def _by(request: HttpRequest) -> actor.Actor:
    return actor.person(request.user.person)  # type: ignore[union-attr]


def _log(request: HttpRequest, found: Any, **more: object) -> HttpResponse:
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    mails = [
        replace(outgoing(mail), subject="A letter to a learner")
        if mail.template in TO_LEARNERS and not more["is_office"]
        else outgoing(mail)
        for mail in page
    ]
    context = {"page": page, "mails": mails, **more}
    return render(request, "office/mail_log.html", context)


@login_required
@require_GET
def about(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Mails about a proposal, for the program office."""
    may_read_drafts(_by(request)).require()
    proposal = get_object_or_404(Proposal.objects.select_related("case"), pk=pk)
    return _log(request, log.about_case(proposal.case), proposal=proposal, is_office=True)


@login_required
@require_GET
def to(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Mails to a person, for who tends mail."""
    by = _by(request)
    may_tend_mail(by).require()
    who = get_object_or_404(Person, pk=pk)
    return _log(request, log.to_person(who), who=who, is_office=bool(is_office(by)))


@login_required
@require_http_methods(["GET", "POST"])
def bounces(request: HttpRequest) -> HttpResponse:
    """Bring reports or a list of what came back; addresses that are marked, and unmarking one."""
    by = _by(request)
    may_tend_mail(by).require()
    done: Attempt[object] = Attempt()
    if request.method == "POST":
        done = _unmark(request, by) if "address" in request.POST else _take_in(request, by)
        if done:
            return redirect("office:bounces")
    marked = Address.objects.exclude(bounced_at=None).select_related("person")
    page = Paginator(marked.order_by("-bounced_at", "pk"), 50).get_page(request.GET.get("page"))
    context = {"page": page, "problems": done.problems, "is_office": bool(is_office(by))}
    return render(request, "office/bounces.html", context, status=done.status)


def _take_in(request: HttpRequest, by: actor.Actor) -> Attempt[object]:
    upload = request.FILES.get("file")

    def take() -> Noted:
        if upload is None or not upload.size or upload.size > MOST_BYTES:
            raise NotPossible("Choose a file of at most 5 MB.", [("file", "Choose a file.")])
        try:
            found = read_bounces(upload.read())
        except BouncesUnreadable as error:
            raise NotPossible(str(error), [("file", str(error))]) from None
        return note_bounces(by=by, found=found)

    done = attempt(request, take)
    if done and done.value is not None:
        noted = done.value
        said = (
            f"Mails that came back: {noted.mails}, tried elsewhere: {noted.elsewhere}. "
            f"Addresses marked: {noted.marked}, not known here: {noted.unknown}."
        )
        return attempt(request, lambda: noted, said)
    return done  # type: ignore[return-value]


def _unmark(request: HttpRequest, by: actor.Actor) -> Attempt[object]:
    key = request.POST["address"]
    row = get_object_or_404(Address, pk=key if key.isdecimal() and len(key) < 15 else 0)
    return attempt(
        request,
        lambda: mark_bounced(by=by, address=row, bounced=False),
        "Mail goes to this address again.",
    )

"""My work: what waits for a person, and what they follow."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bitterroot.issuing.queries.revocations import asked_by
from bitterroot.messages.duties import duties_of
from bitterroot.people import actor
from bitterroot.people.models import Person
from bitterroot.programs.enums import NO_MORE_LEARNERS
from bitterroot.programs.queries import programs_of, why_none_listed
from bitterroot.proposals import queries as proposals
from bitterroot.proposals.models import Consultation
from bitterroot.proposals.queries.posted import posted_for
from bitterroot.proposals.queries.process import titles_of_later
from bitterroot.proposals.queries.standing import standings
from bitterroot.proposals.rules import may_ask, may_begin
from bitterroot.web.faculty.away import absences_about

MOST = 50
SHOWN = 5  # of what is posted


@login_required
@require_GET
def my_work(request: HttpRequest) -> HttpResponse:
    """The to-do list, then proposals that one writes, own consultations and programs."""
    person: Person = request.user.person  # type: ignore[union-attr]
    duties = duties_of(person)
    programs = list(programs_of(person)[:20])
    written = list(proposals.written_by(person).order_by("-created_at")[:20])
    context = {
        "absences": absences_about(person),
        "duties": duties[:MOST],
        "more": max(0, len(duties) - MOST),
        "may_ask": bool(may_ask(actor.person(person))),
        "may_begin": bool(may_begin(actor.person(person))),
        "proposals": written,
        "stands": standings(written),
        "later_titles": titles_of_later(),
        "consultations": Consultation.objects.filter(requester=person).order_by("-requested_at")[
            :10
        ],
        "revocations": asked_by(person)[:10],
        "posted": posted_for(person, SHOWN),
        "programs": why_none_listed(programs),
        "over": NO_MORE_LEARNERS,
    }
    return render(request, "faculty/work.html", context)

"""The full proposal on screen: begun from its pilot, and laid beside it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from bitterroot.governance import policies
from bitterroot.people import actor
from bitterroot.proposals.domain.full import start_full_proposal
from bitterroot.proposals.queries.pilot_record import version_in_force
from bitterroot.proposals.queries.process import FULL, PILOT, form_of
from bitterroot.web.faculty.full_record import all_differences, differences_of
from bitterroot.web.faculty.pilot import person_of, seen_program
from bitterroot.web.faculty.proposals import visible
from bitterroot.web.ui.acting import attempt


@login_required
@require_POST
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin the full proposal; its lead goes on writing at once."""
    program = seen_program(request, slug)
    by = actor.person(person_of(request))
    done = attempt(
        request,
        lambda: start_full_proposal(by=by, program=program),
        "It begins with everything that the pilot's proposal said. What you type is saved.",
    )
    if done.value is None:
        return redirect("faculty:pilot", slug=slug)
    return redirect("faculty:edit_proposal", pk=done.value.pk, section="identity")


@login_required
@require_GET
def difference(request: HttpRequest, pk: str) -> HttpResponse:
    """What the full proposal says otherwise than the pilot, question by question."""
    row = visible(request, pk)
    if row.process != FULL or row.program is None:
        raise Http404
    form = form_of(row)
    pilots = policies.of(row.case).forms[PILOT].fields.keys()
    found = differences_of(row)
    asked_anew = [f for key, f in form.fields.items() if key not in pilots and f.type != "computed"]
    context = {
        "proposal": row,
        "version": version_in_force(row.program),
        "differences": found,
        "material": sum(each.material for each in found),
        "same": len(pilots) - len(found),
        "new_answers": [
            each for each in all_differences(row) if each.key in {field.key for field in asked_anew}
        ],
    }
    return render(request, "faculty/full/difference.html", context)

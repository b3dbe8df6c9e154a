"""What whoever decides is asked, beside the form: the words of the lead, and what was decided before."""

from __future__ import annotations

from typing import Any

from bitterroot.governance import policies
from bitterroot.governance.models import Decision
from bitterroot.governance.queries.chain import open_count
from bitterroot.issuing.enums import HELD
from bitterroot.issuing.models import Award
from bitterroot.programs import figures
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.queries.frozen import values_of
from bitterroot.proposals.queries.process import begins, form_of
from bitterroot.web.ui.policy_forms import answers, names_for

WHY = "change_reason"  # the question of a change beside which its effects are asked


def asked_of(row: Proposal) -> list[tuple[str, list[Any]]]:
    """Of an end all that the lead wrote; of a change why, from when, and for whom it matters."""
    what = begins(row)
    if what not in ("change", "termination"):
        return []
    form, values = form_of(row), values_of(row)
    found = answers(form, values, names_for(policies.of(row.case)))
    if what == "termination":
        return found
    own = {s.title for s in form.sections if any(field.key == WHY for field in s.fields)}
    return [(title, rows) for title, rows in found if title in own]


def touched_by_end(row: Proposal) -> dict[str, Any] | None:
    """What is still open in a program, in sentences, and how many of its badges are in force; None
    where no end is asked for."""
    program = row.program
    if program is None or begins(row) != "termination":
        return None
    held = Award.objects.filter(template__program_version__program=program, state__in=HELD)
    return {"open": figures.open_work(program), "badges": held.count()}


def decided_before(row: Proposal) -> list[tuple[Decision, str]]:
    """The decisions so far, the last one first, each with its count where anyone may read it."""
    bodies = policies.of(row.case).bodies
    found = row.case.decisions.order_by("-recorded_at", "-run__n").select_related("run")
    return [(decision, open_count(decision, bodies)) for decision in found]

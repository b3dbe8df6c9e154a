"""Decisions on the way of a case that count now: which stand, and which fall by what is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bitterroot.governance.domain import way
from bitterroot.governance.domain.run import office_name, step_of
from bitterroot.governance.models import Case, StepRun


@dataclass(frozen=True, slots=True)
class Pass:
    """A step that was passed and counts. `changed` names what was changed since; none: it stands.

    `who` decided: the body or office of the step, or who acted in its place.
    """

    run: StepRun
    title: str
    who: str
    changed: str


def passes_of(case: Case, values: Mapping[str, Any] | None = None) -> list[Pass]:
    """The passes that count now, in the order in which they were given.

    With the answers as they are written now, what each would fall by once they are sent; without
    them every one is told as it stands.
    """
    now = values if values is not None else {}
    decided = dict(case.decisions.order_by("recorded_at", "pk").values_list("run", "body"))
    found = []
    for run, changed in way.passes_against(case, now):
        run.case = case
        if run.kind in ("form", "sign") or way.standing(case, run.path) != run:
            continue
        names = ", ".join(sorted(changed)) if values is not None else ""
        who = decided.get(run.pk) or office_name(run)
        found.append(Pass(run, step_of(run).title, who, names))
    return found

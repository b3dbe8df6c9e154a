"""What the pages of a change show: what differs from now, how heavy it is, what the badge does."""

from __future__ import annotations

from typing import Any

from bitterroot.governance import policies
from bitterroot.openbadges.errors import InputError
from bitterroot.policy.models.process import CLASSES
from bitterroot.programs.domain.program import says_the_same
from bitterroot.programs.models import Program
from bitterroot.programs.queries.versions import newest_badge
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.queries import changes
from bitterroot.proposals.queries.frozen import values_of
from bitterroot.proposals.queries.process import begins, form_of, process_of
from bitterroot.web.ui.differences import differences
from bitterroot.web.ui.policy_forms import names_for

WORDS = {"editorial": "Editorial", "minor": "Minor", "major": "Major"}


def change_of(row: Proposal) -> dict[str, Any] | None:
    """The differences with their weights, the way that it goes, and what becomes of the badge."""
    if row.program is None or begins(row) != "change":
        return None
    form, policy = form_of(row), policies.of(row.case)
    base, weights = changes.base_of(row), changes.changed_keys(row)
    found = differences(
        form,
        base.content if base else {},
        values_of(row),
        names_for(policy),
        only=weights.keys(),
    )
    return {
        "base": base,
        "differences": found,
        "heaviest": _heaviest(weights, {key: f.label for key, f in form.fields.items()}),
        "chosen": row.values.get("heavier") or "",
        "process": process_of(row).title,
        "effective_on": changes.effective_day(row),
        "badge_kept": _badge_kept(row, row.program),
    }


def _heaviest(weights: dict[str, Any], labels: dict[str, str]) -> str:
    """Which answers make it as heavy as it is, in words; empty where nothing has changed."""
    if not weights:
        return ""
    top = max(weights.values(), key=CLASSES.index)
    named = [labels[key] for key, weight in weights.items() if weight == top]
    more = f" and {len(named) - 3} more" if len(named) > 3 else ""
    return f"{WORDS[top]}: {', '.join(named[:3])}{more}"


def _badge_kept(row: Proposal, program: Program) -> bool:
    """Whether the badge stays as it is. A badge that cannot be made yet would be another one."""
    before, policy = newest_badge(program), policies.of(row.case)
    values = changes.new_content(row, form_of(row).filled(values_of(row)))
    try:
        return before is not None and says_the_same(before, values, program, policy)
    except InputError:
        return False

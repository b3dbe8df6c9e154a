"""What the pages of a change show: what differs from now, how heavy it is, what the badge does."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from bitterroot.governance import policies
from bitterroot.openbadges.errors import InputError
from bitterroot.policy import Form
from bitterroot.policy.models.process import CLASSES
from bitterroot.programs.domain.program import says_the_same
from bitterroot.programs.models import Program
from bitterroot.programs.queries.versions import newest_badge
from bitterroot.proposals.enums import ProposalState
from bitterroot.proposals.models import Attachment, Proposal
from bitterroot.proposals.queries import changes
from bitterroot.proposals.queries.frozen import values_of
from bitterroot.proposals.queries.process import begins, form_of, process_of
from bitterroot.web.ui.differences import differences
from bitterroot.web.ui.policy_forms import names_for

WORDS = {"editorial": "Editorial", "minor": "Minor", "major": "Major"}


def change_of(
    row: Proposal, values: dict[str, Any] | None = None, *, without: Collection[str] = ()
) -> dict[str, Any] | None:
    """The differences with their weights, the way that it goes, and what becomes of the badge.

    Of a frozen version's `values` for those who may not read what is being written; else as it is
    written now, or as it was frozen last. `without` names questions that are not spoken of.
    """
    if row.program is None or begins(row) != "change":
        return None
    form, policy = form_of(row), policies.of(row.case)
    values = values_of(row) if values is None else values
    base = changes.base_of(row)
    weights = changes.changed_keys(row, values, base)
    labels = {key: field.label for key, field in form.fields.items() if key not in without}
    found = differences(
        form,
        base.content if base else {},
        values,
        names_for(policy),
        only=weights.keys() & labels.keys(),
        files=_file_names(row, form, weights.keys(), base.content if base else {}, values),
    )
    return {
        "base": base,
        "differences": found,
        "heaviest": _heaviest(weights, labels),
        "chosen": values.get("heavier") or "",
        "process": process_of(row).title,
        "effective_on": changes.effective_day(row, values),
        "badge_kept": _badge_kept(row, row.program, values),
    }


def _file_names(
    row: Proposal, form: Form, changed: Collection[str], *versions: Mapping[str, Any]
) -> dict[str, str]:
    """The names of the files that differ, by their SHA-256."""
    keys = [key for key in changed if form.fields[key].type == "files"]
    hashes = {each for said in versions for key in keys for each in said.get(key) or ()}
    if not hashes:
        return {}
    known = Attachment.objects.filter(proposal__program=row.program_id, file__in=hashes)
    return dict(known.order_by("id").values_list("file_id", "name"))


def _heaviest(weights: dict[str, Any], labels: dict[str, str]) -> str:
    """Which answers make it as heavy as it is, in words; empty where none that has a label."""
    if not weights:
        return ""
    top = max(weights.values(), key=CLASSES.index)
    named = [labels[key] for key, weight in weights.items() if weight == top and key in labels]
    if not named:
        return ""
    more = f" and {len(named) - 3} more" if len(named) > 3 else ""
    return f"{WORDS[top]}: {', '.join(named[:3])}{more}"


def _badge_kept(row: Proposal, program: Program, values: dict[str, Any]) -> bool:
    """Whether the badge stays as it is. A badge that cannot be made yet would be another one."""
    taken_over = row.state == ProposalState.APPROVED  # then the newest badge is its own
    before = newest_badge(program, changes.base_of(row) if taken_over else None)
    policy = policies.of(row.case)
    content = changes.new_content(row, form_of(row).filled(values))
    try:
        return before is not None and says_the_same(before, content, program, policy)
    except InputError:
        return False

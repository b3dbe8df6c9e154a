"""What the pages of a full proposal show of its pilot: the record, and what is said otherwise now."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html

from bitterroot.governance import policies
from bitterroot.policy import Section
from bitterroot.programs.models import ProgramVersion
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.queries.frozen import frozen, values_of
from bitterroot.proposals.queries.pilot_record import pilot_record, version_in_force
from bitterroot.proposals.queries.process import FULL, PILOT, form_of
from bitterroot.proposals.rules import EDITABLE
from bitterroot.web.ui.differences import Difference, differences
from bitterroot.web.ui.policy_forms import names_for


def differences_of(row: Proposal) -> list[Difference]:
    """Answers that differ from those that the pilot was approved with."""
    pilots = policies.of(row.case).forms[PILOT].fields.keys()
    return [each for each in all_differences(row) if each.key in pilots]


def all_differences(row: Proposal) -> list[Difference]:
    """Every answer that the version in force does not give so. The version keeps its content."""
    version = _proposed_from(row)
    before: dict[str, Any] = dict(version.content) if version else {}
    form = form_of(row)
    return differences(
        form, before, values_of(row), names_for(policies.of(row.case), before, values_of(row))
    )


def _proposed_from(row: Proposal) -> ProgramVersion | None:
    """The version that was in force when the full proposal began."""
    assert row.program is not None
    earlier = row.program.versions.filter(approved_at__lte=row.created_at)
    return earlier.order_by("-n").first() or version_in_force(row.program)


def record_of(row: Proposal) -> dict[str, Any] | None:
    """The pilot's record that the full proposal carries: as frozen, or as it is while it is written."""
    if row.process != FULL or row.program is None:
        return None
    kept = None if row.state in EDITABLE else frozen(row).get("pilot")
    return kept or pilot_record(row.program)


def told(row: Proposal, here: Section) -> dict[str, Any]:
    """What the system says in the fields of the section on evidence that it fills in itself."""
    asked = {field.key for field in here.fields} & {
        "pilot_reviews",
        "pilot_figures",
        "pilot_changes",
    }
    if not asked or row.program is None:
        return {}
    record = pilot_record(row.program)
    said: dict[str, Any] = {
        f"pilot_{part}": render_to_string(
            "ui/components/pilot_record.html", {"record": record, "parts": part}
        )
        for part in ("reviews", "figures")
    }
    count = len(differences_of(row))
    said["pilot_changes"] = format_html(
        '<p>{} · <a href="{}">See them side by side</a></p>',
        f"{count} answer{'' if count == 1 else 's'} changed",
        reverse("faculty:difference", args=[row.pk]),
    )
    return said

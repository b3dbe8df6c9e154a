"""What the system fills in on the pages where a change or an end is written."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join

from bitterroot.policy import Section
from bitterroot.programs import figures
from bitterroot.proposals.models import Proposal
from bitterroot.web.ui.change_record import change_of


def told(row: Proposal, here: Section) -> dict[str, Any]:
    """What the system says in fields that it fills in itself: what changes, who is learning."""
    asked = {field.key for field in here.fields}
    said: dict[str, Any] = {}
    if "what_changes" in asked:
        said["what_changes"] = render_to_string(
            "ui/components/change.html", {"change": change_of(row)}
        )
    if "learners_remaining" in asked and row.program is not None:
        open_work = figures.open_work(row.program)
        said["learners_remaining"] = (
            format_html(
                "<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((s,) for s in open_work))
            )
            if open_work
            else "Nobody is enrolled, and nothing waits to be issued."
        )
    return said

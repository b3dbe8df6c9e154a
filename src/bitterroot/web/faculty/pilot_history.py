"""What happened to a program, in sentences that people read."""

from __future__ import annotations

from typing import Any

import orjson

from bitterroot.programs.models import Program
from bitterroot.record.models import Event

MOST = 60
_SENTENCES = {
    "gate opened": "approved the pilot",
    "program entered": "entered the program from an earlier decision",
    "pilot started": "planned the first offering: the pilot started",
    "pilot extended": "extended the pilot",
    "pilot lapsed": "the pilot lapsed",
    "pilot runs again": "let the pilot run again",
    "deadlines moved": "the academic calendar moved deadlines",
    "yearly review opened": "the review of pilot year {year} opened",
    "yearly review submitted": "submitted the review of pilot year {year}",
    "yearly review acknowledged": "acknowledged the review of pilot year {year}",
    "yearly review accepted": "accepted the review of pilot year {year}",
    "yearly review returned": "returned the review of pilot year {year}",
    "yearly review waived": "waived the review of pilot year {year}",
    "notice opened": "the notice on the pilot opened",
    "notice signed by lead": "signed the notice",
    "notice given": "signed the notice: it is given",
    "notice returned": "returned the notice to the lead",
    "notice acknowledged": "acknowledged the notice",
    "notice changed": "began a new notice",
    "notice lapsed": "the notice lapsed",
    "full proposal submitted": "submitted the full proposal",
    "full proposal ended": "ended the full proposal",
    "teach-out planned": "planned the teach-out",
    "program closed": "closed the program",
    "program suspended": "suspended the program",
    "program resumed": "let the program go on",
    "program archived": "archived the program",
}


def history_of(program: Program) -> list[dict[str, Any]]:
    """What happened, newest first: when, who, sentence, note. One query."""
    found = Event.objects.filter(stream=f"program:{program.pk}", verb__in=_SENTENCES)
    return [_told(event) for event in found.order_by("-seq")[:MOST]]


def _told(event: Event) -> dict[str, Any]:
    data = orjson.loads(event.data)
    sentence = _SENTENCES[event.verb].format(year=data.get("year", ""))
    by_itself = event.actor == "system"
    return {
        "when": event.at,
        "who": "" if by_itself else event.actor_name,
        "sentence": sentence[0].upper() + sentence[1:]
        if by_itself
        else sentence + (f", as {event.capacity}" if event.capacity else ""),
        "note": str(data.get("reason") or ""),
    }

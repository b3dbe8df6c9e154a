"""What happened to a case, in sentences that people read."""

from __future__ import annotations

from typing import Any

import orjson

from bitterroot.record.models import Event

MOST = 200
#: Steps of the machinery that the acts around them already tell.
_SILENT = (
    "case opened", "case moved", "snapshot frozen", "signature superseded", "step opened",
    "step ended", "step waits",
)  # fmt: skip
_SENTENCES = {
    "proposal started": "began the draft",
    "proposal copied": "began it as a copy",
    "co-author invited": "invited a co-author",
    "co-author removed": "ended a co-author's part",
    "file attached": "attached a file",
    "file removed": "took out a file",
    "procedures attested": "attested the process and procedures",
    "consultation waived": "waived the consultation",
    "proposal sent for signatures": "sent it for signatures",
    "signature requested": "asked for a signature",
    "signature viewed": "opened it to read",
    "signature signed": "signed",
    "signature returned": "returned it with a comment",
    "signature declined": "declined to sign",
    "signature delegated": "let someone else sign",
    "signature void": "made a signature void",
    "proposal returned by signatory": "sent it back to its lead",
    "proposal taken back": "took it back to draft",
    "proposal submitted": "passed it to the program office",
    "proposal received": "found it complete; it is in review",
    "proposal approved": "approved it",
    "proposal approved with conditions": "approved it with conditions",
    "proposal returned": "returned it to the proposer",
    "proposal declined": "declined it",
    "proposal withdrawn": "withdrew it",
    "proposal on hold": "put it on hold",
    "proposal resumed": "let it go on",
    "condition set": "set a condition",
    "condition closed": "closed a condition",
    "decision made": "decided",
    "bound": "bound it with others",
    "released from its bundle": "let it go on alone",
    "bundle undone": "undid its bundle",
    "concurrence asked": "asked a unit whether it concurs",
    "concurrence answered": "answered for a unit that it affects",
    "concurrence not answered": "noted that a unit did not answer",
    "due days moved": "moved the day on which something is due",
}


def history(stream: str) -> list[dict[str, Any]]:
    """What happened, newest first: when, who, sentence, note. One query, at most 200 events."""
    found = Event.objects.filter(stream=stream).exclude(verb__in=_SILENT).order_by("-seq")[:MOST]
    return [
        {
            "when": event.at,
            "who": event.actor_name,
            "sentence": _SENTENCES.get(event.verb, event.verb)
            + (f", as {event.capacity}" if event.capacity else ""),
            "note": _note(orjson.loads(event.data)),
        }
        for event in found
    ]


def _note(data: dict[str, Any]) -> str:
    return str(data.get("reason") or data.get("void") or data.get("text") or "")

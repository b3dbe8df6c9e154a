"""What happened to a case, in sentences that people read."""

from __future__ import annotations

from typing import Any

import orjson

from bitterroot.record.models import Event

MOST = 200
#: Steps of the machinery that the acts around them already tell.
_SILENT = (
    "case opened", "case moved", "snapshot frozen", "mou version frozen", "signature superseded", "step opened",
    "step ended", "step waits", "case closed", "case took another way",
)  # fmt: skip
#: What members of bodies do among themselves: told to the office and to auditors alone. Proposers
#: read reviews without a name, and what ties a member to a matter is said to the chair.
_WITHIN = (
    "conflict found", "conflict declared", "conflict cleared", "review submitted",
    "motion moved", "motion seconded", "motion carried", "motion failed", "motion withdrawn",
    "comment written", "comment corrected", "comment taken back",
)  # fmt: skip
_WITHOUT_REASON = ("member recused", "recusal withdrawn")
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
    "signature expired": "noted that nobody signed in time",
    "signature delegated": "let someone else sign",
    "signature void": "made a signature void",
    "signature corrected": "put right who is asked outside",
    "signature link renewed": "let a new link be mailed to sign",
    "signature link ended": "took back the link of an officer outside",
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
    "concurrence withdrawn": "asks a unit no more",
    "proposal in review": "took it into review",
    "full proposal started": "began the full proposal",
    "change started": "began the change",
    "termination started": "asked that the program ends",
    "step skipped": "skipped a step that is not asked for",
    "step waits again": "let it wait for what it is bound with",
    "mou drafted": "drafted the agreement",
    "mou renewed": "began the next agreement",
    "mou sent": "sent the agreement to the parties",
    "mou taken back": "took the agreement back from the parties",
    "mou executed": "recorded the agreement that all parties signed",
    "mou in force": "noted that the agreement is in force",
    "mou expiring": "noted that the agreement ends soon",
    "mou ends soon": "reminded of the end of the agreement",
    "mou expired": "noted that the agreement has expired",
    "mou notice given": "recorded that a party gave notice",
    "mou terminated": "ended the agreement",
    "body informed": "told the body",
    "item put on the agenda": "put it on an agenda",
    "item read": "noted that a meeting read it",
    "item postponed": "postponed it to another meeting",
    "item pulled from consent": "pulled it from the consent agenda",
    "late item taken up": "took it up although it was late",
    "review submitted": "handed in a review",
    "motion moved": "noted a motion",
    "motion seconded": "noted who seconded it",
    "motion carried": "noted that the motion is carried",
    "motion failed": "noted that the motion failed",
    "motion withdrawn": "withdrew the motion",
    "ballot opened": "opened the ballot",
    "ballot closed": "closed the ballot",
    "ballot narrowed": "took a recused member out of the ballot",
    "ballot void": "noted that the ballot is void",
    "result released": "released the result",
    "conflict found": "flagged a possible conflict of interest",
    "conflict declared": "declared a possible conflict of interest",
    "conflict cleared": "found no conflict of interest",
    "member recused": "recused a member",
    "recusal withdrawn": "withdrew a recusal",
    "objection raised": "objected",
    "decision fell": "took a decision back: what it stood on has changed",
    "decision overridden": "decided in the body's place",
    "comment written": "commented",
    "comment corrected": "corrected a comment",
    "comment taken back": "took a comment back",
    "due days moved": "moved the day on which something is due",
}


def history(stream: str, *, within: bool = False) -> list[dict[str, Any]]:
    """What happened, newest first: when, who, sentence, note. One query, at most 200 events.

    `within` bodies too: what their members do before they decide.
    """
    silent = _SILENT if within else (*_SILENT, *_WITHIN)
    found = Event.objects.filter(stream=stream).exclude(verb__in=silent).order_by("-seq")[:MOST]
    return [
        {
            "when": event.at,
            "who": event.actor_name,
            "sentence": _SENTENCES.get(event.verb, event.verb)
            + (f", as {event.capacity}" if event.capacity else ""),
            "note": _note(orjson.loads(event.data))
            if within or event.verb not in _WITHOUT_REASON
            else "",
        }
        for event in found
    ]


def _note(data: dict[str, Any]) -> str:
    return str(data.get("reason") or data.get("void") or data.get("text") or "")

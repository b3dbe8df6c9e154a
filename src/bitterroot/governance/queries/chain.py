"""The decisions that led to an approval, and what the public may read of each body's vote."""

from collections.abc import Mapping
from typing import Any

from bitterroot.governance import policies
from bitterroot.governance.enums import OPENS_GATE, Outcome, RunState
from bitterroot.governance.models import Decision, StepRun
from bitterroot.governance.queries.minutes import tally_in_words
from bitterroot.policy.models.bodies import Body

#: Steps on which a body or an office decides about the content itself.
DECIDES = ("decide", "vote", "no objection")


def decisions_before(last: Decision) -> list[Decision]:
    """Of each step before `last` that decides, the latest decision that stands; oldest first."""
    if last.case is None:
        return []
    found = last.case.decisions.filter(
        outcome__in=OPENS_GATE,
        run__kind__in=DECIDES,
        run__state=RunState.DONE,
        recorded_at__lte=last.recorded_at,
    ).select_related("run")
    latest: dict[str, Decision] = {}
    # Where a clock stands still two decisions have one moment: then the later step's is the later one.
    for decision in found.order_by("recorded_at", "run__n"):
        latest.pop(
            decision.step, None
        )  # a step that was entered again stands where it was decided last
        latest[decision.step] = decision
    latest.pop(last.step, None)
    return list(latest.values())


def bodies_in(last: Decision) -> list[dict[str, Any]]:
    """Each decision on the way to `last`, and that one where a body took it: of bodies and offices.

    `vote` is a body's count in words, where the policy lets the public read it. A result that its body
    holds back decides nothing until it is released, so it is not here before. One query.
    """
    if last.case is None:
        return []
    bodies = policies.of(last.case).bodies
    found = decisions_before(last) + ([last] if last.run is not None and last.run.body else [])
    return [
        {
            "body": decision.body,
            "outcome": Outcome(decision.outcome).label,
            "decided_on": decision.decided_on.isoformat(),
            "vote": _vote(decision, decision.run, bodies.get(decision.run.body)),
        }
        for decision in found
        if decision.run is not None
    ]


def _vote(decision: Decision, run: StepRun, body: Body | None) -> str:
    if not run.body:
        return "An office decides"
    if not decision.tally:
        in_its_place = body is not None and decision.body != body.title
        return "Decided in the body's place" if in_its_place else "No vote was needed"
    return _open_tally(decision, body) or "The count is not public"


def _open_tally(decision: Decision, body: Body | None) -> str:
    """The count in words, where there is one and anyone may read it; else empty."""
    if body is None or body.public != "tally" or not decision.tally:
        return ""
    return tally_in_words(decision.tally)


def open_count(decision: Decision, bodies: Mapping[str, Body]) -> str:
    """How the body that took `decision` voted, in words, where anyone may read it; else empty.

    A body's `public: tally` opens the counts of its approvals alone (docs/policy.md). Needs `run` of the decision. `bodies` are those of the case's policy.
    """
    run = decision.run
    if decision.outcome not in OPENS_GATE:
        return ""
    return _open_tally(decision, bodies.get(run.body) if run is not None and run.body else None)

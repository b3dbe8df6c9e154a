"""The rules in force, drawn from the data: processes with what stands at each step, bodies,
and what differs between versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import orjson
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET, require_http_methods

from bitterroot.governance import policies
from bitterroot.governance.domain import policy_change
from bitterroot.governance.models import PolicyVersion
from bitterroot.governance.policy_rules import (
    may_confirm_policy,
    may_put_forward,
    may_read_policy,
)
from bitterroot.governance.queries import standing
from bitterroot.people import actor
from bitterroot.people.errors import NotPossible
from bitterroot.policy import Policy, diff
from bitterroot.policy.drawing import actor_of, expiry, kind_of, leads, svg
from bitterroot.policy.models.process import Deciding, Process, SignStep, Step
from bitterroot.record.models import Event
from bitterroot.web.ui.acting import Attempt, attempt

MOST = 400  # differences that one page shows


@dataclass(frozen=True, slots=True)
class Row:
    """One step, or one branch of a step, as the table below a drawing tells it."""

    path: str
    title: str
    kind: str
    who: str
    days: int | None
    when: str
    ways: list[tuple[str, str]]
    count: int
    inside: bool


def _reader(request: HttpRequest) -> actor.Actor:
    """Whoever may read the rules; raises Refused for others."""
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    may_read_policy(by).require()
    return by


@login_required
@require_http_methods(["GET", "POST"])
def policy(request: HttpRequest) -> HttpResponse:
    """The policy in force: its versions, its processes with what is under way, bodies; and what two
    are to put in force, where the installation wants two."""
    by = _reader(request)
    done: Attempt[object] = Attempt()
    if request.method == "POST":
        done = attempt(
            request, lambda: _act(by, request), SAID.get(request.POST.get("act", ""), "")
        )
        if done:
            return redirect("office:policy")
    now = policies.current()
    open_ = standing.under_way()
    context = {
        "policy": now,
        "versions": standing.versions(),
        "processes": [
            (each, len(each.steps), open_.get(each.key, 0)) for each in now.processes.values()
        ],
        "unknown": {key: n for key, n in open_.items() if key not in now.processes},
        "bodies": now.bodies.values(),
        "since": _since(now),
        "problems": done.problems,
        **_to_come(by, now),
    }
    return render(request, "office/policy.html", context, status=done.status)


SAID = {
    "put-forward": "It is put forward. A second administrator confirms it.",
    "take-back": "It waits no more. The files are as they were.",
    "confirm": "It is confirmed and holds from its day on.",
}


def _act(by: actor.Actor, request: HttpRequest) -> object:
    match request.POST.get("act"):
        case "put-forward":
            return policy_change.put_forward(by=by)
        case "take-back":
            sha256, why = request.POST.get("sha256", "")[:64], request.POST.get("reason", "")
            return policy_change.take_back(by=by, sha256=sha256, reason=why)
        case "confirm":
            sha256 = request.POST.get("sha256", "")[:64]
            return policy_change.confirm_policy(by=by, sha256=sha256)
    raise NotPossible("Choose what to do.")


def _since(now: Policy) -> date:
    """Since when this version is in force: its own day, or where two are asked for that which they set."""
    found = PolicyVersion.objects.filter(pk=now.sha256).values_list("holds_from", flat=True).first()
    return (settings.POLICY_BY_TWO and found) or now.effective_from


def _to_come(by: actor.Actor, now: Policy) -> dict[str, object]:
    """What two have confirmed for days to come, what the files say otherwise than what is in force,
    and what may be done with that."""
    if not settings.POLICY_BY_TWO:
        return {"to_come": None}
    new, will_hold = policies.laid_down(), policies.to_hold()
    if new.sha256 == now.sha256:
        return {"to_come": None, "will_hold": will_hold}
    row = (
        PolicyVersion.objects.filter(pk=new.sha256)
        .select_related("put_forward_by", "confirmed_by")
        .first()
    )
    why_not = policy_change.why_not_put_forward(row)
    waits = row is not None and bool(why_not)
    day = policy_change.would_hold_from(new)
    return {
        "to_come": new if row not in will_hold else None,
        "holds_from": day,
        "will_hold": will_hold,
        "gives_way": [each for each in will_hold if each.holds_from == day],
        "takes_over": next((each for each in will_hold if (each.holds_from or day) > day), None),
        "put_forward": row if waits else None,
        "may_take_back": waits
        and row is not None
        and row.confirmed_at is None
        and bool(may_put_forward(by)),
        "taken_back": _taken_back(row),
        "is_own": waits and row is not None and row.put_forward_by == by.person,
        "may_put_forward": not why_not and bool(may_put_forward(by)),
        "may_confirm": row is not None
        and waits
        and row.confirmed_at is None
        and bool(may_confirm_policy(by, row)),
    }


def _taken_back(row: PolicyVersion | None) -> tuple[Event, str] | None:
    """Who took back what the files say, or said no to it, and why; None where nobody did."""
    if row is None or row.put_forward_at is None or row.put_forward_by_id is not None:
        return None
    said = Event.objects.filter(stream="policy", about=f"policy:{row.pk}", verb="policy taken back")
    last = said.order_by("seq").last()
    return (last, orjson.loads(last.data).get("reason", "")) if last else None


@login_required
@require_GET
def process(request: HttpRequest, key: str) -> HttpResponse:
    """One process, drawn, with the number of open cases at each step, and told in a table."""
    _reader(request)
    chosen, is_current = _version(request.GET.get("version", ""))
    found = chosen.processes.get(key)
    if found is None:
        raise Http404
    stands = standing.standing(key, frozenset(path for path, _ in _paths(found)))
    context = {
        "policy": chosen,
        "process": found,
        "is_current": is_current,
        "rows": [_row(chosen, found, path, step, stands.at) for path, step in _paths(found)],
        "elsewhere": stands.elsewhere,
        # Made by our own drawing, which escapes every text of the policy.
        "drawing": _safe(svg(chosen, found, stands.at)),
    }
    return render(request, "office/process.html", context)


@login_required
@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """What differs between two versions, in the order of the files."""
    _reader(request)
    old, _ = _version(request.GET.get("old", ""))
    new, _ = _version(request.GET.get("new", ""))
    changes = diff(old, new)
    context = {
        "old": old,
        "new": new,
        "changes": changes[:MOST],
        "more": max(0, len(changes) - MOST),
        "versions": standing.versions(),
    }
    return render(request, "office/policy_compare.html", context)


def _version(sha256: str) -> tuple[Policy, bool]:
    """The policy with this hash, or the one in force where none is named; and whether it is that."""
    now = policies.current()
    if not sha256 or sha256 == now.sha256:
        return now, True
    if sha256 == policies.laid_down().sha256:
        return policies.laid_down(), False
    if len(sha256) != 64 or not PolicyVersion.objects.filter(sha256=sha256).exists():
        raise Http404
    return policies.kept(sha256), False


def _paths(process: Process) -> list[tuple[str, Step]]:
    found: list[tuple[str, Step]] = []
    for key, step in process.steps.items():
        found.append((key, step))
        found += [
            (f"{key}/{name}", branch) for name, branch in getattr(step, "branches", {}).items()
        ]
    return found


def _row(policy: Policy, process: Process, path: str, step: Step, at: dict[str, int]) -> Row:
    ways = []
    if isinstance(step, SignStep):
        back = process.steps[step.on_return].title
        ways = [("Returned", f"to {back}")]
        if lapses := expiry(step):
            ways.append(("Not answered", f"to {back}, {lapses}"))
    elif isinstance(step, Deciding):
        ways = [(o.label, leads(policy, process, path, o)) for o in step.outcomes.values()]
    who = actor_of(policy, step)
    if isinstance(step, SignStep):
        who = ", ".join(f"{s.title} ({s.when})" if s.when else s.title for s in step.signers)
    return Row(
        path=path,
        title=step.title,
        kind=kind_of(step),
        who=who,
        days=getattr(step, "due_days", None),
        when=str(step.when or ""),
        ways=ways,
        count=at.get(path, 0),
        inside="/" in path,
    )


def _safe(text: str) -> SafeString:
    return mark_safe(text)  # noqa: S308 (see the caller)

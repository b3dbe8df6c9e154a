"""The rules in force, drawn from the data: processes with what stands at each step, bodies,
and what differs between versions."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET

from bitterroot.governance import policies
from bitterroot.governance.models import PolicyVersion
from bitterroot.governance.queries import standing
from bitterroot.policy import Policy, diff
from bitterroot.policy.drawing import actor_of, leads, svg
from bitterroot.policy.models.process import Deciding, Process, SignStep, Step
from bitterroot.web.office.board import require_reader

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


@login_required
@require_GET
def policy(request: HttpRequest) -> HttpResponse:
    """The policy in force: its versions, its processes with what is under way, bodies."""
    require_reader(request)
    now = policies.current()
    open_ = standing.counts()
    context = {
        "policy": now,
        "versions": standing.versions(),
        "processes": [
            (each, len(each.steps), sum(open_.get(each.key, {}).values()))
            for each in now.processes.values()
        ],
        "unknown": {key: sum(n.values()) for key, n in open_.items() if key not in now.processes},
        "bodies": now.bodies.values(),
    }
    return render(request, "office/policy.html", context)


@login_required
@require_GET
def process(request: HttpRequest, key: str) -> HttpResponse:
    """One process, drawn, with the number of open cases at each step, and told in a table."""
    require_reader(request)
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
    require_reader(request)
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
        ways = [("Returned", f"to {process.steps[step.on_return].title}")]
    elif isinstance(step, Deciding):
        ways = [(o.label, leads(policy, process, path, o)) for o in step.outcomes.values()]
    who = actor_of(policy, step)
    if isinstance(step, SignStep):
        who = ", ".join(f"{s.title} ({s.when})" if s.when else s.title for s in step.signers)
    return Row(
        path=path,
        title=step.title,
        kind=step.kind,
        who=who,
        days=getattr(step, "due_days", None),
        when=str(step.when or ""),
        ways=ways,
        count=at.get(path, 0),
        inside="/" in path,
    )


def _safe(text: str) -> SafeString:
    return mark_safe(text)  # noqa: S308 (see the caller)

"""Which cases are bound together, and whether one waits for the others before a decision."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from bitterroot.governance import policies
from bitterroot.governance.enums import CaseState, ItemState
from bitterroot.governance.models import Bound, Case, StepRun
from bitterroot.record import in_words

#: At steps of these kinds a body acts; at the others an office decides.
BEFORE_BODIES = ("vote", "review", "no objection")
#: By what the policy lets wait: the kinds of step at which a bound case waits for the others.
WAITS_AT = {"decisions": (*BEFORE_BODIES, "decide"), "bodies": BEFORE_BODIES, "nothing": ()}


def holding() -> QuerySet[Bound]:
    """Memberships that hold now: neither released nor parted."""
    return Bound.objects.filter(released_at=None, parted_at=None)


def bound_with(case: Case) -> list[Case]:
    """The other cases of its bundle that are bound now, by title. One query."""
    mine = holding().filter(case=case).values("bundle")
    others = holding().filter(bundle__in=mine).exclude(case=case).select_related("case")
    return [each.case for each in others.order_by("case__title", "pk")]


def titles_bound_with(cases: Iterable[Any]) -> dict[Any, list[str]]:
    """For each of these cases (by key) the titles of what it is bound with. One query."""
    keys = set(cases)
    mine = holding().filter(case__in=keys).values("bundle")
    rows = list(
        holding()
        .filter(bundle__in=mine)
        .order_by("case__title")
        .values_list("bundle", "case", "case__title")
    )
    return {
        key: [title for bundle, case, title in rows if bundle == own and case != key]
        for own, key, _ in rows
        if key in keys
    }


def waits_for(case: Case, path: str, kind: str) -> list[Case]:
    """The cases for which this one waits before it is decided on at `path`; usually none."""
    if kind not in WAITS_AT[policies.of(case).bundles.wait]:
        return []
    key = path.partition("/")[0]
    return [other for other in bound_with(case) if not _there(other, key)]


def begun_on(run: StepRun) -> str:
    """What was done already on a matter that lies open, so that it waits no more; mostly nothing."""
    found = run.agenda_items.filter(state__in=[ItemState.LISTED, ItemState.LATE])
    if item := found.select_related("meeting").order_by("meeting__starts_at").first():
        return f"It stands on the agenda of the meeting on {in_words.day(item.meeting.starts_at)}."
    if run.motions.exists():
        return "A motion was made on it."
    if run.reviews.filter(submitted_at__isnull=False).exists():
        return "A member has reviewed it."
    if run.kind == "no objection":
        return f"Its period runs{f' through {in_words.day(run.due_on)}' if run.due_on else ''}."
    return ""


def _there(case: Case, key: str) -> bool:
    """Whether a bound case has come to the step `key`, is past it, over, or never comes there."""
    steps = list(policies.of(case).processes[case.process].steps)
    if case.state == CaseState.CLOSED or key not in steps:
        return True
    return steps.index(case.step) >= steps.index(key)

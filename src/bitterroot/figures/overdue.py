"""What is late: everything whose day has passed, oldest first, and with whom it is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from bitterroot.figures.pilots import late_in_pilots, standings
from bitterroot.figures.scope import Scope
from bitterroot.figures.steps import ASKED, in_scope
from bitterroot.governance import policies
from bitterroot.governance.domain.run import office_name
from bitterroot.governance.enums import CaseState, RunState
from bitterroot.governance.models import Case, Condition, SignatureRequest, StepRun
from bitterroot.learning.enums import RequestState
from bitterroot.learning.models import IssuanceRequest
from bitterroot.policy import Policy
from bitterroot.programs.queries.pilots import Standing
from bitterroot.record import clock

#: A request to issue counts as late after so many business days (domain.md 5.5, queue ageing).
QUEUE_DAYS = 5
MOST = 500


@dataclass(frozen=True, slots=True)
class Late:
    """One thing whose day has passed. `url_name` is empty where there is no page for it."""

    what: str
    title: str
    who: str
    due: date
    days: int  # business days past `due`
    url_name: str = ""
    url_args: tuple[object, ...] = ()


def late_items(scope: Scope, pilots: Iterable[Standing] | None = None) -> list[Late]:
    """Everything late in a scope, oldest first, at most 500 of each kind.

    `pilots` are those of the scope where they were read already. Four queries, and four for pilots.
    """
    found = [*_steps(scope), *_signatures(scope), *_conditions(scope), *_requests(scope)]
    found += _pilots(standings(scope) if pilots is None else pilots)
    return sorted(found, key=lambda late: (late.due, late.title))


def _steps(scope: Scope) -> Iterator[Late]:
    rows = StepRun.objects.filter(
        state=RunState.OPEN, due_on__lt=clock.today(), case__state=CaseState.OPEN
    )
    for run in in_scope(rows, scope).select_related("case__proposal").order_by("due_on")[:MOST]:
        policy = policies.of(run.case)
        step = policy.processes[run.case.process].step(run.path)
        assert run.due_on is not None
        yield Late(
            step.title, run.case.title, office_name(run), run.due_on, *_since(run.due_on, run.case)
        )


def _signatures(scope: Scope) -> Iterator[Late]:
    rows = SignatureRequest.objects.filter(
        state__in=ASKED, due_on__lt=clock.today(), case__state=CaseState.OPEN
    )
    rows = in_scope(rows, scope).select_related("case__proposal", "person").order_by("due_on")
    for row in rows[:MOST]:
        assert row.due_on is not None
        name = row.person.display_name if row.person else row.partner_name
        who = f"{name} ({row.capacity_title})"
        yield Late("Signature", row.case.title, who, row.due_on, *_since(row.due_on, row.case))


def _conditions(scope: Scope) -> Iterator[Late]:
    rows = Condition.objects.filter(closed_at=None, due_on__lt=clock.today()).exclude(
        decision__case=None
    )
    rows = in_scope(rows, scope, "decision__case__").select_related("decision__case__proposal")
    for row in rows.order_by("due_on")[:MOST]:
        case = row.decision.case
        assert row.due_on is not None
        assert case is not None
        what = f"Condition: {row.text[:120]}"
        yield Late(what, case.title, "Authors", row.due_on, *_since(row.due_on, case))


def _pilots(pilots: Iterable[Standing]) -> Iterator[Late]:
    policy = policies.current()
    for each in late_in_pilots(pilots):
        days = _days(policy, each.due)
        yield Late(each.what, each.title, each.who, each.due, days, each.url_name, each.url_args)


def _requests(scope: Scope) -> Iterator[Late]:
    policy = policies.current()
    rows = IssuanceRequest.objects.filter(
        state__in=[RequestState.WITH_REGISTRAR, RequestState.WITH_OFFICE]
    )
    if scope.units is not None:
        rows = rows.filter(offering__program__owner_unit__in=scope.units)
    rows = rows.select_related("offering__program").order_by("submitted_at")
    for row in _page(rows):
        sent = timezone.localtime(row.submitted_at).date()
        due = policy.calendar.add_business_days(sent, QUEUE_DAYS)
        if due < clock.today():
            yield Late(
                f"{row.total} badges to issue",
                row.offering.program.title,
                row.get_state_display(),
                due,
                _days(policy, due),
                "registrar:request",
                (row.pk,),
            )


def _page(rows: QuerySet[IssuanceRequest]) -> QuerySet[IssuanceRequest]:
    return rows[:MOST]


def _since(due: date, case: Case) -> tuple[int, str, tuple[object, ...]]:
    """Business days past `due`, and the page of what the case is about."""
    proposal = getattr(case, "proposal", None)
    days = _days(policies.current(), due)
    return (days, "faculty:proposal", (proposal.pk,)) if proposal else (days, "", ())


def _days(policy: Policy, due: date) -> int:
    return policy.calendar.business_days_between(due, clock.today())

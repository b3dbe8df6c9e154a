"""What is posted to the campus today."""

from django.db.models import Q, QuerySet

from bitterroot.governance import policies
from bitterroot.governance.enums import CaseState, RunState
from bitterroot.governance.models import StepRun
from bitterroot.governance.posted_rules import KINDS, paths_posted
from bitterroot.record import clock


def posted_runs() -> QuerySet[StepRun]:
    """The periods that run today and are open to the campus, the one that ends first first."""
    runs = StepRun.objects.filter(
        state=RunState.OPEN,
        kind__in=KINDS,
        due_on__gte=clock.today(),
        case__state=CaseState.OPEN,
        snapshot__isnull=False,
    )
    wide = Q(pk__in=[])
    for policy, process in runs.order_by().values_list("case__policy", "case__process").distinct():
        paths = paths_posted(policies.kept(policy).processes[process])
        wide |= Q(case__policy=policy, case__process=process, path__in=paths)
    return runs.filter(wide).order_by("due_on", "pk")

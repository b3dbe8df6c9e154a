"""What is posted to the campus: who reads it and comments, while its period runs and not after."""

from bitterroot.governance import policies
from bitterroot.governance.enums import CaseState, RunState
from bitterroot.governance.models import Case, StepRun
from bitterroot.governance.queries.bodies import bodies_of
from bitterroot.people.errors import Answer
from bitterroot.people.models import Account, Person
from bitterroot.people.queries import roles_of
from bitterroot.policy.models.process import Process
from bitterroot.record import clock

#: Audiences of a step that let the whole staff read the version it was opened on.
WIDE = ("campus", "public")
KINDS = ("comment", "no objection")


def paths_posted(process: Process) -> list[str]:
    """Paths of the steps at which a process posts a case to the campus."""
    return [path for path, step in process.places() if getattr(step, "audience", "") in WIDE]


def posted_run(case: Case) -> StepRun | None:
    """The period in which the case is posted today, its last day whole; None before, after, on hold."""
    paths = paths_posted(policies.of(case).processes[case.process])
    if not paths or case.state != CaseState.OPEN:
        return None
    found = case.runs.filter(state=RunState.OPEN, path__in=paths, due_on__gte=clock.today())
    return found.exclude(snapshot=None).order_by("due_on").first()


def is_staff(person: Person | None) -> bool:
    """Whether they hold an office or sit in a body today, and their account was not closed.

    Learners and partners hold neither.
    """
    if person is None or Account.objects.filter(person=person, is_active=False).exists():
        return False
    return bool(roles_of(person) or bodies_of(person))


def may_read_posted(person: Person | None, case: Case) -> Answer:
    """Everyone on the staff, while a period runs that the policy opens to the campus."""
    if posted_run(case) is None:
        return Answer(False, "It is not posted now.")
    if not is_staff(person):
        return Answer(False, "What is posted is for the staff.")
    return Answer(True, capacity="staff")

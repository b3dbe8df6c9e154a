"""Something is wrong with a badge's public page: anyone may say so, and an officer answers."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from bitterroot.issuing.domain.record_request import MOST
from bitterroot.issuing.domain.recording import record_of_award
from bitterroot.issuing.enums import ProblemKind, ProblemState
from bitterroot.issuing.models import Award, ProblemReport
from bitterroot.issuing.rules import may_answer_problem, may_report
from bitterroot.issuing.seals import problem_seal
from bitterroot.people.actor import Actor, system
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Person
from bitterroot.record import clock

OPEN_MOST = 20  # reports about one badge that wait; more say nothing new
SHORTEST = 10  # characters


@transaction.atomic
def report_problem(
    *, viewer: Person | None, award: Award, kind: ProblemKind, text: str, reply_to: str = ""
) -> ProblemReport:
    """Report it, also as a stranger. Event: problem reported; the officers of its queue are told.

    Who sends it is the system's word only: nobody has to say who they are.
    """
    locked = Award.objects.select_for_update(of=("self",)).select_related("learner")
    row = locked.get(pk=award.pk)
    answer = may_report(row, viewer, hold=row.learner.directory_hold).require()
    text, reply_to = text.strip(), reply_to.strip()
    problems = []
    if len(text) < SHORTEST:
        problems.append(("text", "Say what is wrong, in a sentence."))
    if len(text) > MOST:
        problems.append(("text", f"At most {MOST:,} characters."))
    if reply_to and not _is_address(reply_to):
        problems.append(("reply_to", "This is not an e-mail address."))
    if problems:
        raise NotPossible(problems[0][1], problems)
    if row.problems.filter(state=ProblemState.WAITING).count() >= OPEN_MOST:
        raise NotPossible("This badge was reported several times already, and is being looked at.")
    made = ProblemReport.objects.create(
        award=row, kind=kind, text=text, reply_to=reply_to, reported_at=clock.now()
    )
    by = Actor(viewer) if viewer is not None else system("a visitor of the page")
    about, seal = f"problem:{made.pk}", problem_seal(made)
    record_of_award(
        by, row, "problem reported", answer.capacity, about=about, seal=seal, kind=made.kind
    )
    return made


@transaction.atomic
def answer_problem(
    *, by: Actor, report: ProblemReport, mended: bool, answer: str, to_learner: str = ""
) -> ProblemReport:
    """Answer it. Event: problem answered; the reporter is told `answer` where they gave an
    address, and the learner `to_learner` where the officer wrote something for them."""
    capacity = may_answer_problem(by, report).require().capacity
    rows = ProblemReport.objects.select_for_update(of=("self",)).select_related("award")
    row = rows.get(pk=report.pk)
    # The award is held: its chain is written by one at a time.
    award = Award.objects.select_for_update(of=("self",)).get(pk=row.award_id)
    if row.state != ProblemState.WAITING:
        raise NotPossible(f"This is already answered: {row.get_state_display().lower()}.")
    row.answer, row.to_learner = answer.strip()[:MOST], to_learner.strip()[:MOST]
    if not row.answer:
        raise NotPossible("Say what came of it.", [("reason", "Write the answer.")])
    row.state = ProblemState.MENDED if mended else ProblemState.DISMISSED
    row.answered_by, row.answered_at = by.person, clock.now()
    row.save()
    about, seal = f"problem:{row.pk}", problem_seal(row)
    record_of_award(
        by,
        award,
        "problem answered",
        capacity,
        about=about,
        seal=seal,
        state=row.state,
        kind=row.kind,
    )
    return row


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254

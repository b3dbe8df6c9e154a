"""What must be so before the rows of a list may go to those who issue."""

from django.db.models import QuerySet, TextField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from bitterroot.learning.domain.checking import template_of
from bitterroot.learning.domain.offering import first_approved_on
from bitterroot.learning.enums import LineState
from bitterroot.learning.models import ListLine, Offering
from bitterroot.people.errors import NotPossible
from bitterroot.programs.enums import FINISHING, ISSUING, TemplateState
from bitterroot.record import in_words


def require(offering: Offering, lines: QuerySet[ListLine], attest: bool) -> None:
    """Raises NotPossible, with what is to be done, where these rows may not be sent.

    No row has an error, each warning is acknowledged, nobody completed before the program was
    approved, and the program may issue its badge.
    """
    _require_ready(lines, attest)
    _require_approved(offering, lines)
    _require_program(offering)


def _require_ready(lines: QuerySet[ListLine], attest: bool) -> None:
    if not lines.exists():
        raise NotPossible("The list has no rows left.")
    blocked = lines.filter(state=LineState.ERROR).count()
    waiting = lines.filter(state=LineState.WARNING).count()
    problems = []
    if blocked:
        rows = "1 row has an error" if blocked == 1 else f"{blocked:,} rows have errors"
        problems.append(("lines", f"{rows}: mend or remove them."))
    if waiting:
        rows = "1 row warns" if waiting == 1 else f"{waiting:,} rows warn"
        problems.append(("lines", f"{rows}: acknowledge what is meant so."))
    if not attest:
        problems.append(("attest", "Attest that every learner has met all requirements."))
    if problems:
        raise NotPossible(" ".join(message for _, message in problems), problems)


def _require_approved(offering: Offering, lines: QuerySet[ListLine]) -> None:
    """No badge for what was completed before anybody approved it, whenever the rows were checked
    and however the policy judges days outside of the offering (domain.md 2.3, 2)."""
    approved = first_approved_on(offering.program)
    if approved is None:
        return
    days = lines.filter(opted_out=False).annotate(
        day=Cast(KT("cells__completed_on"), TextField())  # as text: else SQLite compares numbers
    )
    early = days.filter(day__gt="", day__lt=approved.isoformat()).count()
    if early:
        rows = "1 row was" if early == 1 else f"{early:,} rows were"
        said = (
            f"{rows} completed before {in_words.day(approved)}, the day on which "
            f"“{offering.program.title}” was approved: correct the day or remove the row."
        )
        raise NotPossible(said, [("lines", said)])


def _require_program(offering: Offering) -> None:
    program = offering.program
    if program.state not in ISSUING:
        raise NotPossible(
            f"“{program.title}” may not issue badges now: {program.get_state_display().lower()}."
        )
    ended = program.enrolls_until
    if program.state in FINISHING and ended and offering.starts_on > ended:
        raise NotPossible(
            f"This offering began after {in_words.day(ended)}, the last day on which “{program.title}”"
            " took new learners."
        )
    template = template_of(offering)
    usable = (TemplateState.APPROVED, TemplateState.ACTIVE)
    if template is None or template.state not in usable:
        raise NotPossible(f"“{program.title}” has no approved badge.")

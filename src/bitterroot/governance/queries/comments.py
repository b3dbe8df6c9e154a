"""Comments of a case as one person reads them."""

from dataclasses import dataclass, field

from django.db.models import QuerySet

from bitterroot.governance.comment_rules import MAY_WRITE_TO, answer_to, circles_of, may_read
from bitterroot.governance.enums import Circle
from bitterroot.governance.models import Case, Comment
from bitterroot.people.models import Person


@dataclass(slots=True)
class Thread:
    """A comment and its answers, in the order in which they were written."""

    first: Comment
    answers: list[Comment] = field(default_factory=list)
    may_answer: bool = False


def threads_for(person: Person, case: Case) -> list[Thread]:
    """What `person` may read on a case, oldest thread first. A bounded number of queries."""
    return _threads(person, case.comments.all(), circles_of(person, case))


def said_to_campus(person: Person, case: Case) -> tuple[list[Thread], bool]:
    """What the campus and those around the case said to each other, and whether `person` may begin."""
    circles = circles_of(person, case)
    rows = case.comments.filter(audience=Circle.CAMPUS)
    return _threads(person, rows, circles), Circle.CAMPUS in circles


def _threads(person: Person, rows: QuerySet[Comment], circles: list[Circle]) -> list[Thread]:
    rows = rows.select_related("writer").prefetch_related("mentioned")
    found: dict[object, Thread] = {}
    for row in sorted(rows, key=lambda row: row.reply_to_id is not None):  # else in their order
        if not may_read(person, row, circles):
            continue
        if row.reply_to_id is None:
            found[row.pk] = Thread(row, may_answer=answer_to(row, circles) is not None)
        elif row.reply_to_id in found:
            found[row.reply_to_id].answers.append(row)
    return list(found.values())


def audiences_for(person: Person, case: Case) -> list[Circle]:
    """The circles that `person` may write to, nearest first."""
    found = [to for side in circles_of(person, case) for to in MAY_WRITE_TO[side]]
    return list(dict.fromkeys(found))

"""Comments on a page: what a person reads, to whom they may write, whether they follow."""

from typing import Any

from bitterroot.governance.models import Case
from bitterroot.governance.queries.comments import audiences_for, threads_for
from bitterroot.people.models import Person


def comments_of(person: Person, case: Case) -> dict[str, Any]:
    """What `ui/components/comments.html` needs: `threads`, `audiences`, `follows`, `reader`."""
    return {
        "threads": threads_for(person, case),
        "audiences": audiences_for(person, case),
        "follows": case.watches.filter(person=person).exists(),
        "reader": person,
    }

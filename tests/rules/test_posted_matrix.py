"""Who reads what is posted to the campus, and comments on it: while its period runs, before and after.

X may, · may not. Author: Mina Ito. Office: Corwin Hale. Other: Otis Rain, instructor of another
department. Fellow: Fay Lund, who holds no office and sits in a committee. Learner: Leo Brandt.
Guest: Gus Stone, who has an account and no office. Former: Fern Moss, a head whose account was closed.
"""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from bitterroot.governance.comment_rules import may_comment
from bitterroot.governance.domain import case as cases
from bitterroot.governance.enums import Circle
from bitterroot.governance.posted_rules import may_read_posted
from bitterroot.people.models import Person
from bitterroot.proposals.queries import visible_to
from bitterroot.record import clock
from governance.bodies_kit import SET_UP, _now  # noqa: F401
from web.faculty.posted_kit import make_posted

from .table import Acts, rows_of, silent_refusals, wrong_answers

WHO = {
    "author": "mina", "office": "corwin", "other": "other", "fellow": "fellow",
    "learner": "learner", "guest": "guest", "former": "former",
}  # fmt: skip
TABLE = """
                         author office other fellow learner guest former
read what is posted        X      X      X     X       ·      ·     ·
comment on it              ·      X      X     X       ·      ·     ·
write to the office        X      X      ·     ·       ·      ·     ·
open the whole record      X      X      ·     ·       ·      ·     ·
"""
ROWS = rows_of(TABLE)
CLOSED = {key: (row if key not in list(ROWS)[:2] else ["·"] * 7) for key, row in ROWS.items()}


@pytest.fixture
def campus(db: None, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    return make_posted(monkeypatch)


def people_of(campus: SimpleNamespace) -> dict[str, Person]:
    return {key: getattr(campus, name) for key, name in WHO.items()}


def acts_of(campus: SimpleNamespace) -> Acts:
    case, row = campus.row.case, campus.row
    return {
        "read what is posted": lambda by: may_read_posted(by.person, case),
        "comment on it": lambda by: may_comment(by, case, Circle.CAMPUS),
        "write to the office": lambda by: may_comment(by, case, Circle.OFFICE),
        "open the whole record": lambda by: visible_to(by.person).filter(pk=row.pk).exists(),
    }


def test_the_rules_answer_as_the_table_says(campus: SimpleNamespace) -> None:
    assert wrong_answers(ROWS, list(WHO), people_of(campus), acts_of(campus)) == []
    silent = silent_refusals(campus.learner, acts_of(campus))
    assert silent == ["open the whole record"]


def test_after_its_last_day_it_is_closed_though_no_sweep_has_run(campus: SimpleNamespace) -> None:
    with clock.standing_at(clock.now() + timedelta(days=16)):  # 4 December, its last day
        assert wrong_answers(ROWS, list(WHO), people_of(campus), acts_of(campus)) == []
    with clock.standing_at(clock.now() + timedelta(days=17)):
        assert wrong_answers(CLOSED, list(WHO), people_of(campus), acts_of(campus)) == []


def test_while_it_is_on_hold_it_is_closed(campus: SimpleNamespace) -> None:
    cases.hold(by=SET_UP, case=campus.row.case)
    campus.row.case.refresh_from_db()
    assert wrong_answers(CLOSED, list(WHO), people_of(campus), acts_of(campus)) == []


def test_a_draft_is_posted_to_nobody(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    campus = make_posted(monkeypatch, step="draft")
    assert wrong_answers(CLOSED, list(WHO), people_of(campus), acts_of(campus)) == []

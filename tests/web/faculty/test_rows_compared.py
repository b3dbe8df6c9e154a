"""Answers made of rows, row by row: added, taken away, changed; never two blobs."""

from typing import Any

import pytest

from bitterroot.policy import load_policy
from bitterroot.web.ui.policy_forms import Names
from bitterroot.web.ui.rows_compared import RowChange, compared

FORM = load_policy("montana").forms["noncredit-proposal"]
PAY = {"item": "Instruction", "amount": "1800.00"}
ROOM = {"item": "Room", "amount": "400.00"}
TEA = {"item": "Tea and bread", "amount": "90.00"}


def told(key: str, old: Any, new: Any) -> tuple[list[RowChange], int]:
    found = compared(FORM.fields[key], old, new, Names({}, {}, {}))
    return list(found.changes), found.same


@pytest.mark.parametrize(
    ("old", "new", "changes", "same"),
    [
        ([PAY], [PAY, TEA], [("Row added", "", "Tea and bread\nAmount: $90.00")], 1),
        ([PAY, ROOM], [ROOM], [("Row removed", "Instruction\nAmount: $1,800.00", "")], 1),
        (
            [PAY, ROOM],
            [{**PAY, "amount": "2000.00"}, ROOM],
            [("Row changed", "Instruction\nAmount: $1,800.00", "Instruction\nAmount: $2,000.00")],
            1,
        ),
        (
            [PAY, ROOM],
            [TEA, {"item": "Rooms", "amount": "400.00"}],
            [
                ("Row added", "", "Tea and bread\nAmount: $90.00"),
                ("Row changed", "Room", "Rooms"),
                ("Row removed", "Instruction\nAmount: $1,800.00", ""),
            ],
            0,
        ),
        (
            [PAY, ROOM],
            [ROOM, PAY],
            [("Order changed", "Instruction\nRoom", "Room\nInstruction")],
            2,
        ),
        (None, [PAY], [("Row added", "", "Instruction\nAmount: $1,800.00")], 0),
        ([PAY], None, [("Row removed", "Instruction\nAmount: $1,800.00", "")], 0),
    ],
)
def test_budget_lines(old: Any, new: Any, changes: list[tuple[str, str, str]], same: int) -> None:
    assert told("fixed_costs", old, new) == ([RowChange(*each) for each in changes], same)


def test_of_a_changed_row_only_what_differs_is_shown_beside_its_name() -> None:
    part = {"title": "Chairing a meeting", "hours": 6, "required": True}
    changes, _ = told("components", [part], [{**part, "hours": 8}])
    assert changes == [
        RowChange("Row changed", "Chairing a meeting\nHours: 6", "Chairing a meeting\nHours: 8")
    ]


def test_a_row_without_its_first_answer_is_named_by_the_next() -> None:
    """Components of a program without credit have no course number."""
    form = load_policy("lakeland-state").forms["proposal"]
    drawing = {"title": "Drawing a sample", "hours": 10, "required": True}
    custody = {"title": "Custody and results", "hours": 8, "required": True}
    talk = {"title": "Talking to a town", "hours": 4, "required": False}

    def changes(old: Any, new: Any) -> list[tuple[str, str, str]]:
        found = compared(form.fields["components"], old, new, Names({}, {}, {})).changes
        return [(each.kind, each.old, each.new) for each in found]

    assert changes([drawing, custody], [drawing, {**custody, "hours": 10}]) == [
        ("Row changed", "Custody and results\nHours: 8", "Custody and results\nHours: 10")
    ]
    assert changes([drawing, custody], [drawing, talk]) == [
        ("Row added", "", "Talking to a town\nHours: 4\nRequired: No"),
        ("Row removed", "Custody and results\nHours: 8\nRequired: Yes", ""),
    ]
    assert changes([drawing, custody], [custody, drawing]) == [
        (
            "Order changed",
            "Drawing a sample\nCustody and results",
            "Custody and results\nDrawing a sample",
        )
    ]

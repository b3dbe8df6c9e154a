"""Templates read back clean when filled in; exports can be opened without anything running."""

from collections.abc import Iterator
from datetime import date

import pytest
from lists_kit import CLIMATE, DENTAL, LISTS, RULES, RURAL, check, credit, nora

from bitterroot.learning.bench import bench_lists
from bitterroot.learning.interfaces.lists import ListUnreadable, read_list
from bitterroot.learning.interfaces.lists.exports import (
    A_PIECE,
    CREDLY_COLUMNS,
    credly_table,
    csv_pieces,
    to_csv,
    to_workbook,
    verdict_rows,
    verdict_table,
)
from bitterroot.learning.interfaces.lists.template import Heading, write_template

NORA = {
    "student_id": "790123456", "last_name": "Peña", "first_name": "Nora", "email": "nora@umconnect.example.edu",
    "grade": "A-", "requirements_met": "Y", "completed_on": "2026-11-13", "consent": "Y", "cohort": "Credit",
}  # fmt: skip
JACK = {
    "last_name": "Kipp", "first_name": "Jack", "email": "jack@mail.example.org", "result": "Pass",
    "completed_on": "2026-11-13", "consent": "Y", "cohort": "Non-credit", "requirements_met": "Y",
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "program", "learners"),
    [
        ("credit", CLIMATE, [{**NORA, "credits": "6", "courses": "JRNL 411", "term": "Fall 2026"}]),
        ("noncredit", DENTAL, [{**JACK, "hours": "12"}]),
        ("hybrid", RURAL, [{**NORA, "credits": "3", "courses": "PUBH 595", "term": "Fall 2026"}, {**JACK, "hours": "45"}]),
    ],
)  # fmt: skip
def test_a_template_that_is_filled_in_is_in_order(kind: str, program, learners) -> None:
    heading = Heading(program.title, "Fall 2026", "Dr. L. Kipp", date(2026, 11, 16))
    found = check(write_template(kind, heading, RULES, learners=learners), program)
    assert found.verdict() == {
        "kind": kind,
        "program": program.title,
        "rows": len(learners),
        "ok": len(learners),
        "warnings": 0,
        "errors": 0,
        "lines": {},
    }


def test_every_heading_of_a_template_is_recognized() -> None:
    for kind in ("credit", "noncredit", "hybrid"):
        data = write_template(
            kind, Heading("P", "Fall 2026", "L"), RULES, learners=[{**NORA, **JACK}]
        )
        assert read_list(data, "t", rules=RULES).ignored == []


def test_a_template_as_it_was_downloaded_holds_no_learners() -> None:
    data = write_template("credit", Heading("P", "Fall 2026", "L"), RULES)
    with pytest.raises(ListUnreadable, match="headings but no learners"):
        read_list(data, "t", rules=RULES)


def test_a_list_leaves_with_its_verdicts_and_comes_back_the_same() -> None:
    found = check((LISTS / "credit-faulty.xlsx").read_bytes(), CLIMATE)
    table = verdict_table(found.kind, verdict_rows(found.lines), RULES)
    assert table[2][:4] == ["2", "To be mended", "Student ID is missing.", "Enter the student ID."]
    assert table[11][1] == "Acknowledge"
    for data in (to_workbook(table), to_csv(table)):
        again = check(data, CLIMATE)
        assert {line.number: line.codes for line in again.lines} == {
            line.number: line.codes for line in found.lines
        }


def test_what_looks_like_a_formula_leaves_as_text() -> None:
    found = credit(nora(first='=HYPERLINK("http://x")'))
    table = verdict_table(found.kind, verdict_rows(found.lines), RULES)
    assert "\"'=HYPERLINK(" in to_csv(table).decode("utf-8-sig")


def test_a_long_table_is_written_piece_by_piece_while_it_is_read() -> None:
    read = 0

    def table() -> Iterator[list[str]]:
        nonlocal read
        for n in range(20_000):
            read = n + 1
            yield [str(n), "=1+1", "Zoë"]

    pieces = csv_pieces(table())
    first = next(pieces).decode("utf-8-sig")
    assert first.splitlines()[:2] == ["0,'=1+1,Zoë", "1,'=1+1,Zoë"]
    assert (first.count("\n"), read) == (A_PIECE, A_PIECE)
    rest = list(pieces)
    assert max(map(len, rest)) < 5_000  # bytes
    assert b"".join([first.encode("utf-8-sig"), *rest]) == to_csv(table())
    assert (read, to_csv([])) == (20_000, b"\xef\xbb\xbf")


def test_the_bulk_file_of_the_vendor() -> None:
    headings, line = credly_table("abc", [JACK])
    assert tuple(headings) == CREDLY_COLUMNS
    assert line[:5] == ["abc", "jack@mail.example.org", "Jack", "Kipp", "2026-11-13"]


def test_the_bench_checks_all_ten_thousand_rows() -> None:
    measured = bench_lists(data=(LISTS / "noncredit-10000.xlsx").read_bytes())
    assert (measured["rows"], measured["ok"]) == (10_000, 10_000)
    assert measured["ratio"] == pytest.approx(
        measured["seconds"] / measured["floor_seconds"], rel=0.05
    )

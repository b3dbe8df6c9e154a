"""The lists that faculty upload are judged exactly as they are expected to be."""

import csv
import io
import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lists_kit import CLIMATE, DENTAL, EXPECTED, LISTS, PROGRAMS, RULES, check, delimited, workbook

from bitterroot.learning.interfaces.lists import read_list


@pytest.mark.parametrize("name", EXPECTED)
def test_each_list_gets_the_verdict_that_is_expected(name: str) -> None:
    expected = EXPECTED[name]
    data = (LISTS / name).read_bytes()
    reading = read_list(data, name, rules=RULES)
    program = PROGRAMS[expected.get("program") or reading.block["program"]]

    found = check(data, program, "renamed.bin").verdict()

    assert found == {
        "kind": expected["kind"],
        "program": program.title,
        "rows": expected["rows"],
        "ok": expected["ok"],
        "warnings": expected["warnings"],
        "errors": expected["errors"],
        "lines": {number: codes for number, codes in expected["lines"].items() if codes},
    }


def test_a_hybrid_list_has_lines_of_both_kinds() -> None:
    expected = EXPECTED["hybrid.xlsx"]
    found = check((LISTS / "hybrid.xlsx").read_bytes(), PROGRAMS["Rural Behavioral Health Support"])
    kinds = [line.kind for line in found.lines]
    assert (kinds.count("credit"), kinds.count("noncredit")) == (
        expected["credit"],
        expected["noncredit"],
    )


def test_totals_and_further_sheets_are_left_out_and_the_reader_is_told() -> None:
    reading = read_list((LISTS / "credit-faulty.xlsx").read_bytes(), "x", rules=RULES)
    assert [skipped.text for skipped in reading.skipped] == ["Total · 118"]
    assert reading.block["term"] == "Fall 2026"
    assert reading.block["instructor"] == "Dr. R. Alvarez"


def test_an_address_in_capitals_and_a_number_for_an_id_are_tidied() -> None:
    found = check((LISTS / "credit-faulty.xlsx").read_bytes(), CLIMATE)
    assert found.lines[12].cells["email"] == "wren.hoffmann12@umconnect.example.edu"
    assert found.lines[13].cells["student_id"] == "790885825"


def test_text_of_windows_keeps_every_name() -> None:
    found = check((LISTS / "noncredit-faulty.csv").read_bytes(), DENTAL)
    assert found.lines[0].cells["last_name"] == "Çelik"
    assert found.lines[5].cells["first_name"] == "Søren"


WORDINGS = {
    "LAST NAME": ("Surname", "Family name", "last  NAME", "Learner's last name", "Nachname"),
    "FIRST NAME": ("Given name", "Forename", "First Name *", "Vorname"),
    "PREFERRED NAME": ("Name on badge", "Display name", "Goes by"),
    "EMAIL": ("E-mail address", "e-Mail", "Learner e-mail", "Student's email address (required)"),
    "HOURS": ("Contact hours", "Hours completed", "Total hours", "Number of hours attended"),
    "ASSESSMENT RESULT": ("Result", "Pass/fail", "Assessment outcome", "Asessment result"),
    "COMPLETION DATE": ("Date completed", "Completed on", "Date of completion", "Completoin date"),
    "PAID (Y/N)": ("Fee paid?", "Payment received", "paid"),
    "CONSENT ON FILE (Y/N)": ("Consent", "Consent given (yes or no)", "Consent form on file"),
    "OPT OUT OF BADGE (Y/N)": ("Opted out", "No badge", "opt-out?"),
    "NOTES": ("Comments", "Remarks"),
}
DATES = (
    "%Y-%m-%d",
    "%m/%d/%y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%d %b %Y",
    "%B %d, %Y",
    "%d-%b-%y",
    "%Y%m%d",
)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252")


def _faulty_rows() -> list[list[str]]:
    text = (LISTS / "noncredit-faulty.csv").read_bytes().decode("cp1252")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(ENCODINGS),
    written=st.sampled_from(DATES),
    case=st.sampled_from([str.upper, str.lower, str.title, str]),
    block=st.booleans(),
)
def test_the_verdict_stays_the_same_however_a_list_is_written(
    seed: int, delimiter: str, encoding: str, written: str, case: type, block: bool
) -> None:
    chance = random.Random(seed)
    headings, *rows = _faulty_rows()
    headings = [
        case(chance.choice((text.strip(), *WORDINGS.get(text.strip(), ()))))
        + chance.choice(["", " "])
        for text in headings
    ]
    at = [heading.strip() for heading in _faulty_rows()[0]].index("COMPLETION DATE")
    for row in rows:
        if "/" in row[at]:
            month, day, year = map(int, row[at].split("/"))
            row[at] = date(2000 + year, month, day).strftime(written)
    order = list(range(len(headings)))
    chance.shuffle(order)
    table = [[row[n] for n in order] for row in (headings, *rows)]
    above = [["Non-credit list"], ["Session", "Fall 2026"], []] if block else []

    found = check(delimited([*above, *table], delimiter).encode(encoding), DENTAL).verdict()

    expected = EXPECTED["noncredit-faulty.csv"]["lines"]
    assert found["kind"] == "noncredit"
    assert found["rows"] == 12
    assert found["lines"] == {number: codes for number, codes in expected.items() if codes}


def test_the_table_is_found_on_the_first_sheet_that_has_one() -> None:
    cover = [["Welcome"], ["This workbook holds our list on the next sheet."]]
    table = [
        ["Surname", "Given name", "E-mail", "Hours", "Result", "Completed", "Consent"],
        ["Kipp", "Jack", "jack@mail.example.org", 12, "Pass", date(2026, 11, 13), "Y"],
    ]
    other = [*table, ["Dvořák", "Ava", "ava@mail.example.org", 12, "Pass", "2026-11-13", "Y"]]
    found = check(workbook(cover, table, other), DENTAL)
    assert [line.cells["last_name"] for line in found.lines] == ["Kipp"]

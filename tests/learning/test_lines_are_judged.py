"""What is wrong with one line, and with lines beside each other."""

import io
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lists_kit import (
    CLIMATE,
    CREDIT_HEADINGS,
    NONCREDIT_HEADINGS,
    RULES,
    TODAY,
    check,
    credit,
    delimited,
    jack,
    noncredit,
    nora,
    workbook,
)  # fmt: skip

from bitterroot.learning.checks.dates import order_of, read_date
from bitterroot.learning.checks.engine import check_lines, check_list, split_name
from bitterroot.learning.checks.facts import Facts, OfferingFacts, OnRecord
from bitterroot.learning.checks.text import tidy
from bitterroot.learning.checks.values import (
    read_answer,
    read_email,
    read_grade,
    read_id,
    read_number,
    read_url,
)
from bitterroot.learning.interfaces.lists import read_list


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({"grade": "a-"}, []),
        ({"grade": "A\u2212"}, []),
        ({"grade": " C – "}, []),
        ({"grade": "b plus"}, []),
        ({"grade": "D+"}, ["grade_below_minimum"]),
        ({"grade": "P"}, ["grade_below_minimum"]),
        ({"grade": "W"}, ["grade_below_minimum"]),
        ({"grade": "92 %"}, ["grade_unknown"]),
        ({"grade": ""}, ["grade_missing"]),
        ({"credits": "6,0"}, []),
        ({"credits": 3}, ["credits_differ_from_program"]),
        ({"credits": "six"}, ["credits_unreadable"]),
        ({"credits": ""}, ["credits_missing"]),
        ({"student_id": 790123456.0}, []),
        ({"student_id": "790-123-456"}, []),
        ({"student_id": "7.90123E+08"}, ["student_id_malformed"]),
        ({"student_id": 90123456}, ["student_id_malformed"]),
        ({"student_id": ""}, ["student_id_missing"]),
        ({"met": "no"}, ["requirements_not_met"]),
        ({"met": ""}, ["requirements_unanswered"]),
        ({"met": True}, []),
        ({"met": "x"}, []),
        ({"consent": "ja"}, []),
        ({"consent": 1}, []),
        ({"consent": "maybe"}, ["consent_missing"]),
        ({"consent": False}, ["consent_missing"]),
        ({"date": date(2026, 11, 13)}, []),
        ({"date": 46339}, []),
        ({"date": "13 Nov 2026"}, []),
        ({"date": "Friday, November 13th, 2026"}, []),
        ({"date": "30 February 2026"}, ["completion_date_unreadable"]),
        ({"date": "2026-11-18"}, []),
        ({"date": "2026-11-19"}, ["completion_date_in_future"]),
        ({"email": "mailto:nora.pena@umconnect.example.edu"}, []),
        ({"email": "Nora Peña <nora.pena@umconnect.example.edu>"}, []),
        ({"email": "\u00a0nora.pena@umconnect.example.edu;"}, []),
        ({"email": "nora.pena@umconnect"}, ["email_invalid"]),
        ({"email": "nora@x.org, pena@x.org"}, ["email_invalid"]),
        ({"email": "n/a"}, ["email_missing"]),
        ({"last": ""}, ["name_missing"]),
        ({"first": "+Nora"}, ["text_looks_like_formula"]),
        ({"last": "Peña" * 40}, ["text_too_long"]),
        ({"last": "<script>alert(1)</script>"}, []),
        ({"last": "", "met": "N", "consent": "N"}, ["requirements_not_met", "consent_missing", "name_missing"]),
    ],
)  # fmt: skip
def test_a_credit_line_is_judged(changed: dict, codes: list[str]) -> None:
    [line] = credit(nora(**changed)).lines
    assert sorted(line.codes) == sorted(codes)


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({"hours": "12,5"}, []),
        ({"hours": "14 h"}, []),
        ({"hours": 11.75}, ["hours_below_program"]),
        ({"hours": "many"}, ["hours_unreadable"]),
        ({"hours": ""}, ["hours_missing"]),
        ({"result": "Passed"}, []),
        ({"result": "PASS – with distinction"}, []),
        ({"result": "Incomplete"}, ["assessment_not_passed"]),
        ({"result": ""}, ["assessment_not_passed"]),
    ],
)
def test_a_noncredit_line_is_judged(changed: dict, codes: list[str]) -> None:
    [line] = noncredit(jack(**changed)).lines
    assert line.codes == codes


def test_who_opts_out_needs_no_consent_to_a_badge() -> None:
    headings = (*NONCREDIT_HEADINGS, "Opt out of badge")
    [line] = noncredit([*jack(consent="N"), "Y"], headings=headings).lines
    assert line.codes == ["opted_out"]
    assert line.opted_out


def test_equal_names_mean_nothing_and_the_later_of_two_lines_is_at_fault() -> None:
    found = credit(
        nora(),
        nora(student_id="790000002", email="nora.2@umconnect.example.edu"),
        nora(email="other@umconnect.example.edu"),
        nora(student_id="790000004", email="NORA.2@umconnect.example.edu"),
    )
    assert [line.codes for line in found.lines] == [
        [], [], ["duplicate_in_file"], ["email_shared_by_two_people"],
    ]  # fmt: skip
    assert [line.faults[0].other for line in found.lines[2:]] == [1, 2]


def test_without_ids_the_address_is_who_someone_is() -> None:
    found = noncredit(jack(), jack(first="Jacqueline", email="Jack.Kipp@mail.example.org"))
    assert [line.codes for line in found.lines] == [[], ["duplicate_in_file"]]


def test_mending_one_line_frees_the_line_it_clashed_with() -> None:
    found = noncredit(jack(), jack(first="Jill"), jack(email="ava@x.org", hours=3))
    changed = check_lines(
        found.lines,
        {1: {"email": "jack.new@mail.example.org"}},
        kind=found.kind,
        keys=found.keys,
        facts=Facts(TODAY),
        rules=RULES,
    )
    assert [(line.number, line.codes) for line in changed] == [(1, []), (2, [])]
    assert found.lines[1].codes == ["duplicate_in_file"]


def test_what_was_checked_once_is_found_the_same_when_checked_again() -> None:
    found = credit(nora(), nora(grade="D"), nora(student_id="12", date="soon"))
    again = check_lines(
        found.lines,
        {line.number: {} for line in found.lines},
        kind=found.kind,
        keys=found.keys,
        facts=Facts(TODAY, CLIMATE),
        rules=RULES,
    )
    assert again == found.lines


def test_the_roster_the_extract_holds_and_awards_are_asked_where_they_are_loaded() -> None:
    rows = [
        CREDIT_HEADINGS,
        nora(),
        nora(student_id="790000002", email="a@umconnect.example.edu", last="Kipp"),
        nora(student_id="790000003", email="b@umconnect.example.edu"),
    ]
    record = OnRecord(
        roster=frozenset({"790123456", "790000002"}),
        extract={"790123456": "PENA", "790000002": "Whitebear"},
        holds=frozenset({"790123456"}),
        awarded=frozenset({"a@umconnect.example.edu"}),
    )
    facts = Facts(TODAY, CLIMATE, OfferingFacts(starts_on=date(2026, 11, 14)), record)
    found = check_list(read_list(workbook(rows), "x", rules=RULES), facts, RULES)
    late = "completion_date_outside_offering"
    assert [line.codes for line in found.lines] == [
        [late, "directory_hold"],
        [late, "already_awarded", "name_differs_from_record"],
        [late, "not_enrolled", "student_id_unknown"],
    ]


def test_a_line_of_the_wrong_kind_for_the_program_is_blocked() -> None:
    data = delimited([NONCREDIT_HEADINGS, jack()]).encode()
    assert check(data, CLIMATE).lines[0].codes == ["wrong_kind_for_program"]


def test_whole_names_are_taken_apart() -> None:
    assert split_name("Núñez, José") == ("José", "Núñez")
    assert split_name("Zoë van der Berg") == ("Zoë", "van der Berg")
    assert split_name("Linh") == ("", "Linh")
    headings = ["Learner", "E-mail", "Hours", "Result", "Completed", "Consent"]
    [line] = noncredit(["Linh", "l@x.org", 12, "Pass", "11/13/26", "Y"], headings=headings).lines
    assert line.codes == []
    assert line.cells["display_name"] == "Linh"


def test_a_cohort_column_of_answers_makes_a_hybrid_list() -> None:
    headings = (*CREDIT_HEADINGS, "Hours", "For credit?")
    found = check(
        workbook([headings, [*nora(), "", "Yes"],
                  [*nora(student_id="", email="b@x.org", grade="", credits=""), 45, "No"],
                  [*nora(student_id="", email="c@x.org", grade="", credits=""), "", "perhaps"]]),
        None,
    )  # fmt: skip
    assert found.kind == "hybrid"
    assert [line.kind for line in found.lines] == ["credit", "noncredit", "noncredit"]
    assert [sorted(line.codes) for line in found.lines] == [
        [],
        [],
        ["hours_missing", "kind_undecided"],
    ]


def test_a_formula_that_was_never_computed_is_kept_as_text() -> None:
    """Some programs write formulas without results; a parser sees a blank cell there."""
    data = workbook([CREDIT_HEADINGS, nora(last="FORMULA")])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("sheet1.xml"):
                start = content.index(b'<c r="B2"')
                end = content.index(b"</c>", start) + 4
                cell = b'<c r="B2"><f>HYPERLINK(&quot;http://x&quot;)</f><v></v></c>'
                content = content[:start] + cell + content[end:]
            new.writestr(name, content)
    [line] = check(out.getvalue(), CLIMATE).lines
    assert line.cells["last_name"] == '=HYPERLINK("http://x")'
    assert line.codes == ["text_looks_like_formula"]


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("Zoë\x0bWhitebear", "Zoë Whitebear"),
        ("  Jose\u0301 \u00a0 N\u200bu\u0301n\u0303ez\u200e\x07 ", "José Núñez"),
        ("\u202eevil\u202c", "evil"),
        ("_x000B_Ava_x0007_", "Ava"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("Ngọc\r\nLinh", "Ngọc Linh"),
        ("李小龍", "李小龍"),
    ],
)
def test_pasted_text_is_tidied(pasted: str, kept: str) -> None:
    assert tidy(pasted) == kept


@given(st.text(max_size=80))
def test_tidied_text_stays_as_it_is(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@given(st.dates(date(1990, 1, 1), date(2079, 12, 31)))
def test_a_day_is_read_however_it_is_written(day: date) -> None:
    for written in (
        "%Y-%m-%d",
        "%m/%d/%Y",
        "%d.%m.%Y",
        "%d %B %Y",
        "%b %d, %Y",
        "%Y%m%d",
        "%Y-%m-%dT00:00:00",
    ):
        assert read_date(day.strftime(written)) == day
    assert read_date(day.strftime("%d/%m/%Y"), "dmy") == day
    assert read_date(str((day - date(1899, 12, 30)).days)) == day


def test_the_order_of_days_is_told_by_the_column() -> None:
    assert order_of(["05/11/2026", "13/11/2026"], "mdy") == "dmy"
    assert order_of(["05/11/2026", "06/11/2026"], "mdy") == "mdy"
    assert order_of(["11/13/2026"], "dmy") == "mdy"
    assert read_date("13. November 2026") == read_date("13 novembre 2026") == date(2026, 11, 13)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://x.org/a?b=1", "https://x.org/a?b=1"),
        ("www.example.org/work", "https://www.example.org/work"),
        ("javascript:alert(1)", None),
        ("data:text/html,hi", None),
        ("https://user:word@x.org/", None),
        ("http://localhost/", None),
        ("see attachment", None),
        ("https://x.org/a b", None),
    ],
)
def test_evidence_addresses(address: str, kept: str | None) -> None:
    assert read_url(address) == kept


def test_small_readers() -> None:
    yes, no = RULES.yes, RULES.no
    assert [read_answer(word, yes, no) for word in ("Y", "Ja", "✓", "TRUE", "Yes, on file")] == [
        "Y"
    ] * 5
    assert [read_answer(word, yes, no) for word in ("N", "0", "nein", "No.")] == ["N"] * 4
    assert read_answer("hm", yes, no) is None
    assert read_number("1 200") == "1200"
    assert read_number("0") is None
    assert read_id("790 123 456") == "790123456"
    assert read_email("A.B@Exämple.org") == "a.b@exämple.org"
    assert read_grade("a minus", RULES.grades) == "A-"
    assert replace(CLIMATE, credits=Decimal("6.0")).credits == CLIMATE.credits

"""What tracking lists may call their columns, and how their faults are judged."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bitterroot.policy import heading_key, load_policy
from bitterroot.policy.relied_on import FAULTS

LISTS = load_policy("montana").lists


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("Student ID", "student_id"),
        ("790 number", "student_id"),
        ("ID#", "student_id"),
        ("id_no.", "student_id"),
        ("SURNAME ", "last_name"),
        ("Family name", "last_name"),
        ("Given Name", "first_name"),
        ("E-Mail", "campus_email"),
        ("Campus email", "campus_email"),
        ("Course(s)", "courses"),
        ("All requirements met (Y/N)", "requirements_met"),
        ("Consent on file?", "consent"),
        ("Opt-out", "opt_out"),
        ("Prénom", "first_name"),
        ("Favorite color", None),
    ],
)
def test_a_heading_of_a_credit_list_in_any_wording(heading: str, column: str | None) -> None:
    assert LISTS.kinds["credit"].by_heading.get(heading_key(heading)) == column


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("EMAIL ", "email"),
        ("E-mail 2", "second_email"),
        ("Employer / organisation", "organization"),
        ("PAID (Y/N) ", "paid"),
        ("Assessment result", "result"),
        ("Contact hours", "hours"),
    ],
)
def test_a_heading_of_a_noncredit_list_in_any_wording(heading: str, column: str) -> None:
    assert LISTS.kinds["noncredit"].by_heading[heading_key(heading)] == column


def test_what_warns_and_what_blocks() -> None:
    assert [code for code in LISTS.faults if not LISTS.blocks(code)] == [
        "name_differs_from_record",
        "credits_differ_from_program",
        "opted_out",
        "not_paid",
        "text_looks_like_formula",
        "directory_hold",
    ]
    assert set(LISTS.faults) == set(FAULTS)


def test_every_fault_says_what_is_wrong_and_what_to_do() -> None:
    for fault in LISTS.faults.values():
        assert fault.title[0].isupper()
        assert fault.wrong.endswith((".", "?"))
        assert fault.remedy.endswith(".")


@pytest.mark.parametrize(
    ("grade", "minimum", "reached"),
    [
        ("C-", "C-", True),
        ("A", "C-", True),
        ("D", "C-", False),
        ("F", "D-", False),
        ("P", "C-", False),
        ("P", "P", True),
        ("D-", "P", True),
        ("F", "P", False),
        ("W", "D-", False),
        ("E", "C-", None),
        ("B", "Z", None),
    ],
)
def test_a_grade_against_the_minimum(grade: str, minimum: str, reached: bool | None) -> None:
    assert LISTS.grade_reaches(grade, minimum) is reached


def test_words_for_a_cohort_do_not_clash() -> None:
    assert set(LISTS.credit_words).isdisjoint(LISTS.noncredit_words)
    assert set(LISTS.passing_results).isdisjoint(LISTS.failing_results)
    assert set(LISTS.yes).isdisjoint(LISTS.no)


def test_where_lists_go() -> None:
    assert load_policy("montana").routing == {
        "credit": "registrar",
        "noncredit": "program office",
        "hybrid": "split",
    }


def test_no_institution_lets_a_learner_hold_a_badge_twice(
    folder: Path, after: Callable[..., list[str]]
) -> None:
    error = "  already_awarded:\n    severity: error"
    [problem] = after("lists.yaml", error, error.replace("error", "warning"))
    assert problem.startswith("lists.yaml:")
    assert problem.endswith(
        "lists > faults > already_awarded > severity: a learner holds one badge of a program "
        "everywhere. Expected error."
    )

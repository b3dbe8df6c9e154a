"""A provost's assistant edits the files and errs: each mistake is found where it was made."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bitterroot.policy import Policy, PolicyError, load_policy

Edit = Callable[..., list[str]]


def line_of(folder: Path, file: str, text: str) -> int:
    """The number of the first line that has the text."""
    lines = (folder / file).read_text().splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


def test_the_copy_loads_as_it_is_and_equals_what_ships(folder: Path) -> None:
    assert load_policy(folder) == load_policy("montana")
    assert load_policy(folder).sha256 == load_policy("montana").sha256


def test_every_effect_is_known_when_all_are_offered() -> None:
    offered = {"approve pilot", "establish program", "new version", "end program"}
    assert load_policy("montana", effects=offered) == load_policy("montana")


def test_a_name_that_stands_twice(folder: Path, after: Edit) -> None:
    line = line_of(folder, "roles.yaml", "dean: {title: Dean,")
    assert after("roles.yaml", "dean: {title: Dean,", "head: {title: Dean,") == [
        f"roles.yaml:{line}: roles: 'head' stands here twice. Expected each name once."
    ]


def test_a_role_that_a_capacity_needs(folder: Path, after: Edit) -> None:
    assert after("roles.yaml", "\ngraduate_dean:", "\ngrad_dean:") == [
        "roles.yaml:1: roles: role 'graduate_dean' is missing; "
        "the capacity 'graduate dean' needs it"
    ]


def test_a_unit_without_a_place(folder: Path, after: Edit) -> None:
    line = line_of(folder, "units.yaml", "geography:")
    old = "name: Department of Geography, kind: department, parent: humanities-sciences"
    [problem] = after("units.yaml", old, old.replace("humanities-s", "humanity-s"))
    assert problem.startswith(
        f"units.yaml:{line}: units > geography > parent: unknown unit 'humanity-sciences'. "
        "Expected 'humanities-sciences' (one of: "
    )


def test_a_unit_above_itself(folder: Path, after: Edit) -> None:
    found = after("units.yaml", "kind: college, parent: university}\njournalism:",
                  "kind: college, parent: journalism}\njournalism:")  # fmt: skip
    assert [problem.partition(": ")[2] for problem in found] == [
        "units > arts-media > parent: 'arts-media' stands above itself",
        "units > journalism > parent: 'journalism' stands above itself",
    ]


def test_a_day_that_does_not_exist(folder: Path, after: Edit) -> None:
    line = line_of(folder, "calendar.yaml", "fall-2026:")
    old = "start: 2026-08-31, end: 2026-12-11"
    assert after("calendar.yaml", old, "start: 2026-08-31, end: 2026-11-31") == [
        f"calendar.yaml:{line}: calendar > years > 2026-27 > terms > fall-2026 > end: "
        "'2026-11-31' does not fit here. Expected a date such as 2026-08-31."
    ]


def test_a_term_that_ends_before_it_begins(folder: Path, after: Edit) -> None:
    line = line_of(folder, "calendar.yaml", "fall-2026:")
    old = "start: 2026-08-31, end: 2026-12-11"
    assert after("calendar.yaml", old, "start: 2026-08-31, end: 2025-12-11") == [
        f"calendar.yaml:{line}: calendar > years > 2026-27 > terms > fall-2026: "
        "start, end, finals end and grades due are not in this order"
    ]


def test_terms_that_overlap(folder: Path, after: Edit) -> None:
    line = line_of(folder, "calendar.yaml", "spring-2027:")
    assert after("calendar.yaml", "start: 2027-01-19", "start: 2026-12-14") == [
        f"calendar.yaml:{line}: calendar > years > 2026-27 > terms > spring-2027: "
        "overlaps Fall 2026, which runs to 2026-12-18"
    ]


def test_a_term_outside_its_year_and_a_gap_between_years(folder: Path, after: Edit) -> None:
    line = line_of(folder, "calendar.yaml", "  2026-27:")
    assert after("calendar.yaml", "start: 2026-08-31\n", "start: 2026-09-01\n") == [
        f"calendar.yaml:{line + 1}: calendar > years > 2026-27 > start: "
        "does not follow on the end of 2025-26, 2026-08-30",
        f"calendar.yaml:{line + 4}: calendar > years > 2026-27 > terms > fall-2026: "
        "lies outside the year 2026-09-01 to 2027-08-29",
    ]


def test_a_closure_that_ends_before_it_begins(folder: Path, after: Edit) -> None:
    line = line_of(folder, "calendar.yaml", "start: 2026-11-26, end")
    [problem] = after("calendar.yaml", "start: 2026-11-26, end", "start: 2026-11-29, end")
    assert problem.startswith(f"calendar.yaml:{line}: calendar > closures > ")
    assert problem.endswith(": end is before start")


def test_a_number_where_text_belongs(folder: Path, after: Edit) -> None:
    line = line_of(folder, "policy.yaml", "version:")
    assert after("policy.yaml", 'version: "2026.1"', "version: 2026.1") == [
        f"policy.yaml:{line}: version: '2026.1' does not fit here. "
        "Expected text (in quotes, if it looks like a number or a date)."
    ]


def test_a_word_where_a_number_belongs(folder: Path, after: Edit) -> None:
    line = line_of(folder, "policy.yaml", "within months:")
    assert after("policy.yaml", "within months: 12", "within months: twelve") == [
        f"policy.yaml:{line}: consultation > within months: 'twelve' does not fit here. "
        "Expected a whole number."
    ]


def test_a_rule_that_is_neither_a_nor_b(folder: Path, after: Edit) -> None:
    line = line_of(folder, "policy.yaml", "  rule: A")
    assert after("policy.yaml", "  rule: A", "  rule: C") == [
        f"policy.yaml:{line}: pilot > rule: 'C' does not fit here. Expected 'A' or 'B'."
    ]


def test_something_left_out(folder: Path, after: Edit) -> None:
    line = line_of(folder, "policy.yaml", "consultation:")
    assert after("policy.yaml", "  within months: 12\n", "") == [
        f"policy.yaml:{line}: consultation: 'within months' is missing"
    ]


def test_a_credit_list_cannot_be_split_nor_a_hybrid_one_kept_whole(
    folder: Path, after: Edit
) -> None:
    line = line_of(folder, "policy.yaml", "  credit: registrar")
    new = "  credit: split\n  noncredit: program office\n  hybrid: registrar"
    old = "  credit: registrar\n  noncredit: program office\n  hybrid: split"
    assert after("policy.yaml", old, new) == [
        f"policy.yaml:{line}: routing > credit: 'split' does not fit here. "
        "Expected registrar or program office.",
        f"policy.yaml:{line + 2}: routing > hybrid: 'registrar' does not fit here. Expected split.",
    ]


def test_a_fault_that_no_check_gives(folder: Path, after: Edit) -> None:
    line = line_of(folder, "lists.yaml", "  not_paid:")
    found = after("lists.yaml", "  not_paid:", "  not_payed:")
    assert len(found) == 2
    assert found[0].endswith("faults: the fault 'not_paid' is missing; the checks give it")
    assert found[1].startswith(
        f"lists.yaml:{line}: lists > faults > not_payed: unknown fault 'not_payed'. "
        "Expected 'not_paid' (one of: "
    )


def test_one_heading_for_two_columns(folder: Path, after: Edit) -> None:
    old = "headings: [Final grade, Course grade,"
    [problem] = after("lists.yaml", old, "headings: [Final grade, Credit hours, Course grade,")
    assert problem.endswith(
        "lists > kinds > credit > columns > credits: "
        "the heading 'Credit hours' already stands for 'grade'"
    )


def test_a_notation_that_mentions_what_is_not_known(folder: Path, after: Edit) -> None:
    line = line_of(folder, "institution.yaml", "notation pattern:")
    [problem] = after("institution.yaml", "{credits} credits", "{credit.__class__} credits")
    assert problem.startswith(
        f"institution.yaml:{line}: institution > notation pattern: "
        "unknown word 'credit.__class__'. Expected "
    )


def test_an_example_that_does_not_fit_its_pattern(folder: Path, after: Edit) -> None:
    line = line_of(folder, "institution.yaml", "example:")
    assert after("institution.yaml", '"790123456"', '"123456789"') == [
        f"institution.yaml:{line}: institution > student id > example: "
        "'123456789' does not fit the pattern. Expected 790\\d{6}."
    ]


def test_a_time_zone_that_does_not_exist(folder: Path, after: Edit) -> None:
    line = line_of(folder, "institution.yaml", "time zone:")
    assert after("institution.yaml", "America/Denver", "America/Missoula") == [
        f"institution.yaml:{line}: institution > time zone: unknown time zone 'America/Missoula'"
    ]


def test_a_file_that_is_no_yaml(folder: Path, after: Edit) -> None:
    line = line_of(folder, "policy.yaml", "routing:")
    [problem] = after("policy.yaml", "\nrouting:\n", "\nrouting: [\n")
    assert problem.startswith(f"policy.yaml:{line + 2}: this is no YAML: ")


def test_a_list_where_a_mapping_belongs(folder: Path) -> None:
    (folder / "roles.yaml").write_text("- dean\n- head\n")
    assert_problems(
        folder, ["roles.yaml:1: roles: there is nothing here. Expected names and values."]
    )


def test_an_alias_is_refused(folder: Path, after: Edit) -> None:
    line = line_of(folder, "policy.yaml", "titles:")
    assert after("policy.yaml", "\ntitles:", "\ntitles: &rules") == [
        f"policy.yaml:{line}: titles: '&rules': anchors and aliases are not read. "
        "Expected the value itself."
    ]


def test_a_file_that_is_missing_and_one_that_is_misspelt(folder: Path) -> None:
    (folder / "calendar.yaml").rename(folder / "calender.yaml")
    assert_problems(
        folder,
        [
            "calendar.yaml: this file is missing",
            "calender.yaml: this file is not read. Expected 'calendar.yaml' (one of: policy.yaml, "
            "institution.yaml, units.yaml, roles.yaml, calendar.yaml, lists.yaml, texts.yaml, "
            "bodies.yaml, rubrics.yaml, forms, processes, pages).",
        ],
    )


def test_a_file_in_another_encoding(folder: Path) -> None:
    (folder / "units.yaml").write_bytes("a: {name: x}\nb: {name: Zoë}\n".encode("cp1252"))
    assert_problems(folder, ["units.yaml:2: this is not UTF-8. Expected UTF-8 text."])


def test_a_page_without_its_heading_block(folder: Path) -> None:
    (folder / "pages/badge-faq.md").write_text("# Questions\n")
    assert_problems(
        folder,
        [
            "pages/badge-faq.md:1: pages > badge-faq: the heading block is missing. "
            "Expected lines between '---'."
        ],
    )


def test_a_policy_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as caught:
        load_policy("montanna")
    assert str(caught.value) == (
        "montanna: there is no such policy. Expected a folder, or 'montana' (one of: hudson-valley, lakeland-state, montana)."
    )


def test_a_document_that_was_tampered_with() -> None:
    document = load_policy("montana").document()
    document["pilot"]["years"] = 0
    with pytest.raises(PolicyError) as caught:
        Policy.from_document(document)
    assert [problem.path for problem in caught.value.problems] == ["pilot > years"]


def assert_problems(folder: Path, expected: list[str]) -> None:
    with pytest.raises(PolicyError) as caught:
        load_policy(folder)
    assert [str(problem) for problem in caught.value.problems] == expected

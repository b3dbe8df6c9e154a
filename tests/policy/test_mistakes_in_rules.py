"""Mistakes in processes and forms: each is found where it was made."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bitterroot.policy import PolicyError, load_policy

Edit = Callable[..., list[str]]
PROCESS = "processes/pilot-proposal.yaml"
PROPOSAL = "forms/pilot-proposal.yaml"


def line_of(folder: Path, file: str, text: str) -> int:
    """The number of the first line that has the text."""
    lines = (folder / file).read_text().splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


def test_an_unknown_key(folder: Path, after: Edit) -> None:
    line = line_of(folder, PROPOSAL, "      acronym:")
    [problem] = after(PROPOSAL, "{label: Acronym,", "{lable: Acronym, label: Acronym,")
    assert problem == (
        f"{PROPOSAL}:{line}: forms > pilot-proposal > sections > identity > fields > acronym: "
        "unknown key 'lable'. Expected 'label' (one of: label, type, help, required, "
        "required when, shown when, choices, max length, max words, min items, max items, "
        "minimum, maximum, whole, accept, columns, starts as, page, public, confidential, material, badge, "
        "locked, choices from)."
    )


def test_a_misspelt_predicate_names_the_nearest(folder: Path, after: Edit) -> None:
    line = line_of(folder, PROCESS, "when: graduate level")
    [problem] = after(PROCESS, "when: graduate level", "when: graduat level")
    place = f"{PROCESS}:{line}: processes > pilot-proposal > steps > signatures > in order > 5"
    assert problem.startswith(
        f"{place} > when: unknown predicate 'graduat level'. Expected 'graduate level' (one of: "
    )


def test_a_condition_that_ends_too_early(folder: Path, after: Edit) -> None:
    line = line_of(folder, PROCESS, "when: credit-bearing or")
    old = "when: credit-bearing or asks for resources"
    [problem] = after(PROCESS, old, "when: credit-bearing or")
    assert problem == (
        f"{PROCESS}:{line}: processes > pilot-proposal > steps > signatures > in order > 3 > "
        "when: a predicate is missing before the end. Expected the name of a predicate."
    )


def test_an_unknown_capacity(folder: Path, after: Edit) -> None:
    line = line_of(folder, PROCESS, "- who: graduate dean")
    [problem] = after(PROCESS, "- who: graduate dean", "- who: graduate deen")
    assert problem.startswith(
        f"{PROCESS}:{line}: processes > pilot-proposal > steps > signatures > in order > 5 > who: "
        "unknown capacity 'graduate deen'. Expected 'graduate dean' (one of: "
    )


def test_a_due_time_that_is_none(folder: Path, after: Edit) -> None:
    line = line_of(folder, PROCESS, "by: program office") + 1
    old = "by: program office\n    due: 10 business days"
    [problem] = after(PROCESS, old, "by: program office\n    due: a fortnight")
    assert problem == (
        f"{PROCESS}:{line}: processes > pilot-proposal > steps > office > due: "
        "'a fortnight' is no due time. Expected '10 business days'."
    )


def test_a_section_that_is_not_there_cannot_be_covered(folder: Path, after: Edit) -> None:
    line = line_of(folder, PROCESS, "covers: [identity, money,")
    old = "covers: [identity, money, curriculum, operation]"
    [problem] = after(PROCESS, old, "covers: [identity, mony, curriculum, operation]")
    assert problem.startswith(
        f"{PROCESS}:{line}: processes > pilot-proposal > steps > signatures > in order > 3 > "
        "covers > 2: unknown section 'mony'. Expected 'money' (one of: badge, "
    )


def test_an_outcome_that_leads_nowhere(folder: Path, after: Edit) -> None:
    line = line_of(folder, PROCESS, "to: draft")
    [problem] = after(PROCESS, "to: draft", "to: drafts")
    assert problem == (
        f"{PROCESS}:{line}: processes > pilot-proposal > steps > office > outcomes > return > to: "
        "unknown step 'drafts'. Expected 'draft' (one of: draft, office, signatures)."
    )


def test_a_step_that_no_case_reaches(folder: Path, after: Edit) -> None:
    line = line_of(folder, PROCESS, "  signatures:")
    old = "    by: [lead, co-lead]\n"
    assert after(PROCESS, old, old + "    then: office\n") == [
        f"{PROCESS}:{line + 1}: processes > pilot-proposal > steps > signatures: "
        "no case ever reaches the step 'signatures'"
    ]


def test_steps_from_which_no_case_can_end(folder: Path, after: Edit) -> None:
    text = (folder / PROCESS).read_text()
    start = text.index("  office:\n")
    (folder / PROCESS).write_text(text[:start])
    with pytest.raises(PolicyError) as caught:
        load_policy(folder)
    assert [(problem.line, problem.message) for problem in caught.value.problems] == [
        (
            line_of(folder, PROCESS, "steps:"),
            "no outcome has an effect, so that nothing would come of any case",
        ),
        (
            line_of(folder, PROCESS, "  draft:"),
            "the step 'draft' is a dead end: no decision can follow",
        ),
        (
            line_of(folder, PROCESS, "  signatures:"),
            "the step 'signatures' is a dead end: no decision can follow",
        ),
    ]


def test_an_unknown_kind_of_step(folder: Path, after: Edit) -> None:
    line = line_of(folder, PROCESS, "  signatures:")
    assert after(PROCESS, "kind: sign\n", "kind: sing\n") == [
        f"{PROCESS}:{line}: processes > pilot-proposal > steps > signatures: "
        "a step's kind is missing or unknown. Expected one of: form, sign, review, decide, "
        "vote, no objection, inform, comment, record, all of, any of."
    ]


def test_an_effect_that_nobody_offers(folder: Path, after: Edit) -> None:
    line = line_of(folder, PROCESS, "effect: approve pilot")
    old = "label: Approve\n        effect: approve pilot"
    new = "label: Approve\n        effect: aprove pilot"
    offered = {"approve pilot", "establish program", "new version", "end program"}
    assert after(PROCESS, old, new, offered) == [
        f"{PROCESS}:{line}: processes > pilot-proposal > steps > office > outcomes > approve > "
        "effect: unknown effect 'aprove pilot'. "
        "Expected 'approve pilot' (one of: approve pilot, end program, establish program, new version)."
    ]


def test_a_form_that_is_not_there(folder: Path, after: Edit) -> None:
    line = line_of(folder, PROCESS, "statement: signature")
    [problem] = after(PROCESS, "statement: signature", "statement: signatur")
    assert problem.startswith(
        f"{PROCESS}:{line}: processes > pilot-proposal > steps > signatures > statement: "
        "unknown form 'signatur'. Expected 'signature' (one of: annual-review, badge-metadata, "
    )


def test_someone_with_an_account_does_not_sign_by_link(folder: Path, after: Edit) -> None:
    line = line_of(folder, PROCESS, "- who: graduate dean")
    old = "title: Dean of the Graduate School\n"
    assert after(PROCESS, old, old + "        by link: true\n") == [
        f"{PROCESS}:{line + 2}: processes > pilot-proposal > steps > signatures > in order > 5 > "
        "by link: 'graduate dean' has an account and signs signed in"
    ]


def test_a_field_that_code_relies_on(folder: Path, after: Edit) -> None:
    found = after(PROPOSAL, "      outcomes:\n", "      results:\n")
    assert (
        f"{PROPOSAL}:1: forms > pilot-proposal: the field 'outcomes' is missing; "
        "code relies on it. Expected type rows." in found
    )


def test_a_field_that_code_relies_on_keeps_its_type(folder: Path, after: Edit) -> None:
    line = line_of(folder, PROPOSAL, "contact_email:")
    old = "{label: Public contact, type: email,"
    assert after(PROPOSAL, old, "{label: Public contact, type: text,") == [
        f"{line_place(folder, 'badge-metadata', 'badge_contact')} > starts as: "
        "'contact_email' is of type text. Expected email.",
        f"{PROPOSAL}:{line}: forms > pilot-proposal > sections > identity > fields > "
        "contact_email > type: code relies on 'contact_email' being of type email. "
        "Expected email.",
    ]


def test_a_choice_without_choices(folder: Path, after: Edit) -> None:
    line = line_of(folder, PROPOSAL, "      track:")
    old = "public: true, choices from: tracks}"
    assert after(PROPOSAL, old, "public: true}") == [
        f"{PROPOSAL}:{line}: forms > pilot-proposal > sections > identity > fields > track: "
        "a field of type choice must have choices"
    ]


def test_choices_from_a_sort_that_is_not_there(folder: Path, after: Edit) -> None:
    line = line_of(folder, PROPOSAL, "      track:")
    assert after(PROPOSAL, "choices from: tracks", "choices from: track") == [
        f"{PROPOSAL}:{line}: forms > pilot-proposal > sections > identity > fields > track > "
        "choices from: unknown sort 'track'. "
        "Expected 'tracks' (one of: badge levels, badge types, choosing, kinds, levels, tracks)."
    ]


def test_a_form_to_include_that_is_not_there(folder: Path, after: Edit) -> None:
    line = line_of(folder, PROPOSAL, "include: badge-metadata")
    [problem] = after(PROPOSAL, "include: badge-metadata", "include: badge-data")
    assert problem.startswith(
        f"{PROPOSAL}:{line}: forms > pilot-proposal > sections > badge > include: "
        "unknown form 'badge-data'. Expected 'badge-metadata' (one of: "
    )


def test_a_mistake_in_an_included_field_is_found_where_it_was_made(
    folder: Path, after: Edit
) -> None:
    file = "forms/badge-metadata.yaml"
    line = line_of(folder, file, "eu_ects:")
    found = after(file, "label: ECTS credits, type: number", "label: ECTS credits, type: numbre")
    assert [problem.split(": ")[0] for problem in found] == [f"{file}:{line}"]


def test_two_fields_with_one_name(folder: Path, after: Edit) -> None:
    line = line_of(folder, PROPOSAL, "      renewal:")
    [problem] = after(PROPOSAL, "      renewal:", "      duration:")
    assert problem == (
        f"{PROPOSAL}:{line}: forms > pilot-proposal > sections > operation > fields > duration: "
        "'duration' is already a field of section 'curriculum'"
    )


def line_place(folder: Path, form: str, field: str) -> str:
    file = f"forms/{form}.yaml"
    line = line_of(folder, file, f"      {field}:")
    return f"{file}:{line}: forms > change > sections > badge > fields > {field}"

"""Mistakes in bodies and in how a process runs: each is found on load, where it was made."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bitterroot.policy import PolicyError, load_policy

Edit = Callable[..., list[str]]
FULL = "processes/full-proposal.yaml"
STEPS = "processes > full-proposal > steps"


def line_of(folder: Path, file: str, text: str, after: str = "") -> int:
    """The number of the first line that has the text, below the first one that has `after`."""
    lines = (folder / file).read_text().splitlines()
    start = next((n for n, line in enumerate(lines) if after and after in line), 0)
    return next(n for n, line in enumerate(lines[start:], start=start + 1) if text in line)


def said(problem: str) -> tuple[str, int, str]:
    """File, line and the rest of what is complained of."""
    file, line, rest = problem.split(":", 2)
    return file, int(line), rest.strip()


def test_a_body_that_is_not_there(folder: Path, after: Edit) -> None:
    line = line_of(folder, FULL, "body: faculty-senate")
    [problem] = after(FULL, "body: faculty-senate", "body: faculty-senat")
    assert said(problem) == (
        FULL, line,
        f"{STEPS} > senate > body: unknown body 'faculty-senat'. Expected 'faculty-senate' "
        "(one of: ascrc, faculty-senate, graduate-council, interdisciplinary-subcommittee).",
    )  # fmt: skip


def test_a_rubric_that_is_not_there(folder: Path, after: Edit) -> None:
    [problem] = after(FULL, "rubric: program-review", "rubric: program-revue")
    assert problem.endswith(
        f"{STEPS} > subcommittee > rubric: unknown rubric 'program-revue'. "
        "Expected 'program-review' (one of: program-review)."
    )


def test_a_quorum_that_can_never_be_there(folder: Path, after: Edit) -> None:
    line = line_of(folder, "bodies.yaml", "quorum: half")
    assert after("bodies.yaml", "quorum: half", "quorum: 8") == [
        f"bodies.yaml:{line}: bodies > interdisciplinary-subcommittee > quorum: "
        "Interdisciplinary subcommittee can never have 8 of its 7 voters there. "
        "Expected 1 to 7, or a share such as 'majority'."
    ]


def test_a_quorum_of_one_vote_that_can_never_be_there(folder: Path, after: Edit) -> None:
    old = "body: faculty-senate\n"
    [problem] = after(FULL, old, old + "    quorum: 61\n")
    assert problem.endswith(
        "senate > quorum: Faculty Senate can never have 61 of its 60 voters there. "
        "Expected 1 to 60, or a share such as 'majority'."
    )


@pytest.mark.parametrize(("old", "new", "why"), [
    ("seats: 61", "seats: 0", "nobody votes: 0 seats besides the chair, who does not vote"),
    ("seats: 61", "seats: 1", "nobody votes: 1 seats besides the chair, who does not vote"),
    ("seats: 7\n", "seats: 0\n", "nobody votes: 0 seats"),
])  # fmt: skip
def test_two_thirds_of_nobody(folder: Path, after: Edit, old: str, new: str, why: str) -> None:
    [problem] = after("bodies.yaml", old, new)
    assert problem.endswith(f"seats: {why}. Expected at least one voter.")


def test_a_quorum_in_words_that_nobody_knows(folder: Path, after: Edit) -> None:
    [problem] = after("bodies.yaml", "quorum: half", "quorum: most")
    assert problem.endswith(
        "quorum: 'most' is no quorum. "
        "Expected a number of members, or one of: half, majority, two thirds."
    )


def test_a_month_that_is_none(folder: Path, after: Edit) -> None:
    old = "sits: [September, October, November, December, January,"
    [problem] = after("bodies.yaml", old, old.replace("October", "Octobre"))
    assert "sits: unknown month 'Octobre'. Expected 'October' (one of: " in problem


def test_a_body_that_never_sits(folder: Path, after: Edit) -> None:
    old = "sits: [September, October, November, December, January, February, March, April, May]"
    [problem] = after("bodies.yaml", old, "sits: [July]")
    assert problem.endswith(
        "bodies > interdisciplinary-subcommittee > sits: the body never sits. "
        "Expected a month with classes in a term in which bodies sit (fall, spring)."
    )


def test_a_unit_of_a_body_that_is_not_there(folder: Path, after: Edit) -> None:
    [problem] = after("bodies.yaml", "unit: graduate-school", "unit: graduate-scool")
    assert "bodies > graduate-council > unit: unknown unit 'graduate-scool'" in problem


def test_a_branch_that_can_never_be_asked(folder: Path, after: Edit) -> None:
    line = line_of(folder, FULL, "when: noncredit")
    assert after(FULL, "when: noncredit", "when: noncredit and credit-bearing") == [
        f"{FULL}:{line}: {STEPS} > committees > branches > ascrc-information > when: "
        "'noncredit and credit-bearing' can never hold. Expected a condition that some case fulfils."
    ]


def test_an_outcome_that_its_kind_does_not_know(folder: Path, after: Edit) -> None:
    [problem] = after(FULL, "      postpone:\n        label: Postpone\n        reason: true\n"
        "        sentence: The proposal is taken up again at a later meeting.\n"
        "      decline:\n        label: Decline\n        reason: true\n"
        "        sentence: The proposal is not",
        "      table:\n        label: Postpone\n        reason: true\n"
        "        sentence: The proposal is taken up again at a later meeting.\n"
        "      decline:\n        label: Decline\n        reason: true\n"
        "        sentence: The proposal is not")  # fmt: skip
    assert problem.endswith(
        "subcommittee > outcomes > table: 'table' is no outcome of a step of kind vote. "
        "Expected one of: approve, approve with conditions, return, refer, postpone, decline."
    )


def test_a_return_that_goes_forward(folder: Path, after: Edit) -> None:
    [problem] = after(FULL, "or to: [subcommittee, committees]", "or to: [committees, provost]")
    assert problem.endswith(
        "senate > outcomes > return: a return goes back, and 'provost' is no earlier step. "
        "Expected one of: draft, signatures, complete, subcommittee, committees."
    )


def test_a_referral_to_oneself(folder: Path, after: Edit) -> None:
    old = "bodies: [ascrc, graduate-council, interdisciplinary-subcommittee]"
    [problem] = after(FULL, old, "bodies: [ascrc, faculty-senate]")
    assert problem.endswith(
        "refer > bodies > 2: 'faculty-senate' would refer to itself. Expected another body."
    )


def test_an_office_that_cannot_decide(folder: Path, after: Edit) -> None:
    [problem] = after(FULL, "by: provost", "by: lead")
    assert problem.endswith(
        f"{STEPS} > provost > by: 'lead' is no office that can decide. Expected one of: "
        "program office, registrar, issuing officer, graduate dean, provost."
    )


def test_consent_where_a_body_takes_none(folder: Path, after: Edit) -> None:
    old = "    body: interdisciplinary-subcommittee\n"
    [problem] = after(FULL, old, old + "    agenda: consent\n")
    assert "agenda: Interdisciplinary subcommittee takes no items on consent" in problem


def test_conditions_where_they_do_not_belong(folder: Path, after: Edit) -> None:
    old = (
        "        label: Approve with conditions\n        to: system\n"
        "        effect: establish program\n"
    )
    [problem] = after(FULL, old + "        conditions: true\n", old)
    assert problem.endswith(
        "provost > outcomes > approve with conditions: 'conditions: true' does not fit here. "
        "Expected only with 'approve with conditions', and always there."
    )


def test_an_effect_that_waits_for_a_step_that_all_have(folder: Path, after: Edit) -> None:
    [*_, problem] = sorted(after(FULL, "    when: asks the system\n", ""))
    assert problem.endswith(
        "approve with conditions: an effect that waits for 'system' never comes, for every case "
        "goes there. Expected an effect there alone, or a 'when' at that step."
    )


def test_an_effect_that_waits_for_a_step_from_which_it_does_not_come(
    folder: Path, after: Edit
) -> None:
    old = "        label: Settled with the system\n        effect: establish program\n"
    *waiting, at_the_end = after(FULL, old, "        label: Settled with the system\n")
    assert len(waiting) == 2
    assert "confirmed: the case ends with it, and nothing comes of that" in at_the_end
    for problem in waiting:
        assert "the effect waits for 'system', from which it does not come. Expected " in problem


def test_an_effect_that_waits_for_a_step_behind(folder: Path, after: Edit) -> None:
    old = "        label: Approve with conditions\n        to: system\n"
    [problem] = after(FULL, old, old.replace("system", "complete"))
    assert problem.endswith(
        "an effect waits for a later step only. Expected 'to' and a step after 'provost'."
    )


def test_an_effect_in_a_branch(folder: Path, after: Edit) -> None:
    old = "approve: {label: Recommend, sentence: The committee recommends the proposal to the senate.}"
    new = old.replace("label: Recommend,", "label: Recommend, effect: establish program,")
    [problem] = after(FULL, old, new)
    assert "a branch that passes neither has an effect nor leads elsewhere" in problem


def test_a_last_step_that_may_be_skipped(folder: Path, after: Edit) -> None:
    [problem] = after(FULL, "    by: provost\n", "    by: provost\n    when: credit-bearing\n")
    assert problem.endswith(
        f"{STEPS} > system: nothing follows when the step 'system' is skipped. "
        "Expected a step after it, or 'then'."
    )


def test_nothing_after_branches(folder: Path, after: Edit) -> None:
    text = (folder / FULL).read_text()
    cut = text[: text.index("  senate:\n")].replace("or to: [subcommittee], ", "")
    (folder / FULL).write_text(cut)
    with pytest.raises(PolicyError) as caught:
        load_policy(folder)
    assert [problem.message for problem in caught.value.problems] == [
        "no outcome has an effect, so that nothing would come of any case",
        "nothing follows when the step 'committees' is passed",
    ]


def test_requirements_where_nothing_looks_at_them(folder: Path, after: Edit) -> None:
    old = "    by: provost\n"
    more = "    requires:\n      - that: mou executed\n        otherwise: Sign it.\n"
    [problem] = after(FULL, old, old + more)
    assert "requires: only a step that fills in or signs is held up so" in problem


def test_a_rubric_that_asks_a_comment_for_everything(folder: Path, after: Edit) -> None:
    [problem] = after("rubrics.yaml", "comment below: 2", "comment below: 4")
    assert problem.endswith("comment below: every score is below 4. Expected at most 3.")


def own(tmp_path: Path, **files: str) -> Path:
    """A fourth institution in a folder, based on the reference one."""
    policy = 'version: "1"\neffective from: 2026-08-01\ntitle: Own\nbased on: montana\n'
    for name, text in {"policy": policy, **files}.items():
        place = tmp_path / f"{name}.yaml"
        place.parent.mkdir(exist_ok=True)
        place.write_text(text)
    return tmp_path


def test_a_fourth_institution_says_only_what_is_its_own(tmp_path: Path) -> None:
    bodies = "council: {title: Council, seats: 5, quorum: two thirds}\n"
    process = """
title: Proposal
about: One council decides.
form: pilot-proposal
steps:
  draft: {kind: form, title: Draft, form: pilot-proposal, by: [lead], submit by: lead}
  council:
    kind: vote
    title: Council
    body: council
    outcomes:
      approve: {label: Approve, effect: establish program, sentence: It is established.}
      decline: {label: Decline, sentence: It ends.}
"""
    folder = own(tmp_path, bodies=bodies, **{"processes/pilot-proposal": process})
    policy = load_policy(folder, effects={"establish program"})
    assert list(policy.bodies) == ["council"]
    assert list(policy.processes) == ["pilot-proposal"]
    assert policy.forms == load_policy("montana").forms
    assert policy.title == "Own"


def test_what_is_wrong_in_ones_own_file_is_told_there(tmp_path: Path) -> None:
    folder = own(tmp_path, bodies="council: {title: Council, seats: 5}\n")
    with pytest.raises(PolicyError) as caught:
        load_policy(folder)  # the processes of the base name bodies that are not there now
    problems = [str(problem) for problem in caught.value.problems]
    assert all(problem.startswith("montana/processes/") for problem in problems)
    assert "unknown body 'ascrc'. Expected one of: council." in "\n".join(problems)


def test_a_base_that_does_not_ship(tmp_path: Path) -> None:
    folder = own(tmp_path)
    text = (folder / "policy.yaml").read_text()
    (folder / "policy.yaml").write_text(text.replace("based on: montana", "based on: montanna"))
    with pytest.raises(PolicyError) as caught:
        load_policy(folder)
    assert str(caught.value.problems[0]).startswith(
        "policy.yaml:4: based on: unknown institution 'montanna'. Expected 'montana' (one of: "
    )


def test_credit_has_bounds_where_an_institution_sets_them() -> None:
    policy = load_policy("lakeland-state")
    problems = policy.form_problems("proposal", {"kind": "credit", "total_credits": 15})
    assert [p.message for p in problems if p.field == "total_credits"] == [
        "A program carries 3 to 12 credits. The system's policy sets the bounds."
    ]
    fine = policy.form_problems("proposal", {"kind": "credit", "total_credits": 12})
    assert [p for p in fine if p.field == "total_credits"] == []


def test_a_body_that_meets_in_public_says_since_when(folder: Path, after: Edit) -> None:
    line = line_of(folder, "bodies.yaml", "public meetings: true")
    assert after("bodies.yaml", "  public since: 2024-07-01\n", "") == [
        f"bodies.yaml:{line}: bodies > faculty-senate > public meetings: it meets in public, and no "
        "day says since when. Expected 'public since: YYYY-MM-DD'; minutes of earlier meetings stay "
        "inside."
    ]


def test_a_day_since_when_is_of_a_body_that_meets_in_public(folder: Path, after: Edit) -> None:
    [problem] = after("bodies.yaml", "  public meetings: true\n", "")
    assert problem.endswith(
        "faculty-senate > public since: it does not meet in public. "
        "Expected 'public meetings: true' as well."
    )


def test_what_takes_two_readings_is_not_approved_on_consent(folder: Path, after: Edit) -> None:
    [problem] = after(
        "processes/full-proposal.yaml", "    agenda: consent\n    due: 30 business days\n",
        "    agenda: consent\n    readings: 2\n    due: 30 business days\n",
    )  # fmt: skip
    assert problem.endswith(
        "senate > readings: what takes 2 readings is not approved on consent. "
        "Expected 'agenda: action'."
    )

"""What a process begins: a program of a track, a second proposal, a change of a class, an end."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bitterroot.policy import Policy, load_policy
from bitterroot.policy.models.process import CLASSES, Begins, ChangeClass

Edit = Callable[..., list[str]]
PILOT, FULL = "processes/pilot-proposal.yaml", "processes/full-proposal.yaml"


def key(
    policy: Policy, begins: Begins, track: str | None = None, change: ChangeClass | None = None
) -> str | None:
    found = policy.process_for(begins, track=track, change=change)
    return found.key if found else None


@pytest.mark.parametrize(
    ("name", "process"),
    [
        ("montana", "pilot-proposal"),
        ("hudson-valley", "pilot-proposal"),
        ("lakeland-state", "proposal"),
    ],
)
def test_every_institution_says_how_a_program_begins(name: str, process: str) -> None:
    policy = load_policy(name)
    assert key(policy, "program", "micro-credential") == process
    assert policy.has_pilots == (process == "pilot-proposal")


def test_an_institution_without_pilots_has_no_second_proposal() -> None:
    assert key(load_policy("montana"), "full proposal") == "full-proposal"
    assert key(load_policy("lakeland-state"), "full proposal") is None


def test_each_track_of_the_reference_institution_has_its_own_way() -> None:
    montana = load_policy("montana")
    assert {track.key: key(montana, "program", track.key) for track in montana.taxonomy.tracks} == {
        "micro-credential": "pilot-proposal",
        "badge": "badge-proposal",
        "noncredit": "noncredit-proposal",
    }
    assert montana.processes["noncredit-proposal"].agreement == "noncredit-mou"
    assert montana.processes["badge-proposal"].agreement == "mou"


def test_the_process_for_every_track_serves_one_that_has_none_of_its_own(folder: Path) -> None:
    text = (folder / PILOT).read_text()
    (folder / PILOT).write_text(text.replace("track: micro-credential\n", ""))
    for name in ("badge-proposal", *(f"{word}-change-badge" for word in CLASSES)):
        (folder / f"processes/{name}.yaml").unlink()
    policy = load_policy(folder)
    assert key(policy, "program", "badge") == "pilot-proposal"
    assert key(policy, "program", "noncredit") == "noncredit-proposal"
    assert key(policy, "program") == "pilot-proposal"


def test_a_track_without_a_process(folder: Path, after: Edit) -> None:
    (folder / "processes/noncredit-proposal.yaml").unlink()
    [problem] = after("policy.yaml", 'version: "2026.1"', 'version: "2026.2"')
    assert problem.endswith(
        "taxonomy > tracks > noncredit: no process begins a program of the track 'noncredit'. "
        "Expected a process with 'track: noncredit', or one that names no track."
    )


def test_a_change_asks_all_that_the_proposal_of_its_track_asked(folder: Path, after: Edit) -> None:
    for word in CLASSES:
        (folder / f"processes/{word}-change-noncredit.yaml").unlink()
    problems = after("policy.yaml", 'version: "2026.1"', 'version: "2026.2"')
    assert len(problems) == 3
    assert problems[0].endswith(
        "processes > editorial-change > form: 'change' does not ask 'product', 'design_need', "
        "'design_help' and 9 more, which 'noncredit-proposal' asks. Expected a form with "
        "'sections from: noncredit-proposal' for the track 'noncredit'."
    )


def test_a_track_to_which_code_gives_no_meaning(after: Edit) -> None:
    problems = after(
        "policy.yaml",
        "    noncredit:\n      label: Non-credit course",
        "    masterclass:\n      label: Non-credit course",
    )
    assert any("unknown track 'masterclass'" in problem for problem in problems)
    assert any(
        "choosing > lasting > answers > course > fits > 1: unknown track 'noncredit'" in problem
        for problem in problems
    )


def test_no_level_for_taking_part(after: Edit) -> None:
    [problem] = after("policy.yaml", "shape: square, unassessed: true,", "shape: square,")
    assert problem.endswith(
        "taxonomy > badge levels: none is for taking part, where nothing is assessed. "
        "Expected one with 'unassessed: true'."
    )


def test_a_form_that_begins_a_program_has_what_code_relies_on(after: Edit) -> None:
    form = "forms/badge-proposal.yaml"
    gone = "      modality:\n        label: Modality"
    problems = after(form, gone, "      way:\n        label: Modality")
    assert any("the field 'modality' is missing; code relies on it" in each for each in problems)


def test_a_memorandum_that_is_no_form(after: Edit) -> None:
    process = "processes/noncredit-proposal.yaml"
    [problem] = after(process, "agreement: noncredit-mou", "agreement: noncredit-mu")
    assert "agreement: unknown form 'noncredit-mu'. Expected 'noncredit-mou'" in problem


def test_a_track_that_the_taxonomy_does_not_know(after: Edit) -> None:
    problems = after("processes/badge-proposal.yaml", "track: badge", "track: bagde")
    assert problems[-1].endswith(
        "processes > badge-proposal > track: unknown track 'bagde'. "
        "Expected 'badge' (one of: badge, micro-credential, noncredit)."
    )


@pytest.mark.parametrize(
    ("answers", "first"),
    [
        ({"lasting": "skills", "credit": "yes", "money": "no"}, "micro-credential"),
        ({"lasting": "part", "credit": "no", "money": "no"}, "badge"),
        ({"lasting": "course", "money": "yes"}, "noncredit"),
        ({"lasting": "no such answer"}, None),
    ],
)
def test_questions_lead_to_the_track_that_fits(answers: dict[str, str], first: str | None) -> None:
    assert [*load_policy("montana").taxonomy.suggested(answers), None][0] == first


@pytest.mark.parametrize(
    ("new", "message"),
    [
        ("begins: change", "a change has a class: 'change' with one of editorial, minor, major"),
        (
            "begins: termination\ntrack: badge",
            "only a process that begins a program or a change has a 'track'",
        ),
        (
            "begins: full proposal\nchange: minor",
            "only a process that begins a change has a class in 'change'",
        ),
    ],
)
def test_what_does_not_fit_what_it_begins(after: Edit, new: str, message: str) -> None:
    [problem] = after(FULL, "begins: full proposal", new)
    assert message in problem


def test_two_processes_for_the_same(after: Edit) -> None:
    old = "begins: program\ntrack: micro-credential"
    problems = after(PILOT, old, "begins: full proposal")
    why = "the process 'full-proposal' is already the one for 'full proposal'"
    assert any(why in problem for problem in problems)

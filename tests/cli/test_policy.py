"""A provost's assistant checks, draws and compares rules before they are used."""

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from bitterroot.cli.policy import command
from bitterroot.policy import load_policy
from bitterroot.policy.drawing import outline, svg
from bitterroot.policy.loading import INSTITUTIONS

SHIPPED = sorted(folder.name for folder in INSTITUTIONS.iterdir() if folder.is_dir())


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(command, words)
    return done.exit_code, done.output


@pytest.mark.parametrize("name", SHIPPED)
def test_what_ships_is_in_order(name: str) -> None:
    status, said = run("check", name)
    assert status == 0
    assert "everything is in order" in said


def test_each_mistake_is_named_with_its_line(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    shutil.copytree(INSTITUTIONS / "montana", folder)
    bodies = folder / "bodies.yaml"
    bodies.write_text(bodies.read_text().replace("quorum: half", "quorum: 12"))
    status, said = run("check", str(folder), "--json")
    [problem] = json.loads(said)["problems"]
    assert status == 1
    assert (problem["file"], problem["path"]) == (
        "bodies.yaml", "bodies > interdisciplinary-subcommittee > quorum",
    )  # fmt: skip
    assert problem["line"] > 0
    status, said = run("check", str(folder))
    assert status == 1
    assert "can never have 12 of its 7 voters there" in said


def test_a_process_in_words() -> None:
    status, said = run("draw", "montana", "--process", "full-proposal")
    assert status == 0
    assert "5. Committees of the senate [all of]\n" in said
    assert "   - Graduate Council [vote] Graduate Council, 30 business days\n" in said
    assert "     only when graduate level and credit-bearing\n" in said
    assert (
        "   Return: to Draft or Interdisciplinary subcommittee or Committees of the senate\n"
        in said
    )
    assert (
        "   Approve: to University system where it applies,"
        " else ends with the effect “establish program”\n"
    ) in said
    assert "   Settled with the system: ends with the effect “establish program”\n" in said


def test_a_process_that_is_not_there() -> None:
    status, said = run("draw", "montana", "--process", "full")
    assert status == 2
    assert "there is no process 'full'" in said


@pytest.mark.parametrize("name", SHIPPED)
def test_every_process_can_be_drawn(name: str) -> None:
    policy = load_policy(name)
    for process in policy.processes.values():
        places = [path for path, step in process.places() if not step.kind.endswith(" of")]
        picture = ElementTree.fromstring(svg(policy, process, counts={places[0]: 17}))
        boxes = picture.findall("{http://www.w3.org/2000/svg}g")
        assert len(boxes) == len(places)
        texts = [text.text for text in picture.iter("{http://www.w3.org/2000/svg}text")]
        assert texts.count("17") == 1
        for step in process.steps.values():
            assert step.title in outline(policy, process)


def test_what_differs() -> None:
    assert run("diff", "montana", "montana") == (0, "They are the same.\n")
    status, said = run("diff", "montana", "lakeland-state", "--json")
    changes = json.loads(said)["changes"]
    assert status == 1
    assert {"kind": "removed", "path": "bodies > ascrc", "before": "", "after": ""} | {
        "before": "Academic Standards and Curriculum Review Committee"
    } in changes


def test_a_schema_for_an_editor() -> None:
    status, said = run("schema", "bodies")
    schema = json.loads(said)
    assert status == 0
    assert "quorum" in schema["$defs"]["Body"]["properties"]

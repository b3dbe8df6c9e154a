"""A fourth institution is written from the guide alone; editors are told what fits, and what does not."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from click.testing import CliRunner
from guide_kit import write_guide
from ruamel.yaml import YAML

from bitterroot.cli.policy import command
from bitterroot.policy import PolicyError, json_schema, load_policy
from bitterroot.policy.schema import PARTS
from bitterroot.policy.source import FILES, FOLDERS, SHIPPED

VALIDATORS = {part: jsonschema_rs.validator_for(json_schema(part)) for part in PARTS}


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(command, words)
    return done.exit_code, done.output


@pytest.fixture
def prairie(tmp_path: Path) -> Path:
    return write_guide(tmp_path / "prairie")


def plain(value: Any) -> Any:
    """As JSON has it: names and days are text."""
    if isinstance(value, dict):
        return {str(key): plain(inside) for key, inside in value.items()}
    if isinstance(value, list):
        return [plain(inside) for inside in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def misfits(folder: Path) -> list[str]:
    """What the schemas find wrong in the files of a folder."""
    found = []
    for file in sorted([*folder.rglob("*.yaml"), *folder.rglob("*.md")]):
        part = file.stem if file.parent == folder else file.parent.name
        text = file.read_text(encoding="utf-8")
        content = YAML(typ="safe", pure=True).load(
            text.split("---\n")[1] if file.suffix == ".md" else text
        )
        found += [f"{file.name}: {error}" for error in VALIDATORS[part].iter_errors(plain(content))]
    return found


def test_every_kind_of_file_has_a_schema_that_all_institutions_fit(prairie: Path) -> None:
    assert {Path(name).stem for name in FILES} | FOLDERS.keys() == set(PARTS)
    for folder in [*(each for each in SHIPPED.iterdir() if each.is_dir()), prairie]:
        assert misfits(folder) == []


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("policy.yaml", "based on: montana", "based on: montanna"),
        ("policy.yaml", "effective from: 2026-07-01\n", ""),
        ("bodies.yaml", "quorum: majority", "quorum: most"),
        ("processes/proposal.yaml", "kind: vote", "kind: voting"),
        ("forms/proposal.yaml", "type: longtext", "type: prose"),
        ("units.yaml", "kind: school", "kind: shed"),
        ("pages/procedures.md", "title: Procedures", "heading: Procedures"),
    ],
)
def test_an_editor_underlines_what_does_not_fit(
    prairie: Path, file: str, old: str, new: str
) -> None:
    text = (prairie / file).read_text()
    assert old in text
    (prairie / file).write_text(text.replace(old, new))
    assert misfits(prairie)


def test_it_is_checked_drawn_and_compared(prairie: Path) -> None:
    status, said = run("check", str(prairie))
    assert (status, "everything is in order" in said) == (0, True)
    assert "3 processes, 1 bodies" in said
    status, said = run("draw", str(prairie), "--process", "proposal")
    assert "3. Curriculum Committee [vote] Curriculum Committee, 20 business days" in said
    assert "   Approve: ends with the effect “establish program”\n" in said
    status, said = run("diff", "montana", str(prairie))
    assert status == 1
    assert "processes > full-proposal" in said
    assert not load_policy(prairie).has_pilots


def test_editors_find_the_schemas_beside_the_files(prairie: Path) -> None:
    assert run("schema", "--into", str(prairie))[0] == 0
    told = json.loads((prairie / ".vscode/settings.json").read_text())["yaml.schemas"]
    assert told[".schemas/processes.json"] == "processes/*.yaml"
    assert all((prairie / name).exists() for name in told)
    assert run("check", str(prairie))[0] == 0


@pytest.mark.parametrize(
    ("file", "old", "new", "line"),
    [
        ("processes/proposal.yaml", "body: curriculum", "body: curriculumm",
         "processes/proposal.yaml:26: processes > proposal > steps > committee > body: unknown body"
         " 'curriculumm'. Expected 'curriculum'"),
        ("processes/proposal.yaml", "who: head of owner unit", "who: chief of owner unit",
         "processes/proposal.yaml:20: processes > proposal > steps > signatures > in order > 1 > who"),
        ("processes/proposal.yaml", "effect: establish program, ", "",
         "processes/proposal.yaml:6: processes > proposal > steps: no outcome has an effect, so that"
         " nothing would come of any case. Expected 'effect: establish program' at an outcome"),
        ("bodies.yaml", "quorum: majority", "quorum: 6",
         "bodies.yaml:5: bodies > curriculum > quorum: Curriculum Committee can never have 6 of its 5 voters there"),
        ("forms/proposal.yaml", "sections from: pilot-proposal", "sections from: pilot",
         "forms/proposal.yaml:3: forms > proposal > sections from: unknown form 'pilot'"),
        ("units.yaml", "parent: grasslands", "parent: grassland",
         "units.yaml:4: units > range > parent: unknown unit 'grassland'. Expected 'grasslands'"),
    ],
)  # fmt: skip
def test_mistakes_are_named_with_file_and_line(
    prairie: Path, file: str, old: str, new: str, line: str
) -> None:
    text = (prairie / file).read_text()
    assert text.count(old) == 1
    (prairie / file).write_text(text.replace(old, new))
    with pytest.raises(PolicyError) as caught:
        load_policy(prairie)
    assert str(caught.value.problems[0]).startswith(line)


def test_forms_that_take_from_one_another_in_a_ring_are_found(prairie: Path) -> None:
    for name, other in (("one", "two"), ("two", "one")):
        (prairie / f"forms/{name}.yaml").write_text(
            f"title: {name}\nabout: Nothing.\nsections from: {other}\nsections: {{}}\n"
        )
    with pytest.raises(PolicyError, match="would take its sections from itself"):
        load_policy(prairie)

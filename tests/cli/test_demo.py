"""Making the demo never costs anyone what they have, and never opens it to others."""

import os
import subprocess
import sys
from pathlib import Path

from bitterroot.demo.alone import place


def run(home: Path, *words: str) -> tuple[int, str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("BITTERROOT", "DATAB"))}
    command = [sys.executable, "-m", "bitterroot.cli", *words]
    done = subprocess.run(
        command,
        env={**environment, "BITTERROOT_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


def test_a_real_installation_is_not_replaced_by_a_demo(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "key-1.key").write_text("the university's own")
    for words in (("demo", "--prepare"), ("demo", "--prepare", "--fresh")):
        status, said = run(tmp_path, *words)
        assert (status, "holds something else than a demo, and stays as it is" in said) == (1, True)
    assert (keys / "key-1.key").read_text() == "the university's own"


def test_two_do_not_make_the_demo_of_one_folder_at_once(tmp_path: Path) -> None:
    folder, making = tmp_path / "demo", tmp_path / "demo.making"
    making.mkdir()
    (making / "half").write_text("made by the first")
    with place(folder) as first:
        first.to_make()
        status, said = run(folder, "demo", "--prepare")
        assert (status, "is making the university in" in said) == (1, True)
    assert (making / "half").exists()


def test_a_demo_that_is_served_is_not_made_anew_under_it(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "demo.json").write_text("{}")  # of an earlier version: it would be made anew
    with place(folder) as first:
        first.to_serve()
        for words in (("demo", "--prepare"), ("demo", "--prepare", "--fresh")):
            status, said = run(folder, *words)
            assert (status, "is served from" in said) == (1, True)
    assert (folder / "demo.json").read_text() == "{}"


def test_a_demo_is_served_to_this_machine_alone(tmp_path: Path) -> None:
    setup = ("--origin", "https://x.example", "--institution", "montana", "--admin", "Ada Reed")
    assert run(tmp_path, "setup", *setup, "--email", "ada@x.example")[0] == 0
    with (tmp_path / "bitterroot.env").open("a", encoding="utf-8") as settings:
        settings.write("BITTERROOT_DEMO=true\n")
    status, said = run(tmp_path, "serve", "--host", "0.0.0.0")
    assert (status, "it is served on 127.0.0.1 alone" in said) == (1, True)

"""`bitterroot setup` makes a working university once, and says in one line what stands in the way."""

import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

NEW = {
    "--origin": "https://badges.example.edu",
    "--institution": "montana",
    "--admin": "Ada Reed",
    "--email": "Ada.Reed@umontana.example.edu",
}


def run(home: Path | None, *words: str, **more: str) -> tuple[int, str, str]:
    environment = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("BITTERROOT", "DATAB", "EMAIL", "DJANGO"))
    }
    if home is not None:
        environment["BITTERROOT_HOME"] = str(home)
    done = subprocess.run(
        [sys.executable, "-m", "bitterroot.cli", *words],
        env=environment | more,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return done.returncode, done.stdout, done.stderr


def options(**changed: str | None) -> list[str]:
    said = NEW | {f"--{name}": value for name, value in changed.items()}
    return [word for pair in said.items() if pair[1] is not None for word in pair if word]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def rows(home: Path, sql: str) -> list[Any]:
    connection = sqlite3.connect(home / "bitterroot.sqlite3")
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    home = tmp_path_factory.mktemp("srv") / "bitterroot"
    status, said, errors = run(home, "setup", *options(), "--json")
    assert status == 0, errors
    return home, json.loads(said)


def test_a_fresh_folder_becomes_a_university(made: tuple[Path, dict[str, Any]]) -> None:
    home, told = made
    assert told["issuer"] == "did:web:badges.example.edu"
    assert told["there"] == []
    assert told["made"] == [
        "settings",
        "database",
        "rules of University of Montana, version 2026.1",
        "25 units",
        "page /faq",
        "page /procedures",
        "system administrator Ada Reed (ada.reed@umontana.example.edu)",
        "signing key key-1",
        "signing key parts-key-1",
    ]
    assert told["link"].startswith("https://badges.example.edu/open/")
    verbs = [verb for (verb,) in rows(home, "select verb from record_event order by id")]
    assert verbs == [
        "units adopted",
        "page published",
        "page published",
        "person created",
        "address added",
        "account created",
        "role assigned",
        "key made",
        "key made",
    ]
    [(actor,)] = rows(home, "select distinct actor_name from record_event")
    assert actor == "Bitterroot (set-up of the installation)"
    assert rows(home, "pragma page_size") == [(16384,)]  # docs/decisions/0014-pages.md


def test_what_it_holds_is_private_and_the_link_is_nowhere(
    made: tuple[Path, dict[str, Any]],
) -> None:
    home, told = made
    files = [path for path in home.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"bitterroot.env", "key-1.key", "record.key"}
    assert [path.name for path in files if mode(path) != 0o600] == []
    # The operator's guide copies them every night, also before the first upload.
    assert (home / "files").is_dir()
    assert (home / "heads").is_dir()
    folders = [home, *(path for path in home.rglob("*") if path.is_dir())]
    assert [path.name for path in folders if mode(path) != 0o700] == []
    token = told["link"].rpartition("/")[2].encode()
    assert [path.name for path in files if token in path.read_bytes()] == []
    key = (home / "keys/key-1.key").read_bytes()
    others = [path for path in files if path.name != "key-1.key"]
    assert [path.name for path in others if key.strip() in path.read_bytes()] == []


def test_a_second_run_changes_nothing_and_says_what_is_there(
    made: tuple[Path, dict[str, Any]],
) -> None:
    home, told = made
    before = (home / "bitterroot.env").read_text(), rows(home, "select count(*) from record_event")
    status, said, _ = run(home, "setup", "--json")
    again = json.loads(said)
    assert (status, again["made"], again["there"]) == (0, [], told["made"])
    assert (again["link"], again["administrator"]) == (None, told["administrator"])
    assert before == (
        (home / "bitterroot.env").read_text(),
        rows(home, "select count(*) from record_event"),
    )


def test_the_origin_stays(made: tuple[Path, dict[str, Any]]) -> None:
    status, said, error = run(made[0], "setup", *options(origin="https://other.example.edu"))
    assert (status, said) == (2, "")
    assert "BITTERROOT_ORIGIN=https://badges.example.edu, which --origin does not change" in error


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"origin": "http://badges.example.edu"}, "must begin with https://"),
        ({"origin": "https://badges.example.edu/micro"}, "without a path"),
        ({"origin": "https://"}, "does not name a host"),
        ({"origin": "https://badges.example.edu:x"}, "is no address"),
        ({"origin": None}, "--origin is needed"),
        ({"institution": "nowhere"}, "hudson-valley, lakeland-state, montana"),
        ({"admin": None}, "--admin is needed"),
        ({"email": "ada.reed"}, "not an e-mail address"),
    ],
)
def test_misuse_is_said_in_one_line_and_leaves_nothing(
    tmp_path: Path, changed: dict[str, str | None], why: str
) -> None:
    home = tmp_path / "home"
    status, said, error = run(home, "setup", *options(**changed))
    assert (status, said, error.count("\n")) == (2, "", 1)
    assert why in error
    assert not home.exists()


def test_no_folder_and_the_demos_folder_are_refused(tmp_path: Path) -> None:
    assert run(None, "setup", *options())[0] == 2
    (tmp_path / "demo.json").write_text("{}")
    status, _, error = run(tmp_path, "setup", *options())
    assert (status, "holds the demo" in error) == (2, True)


def test_a_folder_that_cannot_be_made_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    status, _, error = run(tmp_path / "file" / "home", "setup", *options())
    assert (status, error.count("\n"), "Not a directory" in error) == (1, 1, True)


def test_a_password_from_a_file_and_rules_from_a_folder(tmp_path: Path) -> None:
    rules, home = tmp_path / "rules", tmp_path / "home"
    status, _, error = run(home, "policy", "check", "hudson-valley")
    assert status == 0, error
    from bitterroot.policy.source import SHIPPED

    subprocess.run(["cp", "-r", SHIPPED / "hudson-valley", rules], check=True)
    (tmp_path / "password").write_text("too short\n")
    given = [*options(institution=str(rules)), "--password-file", str(tmp_path / "password")]
    status, _, error = run(home, "setup", *given)
    assert (status, "too short" in error, home.exists()) == (2, True, False)
    (tmp_path / "password").write_text("a river runs through it\n")
    status, said, error = run(home, "setup", *given, "--json", EMAIL_URL="smtp://mail.example.edu")
    assert status == 0, error
    told = json.loads(said)
    assert (told["institution"], told["link"]) == ("Hudson Valley University (invented)", None)
    assert told["mail_server"] is True
    settings = (home / "bitterroot.env").read_text()
    assert f'BITTERROOT_POLICY="{rules}"' in settings
    assert 'BITTERROOT_TIME_ZONE="America/New_York"' in settings
    assert 'EMAIL_URL="smtp://mail.example.edu"' in settings
    [(state,)] = rows(home, "select password like 'argon2%' from people_account")
    assert state == 1


def test_a_key_without_its_database_is_not_taken_over(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys/key-1.key").write_text("of another day")
    status, _, error = run(tmp_path, "setup", *options())
    assert (status, error.count("\n")) == (1, 1)
    assert "holds a signing key that this database does not know" in error
    assert (tmp_path / "keys/key-1.key").read_text() == "of another day"


def test_tables_made_step_by_step_before_a_release_are_taken_whole_or_not_at_all(
    made: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    """A database on which every step that `0001_tables` replaces was taken is up to date."""
    home = tmp_path / "older"
    shutil.copytree(made[0], home)
    steps = ["0001_initial", "0002_append_only", "0003_pending_tails", "0004_outbox_queue"]
    for kept, status in ((steps, 0), (steps[:2], 1)):
        with closing(sqlite3.connect(home / "bitterroot.sqlite3")) as database, database:
            database.execute("DELETE FROM django_migrations WHERE app = 'record'")
            database.executemany(
                "INSERT INTO django_migrations (app, name, applied) VALUES ('record', ?, '2026-11-24')",
                [(step,) for step in kept],
            )
        code, _, said = run(home, "setup", *options(), "--json")
        assert (code, "no way leads on. Nothing was changed" in said) == (status, bool(status)), (
            said
        )


def test_people_are_added_from_the_command_line(made: tuple[Path, dict[str, Any]]) -> None:
    home = made[0]
    add = ("people", "add", "Olive Crane", "--email", "olive@umontana.example.edu", "--json")
    status, said, error = run(home, *add, "--role", "program_officer", "--print-link")
    assert status == 0, error
    assert json.loads(said)["link"].startswith("https://badges.example.edu/open/")
    status, _, error = run(home, *add)
    assert (status, error) == (1, "bitterroot: Someone signs in with this already.\n")
    olive = "olive@umontana.example.edu"
    assert run(home, "people", "grant", olive, "head", "--unit", "geography")[0] == 0
    assert run(home, "people", "end", olive, "program_officer")[0] == 0
    status, _, error = run(home, "people", "grant", olive, "system_admin")
    assert (status, "kept apart" in error) == (1, True)
    _, said, _ = run(home, "people", "list", "--json")
    listed = {each["username"]: each["roles"] for each in json.loads(said)["people"]}
    assert listed[olive] == ["head geography"]


def test_an_archive_comes_back_into_a_new_folder(
    made: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    """The steps of docs/keys.md, each by what the step before says."""
    archive, home = tmp_path / "archive", tmp_path / "home"
    assert run(made[0], "export", str(archive))[0] == 0
    status, _, error = run(home, "import", str(archive))
    assert (status, "run `bitterroot setup --without-keys` first" in error) == (2, True)
    status, said, error = run(home, "setup", *options(), "--without-keys")
    assert (status, "run `bitterroot setup` once more" in " ".join(said.split())) == (0, True), (
        error
    )
    assert not list((home / "keys").glob("key-*"))
    status, said, error = run(home, "import", str(archive))
    assert (status, "2 keys are restored" in said) == (0, True), error
    status, _, error = run(home, "setup")
    assert (status, "key file" in error, "is missing" in error) == (1, True, True)
    for name in ("key-1.key", "parts-key-1.key"):
        shutil.copy2(made[0] / "keys" / name, home / "keys" / name)
    status, said, error = run(home, "setup", "--json")
    assert (status, json.loads(said)["made"]) == (0, []), error
    asked = "select fragment, public_multibase, listed_at from issuing_signingkey order by 1"
    assert rows(home, asked) == rows(made[0], asked)
    status, _, error = run(made[0], "import", str(archive))
    assert (status, "in another folder with `bitterroot setup --without-keys`" in error) == (
        1,
        True,
    )
    again = tmp_path / "again"
    assert run(home, "export", str(again))[0] == 0
    assert (again / "site/.well-known/did.json").read_bytes() == (
        archive / "site/.well-known/did.json"
    ).read_bytes()

"""`bitterroot setup`: a working university in the home folder, made once and brought up to date."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

import click

from bitterroot.cli.output import json_option, print_json, read_file, stop
from bitterroot.conf import preparing
from bitterroot.conf.home import home
from bitterroot.conf.loading import load_django

if TYPE_CHECKING:
    from bitterroot.conf.founding import Founding
    from bitterroot.people.errors import NotPossible
    from bitterroot.policy import Policy


NEXT = """
No signing key was made. Run `bitterroot import DIR`, put the old key files into {keys}, and
run `bitterroot setup` once more, which checks that none is missing."""


@click.command("setup")
@click.option("--origin", help="The https address that stands in every badge, for ever.")
@click.option("--institution", help="An institution that ships, or a folder with its rules.")
@click.option("--admin", help="Name of the first system administrator.")
@click.option("--email", help="Address of the first system administrator, who signs in with it.")
@click.option(
    "--password-file",
    help="File (or - for standard input) whose first line is the administrator's password; "
    "without it a one-time link is printed.",
)
@click.option(
    "--without-keys",
    is_flag=True,
    help="Make no signing key: `bitterroot import DIR` is to bring them back from an archive.",
)
@json_option
def command(
    origin: str | None,
    institution: str | None,
    admin: str | None,
    email: str | None,
    password_file: str | None,
    without_keys: bool,
    as_json: bool,
) -> None:
    """Make a university in the folder BITTERROOT_HOME, or bring it up to date.

    Makes settings, database, units, pages, signing key and the first administrator where they
    are missing; what is there stays as it is. Call it again, without options, after each update.
    """
    folder = _folder()
    with _said_plainly(folder):
        written = preparing.read_settings()
    asks = not written and not as_json and sys.stdin.isatty()
    origin = _lasting("BITTERROOT_ORIGIN", origin, written, "--origin", asks)
    rules = _lasting("BITTERROOT_POLICY", institution, written, "--institution", asks)
    if not written:
        admin = admin or _asked("--admin", asks)
        email = email or _asked("--email", asks)
    password = _password(password_file)
    if bool(admin) != bool(email):
        stop("--admin and --email go together.")
    origin, policy = _checked_origin(origin), _loaded(rules)
    values = _settings(origin, rules, policy)
    os.environ.update({name: written.get(name, value) for name, value in values.items()})
    load_django()
    _check_admin(admin, email, password)
    with _said_plainly(folder):
        new = preparing.write_settings(**values)
        tables = preparing.waiting_migrations() if _has_database() else None
        if tables != 0:
            preparing.migrate()
        found = _found(admin, email, password, without_keys)
    parts: list[tuple[str, bool]] = [("settings", bool(new)), ("database", tables != 0)]
    for what, made in reversed(parts):
        (found.made if made else found.there).insert(0, what)
    _tell(found, folder, origin, policy, as_json, without_keys)
    if without_keys and not as_json:
        click.echo(NEXT.format(keys=folder / "keys"))


def _folder() -> Path:
    """The home folder, named on purpose and not the demo's."""
    if not os.environ.get("BITTERROOT_HOME"):
        stop("set BITTERROOT_HOME to the folder that is to hold this installation.")
    folder = home()
    if (folder / "demo.json").exists():
        stop(f"{folder} holds the demo; let BITTERROOT_HOME name another folder.")
    return folder


def _lasting(name: str, given: str | None, written: dict[str, str], option: str, asks: bool) -> str:
    """The value of a setting that is chosen once."""
    if name == "BITTERROOT_POLICY" and given and Path(given).is_dir():
        given = str(Path(given).resolve())
    there = written.get(name) or os.environ.get(name, "")
    if given and there and given.rstrip("/") != there.rstrip("/"):
        stop(f"this installation has {name}={there}, which {option} does not change.")
    return given or there or _asked(option, asks)


def _asked(option: str, asks: bool) -> str:
    """Ask the person at the terminal, or end where there is none."""
    if not asks:
        stop(f"{option} is needed; see `bitterroot setup --help`.")
    answer: str = click.prompt(option.removeprefix("--").capitalize())
    return answer.strip()


def _checked_origin(origin: str) -> str:
    """`https://host` or `https://host:port`, as it will stand in every id."""
    try:
        parts = urlsplit(origin)
        port = parts.port
    except ValueError:
        stop(f"{origin} is no address.")
    if parts.scheme != "https":
        stop(f"the origin must begin with https://, and {origin} does not.")
    if not parts.hostname or parts.username is not None or not parts.hostname.isascii():
        stop(f"the origin {origin} does not name a host.")
    if parts.path.strip("/") or parts.query or parts.fragment:
        stop(f"the origin is scheme and host alone, without a path: https://{parts.netloc}")
    return f"https://{parts.hostname}" + (f":{port}" if port not in (None, 443) else "")


def _loaded(rules: str) -> Policy:
    from bitterroot.policy import PolicyError, load_policy

    try:
        return load_policy(rules)
    except PolicyError as error:
        first = error.problems[0]
        if first.message == "there is no such policy":
            stop(f"there is no institution “{rules}”; give {first.expected}.")
        stop(
            f"the rules of {rules} have mistakes ({len(error.problems)}); see `bitterroot policy "
            f"check {rules}`."
        )


def _password(file: str | None) -> str:
    if file is None:
        return ""
    lines = read_file(file, 10_000).decode("utf-8", "replace").splitlines()
    if not lines or not lines[0]:
        stop(f"{file} holds no password.")
    return lines[0]


def _settings(origin: str, rules: str, policy: Policy) -> dict[str, str]:
    """What `bitterroot.env` is to say, where it does not yet."""
    office = policy.institution.program_office
    values = {
        "BITTERROOT_ORIGIN": origin,
        "BITTERROOT_POLICY": rules,
        "BITTERROOT_TIME_ZONE": policy.institution.time_zone,
        "BITTERROOT_FROM": f"{office.name} <{office.email}>".replace('"', ""),
    }
    for name in ("DATABASE_URL", "EMAIL_URL", "BITTERROOT_SECRET_KEY"):
        if given := os.environ.get(name):
            values[name] = given  # so that no later command misses it
    return values


def _check_admin(admin: str | None, email: str | None, password: str) -> None:
    """Before anything is written: is this somebody who could administer?"""
    from bitterroot.people.domain.offices import check_new
    from bitterroot.people.errors import NotPossible

    if admin and email:
        try:
            check_new(admin, email, password or None)
        except NotPossible as error:
            _stop_for(error)


def _stop_for(error: NotPossible) -> NoReturn:
    """End with what a verb says is wrong."""
    stop(" ".join(sentence for _, sentence in error.problems) or str(error))


def _has_database() -> bool:
    from bitterroot.conf.loading import is_prepared

    return is_prepared()


@contextmanager
def _said_plainly(folder: Path) -> Iterator[None]:
    """What goes wrong is said in one line."""
    from django.db import DatabaseError

    try:
        yield
    except OSError as error:
        stop(f"{error.filename or folder}: {error.strerror or error}.", 1)
    except DatabaseError as error:
        stop(f"the database: {' '.join(str(error).split())}", 1)


def _found(admin: str | None, email: str | None, password: str, without_keys: bool) -> Founding:
    from bitterroot.conf import founding
    from bitterroot.people.errors import NotPossible
    from bitterroot.policy import PolicyError

    first = founding.Admin(admin, email, password) if admin and email else None
    try:
        return founding.found(first, without_keys=without_keys)
    except founding.CannotFound as error:
        stop(str(error), error.status)
    except NotPossible as error:
        _stop_for(error)
    except PolicyError as error:
        stop(f"the rules: {error.problems[0]}")


def _tell(
    found: Founding, folder: Path, origin: str, policy: Policy, as_json: bool, without_keys: bool
) -> None:
    from bitterroot.conf.founding import LINK_DAYS
    from bitterroot.issuing.domain.keys import issuer_did
    from bitterroot.messages.domain.dispatch import has_post

    who = found.administrator
    if as_json:
        told: dict[str, Any] = {
            "home": str(folder),
            "origin": origin,
            "issuer": issuer_did(),
            "institution": policy.institution.name,
            "policy": {"version": policy.version, "sha256": policy.sha256},
            "administrator": {"name": who.person.display_name, "username": who.username}
            if who
            else None,
            "link": found.link or None,
            "made": found.made,
            "there": found.there,
            "mail_server": has_post(),
        }
        print_json(told)
        return
    click.echo(f"{policy.institution.name} at {origin}, kept in {folder}")
    for label, parts in (("made", found.made), ("there already", found.there)):
        if parts:
            click.echo(f"  {label + ':':15}{', '.join(parts)}")
    if found.link and who:
        click.echo(
            f"\n{who.person.display_name} chooses a password here. The link works once, for "
            f"{LINK_DAYS} days, and is shown only now:\n\n  {found.link}"
        )
    if not has_post():
        click.echo(
            f"\nMails wait until EMAIL_URL is set in {folder / preparing.SETTINGS}, for example\n"
            "  EMAIL_URL=smtp+tls://user:password@mail.example.edu:587"
        )
    if found.made and not without_keys:
        click.echo("\nNow run `bitterroot serve` and `bitterroot worker`; see docs/operator.md.")

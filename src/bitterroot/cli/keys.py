"""`bitterroot keys`: the signing keys, from the machine that holds them."""

from __future__ import annotations

import getpass
import shlex
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import click

from bitterroot.cli.output import json_option, need_prepared, print_json, stop

if TYPE_CHECKING:
    from bitterroot.issuing.models import SigningKey
    from bitterroot.people.actor import Actor

WORDS = {
    "listed": "listed; signs from {active_from:%d %b %Y %H:%M} UTC",
    "signs": "signs",
    "verifies": "signs no more; its badges verify",
    "retired": "retired on {retired_at:%d %b %Y}",
    "compromised": "COMPROMISED since {compromised_since:%d %b %Y %H:%M} UTC",
}


@click.group("keys", help="List, rotate, retire and withdraw the signing keys.")
def command() -> None:
    """The group."""


@command.command("list")
@json_option
def list_keys(as_json: bool) -> None:
    """Every key: what it does, where its secret is kept, and what depends on it."""
    need_prepared()
    from bitterroot.issuing.queries.keys import standings

    found = standings()
    if as_json:
        print_json({"keys": [asdict(each) for each in found]})
        return
    for each in found:
        some = f", {each.restored} of them restored from an archive" if each.restored else ""
        click.echo(f"{each.fragment}  {WORDS[each.state].format(**asdict(each))}")
        click.echo(
            f"    {each.public}, secret: {each.kept}; for {each.use[0].lower()}{each.use[1:]}"
        )
        click.echo(
            f"    signed {each.signed} badges ({each.alive} alive{some}) and {each.lists} status lists"
        )


@command.command("signed")
@click.argument("key", metavar="KEY")
@json_option
def signed(key: str, as_json: bool) -> None:
    """The address of each badge that KEY signed, with its state and when it was signed."""
    row = _row(key)
    from django.conf import settings

    from bitterroot.issuing.queries import address_of
    from bitterroot.issuing.queries.keys import kept_by, signed_by

    found = [
        {"address": address_of(d.award), "state": d.award.state, "signed_at": d.signed_at}
        for d in signed_by(row)
    ]
    found += [
        {
            "address": f"{settings.ORIGIN}/credentials/{kept.public_id}",
            "state": "revoked" if kept.revoked else "restored",
            "signed_at": kept.signed_at,
        }
        for kept in kept_by(row)
    ]
    if as_json:
        print_json({"key": key, "badges": found})
        return
    for each in found:
        click.echo(f"{each['signed_at']:%Y-%m-%d %H:%M}  {each['state']:<10} {each['address']}")


@command.command("rotate")
@click.option("--overlap", "days", metavar="DAYS", type=click.FloatRange(0, 60), default=None,
              help="Days in which the new key is listed and does not sign yet (default: 1).")  # fmt: skip
@click.option("--now", "at_once", is_flag=True, help="Sign with the new key at once.")
@click.option("--program", metavar="COMMAND", help="A program that keeps the key and signs for us.")
@click.option("--use", type=click.Choice(["badges", "parts"]), default="badges",
              help="Which of the two keys: of badges, or of the parts of them that learners show.")  # fmt: skip
@json_option
def rotate(days: float | None, at_once: bool, program: str | None, use: str, as_json: bool) -> None:
    """Make a new key and list it; it signs once the overlap is over. Old badges go on verifying."""
    if at_once and days is not None:
        stop("--now and --overlap exclude each other.")
    need_prepared()
    from bitterroot.issuing.domain import key_life
    from bitterroot.issuing.enums import KeyUse

    overlap = timedelta(0) if at_once else key_life.OVERLAP if days is None else timedelta(days)
    words = shlex.split(program) if program else []
    row = _do(
        lambda: key_life.rotate(by=_by("rotate"), overlap=overlap, command=words, use=KeyUse(use))
    )
    _tell(row, as_json, f"{row.fragment} is listed; it signs from {row.active_from:%d %b %Y %H:%M} UTC on.")  # fmt: skip


@command.command("retire")
@click.argument("key", metavar="KEY")
@json_option
def retire(key: str, as_json: bool) -> None:
    """Let KEY assert no more. Refused while a badge that it signed is alive."""
    row = _row(key)
    from bitterroot.issuing.domain import key_life

    row = _do(lambda: key_life.retire(by=_by("retire"), key=row))
    _tell(row, as_json, f"{row.fragment} is retired.")


@command.command("compromised")
@click.argument("key", metavar="KEY")
@click.option("--since", required=True, metavar="DATE",
              help="Since when it may have been in other hands (YYYY-MM-DD, or with a time).")  # fmt: skip
@click.option("--reason", required=True, help="What happened; the record keeps it.")
@click.option("--sign-anew/--no-sign-anew", "again", default=None,
              help="Let the worker sign again what lives of it; asked where neither is given.")  # fmt: skip
@click.option("--yes", is_flag=True, help="Do not ask whether you are sure.")
@json_option
def compromised(
    key: str, since: str, reason: str, again: bool | None, yes: bool, as_json: bool
) -> None:
    """Withdraw KEY for good. No verifier takes what it signed; another key signs from now on."""
    row = _row(key)
    moment = _moment(since)
    from bitterroot.issuing.domain import key_life
    from bitterroot.issuing.queries.keys import standing

    before = standing(row)
    lost = _lost(before.restored)
    if not yes:
        click.confirm(
            f"{before.alive} living badges are signed by {key}. Copies of them will not verify any "
            f"more.{lost} This cannot be undone. Withdraw the key?",
            abort=True,
            err=True,
        )
    if again is None:
        again = not yes and click.confirm("Let the worker sign them anew?", default=True, err=True)
    declared = _do(
        lambda: key_life.declare_compromised(
            by=_by("compromised"), key=row, since=moment, reason=reason, sign_anew=bool(again)
        )
    )
    then = (
        "the worker signs them anew."
        if again
        else f"have them signed anew with `bitterroot keys sign-anew {key}`."
    )
    _tell(declared, as_json, f"{key} is withdrawn. {before.alive} living badges were signed by it: {then}{lost}")  # fmt: skip


@command.command("sign-anew")
@click.argument("key", metavar="KEY")
@json_option
def sign_anew(key: str, as_json: bool) -> None:
    """Let the worker sign again, with the key of now, what lives of a compromised KEY."""
    row = _row(key)
    from bitterroot.issuing.domain import key_life
    from bitterroot.issuing.queries.keys import kept_badges_alive

    count = _do(lambda: key_life.ask_to_sign_anew(by=_by("sign-anew"), key=row))
    _tell(row, as_json, f"{count} badges wait for the worker.{_lost(kept_badges_alive(row))}")


def _lost(restored: int) -> str:
    """What cannot be signed anew, in a sentence to append."""
    if not restored:
        return ""
    return (
        f" {restored} of the living were restored from an archive: they cannot be signed anew, and "
        "only our own verification page takes them then."
    )


@command.command("seal")
@click.argument("key", metavar="KEY")
@json_option
def seal(key: str, as_json: bool) -> None:
    """Put the plain file of KEY under the passphrase. Delete older copies of it yourself."""
    row = _row(key)
    from bitterroot.issuing.interfaces import keystore

    _do(lambda: keystore.seal(key))
    _tell(row, as_json, f"The file of {key} is sealed.")


@command.command("drill")
@json_option
def drill(as_json: bool) -> None:
    """Rehearse rotation, compromise and retirement on a throw-away copy of this installation.

    Exit status 0 if everything went as it must, 1 otherwise.
    """
    need_prepared()
    from bitterroot.cli.drill import on_a_copy

    steps = _do(on_a_copy)
    if as_json:
        print_json({"ok": all(step["ok"] for step in steps), "steps": steps})
    else:
        for step in steps:
            mark = click.style("✓", fg="green") if step["ok"] else click.style("✗", fg="red")
            click.echo(f"  {mark} {step['what']} ({step['found']}; {step['seconds']:.2f} s)")
    sys.exit(0 if steps and all(step["ok"] for step in steps) else 1)


def _by(what: str) -> Actor:
    """Whoever has a shell on the machine with the keys."""
    from bitterroot.people.actor import system

    return system(f"keys {what}, at the command line by {getpass.getuser()}")


def _row(fragment: str) -> SigningKey:
    need_prepared()
    from bitterroot.issuing.models import SigningKey

    row = SigningKey.objects.filter(pk=fragment).first()
    if row is None:
        stop(f"there is no key “{fragment}”; see `bitterroot keys list`.")
    return row


def _moment(text: str) -> datetime:
    """A date is the first moment of that day, UTC."""
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time(0), tzinfo=UTC)
        found = datetime.fromisoformat(text)
    except ValueError:
        stop(f"“{text}” is no date; write it as 2026-11-18 or 2026-11-18T09:30.")
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _do(act: Callable[[], Any]) -> Any:
    """Do it, or end with the reason in one line."""
    from bitterroot.openbadges.errors import OpenBadgeError
    from bitterroot.people.errors import NotPossible, Refused

    try:
        return act()
    except (NotPossible, Refused, OpenBadgeError) as error:
        stop(str(error), 1)


def _tell(row: SigningKey, as_json: bool, sentence: str) -> None:
    if as_json:
        from bitterroot.issuing.queries.keys import standing

        row.refresh_from_db()
        print_json({"key": asdict(standing(row)), "says": sentence})
    else:
        click.echo(sentence)

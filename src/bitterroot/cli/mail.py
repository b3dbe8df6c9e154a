"""`bitterroot mail bounces`: what mail servers sent back."""

from dataclasses import asdict

import click

from bitterroot.cli.output import json_option, need_prepared, print_json, read_file, stop


@click.group("mail", help="Take in reports of mails that came back.")
def command() -> None:
    """The group."""


@command.command("bounces")
@click.argument("path", metavar="FILE")
@click.option(
    "--list", "trusted", is_flag=True, help="FILE is your own list: believe each address."
)
@json_option
def bounces(path: str, trusted: bool, as_json: bool) -> None:
    """Take in FILE (`-`: standard input): a delivery report, an mbox of them, or a CSV of addresses.

    A report counts only where it names a mail that was sent from here to that address, so that
    nobody can stop another's mails by writing to your mailbox. A list of your own, with --list, is
    believed. Exit status 2 if it cannot be read.
    """
    need_prepared()
    from bitterroot.messages.domain.bounce import note_bounces
    from bitterroot.messages.interfaces.bounces import MOST_BYTES, BouncesUnreadable, read_bounces
    from bitterroot.people.actor import system

    data = read_file(path, MOST_BYTES)
    try:
        found = read_bounces(data)
    except BouncesUnreadable as error:
        stop(f"{path}: {error}")
    noted = note_bounces(by=system("command line"), found=found, only_ours=not trusted)
    if as_json:
        print_json(asdict(noted))
        return
    click.echo(
        f"Mails that came back: {noted.mails:,}, tried elsewhere: {noted.elsewhere:,}. "
        f"Addresses marked: {noted.marked:,}, not known here: {noted.unknown:,}."
    )

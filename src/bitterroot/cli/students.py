"""`bitterroot students import`: the extract of the student system, for the checks of lists."""

import os

import click

from bitterroot.cli.output import json_option, need_prepared, print_json, read_file, stop


@click.group("students", help="Import the extract of the student system.")
def command() -> None:
    """The group."""


@command.command("import")
@click.argument("path", metavar="FILE")
@json_option
def import_(path: str, as_json: bool) -> None:
    """Put the students of FILE (CSV, XLSX) in the place of those known before.

    Only student ID, names and campus e-mail are kept. Exit status 2 if it cannot be read.
    """
    need_prepared()
    from bitterroot.learning.domain.student_extract import MOST_BYTES, import_students
    from bitterroot.learning.interfaces.lists import ListUnreadable
    from bitterroot.people.actor import system

    data = read_file(path, MOST_BYTES)
    try:
        count = import_students(
            by=system("command line"), data=data, filename=os.path.basename(path)
        )
    except ListUnreadable as error:
        stop(f"{path}: {error}")
    if as_json:
        print_json({"students": count})
    else:
        click.echo(f"{count:,} students are known now.")

"""`bitterroot list check`: the verdict on a tracking list, with or without a database."""

from __future__ import annotations

import os
import sys
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from bitterroot.cli.output import json_option, print_json, read_file, stop

if TYPE_CHECKING:
    from bitterroot.learning.checks.facts import ListRules, ProgramFacts

LIMIT = 50_000_000  # bytes of one list


@click.group("list", help="Check tracking lists.")
def command() -> None:
    """The group."""


@command.command("check")
@click.argument("path", metavar="FILE")
@click.option("--program", "title", metavar="TITLE", help="The program that the list is for.")
@click.option("--today", metavar="DATE", help="The day to check against (YYYY-MM-DD).")
@json_option
def check(path: str, title: str | None, today: str | None, as_json: bool) -> None:
    """Judge each row of FILE (XLSX, CSV, tab-separated or other text).

    Exit status 0 without errors, 1 with errors, 2 if it cannot be read.
    """
    from bitterroot.learning.checks.engine import check_list
    from bitterroot.learning.checks.facts import Facts, ListRules, OfferingFacts
    from bitterroot.learning.interfaces.lists import ListUnreadable, read_list
    from bitterroot.policy import load_policy

    day = _day(today)
    rules = ListRules.of(load_policy(os.environ.get("BITTERROOT_POLICY", "montana")))
    data = read_file(path, LIMIT)
    try:
        reading = read_list(data, os.path.basename(path), rules=rules)
        program, approved = _program(title or reading.block.get("program", ""))
        if program is None and title:
            stop(f"no program is called “{title}”.")
        found = check_list(
            reading, Facts(day or _today(), program, OfferingFacts(starts_on=approved)), rules
        )
    except ListUnreadable as error:
        stop(f"{path}: {error}")
    if as_json:
        print_json(found.verdict())
    else:
        click.echo(
            f"{found.kind} list{f' for {found.program}' if found.program else ''}: {found.rows} rows,"
            f" {found.ok} ok, {found.warnings} to acknowledge, {found.errors} to mend"
        )
        for problem in found.problems:
            click.echo(f"  {problem}")
        for line in found.lines:
            for code in line.codes:
                click.echo(
                    f"  row {line.number} (line {line.row} of the sheet): {_say(rules, code)}"
                )
    sys.exit(1 if found.errors else 0)


def _say(rules: ListRules, code: str) -> str:
    """The fault in the policy's words, with its code."""
    fault = rules.lists.faults[code]
    return f"{fault.severity}: {fault.title} ({code}). {fault.remedy}"


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        stop(f"“{text}” is no date; write it as 2026-11-18.")


def _today() -> date:
    """The institution's day: that of the installation's clock, where there is one."""
    from bitterroot.conf.loading import is_prepared, load_django

    load_django()
    if is_prepared():
        from bitterroot.record import clock

        return clock.today()
    return datetime.now().astimezone().date()


def _program(title: str) -> tuple[ProgramFacts | None, date | None]:
    """What is known of the program, and since when it is approved: from the database, else from
    the demo university."""
    if not title:
        return None, None
    from bitterroot.conf.loading import is_prepared, load_django
    from bitterroot.demo.forms import list_facts

    load_django()
    if is_prepared():
        from bitterroot.programs.models import ProgramVersion

        version = (
            ProgramVersion.objects.filter(program__title__iexact=title.strip())
            .select_related("program")
            .order_by("-n")
            .first()
        )
        if version:
            from bitterroot.learning.domain.checking import program_facts
            from bitterroot.learning.domain.offering import first_approved_on
            from bitterroot.programs.queries.versions import badge_of

            template = badge_of(version)
            facts = program_facts(version.program, version, bool(template and template.repeatable))
            return facts, first_approved_on(version.program)
    return list_facts(title), None

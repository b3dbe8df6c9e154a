"""`bitterroot policy check|draw|diff|schema|apply`: an institution's rules, before and in use."""

import json
import sys
from collections.abc import Collection
from pathlib import Path

import click

from bitterroot.cli.output import json_option, need_prepared, print_json, stop
from bitterroot.policy import Policy, PolicyError, diff, json_schema, load_policy
from bitterroot.policy.drawing import outline, svg
from bitterroot.policy.schema import PARTS
from bitterroot.policy.source import FOLDERS


@click.group("policy", help="Check, draw and compare the rules of an institution.")
def command() -> None:
    """The group."""


@command.command("check")
@click.argument("policy")
@json_option
def check(policy: str, as_json: bool) -> None:
    """Load POLICY (a folder, or the name of an institution that ships) and name every mistake.

    Exit status 0 if it can be used, 1 if not.
    """
    problems = []
    found = None
    try:
        found = load_policy(policy, effects=_effects())
    except PolicyError as error:
        problems = error.problems
    if as_json:
        print_json(
            {
                "policy": policy,
                "version": found.version if found else None,
                "sha256": found.sha256 if found else None,
                "problems": [
                    {
                        "file": p.file,
                        "line": p.line,
                        "path": p.path,
                        "message": p.message,
                        "expected": p.expected,
                    }
                    for p in problems
                ],
            }
        )
    elif found:
        click.echo(f"{found.title}, version {found.version}: everything is in order.")
        click.echo(
            f"{len(found.processes)} processes, {len(found.bodies)} bodies,"
            f" {len(found.forms)} forms. SHA-256 {found.sha256}"
        )
    else:
        for problem in problems:
            click.echo(str(problem))
        click.echo(f"{len(problems)} mistake{'' if len(problems) == 1 else 's'}.", err=True)
    sys.exit(0 if found else 1)


@command.command("draw")
@click.argument("policy")
@click.option("--process", help="One process by its key; without it, all (as text only).")
@click.option("--svg", "as_svg", is_flag=True, help="Write the drawing of one process as SVG.")
@json_option
def draw(policy: str, process: str | None, as_svg: bool, as_json: bool) -> None:
    """Draw the processes of POLICY as text, or one of them as SVG."""
    found = _load(policy)
    if process is not None and process not in found.processes:
        stop(f"there is no process '{process}'; there are: {', '.join(found.processes)}.")
    chosen = [found.processes[process]] if process else list(found.processes.values())
    if as_svg and len(chosen) > 1:
        stop(f"name one process with --process: {', '.join(found.processes)}.")
    if as_json:
        print_json({each.key: outline(found, each) for each in chosen})
    elif as_svg:
        click.echo(svg(found, chosen[0]), nl=False)
    else:
        click.echo("\n".join(outline(found, each) for each in chosen), nl=False)


@command.command("diff")
@click.argument("old")
@click.argument("new")
@json_option
def compare(old: str, new: str, as_json: bool) -> None:
    """List what differs between the policies OLD and NEW. Exit status 1 if anything does."""
    changes = diff(_load(old), _load(new))
    if as_json:
        print_json(
            {
                "changes": [
                    {"kind": c.kind, "path": c.path, "before": c.before, "after": c.after}
                    for c in changes
                ]
            }
        )
    else:
        for change in changes:
            click.echo(str(change))
        if not changes:
            click.echo("They are the same.")
    sys.exit(1 if changes else 0)


@command.command("apply")
@click.option("--dry-run", is_flag=True, help="Only show what would move.")
@json_option
def apply(dry_run: bool, as_json: bool) -> None:
    """Put the policy that the settings name in force, and count every open due day again.

    Shows what moved. Done again, nothing moves. Start the screens and the worker anew after it;
    a worker that is started with another calendar does the same by itself.
    """
    need_prepared()
    from django.conf import settings
    from django.db import transaction

    from bitterroot.governance import policies
    from bitterroot.governance.domain.calendar import follow_calendar
    from bitterroot.people.actor import system

    new = _load(settings.POLICY_DIR, effects=_effects())
    if settings.POLICY_BY_TWO and new.sha256 != policies.current().sha256:
        stop(
            f"version {new.version} is put in force by two: one puts it forward under Office → Policy,"
            " a second administrator confirms it there (BITTERROOT_POLICY_BY_TWO)."
        )
    with transaction.atomic():
        moved = follow_calendar(by=system("policy apply"))
        if dry_run:
            transaction.set_rollback(True)
    policy = policies.current()
    if as_json:
        print_json(
            {
                "version": policy.version,
                "sha256": policy.sha256,
                "dry_run": dry_run,
                "moved": [each.row() for each in moved],
            }
        )
        return
    stands = "would be" if dry_run else "is"
    click.echo(f"{policy.title}, version {policy.version}, {stands} in force.")
    for each in moved:
        after = each.after.isoformat() if each.after else "not laid down"
        click.echo(f"{each.before} → {after:<13}  {each.what}: {each.title}")
    click.echo(
        f"{len(moved)} day{'' if len(moved) == 1 else 's'} moved." if moved else "No day moved."
    )


@command.command("schema")
@click.argument("part", type=click.Choice(PARTS), required=False)
@click.option(
    "--into",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Write one for each kind of file into a policy's folder, where editors find them.",
)
def schema(part: str | None, into: Path | None) -> None:
    """Print the JSON Schema of the whole policy, or of one kind of file, for an editor."""
    if into is None:
        click.echo(json.dumps(json_schema(part), ensure_ascii=False, indent=1))
        return
    schemas, settings = into / ".schemas", into / ".vscode" / "settings.json"
    for folder in (schemas, settings.parent):
        folder.mkdir(exist_ok=True)
    found = {}
    for each in PARTS:
        text = json.dumps(json_schema(each), ensure_ascii=False, indent=1)
        (schemas / f"{each}.json").write_text(text + "\n", encoding="utf-8")
        if FOLDERS.get(each) != ".md":
            found[f".schemas/{each}.json"] = f"{each}/*.yaml" if each in FOLDERS else f"{each}.yaml"
    if not settings.exists():
        settings.write_text(json.dumps({"yaml.schemas": found}, indent=1) + "\n", encoding="utf-8")
    click.echo(
        f"{len(PARTS)} schemas are in {schemas}; {settings} tells editors which is for what."
    )


def _load(policy: str, effects: Collection[str] | None = None) -> Policy:
    try:
        return load_policy(policy, effects=effects)
    except PolicyError as error:
        stop("\n".join(str(problem) for problem in error.problems))


def _effects() -> Collection[str]:
    """The effects that this installation's rooms offer."""
    from bitterroot.conf.loading import load_django

    load_django()
    from bitterroot.governance import effects

    return effects.names()

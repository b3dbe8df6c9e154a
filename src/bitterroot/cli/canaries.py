"""`bitterroot canaries`: do verifiers still say of our badges what they must?"""

import sys
from pathlib import Path

import click

from bitterroot.cli.output import json_option, need_prepared, print_json, stop


@click.command("canaries")
@click.option("--write", "folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
              help="Also write each into DIR, for other verifiers.")  # fmt: skip
@json_option
def command(folder: Path | None, as_json: bool) -> None:
    """Check the badges that nobody holds, made by each key, now; the worker does so every night.

    Exit status 0 if all are as they must be, 1 otherwise.
    """
    need_prepared()
    from bitterroot.issuing.domain import canaries, keys

    if keys.signing() is None:
        stop("there is no signing key yet.", 1)
    canaries.make(by=canaries.BY)
    rows = canaries.check(by=canaries.BY)
    found = [
        {"name": r.name, "key": r.key_id, "verdict": r.found, "ok": canaries.is_well(r)}
        for r in rows
    ]
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        for row in rows:
            ending = {"PNG": "png", "SVG": "svg"}.get(row.name, "json")
            name = f"{row.key_id}-{row.name.lower().replace(' ', '-')}.{ending}"
            (folder / name).write_bytes(bytes(row.body))
    if as_json:
        print_json({"ok": all(r["ok"] for r in found), "canaries": found})
    else:
        for r in found:
            mark = click.style("✓", fg="green") if r["ok"] else click.style("✗", fg="red")
            click.echo(f"  {mark} {r['key']}, {r['name']}: {r['verdict']}")
    sys.exit(0 if all(r["ok"] for r in found) else 1)

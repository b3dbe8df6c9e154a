"""`bitterroot export DIR`: the graceful exit. Any web server serves it, everything still verifies."""

import hashlib
from pathlib import Path

import click

from bitterroot.cli.output import json_option, need_prepared, print_json, stop


@click.command("export")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--certificates/--no-certificates", default=True, help="With the PDF of each badge.")
@json_option
def command(folder: Path, certificates: bool, as_json: bool) -> None:
    """Write every badge, status list, key and approval into the new folder DIR.

    DIR/site is to be served; DIR/private holds what learners do not show.
    """
    if folder.exists() and any(folder.iterdir()):
        stop(f"{folder} is not empty.")
    need_prepared()
    from bitterroot.issuing.domain.archive import manifest
    from bitterroot.openbadges.errors import OpenBadgeError
    from bitterroot.web.public.archive import files

    listed: dict[str, str] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o755)
        (folder / "private").mkdir(mode=0o700)
        for path, data in files(certificates=certificates):
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            listed[path] = hashlib.sha256(data).hexdigest()
        (folder / "manifest.json").write_bytes(manifest(listed))
    except (OSError, OpenBadgeError) as error:
        stop(f"the archive could not be written: {error}", 1)
    shown = sum(p.startswith("site/credentials/") and p.endswith(".json") for p in listed)
    hidden = sum(p.startswith("private/credentials/") for p in listed)
    if as_json:
        print_json({"files": len(listed), "shown": shown, "private": hidden})
    else:
        click.echo(f"{len(listed)} files: {shown} badges that are shown, {hidden} that are not.")
        click.echo(f"Serve {folder / 'site'}; {folder / 'README.md'} tells how.")

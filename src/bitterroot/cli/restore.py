"""`bitterroot import DIR`: an archive comes back into an empty installation."""

import getpass
from pathlib import Path

import click

from bitterroot.cli.output import json_option, need_prepared, print_json, stop


@click.command("import")
@click.argument(
    "folder", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False)
)
@json_option
def command(folder: Path, as_json: bool) -> None:
    """Restore badges, status lists and the history of the keys from the archive DIR.

    Each file and each badge is checked first; nothing is kept if one of them does not hold. The
    installation is made by `bitterroot setup --without-keys`, at the archive's origin. Put the key
    files into the keys folder yourself, for no archive has them, and run `bitterroot setup` again.
    """
    need_prepared("bitterroot setup --without-keys")
    from bitterroot.issuing.domain.archive import restore
    from bitterroot.people.actor import system
    from bitterroot.people.errors import NotPossible

    root = folder.resolve()

    def read(path: str) -> bytes:
        found = (root / path).resolve()
        if not found.is_relative_to(root):
            raise OSError(path)
        return found.read_bytes()

    by = system(f"import, at the command line by {getpass.getuser()}")
    try:
        counted = restore(by=by, said=read("manifest.json"), read=read)
    except NotPossible as error:
        stop(str(error), 1)
    except OSError:
        stop(f"{folder} holds no archive: it has no manifest.json.", 1)
    if as_json:
        print_json(counted)
    else:
        click.echo(
            "{badges} badges, {lists} status lists and {keys} keys are restored.".format(**counted)
        )
        click.echo("Put the old key files into the keys folder; then run `bitterroot setup`.")

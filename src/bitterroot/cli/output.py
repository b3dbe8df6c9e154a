"""What all commands share: how they end, print and load Django."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn, TypeVar

import click

from bitterroot.conf.loading import is_prepared, load_django

F = TypeVar("F", bound=Callable[..., Any])


def json_option(function: F) -> F:
    """The option `--json`, passed as `as_json`."""
    return click.option(
        "--json", "as_json", is_flag=True, help="Print one JSON object and nothing else."
    )(function)


def print_json(values: dict[str, Any]) -> None:
    """One object on standard output."""
    click.echo(json.dumps(values, ensure_ascii=False, indent=1, default=str))


def stop(message: str, status: int = 2) -> NoReturn:
    """End with one line on standard error. Status 2: misuse, or something that cannot be read."""
    click.echo(f"bitterroot: {message}", err=True)
    sys.exit(status)


def read_file(path: str, limit: int) -> bytes:
    """The bytes of a file of at most `limit` bytes; ends the command if it cannot be read."""
    try:
        with click.open_file(path, "rb") as file:
            data: bytes = file.read(limit + 1)
    except OSError as error:
        stop(f"{path}: {error.strerror or error}")
    if len(data) > limit:
        stop(f"{path} is larger than {limit // 1_000_000} MB.")
    return data


def need_prepared(first: str = "bitterroot demo` or `bitterroot setup") -> None:
    """Load the rooms and end the command where there is no database; `first` makes one."""
    load_django()
    if not is_prepared():
        stop(f"there is no database yet; run `{first}` first.")


@contextmanager
def progress(label: str, length: int, quiet: bool) -> Iterator[Callable[[int], None]]:
    """A bar on standard error where a person waits; gives a function that adds to it."""
    if quiet or not sys.stderr.isatty():
        yield lambda done: None
        return
    with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
        yield bar.update

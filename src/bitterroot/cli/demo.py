"""`bitterroot demo`: the demo university, prepared once and served until it is stopped."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from bitterroot.cli.output import json_option, print_json, stop

if TYPE_CHECKING:
    from bitterroot.demo.alone import Place

HOST = "127.0.0.1"


@click.command("demo")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--prepare", is_flag=True, help="Stop before serving.")
@click.option("--fresh", is_flag=True, help="Make the university anew, and forget the old one.")
@click.option(
    "--institution",
    type=click.Choice(["montana", "hudson-valley", "lakeland-state"]),
    help="Whose rules it lives by; without it, those of the demo that is there, else montana.",
)
@json_option
def command(port: int, prepare: bool, fresh: bool, institution: str | None, as_json: bool) -> None:
    """Make the demo university (invented people on 18 November 2026), serve it, print who is there.

    Nothing leaves this machine: it listens on loopback only, and its mail stays at /demo/mail.
    Each institution has a folder of its own beside the others, unless BITTERROOT_HOME names one.
    """
    if not prepare and not _is_free(port):
        stop(f"port {port} is taken; choose another one with --port.", 1)
    from bitterroot.conf.home import home
    from bitterroot.demo import alone

    chosen = _chosen(institution, fresh)
    with alone.place(home()) as place:
        try:
            summary = _prepared(chosen, fresh, as_json, place)
        except alone.Busy as busy:
            stop(str(busy), 1)
        summary = {"address": f"http://{HOST}:{port}", **summary}
        summary.pop("fingerprint", None)
        if prepare:
            _tell(summary, as_json, serving=False)
            return
        sys.exit(_serve(port, summary, as_json))


def _chosen(institution: str | None, fresh: bool) -> str:
    """The institution whose demo is served; the home folder is then the one for it."""
    from bitterroot.conf.home import home
    from bitterroot.demo import building

    first = building.INSTITUTIONS[0]
    if institution not in (None, first) and not os.environ.get("BITTERROOT_HOME"):
        os.environ["BITTERROOT_HOME"] = str(home().with_name(f"demo-{institution}"))
    there = building.kept_institution()
    if institution and there not in ("", institution) and not fresh:
        stop(
            f"{home()} holds the demo of {there}; let BITTERROOT_HOME name another folder, or give"
            " --fresh to make it anew.",
            1,
        )
    return institution or there or first


def _prepared(institution: str, fresh: bool, quiet: bool, place: Place) -> dict[str, Any]:
    """The summary of the demo, which is made first where there is none that fits.

    Raises alone.Busy where another is at it in the same folder.
    """
    from bitterroot.demo import building

    if not fresh and building.read_summary() is not None:
        place.to_serve()
        if (summary := building.read_summary()) is not None:
            return summary
    place.to_make()
    if not fresh and (summary := building.read_summary()) is not None:  # made meanwhile
        place.to_serve()
        return summary
    summary = _made(institution, quiet, place)
    place.to_serve()
    return summary


def _made(institution: str, quiet: bool, place: Place) -> dict[str, Any]:
    """Make the demo in a process of its own, which keeps the place if this one is killed."""
    from bitterroot.demo import building

    folder = place.folder
    if building.is_foreign(folder):
        stop(
            f"{folder} holds something else than a demo, and stays as it is. Unset BITTERROOT_HOME, "
            "or let it name another folder.",
            1,
        )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder.parent).free
        if free < building.NEEDED:
            stop(
                f"the disk has {free // 1_000_000} MB free at {folder.parent}; 150 MB are needed.",
                1,
            )
        words = [sys.executable, "-m", "bitterroot.demo.building", institution]
        kept = [] if place.handle is None else [place.handle]
        words += ["--quiet"] if quiet else []
        made = subprocess.run(words, check=False, pass_fds=kept)  # noqa: S603
    except OSError as error:
        stop(f"the demo could not be made in {folder}: {error.strerror or error}.", 1)
    summary = building.read_summary()
    if made.returncode or summary is None:
        stop(f"the demo could not be made in {folder}; see above.", 1)
    return summary


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _serve(port: int, summary: dict[str, Any], as_json: bool) -> int:
    """Run web and worker as children until told to stop, or until one of them ends by itself."""
    from bitterroot.conf.home import home
    from bitterroot.demo.resuming import resume_clock

    environment = os.environ | {
        "BITTERROOT_HOME": str(home()),
        "BITTERROOT_DEMO": "true",
        "BITTERROOT_POLICY": summary["institution"],
        "BITTERROOT_BASE_URL": f"http://{HOST}:{port}",
    }
    resume_clock()
    bitterroot = [sys.executable, "-m", "bitterroot.cli"]
    children = [
        subprocess.Popen([*bitterroot, *words], env=environment)  # noqa: S603
        for words in (["serve", "--port", str(port), "--workers", "2"], ["worker"])
    ]

    def end(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
    try:
        if not _wait_for(port, children):
            click.echo("bitterroot: the demo did not begin to answer; see above.", err=True)
            return 1
        _tell(summary, as_json)
        while all(child.poll() is None for child in children):
            time.sleep(0.3)
        click.echo("bitterroot: a part of the demo has ended; see above.", err=True)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        for child in children:
            child.terminate()
        for child in children:
            child.wait(10)


def _wait_for(port: int, children: list[subprocess.Popen[bytes]]) -> bool:
    """Until the port answers; False when a child ended or two minutes have passed."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if any(child.poll() is not None for child in children):
            return False
        try:
            socket.create_connection((HOST, port), 0.5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return True
    return False


def _tell(summary: dict[str, Any], as_json: bool, *, serving: bool = True) -> None:
    """The address, who is there, and where to look."""
    if as_json:
        print_json(summary)
        sys.stdout.flush()
        return
    address = summary["address"]
    where = "is" if serving else "is ready, and will be served"
    click.echo(f"\nThe demo university (all people are invented) {where} at {address}")
    click.echo(f"  Sign in as anyone:  {address}/demo/people")
    click.echo(f"  Mail that was sent: {address}/demo/mail\n")
    for key, who in summary["people"].items():
        if set(who["roles"]) - {"learner"} or key == "jose":
            click.echo(f"  {key:8} {who['name']:22} {', '.join(who['roles'])}")
    if serving:
        click.echo("\nStop it with Ctrl-C.")

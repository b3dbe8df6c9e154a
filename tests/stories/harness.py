"""A real demo server, a real browser, and people who sign in to it."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page

from . import databases

COMMAND = [sys.executable, "-m", "bitterroot.cli"]
QUIET = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
RUN = "axe.run({resultTypes: ['violations']}).then(found => found.violations)"
TOO_WIDE = """() => {
    if (document.documentElement.scrollWidth <= innerWidth + 1) return "";
    const out = [...document.querySelectorAll("main *, header *, footer *")]
        .filter(each => each.getBoundingClientRect().right > innerWidth + 1)
        .map(each => each.tagName.toLowerCase() + (each.className ? "." + each.className : ""));
    return out.slice(0, 4).join(", ") || "something";
}"""
# Marks the document that a form or a link is about to replace. Listens last, so that it hears
# whether the page's own code kept the browser from leaving.
LEAVING = """
for (const what of ["submit", "click"]) window.addEventListener(what, event => {
    const link = what === "click" && event.target.closest && event.target.closest("a[href]");
    if (event.defaultPrevented || (what === "click" && !link)) return;
    if (link && (link.target || link.hasAttribute("download"))) return;
    if (link && link.href.split("#")[0] === location.href.split("#")[0] && link.hash) return;
    if (link && !link.href.startsWith("http")) return;
    document.leaving = true;
});
"""
SETTLED = "document.readyState === 'complete' && !document.leaving"
PATIENCE = 20_000  # milliseconds; machines that run tests are busy
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def free_port() -> int:
    """A port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(home: Path) -> dict[str, str]:
    """The environment of a command that works on the installation in `home`."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("BITTERROOT_", "DJANGO_"))}
    kept.pop("DATABASE_URL", None)
    return kept | {"BITTERROOT_HOME": str(home)} | databases.setting(home)


def bitterroot(home: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run the command on the installation in `home`."""
    return subprocess.run(
        [*COMMAND, *words], env=environment(home), capture_output=True, text=True, check=False
    )


def run_python(home: Path, program: str) -> None:
    """Run `program` on the installation in `home`, with the rooms loaded."""
    words = f"from bitterroot.conf.loading import load_django\nload_django()\n{program}"
    command = [sys.executable, "-c", words]
    done = subprocess.run(
        command, env=environment(home), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def prepare(home: Path, institution: str = "montana") -> None:
    """Make the demo university of an institution in `home`."""
    databases.create(home)
    done = bitterroot(home, "demo", "--prepare", "--json", "--institution", institution)
    assert done.returncode == 0, done.stderr


@dataclass
class Demo:
    """A running demo: its address, its people and awards as `--prepare --json` lists them."""

    home: Path
    address: str
    people: dict[str, Any]
    awards: dict[str, Any]
    process: "subprocess.Popen[bytes]"

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What the database has now, read beside the running server."""
        return databases.rows(self.home, sql, *values)

    def id_of(self, table: str, title: str) -> str:
        """The id of the one row of `table` called `title`, as addresses have it."""
        [(found,)] = self.rows(f"select id from {table} where title = ?", title)
        return str(UUID(str(found)))

    def mail(self, subject: str, to: str = "") -> str:
        """The text of the newest mail whose subject contains `subject`, once it is written."""

        def found() -> list[tuple[Any, ...]]:
            return self.rows(
                "select body from mail_mail where subject like ? and to_name like ?"
                " order by created_at desc, id desc limit 1",
                f"%{subject}%",
                f"%{to}%",
            )

        wait_until(found)
        return str(found()[0][0])

    def run_python(self, program: str) -> None:
        """Let the operator run `program` beside the server, with the rooms loaded."""
        run_python(self.home, program)

    def audit(self) -> dict[str, Any]:
        """The verdict of `bitterroot audit verify`."""
        verdict: dict[str, Any] = json.loads(
            bitterroot(self.home, "audit", "verify", "--json").stdout
        )
        return verdict


@contextmanager
def running(prepared: Path, home: Path) -> Iterator[Demo]:
    """Serve a copy of a prepared demo, with its worker, for as long as the block runs."""
    port = _copied(prepared, home)
    with _started(home, "demo", "--port", str(port), "--json", stdout=subprocess.PIPE) as process:
        told = _first_object(process)
        yield Demo(home, told["address"], told["people"], told["awards"], process)


@contextmanager
def serving(prepared: Path, home: Path) -> Iterator[Demo]:
    """Serve a copy of a prepared demo as an operator does, without any worker."""
    port = _copied(prepared, home)
    told = json.loads((home / "demo.json").read_text(encoding="utf-8"))
    run_python(home, "from bitterroot.demo.resuming import resume_clock\nresume_clock()")
    with _started(home, "serve", "--port", str(port), "--workers", "2") as process:
        wait_until(lambda: _answers(port))
        address = f"http://127.0.0.1:{port}"
        yield Demo(home, address, told["people"], told["awards"], process)


def _copied(prepared: Path, home: Path) -> int:
    """Copy the demo with its database; gives a port for it."""
    shutil.copytree(prepared, home)
    databases.create(home, like=prepared)
    return free_port()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def _started(home: Path, *words: str, **options: Any) -> Iterator["subprocess.Popen[bytes]"]:
    """A command that runs on `home` as long as the block does; its database goes away with it."""
    process = subprocess.Popen(
        [*COMMAND, *words], env=environment(home), start_new_session=True, **options
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(5)
        databases.drop(home)


def _first_object(process: "subprocess.Popen[bytes]") -> dict[str, Any]:
    """The JSON object that the demo prints once it answers."""
    assert process.stdout
    text = ""
    for line in process.stdout:
        text += line.decode()
        if line == b"}\n":
            told: dict[str, Any] = json.loads(text)
            return told
    raise AssertionError(f"the demo ended before it was ready:\n{text}")


@dataclass
class Stage:
    """One browser in front of one demo. Pages opened here are closed with it."""

    browser: Browser
    demo: Demo
    contexts: list[BrowserContext] = field(default_factory=list)

    def stranger(self, **options: Any) -> Page:
        """A page of someone who is not signed in."""
        context = self.browser.new_context(
            base_url=self.demo.address, viewport=WIDE, reduced_motion="reduce", **options
        )
        context.set_default_timeout(PATIENCE)
        context.add_init_script(LEAVING)
        self.contexts.append(context)
        return context.new_page()

    def as_person(self, key: str, **options: Any) -> Page:
        """A page of the demo's person `key`, signed in, at home."""
        page = self.stranger(**options)
        page.goto("/demo/people")
        page.locator(f'form:has(input[value="{key}"]) button').click()
        page.wait_for_url(lambda url: "/demo/people" not in url)
        return page

    def close(self) -> None:
        """Close every page."""
        for context in self.contexts:
            context.close()
        self.contexts.clear()


def settle(page: Page, seconds: float = 10) -> None:
    """Wait until the page stands that the last click leads to.

    A click comes back before the answer does, so what reads the page next could read the old one.
    A link that brings a file leaves the old page standing: then `seconds` pass, and it stays.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:  # the page's policy forbids the browser's own waiting for a condition: that is eval
            if page.evaluate(SETTLED):
                return
        except Error:
            continue  # the document went while it was asked
        page.wait_for_timeout(40)
    assert page.evaluate("(document.leaving = false, document.readyState)") == "complete"


def faults_of(page: Page) -> list[str]:
    """What axe finds on the page as it stands, in light and dark, wide and on a phone."""
    settle(page)
    found: set[str] = set()
    page.evaluate(Axe().axe_script)
    for scheme in ("light", "dark"):
        for size in (WIDE, PHONE):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            page.set_viewport_size(size)  # type: ignore[arg-type]
            for violation in page.evaluate(RUN):
                for node in violation["nodes"]:
                    place = " ".join(map(str, node["target"]))
                    found.add(f"{violation['id']} at {place} ({scheme}, {size['width']} px)")
            if wide := page.evaluate(TOO_WIDE):
                found.add(f"scrolls sideways for {wide} ({scheme}, {size['width']} px)")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    return sorted(found)


def wait_until(condition: Any, seconds: float = 30) -> None:
    """Wait until `condition()` is true; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain"
        time.sleep(0.1)


def say(page: Page) -> str:
    """What stands in the main part of the page."""
    settle(page)
    return page.locator("main").inner_text()


def one(text: str, pattern: str) -> str:
    """The first match of `pattern` in `text`, or of its group; fails where there is none."""
    found = re.search(pattern, text)
    assert found, f"no {pattern} in:\n{text}"
    return found.group(found.re.groups)


def tab_to(target: Locator, most: int = 80) -> None:
    """Press Tab until `target` has the focus; fails where Tab does not lead there, or none shows."""
    passed = []
    for _ in range(most):
        target.page.keyboard.press("Tab")
        if target.evaluate("it => it === document.activeElement"):
            assert target.evaluate("it => getComputedStyle(it).outlineStyle") != "none"
            return
        passed.append(
            target.page.evaluate("document.activeElement.innerText || document.activeElement.name")
        )
    raise AssertionError(f"Tab does not lead there, only to {passed}")

"""The first day of a real university: set up, served behind TLS, its people come by mailed links."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from . import databases
from .conftest import CHROMIUM
from .first_day import mail_server, tls_proxy
from .harness import (
    PATIENCE,
    QUIET,
    WIDE,
    _answers,
    _started,
    bitterroot,
    faults_of,
    free_port,
    one,
    say,
    wait_until,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]
HOST = "badges.example.edu"
ORIGIN = f"https://{HOST}"
ADAS, OLIVES = "a river runs through it", "snow on the north side"


@dataclass
class University:
    """A served installation, its mail server, and a browser that finds it by its own name."""

    home: Path
    link: str
    mails: list[EmailMessage]
    browser: Browser

    def page(self) -> Page:
        """A page of someone with a browser of their own."""
        context = self.browser.new_context(
            base_url=ORIGIN, viewport=WIDE, ignore_https_errors=True, reduced_motion="reduce"
        )
        context.set_default_timeout(PATIENCE)
        return context.new_page()

    def mail_to(self, address: str) -> EmailMessage:
        """The newest mail to `address`, once the worker has sent it."""

        def found() -> list[EmailMessage]:
            return [mail for mail in self.mails if address in mail["To"]]

        wait_until(found)
        return found()[-1]


@pytest.fixture
def university(browser: Browser, tmp_path: Path) -> Iterator[University]:
    home, port = tmp_path / "srv", free_port()
    databases.create(home)
    with ExitStack() as open_:
        smtp, mails = open_.enter_context(mail_server())
        outside = open_.enter_context(tls_proxy(HOST, port, tmp_path))
        words = ["setup", "--origin", ORIGIN, "--institution", "montana", "--json"]
        done = bitterroot(
            home, *words, "--admin", "Ada Reed", "--email", "ada@umontana.example.edu"
        )
        assert done.returncode == 0, done.stderr
        with (home / "bitterroot.env").open("a", encoding="utf-8") as settings:
            settings.write(f"EMAIL_URL=smtp://127.0.0.1:{smtp}\n")
        open_.enter_context(_started(home, "serve", "--port", str(port), "--workers", "1"))
        open_.enter_context(_started(home, "worker"))
        wait_until(lambda: _answers(port))
        rules = f"--host-resolver-rules=MAP {HOST}:443 127.0.0.1:{outside}"
        own = browser.browser_type.launch(executable_path=CHROMIUM, args=[*QUIET, rules])
        open_.callback(own.close)
        yield University(home, json.loads(done.stdout)["link"], mails, own)


def choose(page: Page, password: str) -> None:
    """Choose a password on the page that a link opens."""
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_label("The same password again").fill(password)
    page.get_by_role("button", name="Sign in with it").click()


def test_the_first_day(university: University) -> None:
    ada = university.page()
    ada.goto(university.link)
    assert faults_of(ada) == []
    choose(ada, ADAS)
    expect(ada).to_have_url(f"{ORIGIN}/work")
    cookies = {cookie["name"]: cookie for cookie in ada.context.cookies()}
    assert cookies["sessionid"]["secure"]
    assert cookies["csrftoken"]["secure"]
    answer = ada.goto("/office/people")
    assert answer
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert "Ada Reed" in say(ada)
    assert faults_of(ada) == []

    ada.get_by_role("link", name="Add a person").click()
    assert faults_of(ada) == []
    ada.get_by_label("Name", exact=True).fill("Olive Crane")
    ada.get_by_label("E-mail address").fill("olive@umontana.example.edu")
    ada.locator("#id_role").select_option("head")
    ada.get_by_role("button", name="Add and send the link").click()
    expect(ada.locator("#unit-error")).to_contain_text("Choose the unit")
    assert faults_of(ada) == []
    ada.locator("#id_role").select_option("program_officer")
    ada.get_by_role("button", name="Add and send the link").click()
    expect(ada.locator("h1")).to_have_text("Olive Crane")
    assert faults_of(ada) == []

    mail = university.mail_to("olive@umontana.example.edu")
    assert "UMOnline" in mail["From"]
    olive = university.page()
    olive.goto(one(str(mail.get_content()), rf"{ORIGIN}/open/\S+"))
    choose(olive, OLIVES)
    expect(olive).to_have_url(f"{ORIGIN}/work")
    olive.goto("/office")
    expect(olive.locator("h1")).to_have_text("Office board")
    refused = olive.goto("/office/people")
    assert refused
    assert refused.status == 403

    ada.reload()
    assert "Open" in say(ada)
    ada.get_by_text("Close the account").click()
    ada.get_by_role("button", name="Close it").click()
    expect(ada.get_by_text("It is closed: nobody signs in with it.")).to_be_visible()
    assert faults_of(ada) == []
    olive.goto("/office")
    assert "/sign-in" in olive.url

    audit = json.loads(bitterroot(university.home, "audit", "verify", "--json").stdout)
    assert audit["broken"] == []
    again = json.loads(bitterroot(university.home, "setup", "--json").stdout)
    assert (again["made"], again["mail_server"]) == ([], True)
    kept = [path for path in university.home.rglob("*") if path.is_file()]
    assert [path.name for path in kept if path.stat().st_mode & 0o077] == []

"""What the stories of the other universities share: signing, days that pass, a list that becomes badges."""

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect

from .harness import Demo, Stage, faults_of, one, run_python, running, say, wait_until

#: Words of the reference institution that no other one has.
FOREIGN = re.compile(r"UMOnline|Montana|Missoula|Faculty Senate|ASCRC", re.IGNORECASE)
#: What people and the worker do until the morning of a later day, whose round ends it.
UNTIL = """
from datetime import datetime
from bitterroot.demo.world import ZoneInfo, settings, tell
from bitterroot.governance.domain import sweep
from bitterroot.people.actor import person
from bitterroot.people.models import Person
from bitterroot.record import clock

on = lambda day: datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(settings.TIME_ZONE))
who = lambda key: Person.objects.get(netid=key)
as_ = lambda key: person(who(key))
"""
ROUND = """
with clock.standing_at(on({moment!r})):
    sweep.run_due()
    tell()
clock.start_at(on({moment!r}))
"""


@contextmanager
def days_later(demo: Demo, home: Path, moment: str, acts: str = "") -> Iterator[Demo]:
    """The same university on a later day: served on from `moment`, after `acts` and its worker's round."""
    demo.process.terminate()
    demo.process.wait(30)
    run_python(demo.home, UNTIL + acts + ROUND.format(moment=moment))
    with running(demo.home, home) as later:
        yield later


def look(page: Page) -> str:
    """What the page says; it has no fault, and no word of another university."""
    assert faults_of(page) == []
    assert not FOREIGN.search(page.content())
    return say(page)


def look_without_pilot(page: Page) -> str:
    """As `look`; and where there is no pilot, nothing tells of one."""
    text = look(page)
    assert "pilot" not in text.lower()
    return text


def step(stage: Stage, title: str) -> str:
    """At which step of its process the case of that title stands."""
    [(found,)] = stage.demo.rows("select step from governance_case where title = ?", title)
    return str(found)


def sign(stage: Stage, who: str, title: str) -> None:
    """From the to-do list at home to the signature."""
    [(name,)] = stage.demo.rows("select display_name from people_person where netid = ?", who)
    page = stage.as_person(who)
    page.get_by_role("link", name=re.compile(f"^Read and sign ?: {title}")).click()
    assert title in look(page)
    page.get_by_label("Type your name to sign").fill(name)
    page.get_by_role("button", name=re.compile("^Sign version")).click()
    expect(page.get_by_role("button", name=re.compile("^Sign version"))).to_have_count(0)


def answer(page: Page, section: str, **answers: str) -> None:
    """Fill fields of a section of the draft that the page shows, by their keys."""
    page.goto(f"{one(page.url, r'^(.*?/work/proposals/[^/]+)')}/edit/{section}")
    for key, text in answers.items():
        page.locator(f"#id_{key}").fill(text)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.").first).to_be_visible()


def credit_list(folder: Path, rows: list[tuple[str, str, str, str]], **same: str) -> Path:
    """A list of learners (ID, last name, first name, e-mail) who all passed."""
    file = folder / "list.csv"
    head = ["Student ID", "Last name", "First name", "Campus e-mail", *same]
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([head, *([*row, *same.values()] for row in rows)])
    return file


def plan_offering(stage: Stage, lead: str, program: str, term: str) -> None:
    page = stage.as_person(lead)
    page.goto("/work/lists")
    plan = page.locator("section", has=page.get_by_role("heading", name="Plan an offering"))
    plan.get_by_role("link", name=program).click()
    page.get_by_label("Term").select_option(label=term)
    page.get_by_role("button", name="Plan the offering").click()
    expect(page.get_by_text("The offering is planned.")).to_be_visible()
    look(page)


def send_list(stage: Stage, lead: str, program: str, file: Path, learners: int) -> None:
    """The lead uploads the list of the one offering, attests and submits it."""
    page = stage.as_person(lead)
    page.goto("/work/lists")
    page.get_by_role("row").filter(has_text=program).get_by_role("link", name=program).first.click()
    page.get_by_label("Your list").set_input_files(file)
    page.get_by_role("button", name="Upload and check").click()
    look(page)
    page.get_by_label("I attest that every learner on this list").check()
    page.get_by_role("button", name=f"Submit {learners} learners").click()
    expect(page.get_by_text("The list was submitted")).to_be_visible()


def record_and_issue(stage: Stage, registrar: str, program: str) -> None:
    """The registrar checks, records in the student system, and issues."""
    page = stage.as_person(registrar)
    page.goto("/queue")
    page.get_by_role("link", name=program).first.click()
    page.get_by_role("button", name="Every row is checked").click()
    page.get_by_label(re.compile("[Rr]eference")).first.fill("SIS 100")
    look(page)
    page.get_by_role("button", name=re.compile("^All .* recorded$")).click()
    page.get_by_text(re.compile(r"^Issue \d+ badges$")).click()
    page.get_by_role("button", name="Yes, issue them").click()

    def issued() -> bool:
        page.goto(page.url)
        return "Issued" in say(page)

    wait_until(issued, 90)


def claim_and_verify(stage: Stage, program: str, name: str) -> None:
    """The learner claims by the mailed link and shows it; a stranger checks it."""
    link = one(stage.demo.mail(f"You earned a badge: {program}", name), r"/claim/[\w-]+")
    page = stage.stranger()
    page.goto(link)
    assert name in look(page)
    page.get_by_role("button", name=re.compile("take it")).click()
    [(public_id,)] = stage.demo.rows(
        "select public_id from issuing_award where display_name = ? order by valid_from desc limit 1",
        name,
    )
    page.goto(f"/my/badges/{public_id}")
    page.get_by_label(re.compile("^Everyone")).check()
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_role("link", name="Add to LinkedIn")).to_be_visible()
    stranger = stage.stranger()
    stranger.goto(f"/verify?address=https://demo.bitterroot.example/credentials/{public_id}")
    text = look(stranger)
    assert text.lstrip().startswith("Valid.")
    assert name in text

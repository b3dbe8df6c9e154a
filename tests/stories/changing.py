"""What the stories of changes and endings share, at every university: writing either, and sending it."""

import re
from uuid import UUID

from playwright.sync_api import Page, expect

from .elsewhere import look
from .harness import Stage, settle


def section(page: Page, title: str) -> None:
    page.get_by_role("navigation", name="Sections of the proposal").get_by_role(
        "link", name=re.compile(re.escape(title))
    ).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)


def saved(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.", exact=True).first).to_be_visible()


def answer_why(page: Page, why: str) -> None:
    section(page, "The change")
    page.get_by_label("Why it is changed").fill(why)
    page.get_by_label("From which term").select_option(label="Spring 2027")
    page.get_by_label("What it means for those who are learning now").fill("Nothing for them.")
    if page.get_by_label("What it means for the agreement").count():
        page.get_by_label("What it means for the agreement").fill("It holds as it is.")
    saved(page)


def declare(page: Page) -> None:
    section(page, "Declarations")
    page.get_by_role("group", name=re.compile("conflict of interest")).get_by_label("No").check()
    page.get_by_label(re.compile("is accurate to the best")).check()
    saved(page)
    section(page, "Identity")
    if page.get_by_role("button", name="I have read them").count():
        page.get_by_role("button", name="I have read them").click()
        expect(page.get_by_text("You attested version")).to_be_visible()


def begin(stage: Stage, lead: str, slug: str, button: str) -> Page:
    """From the program's page to the first section of its change or its end."""
    page = stage.as_person(lead)
    page.goto(f"/work/programs/{slug}")
    page.get_by_role("link", name="Change or end it").click()
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("1. ")
    return page


def write_ending(page: Page, why: str, term: str) -> None:
    """Every answer of the end of a program without an agreement."""
    page.get_by_label("Why it ends").fill(why)
    page.get_by_label("Last term in which learners finish").select_option(label=term)
    page.get_by_label("How those enrolled can finish").fill("Nobody is enrolled.")
    page.get_by_label("Who is told and how").fill("Those who asked for a place, by mail.")
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_label("Where its materials are kept").fill("With the department.")
    page.get_by_label("What was learned from it").fill("Begin with the county, then with the town.")
    saved(page)


def send(page: Page) -> str:
    """Send what is written; gives what the page said before it was sent."""
    page.get_by_role("link", name=re.compile("^Send ")).click()
    expect(page.get_by_role("button", name="Send it")).to_be_visible()
    said = look(page)
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_text("Sent. The first signatory is asked now.")).to_be_visible()
    settle(page)
    return said


def asked_for(stage: Stage, title: str, process: str) -> str:
    """The id of the one change or end of that name that goes by `process`, as addresses have it."""
    [(key,)] = stage.demo.rows(
        "select id from proposals_proposal where title = ? and process = ?", title, process
    )
    return str(UUID(str(key)))


def decide(stage: Stage, who: str, key: str, outcome: str, reason: str = "") -> str:
    """On the desk of an office: read, choose, say why, decide. Gives what the page said before.

    An office that has it first finds it complete before it decides.
    """
    page = stage.as_person(who)
    page.goto(f"/office/proposals/{key}")
    said = look(page)
    complete = page.get_by_role("button", name="It is complete")
    if complete.count():
        complete.click()
        expect(page.get_by_text("It is complete and in review.")).to_be_visible()
    page.get_by_role("radio", name=re.compile(f"^{outcome}")).check()
    page.locator("#id_reason").fill(reason)
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(page.get_by_text("Decided. The lead is told.")).to_be_visible()
    return said

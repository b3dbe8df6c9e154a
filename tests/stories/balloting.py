"""How a committee decides by electronic ballot, at its pages."""

import re

from playwright.sync_api import Page, expect

from .elsewhere import look
from .harness import Stage

#: The votes of those who are not shown in the browser.
VOTES = """
from bitterroot.governance.domain.ballot import cast_vote
from bitterroot.governance.models import Ballot
from bitterroot.people.actor import person
from bitterroot.people.models import Person

ballot = Ballot.objects.get(state="open", motion__run__case__title={title!r})
done = set(ballot.votes.values_list("person", flat=True))
for each in ballot.eligible:
    who = Person.objects.get(pk=each["person"])
    if who.pk not in done:
        cast_vote(by=person(who), ballot=ballot, choice="yes")
"""


def matter(stage: Stage, who: str, body: str, title: str) -> Page:
    page = stage.as_person(who)
    page.goto(f"/bodies/{body}")
    page.get_by_role("link", name=title).first.click()
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    return page


def put_to_the_vote(page: Page, outcome: str, mover: str, seconder: str) -> None:
    page.get_by_text("Note a motion").click()
    page.get_by_label(outcome, exact=True).check()
    page.get_by_label("Moved by").select_option(label=mover)
    page.get_by_label("Seconded by").select_option(label=seconder)
    page.get_by_role("button", name="Put it before the body").click()
    page.get_by_role("button", name="Open an electronic ballot").click()
    expect(page.get_by_text("You can close it once everyone has")).to_be_visible()


def vote(stage: Stage, who: str, title: str, choice: str) -> None:
    page = stage.as_person(who)
    page.get_by_role("link", name=re.compile(f"^Vote ?: {title}")).click()
    look(page)
    page.get_by_label(choice, exact=True).check()
    page.get_by_role("button", name="Vote", exact=True).click()
    expect(page.get_by_role("button", name="Change my vote")).to_be_visible()


def the_others_vote(stage: Stage, title: str) -> None:
    """Everyone who may vote and has not yet votes yes."""
    stage.demo.run_python(VOTES.format(title=title))


def close(page: Page) -> str:
    page.reload()  # since it was shown, the others have voted
    page.get_by_role("button", name="Close the ballot").click()
    page.get_by_role("button", name="Release the result").click()
    return look(page)

"""Hudson Valley University: a committee decides, and its decision is posted for objections."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from .conftest import prepared_of
from .elsewhere import (
    answer,
    look,
    sign,
)
from .harness import Demo, Stage, running

pytestmark = pytest.mark.browser

WETLAND = "Tidal Wetland Monitoring"
BUDGET = "Reading a Town Budget"
#: The second of the two reviewers, and the votes of those who are not shown in the browser.
SECOND_REVIEW = """
from bitterroot.governance.domain.review import submit_review, write_review
from bitterroot.governance.models import StepRun
from bitterroot.governance.queries.reviews import rubric_of
from bitterroot.people.actor import person
from bitterroot.people.models import Person

gwen = person(Person.objects.get(netid="gwen"))
run = StepRun.objects.get(case__title="Tidal Wetland Monitoring", kind="review", state="open")
scores = {c.key: {"score": 3, "comment": ""} for c in rubric_of(run).criteria}
write_review(by=gwen, run=run, scores=scores, recommendation="approve", no_conflict=True)
submit_review(by=gwen, run=run)
"""
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


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    home = tmp_path_factory.mktemp("hudson") / "home"
    with running(prepared_of("hudson-valley", tmp_path_factory), home) as started:
        yield started


def step(stage: Stage, title: str) -> str:
    [(found,)] = stage.demo.rows("select step from governance_case where title = ?", title)
    return str(found)


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
    expect(page.get_by_role("button", name="Close the ballot")).to_be_visible()


def vote(stage: Stage, who: str, title: str, choice: str) -> None:
    page = stage.as_person(who)
    page.get_by_role("link", name=re.compile(f"^Vote ?: {title}")).click()
    look(page)
    page.get_by_label(choice, exact=True).check()
    page.get_by_role("button", name="Vote", exact=True).click()
    expect(page.get_by_role("button", name="Change my vote")).to_be_visible()


def close(page: Page) -> str:
    page.get_by_role("button", name="Close the ballot").click()
    page.get_by_role("button", name="Release the result").click()
    return look(page)


def test_1_a_proposal_is_finished_and_signed(stage: Stage) -> None:
    page = stage.as_person("mateo")
    page.get_by_role("link", name=re.compile(WETLAND)).first.click()
    look(page)
    answer(page, "purpose", rationale="The reserve counts on volunteers.")
    page.goto(page.url.split("/edit/")[0] + "/send")
    assert "Noor Aziz" in look(page)
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_text("Sent. The first signatory is asked now.")).to_be_visible()
    sign(stage, "noor", WETLAND)
    sign(stage, "declan", WETLAND)
    assert step(stage, WETLAND) == "complete"


def test_2_the_office_finds_it_complete_and_two_members_review_it(stage: Stage) -> None:
    page = stage.as_person("opal")
    page.goto("/office")
    page.get_by_role("link", name=WETLAND).first.click()
    page.get_by_role("link", name=re.compile("[Cc]heck|[Dd]ecide")).first.click()
    assert "Every answer and file that the committee needs is there." in look(page)
    page.get_by_role("button", name="It is complete").click()
    expect(page.get_by_text("It is complete and in review.")).to_be_visible()
    petra = matter(stage, "petra", "review-committee", WETLAND)
    petra.get_by_role("link", name="Write your review").click()
    for choice in petra.locator('input[type=radio][value="3"]').all():
        choice.check()
    petra.get_by_label("Approve", exact=True).check()
    petra.get_by_label("I have no conflict of interest in this matter.").check()
    look(petra)
    petra.get_by_role("button", name="Hand in the review").click()
    expect(petra.get_by_role("link", name="Your review")).to_be_visible()
    stage.demo.run_python(SECOND_REVIEW)
    assert step(stage, WETLAND) == "committee"


def test_3_the_committee_votes_and_its_decision_is_posted(stage: Stage) -> None:
    page = matter(stage, "rosalind", "review-committee", WETLAND)
    put_to_the_vote(page, "Approve", "Petra Novotny", "Bashir Nassar")
    vote(stage, "bashir", WETLAND, "Yes")
    stage.demo.run_python(VOTES.format(title=WETLAND))
    text = close(page)
    assert "Mateo Silva" in text  # its author is recused
    assert step(stage, WETLAND) == "posted"
    reader = matter(stage, "thabo", "senate-executive", WETLAND)
    reader.locator("summary", has_text="Object").click()
    assert "It passes by itself after 4 Dec 2026 unless a member objects." in look(reader)


def test_4_another_decision_is_objected_to_and_upheld(stage: Stage) -> None:
    page = matter(stage, "thabo", "senate-executive", BUDGET)
    page.locator("summary", has_text="Object").click()
    page.get_by_label("Why you object").fill("Nine hours are little for three outcomes.")
    page.get_by_role("button", name="Object").click()
    assert step(stage, BUDGET) == "executive"
    keeper = matter(stage, "rosalind", "senate-executive", BUDGET)
    said = look(keeper)
    assert "Nine hours are little for three outcomes." in said  # who objected, before it is moved
    assert "Thabo Mokoena, 18 Nov 2026" in said
    put_to_the_vote(keeper, "Uphold the decision", "Noor Aziz", "Isolde Crane")
    vote(stage, "isolde", BUDGET, "Yes")
    stage.demo.run_python(VOTES.format(title=BUDGET))
    keeper.get_by_role("button", name="Close the ballot").click()
    assert "Carried" in look(keeper)
    rows = stage.demo.rows("select state from programs_program where title = ?", BUDGET)
    assert rows == [("pilot_approved",)]

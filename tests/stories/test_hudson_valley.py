"""Hudson Valley University: a committee decides, and its decision is posted for objections."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from .balloting import close, matter, put_to_the_vote, the_others_vote, vote
from .conftest import prepared_of
from .elsewhere import (
    answer,
    claim_and_verify,
    credit_list,
    days_later,
    look,
    plan_offering,
    record_and_issue,
    send_list,
    sign,
    step,
)
from .harness import Demo, Stage, running

pytestmark = pytest.mark.browser

WETLAND = "Tidal Wetland Monitoring"
BUDGET = "Reading a Town Budget"
STREET = "Oral History of a Main Street"
#: The second of the two reviewers, who is not shown in the browser.
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


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    home = tmp_path_factory.mktemp("hudson") / "home"
    with running(prepared_of("hudson-valley", tmp_path_factory), home) as started:
        yield started


@pytest.fixture(scope="module")
def december(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    home = tmp_path_factory.mktemp("december") / "home"
    with days_later(demo, home, "2026-12-07 09:00") as later:
        yield later


@pytest.fixture(scope="module")
def may(december: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    home = tmp_path_factory.mktemp("may") / "home"
    with days_later(december, home, "2027-05-19 09:00") as later:
        yield later


@pytest.fixture
def in_december(browser: Browser, december: Demo) -> Iterator[Stage]:
    stage = Stage(browser, december)
    yield stage
    stage.close()


@pytest.fixture
def in_may(browser: Browser, may: Demo) -> Iterator[Stage]:
    stage = Stage(browser, may)
    yield stage
    stage.close()


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
    the_others_vote(stage, WETLAND)
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
    the_others_vote(stage, BUDGET)
    keeper.reload()
    keeper.get_by_role("button", name="Close the ballot").click()
    assert "Carried" in look(keeper)
    rows = stage.demo.rows("select state from programs_program where title = ?", BUDGET)
    assert rows == [("pilot_approved",)]


def test_4b_a_dean_did_not_sign_in_time_and_is_asked_anew(stage: Stage) -> None:
    page = stage.as_person("petra")
    page.goto("/work")
    assert "Nobody signed in time: send it again to ask anew" in look(page)
    page.get_by_role("link", name=re.compile(f"^Continue ?: {STREET}")).click()
    said = look(page)
    assert "Cora Whitlock (Dean of the college) was asked on 5 Oct 2026 and did not answer" in said
    page.get_by_role("link", name="Send for signatures").click()
    said = look(page)
    assert "Harlan Voss" in said  # whose signature stands
    page.get_by_role("button", name="Send it").click()
    sign(stage, "cora", STREET)
    assert step(stage, STREET) == "complete"


def test_5_nobody_objected_and_the_pilot_stands(in_december: Stage) -> None:
    rows = in_december.demo.rows("select state from programs_program where title = ?", WETLAND)
    assert rows == [("pilot_approved",)]
    page = in_december.as_person("mateo")
    page.goto(f"/work/proposals/{in_december.demo.id_of('proposals_proposal', WETLAND)}")
    assert "No objection" in look(page)
    page.goto("/work/programs/tidal-wetland-monitoring")
    look(page)
    stranger = in_december.stranger()
    stranger.goto("/programs/tidal-wetland-monitoring")
    text = look(stranger)
    assert "approved on trial for up to 3 academic years" in text
    assert "Review Committee" in text  # the body that approved it
    assert "Noor Aziz" in text  # who signed
    plan_offering(in_december, "mateo", WETLAND, "Spring 2027")


def test_6_the_list_of_spring_becomes_badges(in_may: Stage, tmp_path: Path) -> None:
    people = in_may.demo.rows(
        "select p.student_id, p.family_name, p.given_name, a.address from people_person p"
        " join people_address a on a.person_id = p.id where p.student_id is not null"
        " order by p.family_name limit 2"
    )
    file = credit_list(
        tmp_path, people, **{  # type: ignore[arg-type]
            "Course numbers": "EST 340", "Grade": "B", "Credits": "4",
            "All requirements met": "Y", "Completion date": "2027-05-14", "Consent on file": "Y",
        },
    )  # fmt: skip
    send_list(in_may, "mateo", WETLAND, file, 2)
    record_and_issue(in_may, "tilda", WETLAND)
    claim_and_verify(in_may, WETLAND, f"{people[0][2]} {people[0][1]}")
    assert in_may.demo.audit()["broken"] == []

"""Dana checks, returns, approves with conditions; the gate opens when they are met: steps 5 and 6."""

import re

import pytest
from playwright.sync_api import Page, expect

from .harness import Stage, faults_of, say

pytestmark = pytest.mark.browser

BASICS = "Community Health Worker Basics"
PAGE = "/programs/community-health-worker-basics"


def office(stage: Stage) -> Page:
    """The office's page of the proposal, from its board."""
    page = stage.as_person("dana")
    page.goto("/office")
    page.get_by_role("link", name=BASICS).click()
    page.get_by_role("link", name="Check and decide").click()
    expect(page.get_by_role("heading", level=1, name=BASICS)).to_be_visible()
    return page


def state(stage: Stage) -> str:
    return str(
        stage.demo.rows("select state from proposals_proposal where title = ?", BASICS)[0][0]
    )


def status_for(stage: Stage, who: str = "") -> int:
    """How the program's public address answers a stranger or a person."""
    answer = (stage.as_person(who) if who else stage.stranger()).goto(PAGE)
    assert answer is not None
    return answer.status


def test_1_an_incomplete_proposal_is_returned_with_reasons_by_question(stage: Stage) -> None:
    page = office(stage)
    assert "Is it complete?" in say(page)
    assert page.get_by_label("Approve", exact=False).count() == 0  # not before the check
    assert faults_of(page) == []
    page.get_by_role("button", name="Return it").click()
    expect(page.locator(".problems, .note--bad").first).to_be_visible()
    assert state(stage) == "submitted"
    page.locator("#id_reason").fill("Two answers need more.")
    if not page.get_by_label("Phone").is_visible():
        page.get_by_text("Reasons by question").click()
    page.get_by_label("Phone").fill("Give a number that someone answers.")
    page.get_by_label("Price to the learner").fill("Say what the price pays for.")
    page.get_by_role("button", name="Return it").click()
    expect(page.get_by_text("Decided. The lead is told.")).to_be_visible()
    assert state(stage) == "returned"
    letter = stage.demo.mail(f"Please mend: {BASICS}", "Amara Okafor")
    assert "Say what the price pays for." in letter


def test_2_the_author_mends_at_the_questions_and_signatures_stand(stage: Stage) -> None:
    page = stage.as_person("amara")
    page.locator("main").get_by_role("link", name=f": {BASICS}").click()
    assert "Give a number that someone answers." in say(page)
    assert faults_of(page) == []
    page.get_by_role("link", name="Phone", exact=True).click()
    expect(page.get_by_role("heading", name="1. Identity")).to_be_visible()
    page.get_by_label("Phone").fill("406 555 0107")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.").first).to_be_visible()
    page.goto(page.url.split("/edit/")[0])
    page.get_by_role("link", name="Send for signatures").click()
    assert "These signatures stand" in say(page)
    assert "Nobody needs to sign again." in say(page)
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_role("heading", level=1, name=BASICS)).to_be_visible()
    assert state(stage) == "submitted"  # nothing that Naomi signed has changed


def test_3_approved_with_conditions_stays_closed_to_everyone_else(stage: Stage) -> None:
    page = office(stage)
    page.get_by_role("button", name="It is complete: take it into review").click()
    expect(page.get_by_text("It is complete and in review.")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_label("Approve with conditions").check()
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(page.locator(".problems, .note--bad").first).to_be_visible()
    assert page.get_by_label("Approve with conditions").is_checked()
    for n, (text, due) in enumerate(
        [("Name a second instructor.", "2026-12-04"), ("Attach the letter of a clinic.", "")], 1
    ):
        page.get_by_label(f"Condition {n}").fill(text)
        page.locator(f"#id_due-{n}").fill(due)
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(page.get_by_text("Decided. The lead is told.")).to_be_visible()
    assert faults_of(page) == []
    assert state(stage) == "approved_with_conditions"
    assert "second instructor" in stage.demo.mail(f"Approved with conditions: {BASICS}", "Amara")
    assert (status_for(stage), status_for(stage, "ruth")) == (404, 404)


def test_4_the_program_s_own_people_see_what_is_missing(stage: Stage) -> None:
    page = stage.as_person("amara")
    answer = page.goto(PAGE)
    assert answer is not None
    assert "Not public yet" in say(page)
    assert "Name a second instructor." in say(page)
    assert faults_of(page) == []
    page.goto("/work")
    own = page.get_by_role("region", name="Your programs")
    assert "Not listed yet:" in own.inner_text()
    assert "second instructor" in own.inner_text()


def test_5_the_gate_opens_with_the_last_condition(stage: Stage) -> None:
    page = office(stage)
    page.get_by_role("button", name="Close this condition").first.click()
    expect(page.locator(".problems, .note--bad").first).to_be_visible()  # nothing shows it yet
    for evidence in ("Naomi Park teaches it too.", "Letter of 17 November on file."):
        assert status_for(stage) == 404
        page.get_by_label("What shows that it is met").first.fill(evidence)
        page.get_by_role("button", name="Close this condition").first.click()
        expect(page.get_by_text("The condition is closed.")).to_be_visible()
    assert faults_of(page) == []
    assert state(stage) == "approved"
    stranger = stage.stranger()
    answer = stranger.goto(PAGE)
    assert answer is not None
    assert answer.status == 200
    assert "Pilot" in say(stranger)
    assert "Naomi Park" in say(stranger)
    assert faults_of(stranger) == []
    stranger.goto("/catalog")
    assert stranger.get_by_role("link", name=re.compile(BASICS)).count() >= 1
    assert BASICS in stage.demo.mail(f"{BASICS} is public now", "Amara Okafor")


def test_6_nobody_else_may_decide(stage: Stage) -> None:
    found = stage.demo.id_of("proposals_proposal", "Map Reading for Search and Rescue")
    for who in ("peter", "samir", "joan", "vera"):
        page = stage.as_person(who)
        answer = page.goto(f"/office/proposals/{found}")
        assert answer is not None
        assert answer.status == 403, who
        assert "You may not do this" in say(page)
    assert faults_of(page) == []

"""Tomás changes his program, lightly and then heavily; Grace asks that hers ends; nothing old is edited."""

import re
from uuid import UUID

import pytest
from playwright.sync_api import expect

from .changing import answer_why, declare, saved, section
from .harness import Stage, faults_of

pytestmark = pytest.mark.browser

PROGRAM = "Wilderness Stewardship Field Skills"
PAGE = "/work/programs/wilderness-stewardship-field-skills"
OUTDOOR = "/work/programs/outdoor-recreation-business-start-up"


def test_1_the_lead_reads_what_a_change_is_and_begins_one(stage: Stage) -> None:
    page = stage.as_person("tomas")
    page.goto(PAGE)
    page.get_by_role("link", name="Change or end it").click()
    expect(page.get_by_text("How heavy it is decides who has a say.")).to_be_visible()
    expect(page.get_by_text("Editorial change")).to_be_visible()  # one was made in September
    assert faults_of(page) == []
    page.get_by_role("button", name="Begin a change").click()
    expect(page.get_by_role("heading", name="1. Identity")).to_be_visible()
    section(page, "The change")
    expect(page.get_by_text("Nothing is changed yet").first).to_be_visible()
    assert faults_of(page) == []


def test_2_a_new_title_makes_it_major_and_shows_both_sides(stage: Stage) -> None:
    page = stage.as_person("tomas")
    page.goto(PAGE + "/change")
    page.get_by_role("link", name="Editorial change").first.click()
    page.get_by_role("link", name="Continue writing").click()
    page.get_by_label("Title", exact=True).fill("Wilderness Field Skills")
    saved(page)
    answer_why(page, "The old title was too long for a jacket.")
    expect(page.get_by_text("It goes as major change")).to_be_visible()
    expect(page.get_by_text("The badge gets a new version.")).to_be_visible()
    assert faults_of(page) == []
    declare(page)
    page.get_by_role("link", name="Send it for signatures").click()
    expect(page.get_by_role("heading", name="These people are asked to sign")).to_be_visible()
    expect(page.get_by_role("cell", name="Wilderness Field Skills").first).to_be_visible()
    assert faults_of(page) == []
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_text("Sent. The first signatory is asked now.")).to_be_visible()
    assert faults_of(page) == []
    page.goto(PAGE + "/change")
    expect(page.get_by_text("“Major change” is under way")).to_be_visible()
    assert page.get_by_role("button", name="Begin a change").count() == 0


def test_3_versions_are_compared_and_the_badge_that_was_awarded_stays(stage: Stage) -> None:
    page = stage.as_person("amara")
    page.goto("/work/programs/rural-behavioral-health-support/versions")
    expect(page.get_by_role("heading", name="From version 1 to version 2")).to_be_visible()
    expect(page.get_by_text("plan one's own supervision and rest").first).to_be_visible()
    expect(
        page.get_by_role("row", name=re.compile(r"^2 .*Major change .*19 Jan 2027"))
    ).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("^1 in force"))).to_be_visible()
    assert faults_of(page) == []
    officer = stage.as_person("nell")
    officer.goto("/work/programs/rural-behavioral-health-support/versions")
    expect(officer.get_by_role("heading", name=re.compile("Versions of"))).to_be_visible()
    stranger = stage.as_person("tomas")
    answer = stranger.goto("/work/programs/rural-behavioral-health-support/versions")
    assert answer is not None
    assert answer.status == 404


def test_4_an_end_is_asked_for_and_the_provost_decides_on_another(stage: Stage) -> None:
    page = stage.as_person("grace")
    page.goto(OUTDOOR + "/change")
    page.get_by_role("button", name="Ask that it ends").click()
    expect(page.get_by_role("heading", name="1. The end")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_label("Why it ends").fill("The incubator closes.")
    page.get_by_label("Last term in which learners finish").select_option(label="Spring 2027")
    page.get_by_label("How those enrolled can finish").fill("Nobody is enrolled.")
    page.get_by_label("Who is told and how").fill("The incubator, by mail.")
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_label("Where its materials are kept").fill("With the college.")
    if page.get_by_label("What becomes of the agreement").count():
        page.get_by_label("What becomes of the agreement").fill("It ends with the program.")
    page.get_by_label("What was learned from it").fill("Permits take longer than plans.")
    saved(page)
    page.get_by_role("link", name="Send it for signatures").click()
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_text("Sent. The first signatory is asked now.")).to_be_visible()
    assert faults_of(page) == []
    provost = stage.as_person("adele")
    provost.goto(f"/work/proposals/{_ending(stage)}")
    provost.get_by_role("link", name="Check and decide").click()
    assert faults_of(provost) == []
    provost.get_by_label("End it").check()
    provost.get_by_role("button", name=re.compile("Decide|Record")).first.click()
    expect(provost.get_by_text("Approved").first).to_be_visible()
    rows = stage.demo.rows(
        "select state from programs_program where title = ?",
        "Dental Assisting Radiography Refresher",
    )
    assert rows == [("teach_out",)]
    assert stage.demo.audit()["broken"] == []


def _ending(stage: Stage) -> str:
    [(key,)] = stage.demo.rows(
        "select id from proposals_proposal where process = ? and title = ?",
        "termination",
        "Dental Assisting Radiography Refresher",
    )
    return str(UUID(key))

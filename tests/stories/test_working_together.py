"""Helen is away, Margit answers for her unit, Tomás copies, Dana binds: how people work together."""

import re

import pytest
from playwright.sync_api import Page, expect

from .harness import Stage, faults_of, say

pytestmark = pytest.mark.browser

TRAILS = "Trail Crew Leadership"
HEALTH, STORY = "Community Health Worker Basics", "Digital Storytelling for Nonprofits"


def proposal(stage: Stage, who: str, title: str) -> Page:
    page = stage.as_person(who)
    page.goto(f"/work/proposals/{stage.demo.id_of('proposals_proposal', title)}")
    return page


def test_1_who_is_away_names_a_deputy_who_is_told_and_comes_back(stage: Stage) -> None:
    helen = stage.as_person("helen")
    helen.goto("/work")
    helen.get_by_role("link", name="Away: who acts for you").click()
    expect(helen.get_by_text("Head of unit, Department of Geography")).to_be_visible()
    expect(helen.get_by_text("Chair, Interdisciplinary subcommittee")).to_be_visible()
    assert "By its rule nobody sits for a member of Faculty Senate." in say(helen)
    assert faults_of(helen) == []
    helen.get_by_label("First day").fill("2026-11-19")
    helen.get_by_label("Last day").fill("2026-11-10")
    helen.get_by_label("Who acts for you").fill("margit")
    helen.get_by_role("button", name="Name them as deputy").click()
    expect(helen.locator("#problems-title")).to_be_visible()
    assert faults_of(helen) == []
    helen.get_by_label("Last day").fill("2026-11-27")
    helen.get_by_role("button", name="Name them as deputy").click()
    expect(helen.get_by_text("Margit Solberg acts for you.", exact=True)).to_be_visible()
    assert faults_of(helen) == []
    assert "from 19 November 2026 to 27 November 2026" in stage.demo.mail(
        "You act for Helen Strand"
    )
    margit = stage.as_person("margit")
    margit.goto("/work")
    expect(margit.get_by_text("You act for Curtis Beaumont, who is away until")).to_be_visible()
    expect(margit.get_by_text("You act for Helen Strand, who is away from 19 Nov")).to_be_visible()
    assert faults_of(margit) == []
    helen.get_by_role("button", name=re.compile("I do not go")).click()
    expect(helen.get_by_text("You act again yourself alone.")).to_be_visible()
    assert "acts again in person" in stage.demo.mail("You no longer act for Helen Strand")


def test_2_a_head_objects_for_her_unit_and_the_authors_read_it(stage: Stage) -> None:
    margit = stage.as_person("margit")
    margit.goto("/work")
    margit.get_by_role("link", name=re.compile("Read and answer")).click()
    expect(margit.get_by_role("heading", name=TRAILS)).to_be_visible()
    assert faults_of(margit) == []
    margit.get_by_label("Objects").check()
    margit.get_by_role("button", name="Give this answer").click()
    expect(margit.locator("#problems-title")).to_be_visible()
    assert faults_of(margit) == []
    margit.get_by_label("Comment, or reason to object").fill("Two courses would run half empty.")
    margit.get_by_role("button", name="Give this answer").click()
    expect(margit.get_by_text("Your answer is kept with the proposal.")).to_be_visible()
    tomas = proposal(stage, "tomas", TRAILS)
    expect(tomas.get_by_text("Two courses would run half empty.").first).to_be_visible()
    assert faults_of(tomas) == []
    tomas.get_by_role("link", name="Find what is like it, and ask a unit").click()
    tomas.get_by_label("Unit", exact=True).select_option("geography")
    tomas.get_by_label("How it affects them").fill("The map part is yours.")
    assert faults_of(tomas) == []
    tomas.get_by_role("button", name="Ask whether they concur").click()
    expect(
        tomas.get_by_text("Department of Geography (Helen Strand): not answered")
    ).to_be_visible()


def test_3_a_proposal_is_copied(stage: Stage) -> None:
    tomas = proposal(stage, "tomas", TRAILS)
    tomas.get_by_role("link", name="Copy it").click()
    assert faults_of(tomas) == []
    tomas.get_by_label("Title of the new one").fill("Winter Crew Leadership")
    tomas.get_by_role("button", name="Begin the copy").click()
    expect(tomas.get_by_text("Your draft is there, with the answers of the other.")).to_be_visible()
    copied = proposal(stage, "tomas", "Winter Crew Leadership")
    expect(copied.get_by_text("begun as a copy of")).to_be_visible()
    assert faults_of(copied) == []


def test_4_the_office_binds_two_and_lets_one_go_on_alone(stage: Stage) -> None:
    dana = proposal(stage, "dana", HEALTH)
    dana.get_by_role("link", name="Bind it with other proposals").click()
    assert faults_of(dana) == []
    dana.get_by_label("What binds them").fill("Listening to people")
    dana.get_by_label(re.compile(STORY)).check()
    dana.get_by_role("button", name="Bind them").click()
    expect(dana.get_by_text("They are bound. Their authors are told.")).to_be_visible()
    expect(dana.get_by_text("Listening to people. They are decided on together.")).to_be_visible()
    assert faults_of(dana) == []
    dana.get_by_role("link", name="The bundle").click()
    assert faults_of(dana) == []
    dana.locator("summary", has_text=f"Let it go on alone: {STORY}").click()
    dana.get_by_label("Reason", exact=True).locator("visible=true").fill("It waits for its price.")
    dana.get_by_role("button", name="Let it go on alone").locator("visible=true").click()
    expect(dana.get_by_text("It goes on alone. The authors are told.")).to_be_visible()
    assert "It waits for its price." in stage.demo.mail("Not bound any more")
    assert stage.demo.audit()["broken"] == []

"""José's badge has a wrong name: Samir asks for a correction, Dana agrees, and old leads to new."""

import pytest
from playwright.sync_api import Page, expect

from .harness import Stage, faults_of

pytestmark = pytest.mark.browser

OLD, NEW = "José Núñez", "José Antonio Núñez"


def path_of(stage: Stage) -> str:
    return str(stage.demo.awards["public"]["path"])


def in_the_queue(stage: Stage, who: str) -> Page:
    page = stage.as_person(who)
    page.goto("/queue/awards/" + path_of(stage).rsplit("/", 1)[1])
    return page


def test_one_asks_and_another_agrees(stage: Stage) -> None:
    page = in_the_queue(stage, "samir")
    page.get_by_text("Correct this badge").click()
    assert faults_of(page) == []
    form = page.locator("form[action$='/correct']")
    expect(form.get_by_label("Name on the badge")).to_have_value(OLD)
    form.get_by_label("What was wrong").fill("Nothing yet.")
    form.get_by_role("button").click()
    expect(page.get_by_text("Nothing would change.").first).to_be_visible()
    assert faults_of(page) == []
    form.get_by_label("Name on the badge").fill(NEW)
    form.get_by_label("What was wrong").fill("His second name was left out.")
    form.get_by_role("button").click()
    expect(page.get_by_text("asks that it be corrected.")).to_be_visible()
    assert faults_of(page) == []

    other = in_the_queue(stage, "dana")
    other.get_by_role("link", name="See the request").click()
    expect(other.get_by_role("heading", name="Correction of")).to_be_visible()
    expect(other.get_by_role("insertion").filter(has_text=NEW)).to_be_visible()
    expect(other.get_by_role("deletion").filter(has_text=OLD)).to_be_visible()
    assert faults_of(other) == []
    other.get_by_text("Replace the badge").click()
    other.get_by_role("button", name="Yes, replace it").click()
    expect(other.get_by_text("The learner is told of the corrected badge.")).to_be_visible()
    expect(other.get_by_role("link", name="A corrected badge")).to_be_visible()
    assert faults_of(other) == []


def test_the_old_page_leads_a_stranger_to_the_new_badge(stage: Stage) -> None:
    page = stage.stranger()
    page.goto(path_of(stage))
    expect(page.get_by_text("It was replaced by a corrected credential.")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_role("link", name="corrected badge").click()
    expect(page.get_by_role("heading", name=f"Valid. {NEW} earned")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_role("link", name="earlier badge").click()
    page.wait_for_url("**" + path_of(stage))


def test_whoever_checks_the_old_one_finds_the_new_one(stage: Stage) -> None:
    page = stage.stranger()
    page.goto("/verify?address=" + str(stage.demo.awards["public"]["url"]))
    expect(page.get_by_role("heading", name="Replaced.")).to_be_visible()
    expect(page.get_by_role("heading", name="What stands in its place")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_role("link", name="another badge").click()
    page.wait_for_load_state()
    page.get_by_role("link", name="Check it yourself").click()
    expect(page.get_by_role("heading", name=f"Valid. {NEW} earned")).to_be_visible()
    expect(page.get_by_role("heading", name="Who endorses it")).to_be_visible()
    expect(page.get_by_text("Endorsed by ").first).to_be_visible()
    assert faults_of(page) == []


def test_jose_is_led_to_it_too(stage: Stage) -> None:
    page = stage.as_person("jose")
    page.goto("/my/badges/" + path_of(stage).rsplit("/", 1)[1])
    expect(page.get_by_role("link", name="corrected badge")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_role("link", name="corrected badge").click()
    expect(page.get_by_role("heading", name="Who may see it")).to_be_visible()

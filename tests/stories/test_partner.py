"""An organization outside carries part of Grace's program, and its officer signs by a link: step 4."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .harness import Stage, faults_of, one, say

pytestmark = pytest.mark.browser

STORY = "Digital Storytelling for Nonprofits"
HOUSE = "Clark Fork Story House (invented)"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def proposal(stage: Stage, who: str, ending: str = "") -> Page:
    """A person at the proposal, or at one of the pages below it."""
    page = stage.as_person(who)
    page.goto(f"/work/proposals/{stage.demo.id_of('proposals_proposal', STORY)}{ending}")
    return page


def state(stage: Stage) -> str:
    rows = stage.demo.rows("select state from proposals_proposal where title = ?", STORY)
    return str(rows[0][0])


def test_1_grace_names_the_partner_and_is_asked_for_an_agreement(stage: Stage) -> None:
    page = proposal(stage, "grace", "/edit/partners")
    outside = page.get_by_role("group", name="Does an organization outside carry part of it?")
    outside.get_by_label("Yes").check()
    expect(page.locator("#id_partner_organizations-0-name")).to_be_visible()
    assert faults_of(page) == []
    for cell, text in {
        "name": HOUSE,
        "officer": "Paula Reyes",
        "officer_title": "Director",
        "email": "paula@story-house.example.org",
    }.items():
        page.locator(f"#id_partner_organizations-0-{cell}").fill(text)
    page.get_by_label("Being drawn up").check()
    page.get_by_label("Learners' data shared with partners").fill("Names, with their consent.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#beside")).to_contain_text("Nothing. Send it for signatures")
    page.goto(page.url.split("/edit/")[0])
    page.get_by_role("link", name="Open the agreement").click()
    expect(page.get_by_text("Not written yet")).to_be_visible()
    assert faults_of(page) == []


def test_2_the_agreement_is_written_and_sent_to_the_parties(stage: Stage) -> None:
    page = proposal(stage, "grace", "/agreement")
    page.get_by_role("button", name="Save and send to the parties").click()
    expect(page.locator(".problems")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_label("With an organization outside").check()
    for n, (name, officer, email) in enumerate(
        [
            ("University of Montana", "Miriam Castellanos", "miriam@umontana.example.edu"),
            (HOUSE, "Paula Reyes", "paula@story-house.example.org"),
        ]
    ):
        page.locator(f"#id_parties-{n}-legal_name").fill(name)
        page.locator(f"#id_parties-{n}-officer").fill(officer)
        page.locator(f"#id_parties-{n}-email").fill(email)
        page.locator(f"#id_signatories-{n}-party").fill(name)
        page.locator(f"#id_signatories-{n}-name").fill(officer)
    page.get_by_label("Title", exact=True).first.fill(f"Memorandum on {STORY}")
    page.get_by_label("Purpose").fill("To teach it together.")
    page.locator("#id_responsibilities-0-party").fill(HOUSE)
    page.locator("#id_responsibilities-0-area").select_option(label="Delivery")
    page.locator("#id_responsibilities-0-duty").fill("Lends its studio.")
    page.get_by_label("Financial model and split").fill("Each bears its own cost.")
    page.get_by_label("Data sharing and FERPA").fill("Names, with each learner's consent.")
    page.get_by_label("Start", exact=True).fill("2027-01-11")
    page.get_by_label("End", exact=True).fill("2029-12-31")
    page.get_by_label("Notice of termination in days").fill("90")
    page.get_by_label("Duty to teach out").fill("Learners who have begun may finish in a year.")
    page.get_by_role("button", name="Save and send to the parties").click()
    expect(page.get_by_text("The agreement is out for the parties' signatures.")).to_be_visible()
    assert faults_of(page) == []


def test_3_those_inside_sign_first_then_the_partner_gets_a_link(stage: Stage) -> None:
    page = proposal(stage, "grace", "/send")
    asked = page.get_by_role("region", name="These people are asked")
    assert asked.get_by_role("listitem").all_inner_texts() == [
        "Miriam Castellanos, Supervisor of the lead",
        f"Paula Reyes, Director, {HOUSE} (gets a link by mail at paula@story-house.example.org)",
    ]
    assert faults_of(page) == []
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_text("Sent. The first signatory is asked now.")).to_be_visible()
    page = stage.as_person("miriam")
    page.locator("main").get_by_role("link", name=f": {STORY}").click()
    page.get_by_label("Type your name to sign").fill("Miriam Castellanos")
    page.get_by_role("button", name="Sign version").click()
    expect(page.get_by_text("Signed. The next signatory is asked.")).to_be_visible()
    assert "/sign/" in stage.demo.mail(f"Please sign: {STORY}", "Paula Reyes")


def test_4_paula_signs_with_the_code_that_was_mailed_to_her(stage: Stage) -> None:
    link = one(stage.demo.mail(f"Please sign: {STORY}", "Paula Reyes"), r"/sign/[\w-]+")
    page = stage.stranger()
    page.goto(link)
    assert "asks Paula Reyes to sign this proposal as Director" in say(page)
    assert faults_of(page) == []
    page.get_by_role("button", name="Send me a code").click()
    expect(
        page.get_by_text("A code is on its way to paula@story-house.example.org.")
    ).to_be_visible()
    code = one(stage.demo.mail("Your code", "Paula Reyes"), r"\b(\d{6})\b")
    page.get_by_label("Code", exact=True).fill(f"{(int(code) + 1) % 1_000_000:06d}")
    page.get_by_label("Type your name to sign").fill("Paula Reyes")
    page.get_by_role("button", name="Sign version").click()
    expect(page.get_by_text("Tries left: 4").first).to_be_visible()
    assert page.get_by_label("Type your name to sign").input_value() == "Paula Reyes"
    assert faults_of(page) == []
    page.get_by_label("Code", exact=True).fill(code)
    page.get_by_role("button", name="Sign version").click()
    expect(page.get_by_role("heading", name="Thank you, you have signed")).to_be_visible()
    assert f"Paula Reyes signed “{STORY}”" in say(page)
    assert faults_of(page) == []
    answer = page.goto(link)
    assert answer is not None
    assert answer.status == 404
    assert "This link is no longer valid" in say(page)
    assert faults_of(page) == []
    told = stage.demo.rows("select data from record_event where verb like 'signature%'")
    assert all(code not in str(row) and link not in str(row) for row in told)


def test_5_the_office_has_it_once_the_agreement_is_executed(stage: Stage, tmp_path: Path) -> None:
    assert state(stage) == "signing"  # every signature is there, the agreement is not
    page = proposal(stage, "dana", "/agreement")
    assert faults_of(page) == []
    (tmp_path / "memorandum.pdf").write_bytes(PDF)
    page.get_by_label("The signed agreement (PDF or Word)").set_input_files(
        tmp_path / "memorandum.pdf"
    )
    page.get_by_label("Day of the last signature").fill("2026-11-17")
    page.get_by_role("button", name="Record the executed agreement").click()
    expect(page.get_by_text("The executed agreement is on record.")).to_be_visible()
    assert faults_of(page) == []
    assert state(stage) == "submitted"
    assert stage.demo.audit()["broken"] == []


def test_6_an_officer_whose_address_was_mistyped_has_the_link_where_she_is(stage: Stage) -> None:
    farm = "Farm Stress First Response"
    page = stage.as_person("amara")
    page.goto(f"/work/proposals/{stage.demo.id_of('proposals_proposal', farm)}")
    said = say(page)
    assert "asked at rhea.whitcomb@growers.example.org" in said
    assert "in the version rhea.witcomb@growers.example.org" in said
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_text("put right the name or the address, or send a new link").click()
    assert faults_of(page) == []
    link = one(stage.demo.mail(f"Please sign: {farm}", "Rhea Whitcomb"), r"/sign/[\w-]+")
    before = one(stage.demo.mail(f"Please sign: {farm}", "Rhea Witcomb"), r"/sign/[\w-]+")
    stranger = stage.stranger()
    answer = stranger.goto(before)
    assert answer is not None
    assert answer.status == 404
    stranger.goto(link)
    assert "asks Rhea Whitcomb to sign this proposal as Manager" in say(stranger)
    assert faults_of(stranger) == []

"""Ingrid is not sure what her idea is: she compares, is advised, starts on one track and tries another."""

import json

import pytest
from playwright.sync_api import Page, expect

from .harness import Stage, faults_of, one, say

pytestmark = pytest.mark.browser

IDEA = "Talking with Neighbors about Fire"
WALK = "Wildlife Track Photography Walk"
COURSE = "Meetings That Decide"


def draft(stage: Stage, section: str = "") -> Page:
    """Ingrid's draft: its record, or the page of a section."""
    page = stage.as_person("ingrid")
    path = f"/work/proposals/{stage.demo.id_of('proposals_proposal', IDEA)}"
    page.goto(f"{path}/edit/{section}" if section else path)
    return page


def track(stage: Stage) -> tuple[str, str]:
    """The process and the track of her draft."""
    [(process, kept)] = stage.demo.rows(
        'select process, "values" from proposals_proposal where title = ?', IDEA
    )
    return process, (kept if isinstance(kept, dict) else json.loads(kept))["track"]


def saved(page: Page) -> None:
    expect(page.locator("#saved")).to_contain_text("Saved.")


def test_1_a_few_questions_lead_to_a_product(stage: Stage) -> None:
    page = stage.as_person("ingrid")
    page.get_by_role("link", name="Ask for a consultation").click()
    page.get_by_text("Which product?").click()
    expect(page.get_by_role("table", name="The products side by side")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_role("link", name="A few questions that help to choose").click()
    assert faults_of(page) == []
    page.get_by_label("A sign of having taken part").check()
    page.get_by_role("group", name="Does anyone earn academic credit?").get_by_label("No").check()
    page.get_by_label("No, or tuition only").check()
    page.get_by_role("button", name="Show what fits").click()
    expect(page.get_by_role("heading", name="This fits best: Stand-alone badge")).to_be_visible()
    assert faults_of(page) == []


def test_2_dana_recommends_a_track(stage: Stage) -> None:
    page = stage.as_person("dana")
    page.goto("/office")
    page.get_by_role("link", name=IDEA).click()
    assert "In mind: micro-credential." in say(page)
    page.get_by_label("Day and time").fill("2026-11-18T23:30")
    page.get_by_label("Held by").select_option(label="Dana Kessler")
    page.get_by_role("button", name="Fix the time").click()
    page.get_by_label("Notes").fill("An evening that people take part in; nothing is assessed.")
    page.get_by_label("Outcome").select_option(label="Use the stand-alone badge track")
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_text("Recorded. The requester is told.")).to_be_visible()
    assert faults_of(page) == []
    letter = stage.demo.mail("What came of the consultation", "Ingrid")
    page = stage.as_person("ingrid")
    page.goto(one(letter, r"https?://[^/\s]+(/work/consultations/\S+)"))
    assert "The proposal starts on the track Stand-alone badge." in say(page)
    assert faults_of(page) == []
    page.get_by_role("link", name="Start the proposal").click()
    assert "The program office recommended: Stand-alone badge." in say(page)
    expect(page.get_by_role("radio", name="Stand-alone badge")).to_be_checked()
    assert faults_of(page) == []
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_role("heading", name="1. Identity")).to_be_visible()
    assert track(stage) == ("badge-proposal", "badge")


def test_3_what_is_not_assessed_claims_nothing(stage: Stage) -> None:
    page = draft(stage, "purpose")
    page.get_by_label("Description").fill("Sat with neighbors and talked about fire.")
    page.get_by_role("radio", name="Not assessed").check()
    saved(page)
    beside = page.locator("#beside")
    expect(beside.get_by_text("participation, not assessed", exact=True)).to_be_visible()
    assert faults_of(page) == []
    page.goto(page.url.replace("purpose", "outcomes"))
    assert page.get_by_label("Skills").count() == 0
    assert "Nothing is asked here where nothing is assessed." in say(page)
    assert faults_of(page) == []


def test_4_the_draft_tries_another_track_and_keeps_what_was_written(stage: Stage) -> None:
    page = draft(stage)
    page.get_by_role("link", name="Change the track").click()
    assert faults_of(page) == []
    page.get_by_role("radio", name="Non-credit course or program").check()
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_text("Your answers and files came along.")).to_be_visible()
    assert track(stage) == ("noncredit-proposal", "noncredit")
    page = draft(stage, "purpose")
    assert page.get_by_label("Description").input_value() == (
        "Sat with neighbors and talked about fire."
    )
    page = draft(stage, "budget")
    page.get_by_label("Price to the learner").fill("50.00")
    page.get_by_label("Learners expected in a run").fill("8")
    page.locator("#id_fixed_costs-0-item").fill("Instruction")
    page.locator("#id_fixed_costs-0-amount").fill("500.00")
    saved(page)
    expect(page.locator("#beside")).to_contain_text("10 at $50.00 each; 8 are expected")
    expect(page.locator("#beside")).to_contain_text("say who bears the rest")
    amount = page.locator("#beside dd", has_text="8 are expected")
    assert amount.evaluate("it => it.offsetWidth") > 90  # words are not broken letter by letter
    assert faults_of(page) == []
    page = draft(stage, "signatures")
    expect(page.locator("#id_agreement_parties ~ ol")).to_contain_text("UMOnline")
    assert faults_of(page) == []


def memorandum(page: Page) -> None:
    """What the four parties agree on; the second and the last have no e-mail address."""
    for n in range(4):
        name = page.locator(f"#id_parties-{n}-legal_name").input_value()
        if not page.locator(f"#id_parties-{n}-officer").input_value():
            page.locator(f"#id_parties-{n}-officer").fill("Ada Halvorsen")
        officer = page.locator(f"#id_parties-{n}-officer").input_value()
        page.locator(f"#id_signatories-{n}-party").fill(name)
        page.locator(f"#id_signatories-{n}-name").fill(officer)
        page.locator(f"#id_responsibilities-{n}-area").select_option(label="Oversight")
        page.locator(f"#id_responsibilities-{n}-duty").fill("Hears what learners say of it.")
    page.locator("#id_parties-3-email").fill("")
    page.locator("#id_revenue_split-0-party").fill("UMOnline")
    page.locator("#id_revenue_split-0-percent").fill("100")
    for key, text in {
        "purpose": "To talk about fire in the evening.",
        "data_sharing": "UMOnline keeps names and payment.",
        "financial_model": "Costs first; the rest stays with UMOnline.",
        "instructor_pay": "$500 for a run.",
        "cancellation": "It is called off and paid back.",
        "starts": "2027-01-11",
        "ends": "2029-12-31",
        "termination_notice_days": "60",
        "teach_out": "A run that has begun is finished.",
        "sign_by": "2026-12-04",
    }.items():
        page.locator(f"#id_{key}").fill(text)


def test_5_the_memorandum_goes_to_its_parties_as_a_document_to_sign(stage: Stage) -> None:
    page = draft(stage)
    page.get_by_role("link", name="Open the agreement").click()
    expect(page.get_by_text("Not written yet")).to_be_visible()
    memorandum(page)
    page.get_by_role("button", name="Save and send to the parties").click()
    expect(page.get_by_text("out for the parties' signatures. Below stands who")).to_be_visible()
    assert faults_of(page) == []
    by_hand = page.get_by_role("row").filter(has_text="Hand it over yourself")
    assert by_hand.count() == 2  # an instructor who is not named yet, and the college
    with page.expect_download() as waiting:
        page.get_by_role("link", name="The document to sign, version 1").click()
    assert waiting.value.suggested_filename == "memorandum-version-1.pdf"
    assert b"pdfuaid:part>1<" in waiting.value.path().read_bytes()
    letter = stage.demo.mail("Please sign: Agreement on", "Dana Kessler")
    assert "return it to Ingrid" in letter
    assert "by 4 Dec 2026" in letter
    page.reload()
    expect(page.get_by_text("The letter was sent on 18 Nov 2026.").first).to_be_visible()
    page.get_by_label("Why").fill("The pay was wrong.")
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("It is back in preparation.")).to_be_visible()
    assert faults_of(page) == []
    assert "Why: The pay was wrong." in stage.demo.mail("Do not sign it", "Dana Kessler")
    page.get_by_label("What the instructor is paid").fill("$550 for a run.")
    page.get_by_role("button", name="Save and send to the parties").click()
    expect(page.get_by_role("link", name="The document to sign, version 2")).to_be_visible()
    expect(page.get_by_role("link", name="version 1 of 18 Nov 2026")).to_be_visible()
    assert "This is version 2." in stage.demo.mail("New document to sign", "Dana Kessler")
    page = stage.as_person("dana")
    page.goto(f"/office/mail/about/{stage.demo.id_of('proposals_proposal', IDEA)}")
    assert page.get_by_text("New document to sign: Agreement on").count() >= 1
    assert faults_of(page) == []


def test_6_the_four_parties_stand_in_the_memorandum(stage: Stage) -> None:
    page = stage.as_person("grace")
    page.goto(f"/work/proposals/{stage.demo.id_of('proposals_proposal', COURSE)}")
    assert "13 at $240.00 each; 18 are expected" in say(page)
    assert "Every party has signed the memorandum of understanding on 12 Oct 2026." in say(page)
    assert faults_of(page) == []
    page.get_by_role("link", name="Open the agreement").click()
    text = say(page)
    assert all(name in text for name in ("UMOnline", "Grace Tanaka", "Miriam", "Bruno Kastner"))
    assert faults_of(page) == []


def test_7_whoever_looks_at_the_badge_reads_that_nothing_was_assessed(stage: Stage) -> None:
    page = stage.stranger()
    page.goto("/catalog")
    page.get_by_label("Product").select_option("Recognition badge")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("1 of")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_role("link", name=WALK).click()
    assert "Taking part. Nothing is assessed" in say(page)
    assert page.get_by_role("heading", name="What you will be able to do").count() == 0
    assert faults_of(page) == []
    page.goto(stage.demo.awards["recognition"]["path"])
    assert "It recognizes taking part; nothing was assessed." in say(page)
    assert faults_of(page) == []
    page.get_by_role("link", name="Check it yourself").click()
    expect(page.get_by_role("heading", name="Valid.")).to_be_visible()
    assert "Not assessed. It recognizes taking part; nothing was assessed." in say(page)
    assert "That the person has learned or can do something: nothing was assessed." in say(page)
    assert "More than its outcomes" not in say(page)
    assert faults_of(page) == []
    assert stage.demo.audit()["broken"] == []

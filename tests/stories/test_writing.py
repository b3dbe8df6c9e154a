"""Tomás and Winona write Trail Crew Leadership together and send it: step 3, and how step 4 begins."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .harness import Stage, faults_of, say, wait_until

pytestmark = pytest.mark.browser

TRAILS = "Trail Crew Leadership"
WHY = "Crews of volunteers are led by whoever happens to own a saw."
ALT = "Round badge, a trail that climbs a ridge, with the words Trail Crew Leader"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def write(stage: Stage, who: str, section: str) -> Page:
    """The page of a section, from the proposal's own page."""
    page = stage.as_person(who)
    page.goto(f"/work/proposals/{stage.demo.id_of('proposals_proposal', TRAILS)}")
    page.get_by_role("link", name="Continue writing").click()
    page.get_by_role("navigation", name="Sections of the proposal").get_by_role(
        "link", name=section
    ).click()
    expect(page.get_by_role("heading", level=1, name=section)).to_be_visible()
    return page


def missing(page: Page) -> int:
    """How much is missing, as the page says beside the form."""
    found = re.search(r"Still missing: (\d+)", page.locator("#beside").inner_text())
    return int(found.group(1)) if found else 0


def values(stage: Stage) -> dict[str, object]:
    """The answers as they are kept now."""
    rows = stage.demo.rows('select "values" from proposals_proposal where title = ?', TRAILS)
    found: dict[str, object] = (
        rows[0][0] if isinstance(rows[0][0], dict) else json.loads(rows[0][0])
    )
    return found


def saved(page: Page) -> None:
    expect(page.locator("#saved")).to_contain_text("Saved.")


def test_1_what_is_typed_is_saved_and_survives_a_reload(stage: Stage) -> None:
    page = write(stage, "tomas", "2. Purpose")
    assert faults_of(page) == []
    assert missing(page) == 4
    page.get_by_label("Why it is needed").press_sequentially(WHY)
    saved(page)
    expect(page.locator("#beside")).to_contain_text("Still missing: 3")
    assert faults_of(page) == []
    page.reload()
    assert page.get_by_label("Why it is needed").input_value() == WHY
    assert values(stage)["rationale"] == WHY


def test_2_the_preview_follows_what_is_typed(stage: Stage) -> None:
    page = write(stage, "tomas", "11. Badge meta-data")
    assert faults_of(page) == []
    beside = page.locator("#beside")
    page.get_by_label("Text for those who do not see the image").fill(ALT)
    saved(page)
    expect(beside.get_by_role("img", name=ALT)).to_be_visible()
    picture = beside.get_by_role("img").get_attribute("src")
    assert picture is not None
    assert "Trail Crew Leader" in page.context.request.get(picture).text()
    page.get_by_label("Badge name", exact=True).fill("Trail Crew Leader of the Bitterroot")
    expect(
        beside.get_by_role("heading", name="Trail Crew Leader of the Bitterroot")
    ).to_be_visible()
    assert missing(page) == 2
    beside.get_by_text("The badge as data").click()
    told = json.loads(beside.locator("pre").inner_text())
    assert told["name"] == "Trail Crew Leader of the Bitterroot"
    assert told["image"]["caption"] == ALT


def test_3_questions_appear_where_an_answer_calls_for_them(stage: Stage) -> None:
    page = write(stage, "tomas", "3. Demand and money")
    assert page.get_by_label("Which", exact=True).count() == 0
    resources = page.get_by_role("group", name="Does it need resources that are not there yet?")
    resources.get_by_label("Yes").check()
    expect(page.get_by_label("Which", exact=True)).to_be_visible()
    # Two from before, “Which”, and that the dean who then signs is nobody today.
    expect(page.locator("#beside")).to_contain_text("Still missing: 4")
    expect(page.locator("#beside")).to_contain_text("Nobody holds the office “Dean of the college”")
    assert faults_of(page) == []
    resources.get_by_label("No").check()
    expect(page.get_by_label("Which", exact=True)).to_have_count(0)
    expect(page.locator("#beside")).to_contain_text("Still missing: 2")


def test_4_two_authors_write_and_neither_loses_a_word(stage: Stage) -> None:
    tomas, winona = write(stage, "tomas", "5. Outcomes"), write(stage, "winona", "5. Outcomes")
    tomas.get_by_label("Accessibility and accommodation").fill("Crews plan each day together.")
    saved(tomas)
    # Another question: both are kept, without a word.
    winona.get_by_label("Repeating an assessment").fill("Once more in the same season.")
    saved(winona)
    assert values(stage)["accessibility"] == "Crews plan each day together."
    assert values(stage)["retake_policy"] == "Once more in the same season."
    theirs = winona.get_by_label("Accessibility and accommodation")
    expect(theirs).to_have_value("Crews plan each day together.")

    # The same question: she is told, keeps what she typed and reads what Tomás wrote.
    hers = "Every tool has a lighter twin, and no task needs two hands alone."
    toms = "Crews plan each morning together."
    tomas.get_by_label("Accessibility and accommodation").fill(toms)
    wait_until(lambda: values(stage)["accessibility"] == toms)  # “Saved.” stands there from before
    winona.get_by_label("Accessibility and accommodation").fill(hers)
    expect(winona.locator("#saved")).to_contain_text("Tomás Reyes saved this meanwhile.")
    assert values(stage)["accessibility"] == "Crews plan each morning together."
    winona.get_by_role("button", name="Save", exact=True).click()
    expect(winona.locator(".problems")).to_contain_text(
        "Now saved: Crews plan each morning together."
    )
    assert winona.get_by_label("Accessibility and accommodation").input_value() == hers
    assert faults_of(winona) == []
    winona.get_by_role("button", name="Save", exact=True).click()
    expect(winona.get_by_text("Saved.").first).to_be_visible()
    assert values(stage)["accessibility"] == hers
    assert values(stage)["retake_policy"] == "Once more in the same season."


def test_5_a_third_is_invited_and_may_leave(stage: Stage) -> None:
    page = write(stage, "tomas", "1. Identity")
    page.get_by_label("Invite by e-mail address or NetID").fill("nobody")
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_text("Nobody here has the address or NetID “nobody”.")).to_be_visible()
    page.get_by_label("Invite by e-mail address or NetID").fill("ruth")
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_text("They are invited and may write along.")).to_be_visible()
    assert faults_of(page) == []
    assert "Tomás Reyes" in stage.demo.mail(f"You may edit a proposal: {TRAILS}", "Ruth Bauer")
    ruth = stage.as_person("ruth")
    ruth.goto(page.url)
    expect(ruth.get_by_role("heading", name="1. Identity")).to_be_visible()
    page.get_by_role("button", name="Remove Ruth Bauer").click()
    expect(page.get_by_text("Ruth Bauer no longer writes along.")).to_be_visible()
    answer = ruth.goto(page.url)
    assert answer is not None
    assert answer.status == 404


def test_6_a_file_is_attached_and_one_of_a_wrong_kind_is_not(stage: Stage, tmp_path: Path) -> None:
    page = write(stage, "tomas", "4. Curriculum")
    (tmp_path / "Tools.pdf").write_bytes(PDF)
    (tmp_path / "Trick.pdf").write_bytes(b"MZ\x90\x00 not a document")
    page.get_by_label("File to attach").set_input_files(tmp_path / "Trick.pdf")
    page.get_by_role("button", name="Attach to Syllabus").click()
    expect(page.locator(".note--bad")).to_be_visible()
    assert "Trick.pdf" not in page.locator("#wrap_syllabus").inner_text()
    page.get_by_label("File to attach").set_input_files(tmp_path / "Tools.pdf")
    page.get_by_role("button", name="Attach to Syllabus").click()
    expect(page.get_by_text("“Tools.pdf” is attached.")).to_be_visible()
    assert faults_of(page) == []
    page.goto(page.url.split("/edit/")[0])
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Tools.pdf").click()
    assert waiting.value.path().read_bytes() == PDF


def test_7_the_last_gap_is_a_table_and_then_it_can_be_sent(stage: Stage) -> None:
    page = write(stage, "tomas", "10. Pilot plan")
    page.get_by_role("link", name="Measures of success").click()
    for n, measure in enumerate(["Crews led", "Miles kept open", "Leaders who return"]):
        page.locator(f"#id_success_measures-{n}-measure").fill(measure)
        page.locator(f"#id_success_measures-{n}-target").fill("80 percent")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", name="11. Badge meta-data")).to_be_visible()
    assert missing(page) == 0
    page.get_by_role("link", name="Send it for signatures").click()
    asked = page.get_by_role("region", name="These people are asked")
    assert asked.get_by_role("listitem").all_inner_texts() == [
        "Ingrid Halvorsen, Supervisor of the lead"
    ]
    assert page.get_by_role("button", name="Send it").count() == 1
    assert faults_of(page) == []


def test_8_the_co_author_may_not_send_it(stage: Stage) -> None:
    winona = write(stage, "winona", "14. Declarations")
    answer = winona.goto(winona.url.split("/edit/")[0] + "/send")
    assert answer is not None
    assert answer.status == 403
    assert "Only the lead submits a proposal." in say(winona)
    assert faults_of(winona) == []


NOBODY = "Nobody but an author holds the office “Supervisor of the lead” today."
HOLDS = "Ingrid Halvorsen, who holds it,"


def test_9_whose_signature_it_needs_cannot_write_along(stage: Stage) -> None:
    """Her supervisor is invited: the draft says at once that nobody is left to sign."""
    page = write(stage, "tomas", "1. Identity")
    page.get_by_label("Invite by e-mail address or NetID").fill("ingrid")
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_text("They are invited and may write along.")).to_be_visible()
    assert missing(page) == 1
    draft = page.url.split("/edit/")[0]
    for address in ("", "/send", "/edit/signatures"):
        page.goto(draft + address)
        said = say(page)
        assert f"{NOBODY} {HOLDS} writes along. Take Ingrid Halvorsen off" in said
        assert faults_of(page) == []
    rail = page.get_by_role("navigation", name="Sections of the proposal")
    expect(rail.get_by_role("link", name="12. Signatures")).to_contain_text("1")
    page.goto(draft + "/send")
    assert page.get_by_role("button", name="Send it").count() == 0


def test_10_who_left_before_they_wrote_is_asked_and_reads_that_they_wrote_along(
    stage: Stage,
) -> None:
    page = write(stage, "tomas", "1. Identity")
    page.get_by_role("button", name="Remove Ingrid Halvorsen").click()
    expect(page.get_by_text("Ingrid Halvorsen no longer writes along.")).to_be_visible()
    assert missing(page) == 0
    draft = page.url.split("/edit/")[0]
    page.goto(draft + "/send")
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_text("Sent. The first signatory is asked now.")).to_be_visible()
    assert TRAILS in stage.demo.mail(f"Please sign: {TRAILS}", "Ingrid Halvorsen")
    expect(page.get_by_text("Ingrid Halvorsen, co-author until 18 Nov 2026")).to_be_visible()
    ingrid = stage.as_person("ingrid")
    ingrid.goto(draft)
    ingrid.get_by_role("link", name="Read and sign").click()
    expect(ingrid.get_by_text("Ingrid Halvorsen was a co-author until 18 Nov 2026")).to_be_visible()
    assert faults_of(ingrid) == []

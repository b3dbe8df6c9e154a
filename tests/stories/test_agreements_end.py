"""An agreement has expired: Tomás begins the next one, Dana records it, and offerings may begin again."""

from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from .harness import Stage, faults_of

pytestmark = pytest.mark.browser

PROGRAM = "Wilderness Stewardship Field Skills"
PAGE = "/work/programs/wilderness-stewardship-field-skills"
TRUST = "Lolo Trail Land Trust (invented)"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def agreement(stage: Stage, who: str) -> Page:
    page = stage.as_person(who)
    [(key,)] = stage.demo.rows(
        "select id from proposals_proposal where title = ? and process = 'pilot-proposal'", PROGRAM
    )
    page.goto(f"/work/proposals/{UUID(str(key))}/agreement")
    return page


def states(stage: Stage) -> list[str]:
    rows = stage.demo.rows(
        "select m.state from proposals_mou m join proposals_proposal p on p.id = m.proposal_id"
        " where p.title = ? order by m.created_at",
        PROGRAM,
    )
    return [str(row[0]) for row in rows]


def test_1_the_lead_sees_that_it_has_expired_and_begins_the_next(stage: Stage) -> None:
    page = stage.as_person("tomas")
    page.goto(PAGE)
    expect(page.get_by_text("No new offering may begin until it is renewed.")).to_be_visible()
    page.get_by_role("link", name=f"Memorandum on {PROGRAM}").click()
    expect(page.get_by_text("It ended on 31 Oct 2026.")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_role("button", name="Begin the next agreement").click()
    expect(page.get_by_text("The next agreement is begun")).to_be_visible()
    expect(page.get_by_label("Start", exact=True)).to_have_value("2026-11-18")
    page.get_by_label("End", exact=True).fill("2028-10-31")
    page.get_by_role("button", name="Save and send to the parties").click()
    expect(page.get_by_text("The agreement is out for the parties' signatures.")).to_be_visible()
    assert faults_of(page) == []
    assert states(stage) == ["expired", "out_for_signature"]


def test_2_the_office_finds_it_in_the_list_and_records_the_signed_file(
    stage: Stage, tmp_path: Path
) -> None:
    page = stage.as_person("dana")
    page.goto("/office")
    page.get_by_role("link", name="Agreements").click()
    expect(page.get_by_text("1 ends soon, 1 has expired without a renewal.")).to_be_visible()
    page.get_by_label("Show").select_option("To look at")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("row")).to_have_count(3)
    assert faults_of(page) == []
    page = agreement(stage, "dana")
    (tmp_path / "memorandum.pdf").write_bytes(PDF)
    page.get_by_label("The signed agreement (PDF or Word)").set_input_files(
        tmp_path / "memorandum.pdf"
    )
    page.get_by_label("Day of the last signature").fill("2026-11-17")
    page.get_by_role("button", name="Record the executed agreement").click()
    expect(page.get_by_text("The executed agreement is on record.")).to_be_visible()
    assert states(stage)[0] == "renewed"
    lead = stage.as_person("tomas")
    lead.goto(PAGE)
    expect(lead.get_by_text("No new offering may begin")).to_have_count(0)


def test_3_a_party_gives_notice_and_everyone_knows_the_last_day(stage: Stage) -> None:
    page = agreement(stage, "dana")
    page.get_by_label("Party that gave notice").select_option(TRUST)
    page.get_by_label("Reason").fill("The trust sells the land.")
    page.get_by_label("What it means for the learners and the program").fill("One crew finishes.")
    page.get_by_role("button", name="Record the notice").click()
    expect(page.get_by_text(f"{TRUST} gave notice on 18 Nov 2026.")).to_be_visible()
    expect(page.get_by_text("Its last day is 16 Feb 2027.")).to_be_visible()
    assert faults_of(page) == []
    stranger = stage.as_person("peter")
    answer = stranger.goto(page.url)
    assert answer is not None
    assert answer.status == 404
    assert stage.demo.audit()["broken"] == []

"""GIS for Community Planning is returned, mended, declined, delegated and signed: step 4."""

import re

import pytest
from playwright.sync_api import Page, expect

from .harness import Stage, faults_of, say, tab_to

pytestmark = pytest.mark.browser

GIS = "GIS for Community Planning"


def packet(stage: Stage, who: str) -> Page:
    """What is to be signed, opened from the to-do list at home."""
    page = stage.as_person(who)
    page.locator("main").get_by_role("link", name=re.compile(f": {GIS}$")).click()
    expect(page.get_by_role("heading", level=1, name=GIS)).to_be_visible()
    return page


def sign(page: Page, name: str) -> None:
    page.get_by_label("Type your name to sign").fill(name)
    page.get_by_role("button", name=re.compile("^Sign version")).click()
    expect(page.get_by_text(re.compile(r"^Signed\. "))).to_be_visible()


def record(stage: Stage, who: str = "peter") -> Page:
    """The one page of the proposal."""
    page = stage.as_person(who)
    page.goto(f"/work/proposals/{stage.demo.id_of('proposals_proposal', GIS)}")
    return page


def mend(page: Page, section: str, label: str, text: str) -> None:
    """Change one answer, from the proposal's page to its button."""
    page.get_by_role("link", name="Continue writing").click()
    page.get_by_role("link", name=section).click()
    page.get_by_label(label).fill(text)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.").first).to_be_visible()


def send(page: Page) -> tuple[list[str], list[str]]:
    """Send it for signatures; gives which signatures became void and which stand, as told before."""
    page.goto(page.url.split("/edit/")[0] + "/send")
    told = []
    for heading in ("These signatures become void", "These signatures stand"):
        part = page.locator("section").filter(has=page.get_by_role("heading", name=heading))
        told.append(part.get_by_role("listitem").all_inner_texts() if part.count() else [])
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_text("Sent. The first signatory is asked now.")).to_be_visible()
    return told[0], told[1]


def signatures(stage: Stage) -> list[tuple[str, str]]:
    """Who has signed, in the order of the record, with the digests that they signed."""
    return stage.demo.rows(
        "select s.typed_name, s.state from governance_signaturerequest s"
        " join proposals_proposal p on p.case_id = s.case_id"
        " where p.title = ? and s.state <> 'void' order by s.\"order\", s.requested_at",
        GIS,
    )


def test_1_the_dean_returns_it_with_a_comment_and_keeps_what_is_signed(stage: Stage) -> None:
    page = packet(stage, "walter")
    assert "SHA-256" in say(page)
    assert faults_of(page) == []
    page.get_by_text("Return it or decline").click()
    page.get_by_role("button", name="Return with comment").click()
    expect(page.locator(".problems")).to_contain_text("Write a comment.")
    assert faults_of(page) == []
    page.get_by_label("Your comment").fill("Who pays for the licenses of the software?")
    page.get_by_role("button", name="Return with comment").click()
    expect(page.get_by_text("Returned to the proposer with your comment.")).to_be_visible()
    assert "licenses" in stage.demo.mail(f"Returned with a comment: {GIS}", "Peter Lindqvist")
    peter = record(stage)
    assert "“Who pays for the licenses of the software?”" in say(peter)
    assert faults_of(peter) == []


def test_2_a_minor_edit_voids_nothing(stage: Stage) -> None:
    peter = record(stage)
    mend(peter, "1. Identity", "Phone", "406 555 0101")
    void, stand = send(peter)
    assert void == []
    assert stand == [
        "Supervisor of the lead, Oscar Delgado",
        "Head, Department of Geography, Helen Strand",
    ]
    assert signatures(stage)[:3] == [
        ("Oscar Delgado", "signed"),
        ("Helen Strand", "signed"),
        ("", "requested"),
    ]


def test_3_the_next_signs_the_new_version_and_the_one_after_declines(stage: Stage) -> None:
    page = packet(stage, "walter")
    page.get_by_role("button", name="Sign version 2").click()
    expect(page.locator(".problems")).to_contain_text("Type your name.")
    sign(page, "Walter Oyelaran")
    assert faults_of(page) == []
    page = packet(stage, "miriam")
    page.get_by_text("Return it or decline").click()
    page.get_by_label("Your comment").fill("Say how graduate work is assessed apart.")
    page.get_by_role("button", name="Decline to sign").click()
    expect(page.get_by_text("Declined. The proposer reads your reason.")).to_be_visible()
    assert "graduate work" in stage.demo.mail(f"Declined to sign: {GIS}", "Peter Lindqvist")


def test_4_a_material_edit_voids_those_who_cover_it_and_no_other(stage: Stage) -> None:
    peter = record(stage)
    mend(peter, "5. Outcomes", "Repeating an assessment", "Graduate students write a report too.")
    void, stand = send(peter)
    assert [line.split(":")[0] for line in void] == [
        "Supervisor of the lead, Oscar Delgado",
        "Head, Department of Geography, Helen Strand",
    ]
    assert all("(Repeating an assessment)" in line for line in void)
    assert stand == ["Dean of the college, Walter Oyelaran"]
    assert "Repeating an assessment" in stage.demo.mail("no longer counts", "Helen Strand")
    assert signatures(stage) == [
        ("", "requested"),
        ("", "waiting_turn"),
        ("Walter Oyelaran", "signed"),
        ("", "waiting_turn"),
    ]
    assert "Void: Changed since: Repeating an assessment." in say(peter)
    assert faults_of(peter) == []
    peter.get_by_role("link", name="Compare the last two versions").click()
    assert "Graduate students write a report too." in say(peter)
    assert "Material" in say(peter)
    assert faults_of(peter) == []


def test_5_oscar_lets_grace_sign_and_both_names_stand(stage: Stage) -> None:
    page = packet(stage, "oscar")
    page.get_by_text("Let someone else sign").click()
    page.get_by_label("Who (e-mail address or NetID)").fill("peter")
    page.get_by_role("button", name="Ask them instead").click()
    expect(page.locator(".note--bad")).to_contain_text("neither yourself nor an author")
    page.get_by_label("Who (e-mail address or NetID)").fill("grace")
    page.get_by_label("Why").fill("I am in the field until December.")
    page.get_by_role("button", name="Ask them instead").click()
    expect(page.get_by_text("The other person is asked now.")).to_be_visible()
    grace = packet(stage, "grace")
    assert "Supervisor of the lead, for Oscar Delgado" in say(grace)
    assert faults_of(grace) == []
    sign(grace, "Grace Tanaka")
    assert "Grace Tanaka, for Oscar Delgado" in say(record(stage))


def test_6_the_chair_signs_by_keyboard_alone(stage: Stage) -> None:
    page = stage.as_person("helen")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    tab_to(page.get_by_role("link", name=re.compile(f": {GIS}$")))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name=GIS)).to_be_visible()
    tab_to(page.get_by_label("Type your name to sign"))
    page.keyboard.type("Helen Strand")
    tab_to(page.get_by_role("button", name="Sign version 3"))
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile(r"^Signed\. "))).to_be_visible()


def test_7_the_last_signs_and_the_office_has_it(stage: Stage) -> None:
    sign(packet(stage, "miriam"), "Miriam Castellanos")
    assert stage.demo.rows("select state from proposals_proposal where title = ?", GIS) == [
        ("submitted",)
    ]
    assert signatures(stage) == [
        (name, "signed")
        for name in ("Grace Tanaka", "Helen Strand", "Walter Oyelaran", "Miriam Castellanos")
    ]
    assert GIS in stage.demo.mail(f"New proposal: {GIS}", "Dana Kessler")
    assert "all signatures" in stage.demo.mail(f"Everyone has signed: {GIS}", "Peter Lindqvist")
    assert stage.demo.audit()["broken"] == []


def test_8_who_is_not_asked_may_not_sign(stage: Stage) -> None:
    found = stage.demo.rows(
        "select id from governance_signaturerequest where typed_name = 'Miriam Castellanos'"
        " order by acted_at desc limit 1"
    )
    page = stage.as_person("ruth")
    answer = page.goto(f"/work/sign/{found[0][0]}")
    assert answer is not None
    assert answer.status == 404

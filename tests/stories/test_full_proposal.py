"""A pilot is proposed for good: begun by its lead, signed, checked, recommended, approved, established."""

import re

import pytest
from playwright.sync_api import Page, expect

from .harness import Stage, faults_of, say

pytestmark = pytest.mark.browser

TITLE = "Rural Behavioral Health Support"
PAGE = "/work/programs/rural-behavioral-health-support"
#: The notice to continue, given by verbs: its own screens have a story of their own.
NOTICE = """
from bitterroot.people.actor import person
from bitterroot.people.models import Person
from bitterroot.programs.domain import intent as intents
from bitterroot.programs.models import Pilot

who = lambda key: person(Person.objects.get(netid=key))
pilot = Pilot.objects.get(program__title="Rural Behavioral Health Support")
row = pilot.intents.first() or intents.open_intent(by=who("dana"), pilot=pilot)
values = {"choice": "continue", "reason": "Schools and the hospital ask for it.", "planned_on": "2026-12-01"}
row = intents.save_intent(by=who("amara"), intent=row, values=values, revision=row.revision)
row = intents.sign_as_lead(by=who("amara"), intent=row)
row = intents.sign_as_head(by=who("naomi"), intent=row, sha256=row.content_sha256)
intents.acknowledge_intent(by=who("dana"), intent=row)
"""
#: Bodies are shown in a story of their own; here the office acts in their place, for a reason.
BODIES = """
from bitterroot.governance.domain.acts import override
from bitterroot.governance.models import StepRun
from bitterroot.people.actor import person
from bitterroot.people.models import Person

dana = person(Person.objects.get(netid="dana"))
votes = StepRun.objects.filter(
    case__proposal__process="full-proposal", case__title__startswith="Rural", kind="vote", state="open"
)
while run := votes.first():
    override(by=dana, run=run, outcome="approve", reason="By its minutes of this morning.")
"""


def state(stage: Stage) -> str:
    found = stage.demo.rows(
        "select state from proposals_proposal where title = ? and process = 'full-proposal'", TITLE
    )
    return str(found[0][0])


def record(page: Page) -> Page:
    """From the program's page to the full proposal."""
    page.goto(PAGE)
    page.get_by_role("link", name=re.compile("^Full proposal:")).click()
    return page


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.").first).to_be_visible()


def test_1_the_lead_begins_it_from_the_pilot_s_record(stage: Stage) -> None:
    stage.demo.run_python(NOTICE)
    page = stage.as_person("amara")
    page.goto(PAGE)
    assert faults_of(page) == []
    page.get_by_role("button", name="Begin the full proposal").click()
    expect(page.get_by_role("heading", level=1, name="1. Identity")).to_be_visible()
    assert page.get_by_label("Title", exact=True).input_value() == TITLE
    page.get_by_role("button", name="I have read them").click()
    page.get_by_role("link", name=re.compile("15. Evidence from the pilot")).click()
    assert "Thank you; the hospital's letter helps." in say(page)  # the office on year 1
    page.get_by_label("Benefit to the university and the state").fill(
        "Help comes an hour earlier in six counties."
    )
    for n in range(3):
        page.locator(f"#id_outcome_evidence-{n}-learners").fill("22")
        page.locator(f"#id_outcome_evidence-{n}-met").fill("20")
    save(page)
    assert faults_of(page) == []


def test_2_what_differs_from_the_pilot_is_read_on_a_phone_too(stage: Stage) -> None:
    page = stage.as_person("amara")
    page.set_viewport_size({"width": 390, "height": 800})
    record(page).get_by_role("link", name="Continue writing").click()
    page.goto(page.url.replace("/identity", "/purpose"))
    page.locator("#id_audience").fill("Aides, school staff and volunteers of the ambulance.")
    save(page)
    record(page).get_by_role("link", name="What is said otherwise than for the pilot").click()
    text = say(page)
    assert "Aides, school staff and volunteers of the ambulance." in text
    assert "Help comes an hour earlier in six counties." in text
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert faults_of(page) == []


def test_3_it_is_completed_and_signed(stage: Stage) -> None:
    page = stage.as_person("amara")
    record(page)
    base = page.url
    page.goto(f"{base}/edit/sustainability")
    for n in range(3):
        page.locator(f"#id_budget-{n}-income").fill("9200")
        page.locator(f"#id_budget-{n}-cost").fill("7800")
    page.get_by_label("Permanent staffing").fill("Two instructors, in the base budget.")
    save(page)
    page.goto(f"{base}/edit/catalog")
    page.get_by_label("A report").check()
    save(page)
    page.goto(f"{base}/edit/responses")
    page.get_by_label("Renewal of the agreement").fill(
        "It runs until June 2028 and is renewed then."
    )
    save(page)
    page.goto(f"{base}/edit/declarations")
    page.get_by_label("No", exact=True).check()
    page.get_by_label(re.compile("What is said here is accurate")).check()
    save(page)
    page.goto(f"{base}/send")
    assert faults_of(page) == []
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_text("Sent. The first signatory is asked now.")).to_be_visible()
    while state(stage) == "signing":
        [(who,)] = stage.demo.rows(
            "select p.netid from governance_signaturerequest s join people_person p"
            " on p.id = s.person_id join governance_case c on c.id = s.case_id"
            " where c.process = 'full-proposal' and s.state = 'requested' and c.title = ?",
            TITLE,
        )
        signer = stage.as_person(who)
        signer.goto("/work")
        signer.get_by_role("link", name=re.compile(f"^Read and sign ?: {TITLE}")).click()
        assert "What the pilot showed" in say(signer)
        assert faults_of(signer) == []
        [(name,)] = stage.demo.rows("select display_name from people_person where netid = ?", who)
        signer.get_by_label("Type your name to sign").fill(name)
        signer.get_by_role("button", name=re.compile("^Sign version")).click()
        expect(signer.get_by_text(re.compile(r"^Signed\. "))).to_be_visible()
    assert state(stage) == "submitted"


def test_4_the_office_finds_it_complete_and_the_provost_establishes_it(stage: Stage) -> None:
    dana = stage.as_person("dana")
    record(dana).get_by_role("link", name="Check and decide").click()
    assert "Every answer, file and yearly review that the bodies need is there." in say(dana)
    assert faults_of(dana) == []
    dana.get_by_role("button", name="It is complete").click()
    expect(dana.get_by_text("It is complete and in review.")).to_be_visible()
    stage.demo.run_python(BODIES)
    adele = stage.as_person("adele")
    adele.goto("/work")
    adele.get_by_role("link", name=re.compile(f"^Read and decide ?: {TITLE}")).click()
    adele.get_by_role("radio", name=re.compile("^Approve(?! with)")).check()
    adele.get_by_role("button", name="Decide", exact=True).click()
    expect(adele.get_by_text("Decided. The lead is told.")).to_be_visible()
    assert state(stage) == "in_review"


def test_5_it_is_established_once_the_university_system_has_its_report(stage: Stage) -> None:
    dana = stage.as_person("dana")
    record(dana)
    assert "University system" in say(dana)
    dana.get_by_role("link", name="Check and decide").click()
    assert "took note of the report, or approved at its level" in say(dana)
    dana.get_by_role("radio", name=re.compile("^Settled with the system")).check()
    dana.locator("#id_reason").fill("Report 27-014, noted by the system's office.")
    assert faults_of(dana) == []
    dana.get_by_role("button", name="Decide", exact=True).click()
    expect(dana.get_by_text("Decided. The lead is told.")).to_be_visible()
    assert state(stage) == "approved"
    stranger = stage.stranger()
    stranger.goto("/programs/rural-behavioral-health-support")
    assert "Established" in say(stranger)
    assert "Aides, school staff and volunteers of the ambulance." in say(stranger)
    lead = stage.as_person("amara")
    lead.goto(PAGE)
    assert "its next assessment is part of the review of School of Public" in say(lead)
    assert faults_of(lead) == []
    assert stage.demo.audit()["broken"] == []

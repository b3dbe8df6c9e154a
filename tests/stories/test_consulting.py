"""Peter signs in with his password, asks for a talk, and Dana gives him one: steps 1 and 2."""

import pytest
from playwright.sync_api import Page, expect

from .harness import Stage, faults_of, one, say

pytestmark = pytest.mark.browser

IDEA = "Snow Maps for Rescue Teams"
PASSWORD = "a river runs through it"
TOPICS = (
    "Market analysis",
    "Financial models",
    "Marketing",
    "Credit options",
    "Learning outcomes",
    "Meta-data",
    "Digital badging",
)


def sign_in(page: Page, name: str, password: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("NetID or e-mail address").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_1_peter_signs_in_with_his_password_and_with_no_other(stage: Stage) -> None:
    stage.demo.run_python(
        "from bitterroot.people.models import Account\n"
        "peter = Account.objects.get(username='peter')\n"
        f"peter.set_password({PASSWORD!r})\n"
        "peter.save()"
    )
    page = stage.stranger()
    page.goto("/work")
    assert page.url.endswith("/sign-in?next=/work")
    assert faults_of(page) == []
    sign_in(page, "peter", "a river runs past it")
    expect(page.get_by_role("heading", name="You are not signed in")).to_be_visible()
    assert "This name and password do not fit together. Check both." in say(page)
    assert page.get_by_label("NetID or e-mail address").input_value() == "peter"
    assert page.get_by_label("Password").input_value() == ""
    assert faults_of(page) == []
    sign_in(page, " Peter ", PASSWORD)
    expect(page.get_by_role("heading", name="My work")).to_be_visible()
    assert "Peter Lindqvist" in page.locator("header").inner_text()
    page.get_by_role("button", name="Sign out").click()
    page.goto("/work")
    assert page.url.endswith("/sign-in?next=/work")


def test_2_what_is_missing_is_said_and_nothing_typed_is_lost(stage: Stage) -> None:
    page = stage.as_person("peter")
    page.get_by_role("link", name="Ask for a consultation").click()
    page.get_by_label("Working title").fill(IDEA)
    page.get_by_role("button", name="Send the request").click()
    expect(page.locator(".problems")).to_be_focused()
    for missing in ("What you would like to talk about", "How to meet", "Times that suit you"):
        assert missing in page.locator(".problems").inner_text()
    assert page.get_by_label("Working title").input_value() == IDEA
    assert page.get_by_label("Your unit").locator("option:checked").inner_text() == (
        "Department of Geography"
    )
    assert faults_of(page) == []


def test_3_peter_asks_with_his_topics(stage: Stage) -> None:
    page = stage.as_person("peter")
    page.goto("/work/consultations/new")
    assert faults_of(page) == []
    assert page.get_by_label("Your name").input_value() == "Peter Lindqvist"
    for n, (day, time) in enumerate(
        [("2026-11-24", "10:00"), ("2026-11-25", "13:30"), ("2026-12-01", "all morning")]
    ):
        page.locator(f"#id_preferred_times-{n}-day").fill(day)
        page.locator(f"#id_preferred_times-{n}-time").fill(time)
    page.get_by_label("Video call").check()
    page.get_by_label("Working title").fill(IDEA)
    page.get_by_label("The idea in one paragraph").fill("Teams that search after avalanches.")
    page.get_by_label("Stand-alone badge").check()
    for topic in TOPICS:
        page.get_by_label(topic, exact=True).check()
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_text("The program office has your request")).to_be_visible()
    text = say(page)
    assert all(topic in text for topic in TOPICS)
    assert "Stand-alone badge" in text
    assert faults_of(page) == []
    state = stage.demo.rows("select state from proposals_consultation where title = ?", IDEA)
    assert state == [("requested",)]
    assert "Peter Lindqvist" in stage.demo.mail(f"Consultation requested: {IDEA}", "Dana Kessler")


def test_4_dana_finds_a_time_and_peter_gets_the_calendar_file(stage: Stage) -> None:
    dana = stage.as_person("dana")
    dana.get_by_role("link", name=f": {IDEA}").click()
    dana.get_by_role("link", name="Find a time").click()
    assert "Times that suit: 24 Nov 2026, 10:00; 25 Nov 2026, 13:30" in say(dana)
    assert faults_of(dana) == []
    dana.get_by_role("button", name="Fix the time").click()
    assert "Give day and time." in dana.locator(".problems").inner_text()
    dana.get_by_label("Day and time").fill("2026-11-25T13:30")
    dana.get_by_label("Place or link").fill("Todd Building 104")
    dana.get_by_label("Held by").select_option(label="Dana Kessler")
    dana.get_by_role("button", name="Fix the time").click()
    expect(dana.get_by_text("The time is fixed.")).to_be_visible()
    assert faults_of(dana) == []

    letter = stage.demo.mail(f"25 Nov 2026, 13:30: {IDEA}", "Peter Lindqvist")
    page = stage.as_person("peter")
    page.goto(one(letter, r"https?://[^/\s]+(/work/consultations/\S+)"))
    assert "25 Nov 2026, 13:30" in say(page)
    assert faults_of(page) == []
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Add it to your calendar").click()
    assert waiting.value.suggested_filename == "consultation.ics"
    ics = waiting.value.path().read_text(encoding="utf-8")
    assert f"SUMMARY:Micro-credential consultation: {IDEA}" in ics
    assert "LOCATION:Todd Building 104" in ics
    assert "DTSTART:20261125T203000Z" in ics


def test_5_dana_records_the_outcome_and_peter_begins_his_proposal(stage: Stage) -> None:
    dana = stage.as_person("dana")
    dana.goto("/office")
    dana.get_by_role("link", name=IDEA).click()
    expect(dana.get_by_text("From 25 Nov 2026 on you record here what came of it.")).to_be_visible()
    assert dana.get_by_role("button", name="Record").count() == 0
    assert faults_of(dana) == []
    dana.get_by_label("Day and time").fill("2026-11-18T23:30")
    dana.get_by_role("button", name="Move it").click()
    dana.get_by_label("Notes").fill("Ask two counties for a letter.")
    dana.get_by_label("Outcome").select_option(label="Go ahead with a proposal")
    dana.get_by_role("button", name="Record").click()
    expect(dana.get_by_text("Recorded. The requester is told.")).to_be_visible()
    assert "Ask two counties for a letter." in say(dana)
    assert faults_of(dana) == []
    assert "Ask two counties" in stage.demo.mail("What came of the consultation", "Peter")

    page = stage.as_person("peter")
    page.get_by_role("link", name=IDEA).first.click()
    assert faults_of(page) == []
    page.get_by_role("link", name="Start the proposal").click()
    assert page.get_by_label("Working title").input_value() == IDEA
    assert IDEA in page.get_by_label("Consultation").locator("option:checked").inner_text()
    assert faults_of(page) == []
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_role("heading", name="1. Identity")).to_be_visible()
    assert page.get_by_label("Title", exact=True).input_value() == IDEA
    assert page.get_by_role("link", name=IDEA).count() == 2  # the record, and the talk
    found = stage.demo.rows(
        "select p.state, c.state, c.outcome from proposals_proposal p"
        " join proposals_consultation c on c.id = p.consultation_id where p.title = ?",
        IDEA,
    )
    assert found == [("draft", "held", "go")]


def test_6_neighbors_and_strangers_know_nothing_of_it(stage: Stage) -> None:
    path = f"/work/consultations/{stage.demo.id_of('proposals_consultation', IDEA)}"
    for who in ("ruth", "oscar", "jose"):
        answer = stage.as_person(who).goto(path)
        assert answer is not None
        assert answer.status == 404, who
    page = stage.as_person("ruth")
    answer = page.goto(path.replace("/work/", "/office/"))
    assert answer is not None
    assert answer.status == 403
    assert "You may not do this" in say(page)
    assert faults_of(page) == []

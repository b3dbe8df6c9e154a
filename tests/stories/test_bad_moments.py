"""A sign-in that ends in mid-form, impatient fingers, the back button, two windows, the wrong people."""

import json

import pytest
from playwright.sync_api import Page, expect

from .harness import Stage, faults_of, one, say

pytestmark = pytest.mark.browser

TRAILS = "Trail Crew Leadership"
WHY = "Nobody teaches volunteers how to lead, and it shows on the trail."


def end_sign_in(page: Page) -> None:
    """As if eight hours had passed: the session's cookie is gone, the form is still open."""
    page.context.clear_cookies(name="sessionid")


def sign_in_as(page: Page, key: str) -> None:
    """From the page for signing in, by the list of the demo's people, in the same window."""
    page.get_by_role("link", name="sign in as one of its people").click()
    page.locator(f'form:has(input[value="{key}"]) button').click()


def section(stage: Stage, key: str) -> str:
    """The address of a section of Tomás's draft."""
    return f"/work/proposals/{stage.demo.id_of('proposals_proposal', TRAILS)}/edit/{key}"


def kept(stage: Stage, key: str) -> object:
    """The answer that is kept now."""
    rows = stage.demo.rows('select "values" from proposals_proposal where title = ?', TRAILS)
    found = rows[0][0] if isinstance(rows[0][0], dict) else json.loads(rows[0][0])
    return found.get(key)


def test_a_sign_in_that_ends_in_mid_form_loses_nothing(stage: Stage) -> None:
    page = stage.as_person("tomas")
    page.goto(section(stage, "purpose"))
    end_sign_in(page)
    page.get_by_label("Why it is needed").press_sequentially(WHY)
    expect(page.locator("#saved")).to_contain_text("Your sign-in has ended.")
    assert faults_of(page) == []
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert "What you typed is kept." in say(page)
    assert faults_of(page) == []
    sign_in_as(page, "tomas")
    expect(page.get_by_role("heading", name="What you typed is here")).to_be_visible()
    assert WHY in say(page)
    assert faults_of(page) == []
    assert kept(stage, "rationale") is None
    page.get_by_role("button", name="Send it now").click()
    expect(page.get_by_role("heading", name="2. Purpose")).to_be_visible()
    assert page.get_by_label("Why it is needed").input_value() == WHY
    assert kept(stage, "rationale") == WHY


def test_what_one_typed_is_not_shown_to_the_next_at_the_same_desk(stage: Stage) -> None:
    page = stage.as_person("tomas")
    page.goto(section(stage, "outcomes"))
    page.get_by_label("Repeating an assessment").fill("Between us.")
    end_sign_in(page)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    sign_in_as(page, "ruth")
    expect(page.get_by_role("heading", name="My work")).to_be_visible()
    answer = page.goto("/sign-in/unsent")
    assert answer is not None
    assert "Between us." not in page.content()


def test_pressed_twice_a_consultation_is_asked_for_once(stage: Stage) -> None:
    page = stage.as_person("ruth")
    page.goto("/work/consultations/new")
    for n in range(3):
        page.locator(f"#id_preferred_times-{n}-day").fill(f"2026-12-0{n + 1}")
        page.locator(f"#id_preferred_times-{n}-time").fill("10:00")
    page.get_by_label("Phone", exact=True).last.check()
    page.get_by_label("Working title").fill("Suturing for Veterinarians")
    page.get_by_label("The idea in one paragraph").fill("Clinics ask.")
    page.get_by_label("Not sure yet").check()
    page.get_by_label("Marketing", exact=True).check()
    page.get_by_role("button", name="Send the request").dblclick()
    expect(page.get_by_text("The program office has your request")).to_be_visible()
    page.go_back()
    assert page.get_by_label("Working title").input_value() == "Suturing for Veterinarians"
    asked = "select count(*) from proposals_consultation where title = 'Suturing for Veterinarians'"
    assert stage.demo.rows(asked) == [(1,)]


def test_back_after_signing_finds_nothing_to_sign_twice(stage: Stage) -> None:
    page = stage.as_person("walter")
    page.locator("main").get_by_role("link", name=": GIS for Community Planning").click()
    page.get_by_label("Type your name to sign").fill("Walter Oyelaran")
    page.get_by_role("button", name="Sign version").dblclick()
    expect(page.get_by_text("Signed. The next signatory is asked.")).to_be_visible()
    page.go_back()
    page.wait_for_load_state()
    if page.get_by_role("button", name="Sign version").count():
        page.get_by_label("Type your name to sign").fill("Walter Oyelaran")
        page.get_by_role("button", name="Sign version").click()
        page.wait_for_load_state()
    assert page.get_by_role("button", name="Sign version").count() == 0
    assert faults_of(page) == []
    signed = "select count(*) from governance_signaturerequest where typed_name = 'Walter Oyelaran'"
    titled = " and case_id = (select case_id from proposals_proposal where title = ?)"
    assert stage.demo.rows(signed + titled, "GIS for Community Planning") == [(1,)]


def test_two_windows_of_one_writer_do_not_overwrite_each_other(stage: Stage) -> None:
    first = stage.as_person("tomas")
    first.goto(section(stage, "outcomes"))
    second = first.context.new_page()
    second.goto(section(stage, "outcomes"))
    second.get_by_label("Repeating an assessment").fill("Once, in the same season.")
    second.get_by_role("button", name="Save", exact=True).click()
    expect(second.get_by_text("Saved.").first).to_be_visible()
    first.get_by_label("Repeating an assessment").fill("As often as they like.")
    first.get_by_role("button", name="Save", exact=True).click()
    expect(first.locator(".problems")).to_contain_text("Now saved: Once, in the same season.")
    assert first.get_by_label("Repeating an assessment").input_value() == "As often as they like."
    assert kept(stage, "retake_policy") == "Once, in the same season."
    assert faults_of(first) == []


def test_a_window_of_an_older_sign_in_says_so_in_plain_words(stage: Stage) -> None:
    page = stage.as_person("tomas")
    page.goto(section(stage, "declarations"))
    other = page.context.new_page()
    other.goto("/demo/people")
    other.locator('form:has(input[value="ruth"]) button').click()
    expect(other.get_by_role("heading", name="My work")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_load_state()
    assert "Ruth" not in say(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("This form was too old to accept")
    assert faults_of(page) == []


@pytest.mark.parametrize(
    ("who", "path", "title"),
    [
        ("peter", "/office", "You may not do this"),
        ("ruth", "/office/programs/earlier", "You may not do this"),
        ("jose", "/work/consultations/new", "You may not do this"),
        ("vera", "/work/proposals/new", "You may not do this"),
        ("dana", "/work/lists/no-such-list", "Nothing found here"),
    ],
)
def test_the_wrong_people_are_refused_in_plain_words(
    stage: Stage, who: str, path: str, title: str
) -> None:
    page = stage.as_person(who)
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == (404 if title.startswith("Nothing") else 403)
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    assert len(one(say(page), r"\n([^\n]{20,})")) > 20  # and says why
    assert faults_of(page) == []


def test_the_system_administrator_can_neither_decide_nor_issue(stage: Stage) -> None:
    stage.demo.run_python(
        "from datetime import date\n"
        "from bitterroot.people.actor import system\n"
        "from bitterroot.people.domain.person import assign_role, create_account, create_person\n"
        "from bitterroot.people.enums import Role\n"
        "by = system('set-up by the operator')\n"
        "ada = create_person(by=by, display_name='Ada Quinn', netid='ada')\n"
        "assign_role(by=by, person=ada, role=Role.SYSTEM_ADMIN, starts_on=date(2026, 11, 1))\n"
        "create_account(by=by, person=ada, username='ada', password='four quiet rivers')"
    )
    page = stage.stranger()
    page.goto("/sign-in")
    page.get_by_label("NetID or e-mail address").fill("ada")
    page.get_by_label("Password").fill("four quiet rivers")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="My work")).to_be_visible()
    assert "Nothing waits for you." in say(page)
    assert faults_of(page) == []
    refusals = {"/office": 403, "/work/proposals/new": 403, "/work/consultations/new": 403}
    for path, status in {**refusals, "/queue": 404}.items():
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == status, path
    assert stage.demo.audit()["broken"] == []

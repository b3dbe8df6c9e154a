"""Dana words a letter, reads a mail before it goes out, and hears that mail to Peter comes back."""

import pytest
from playwright.sync_api import Page, expect

from .harness import Stage, faults_of, say, wait_until

pytestmark = pytest.mark.browser

LETTER = "/office/letters/role_granted"
OWN = "Dear {name},\n\nwelcome: you are {role} now, thanks to {by}.\n\n{link}\n\n{office}"


def words(page: Page, text: str) -> None:
    page.get_by_label("Text", exact=True).fill(text)


def grant(stage: Stage, role: str) -> None:
    """Sol, who runs the system, grants Peter a role."""
    page = stage.as_person("sol")
    page.goto("/office/people?q=Lindqvist")
    page.get_by_role("link", name="Peter Lindqvist").first.click()
    page.get_by_label("Role", exact=True).select_option(label=role)
    page.get_by_role("button", name="Grant it").click()
    assert role in say(page)


def test_1_dana_finds_the_letter_and_what_she_may_not_write_is_said(stage: Stage) -> None:
    page = stage.as_person("dana")
    page.goto("/office")
    page.get_by_role("link", name="Letters", exact=True).click()
    assert faults_of(page) == []
    page.get_by_role("link", name="Role granted").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Role granted: {role}")
    assert faults_of(page) == []
    words(page, "Dear {nmae}, {link}")
    page.get_by_role("button", name="Keep these words").click()
    expect(page.locator(".problems")).to_contain_text("This letter knows no {nmae}")
    assert page.get_by_label("Text", exact=True).input_value() == "Dear {nmae}, {link}"
    assert faults_of(page) == []


def test_2_she_sees_how_it_reads_and_keeps_it_and_sol_is_told_who_was_faster(stage: Stage) -> None:
    sol, page = stage.as_person("sol"), stage.as_person("dana")
    sol.goto(LETTER)
    page.goto(LETTER)
    words(page, OWN)
    page.get_by_role("button", name="See how it reads").click()
    assert "welcome: you are Marketing officer now, thanks to Dana Kipp." in say(page)
    assert faults_of(page) == []
    page.get_by_role("button", name="Keep these words").click()
    assert "Version 1 of Dana" in say(page)
    words(sol, "Mine. {link}")
    sol.get_by_role("button", name="Keep these words").click()
    assert "wrote version 1 of this letter after you opened it" in say(sol)
    assert sol.get_by_label("Text", exact=True).input_value() == "Mine. {link}"


def test_3_she_reads_a_mail_changes_it_and_peter_has_it(stage: Stage) -> None:
    page = stage.as_person("dana")
    page.goto(LETTER)
    page.get_by_role("button", name="Read each before it goes out").click()
    assert "waits under drafts" in say(page)
    grant(stage, "Marketing officer")

    def waits() -> bool:
        page.goto("/office/drafts")
        return page.get_by_role("link", name="Role granted: Marketing officer").count() > 0

    wait_until(waits)
    assert faults_of(page) == []
    page.locator("tr", has_text="Peter Lindqvist").get_by_role("link").click()
    assert "Dear Peter Lindqvist,\n\nwelcome" in page.get_by_label("Text", exact=True).input_value()
    assert faults_of(page) == []
    words(page, "Dear Peter, come by on Monday.")
    page.get_by_role("button", name="Send it").click()
    assert "It goes out now." in say(page)
    peter = stage.as_person("peter")
    peter.goto("/my/notices")
    assert faults_of(peter) == []
    peter.get_by_text("Role granted: Marketing officer").click()
    expect(peter.get_by_text("come by on Monday")).to_be_visible()


def test_4_another_she_discards_with_a_reason(stage: Stage) -> None:
    grant(stage, "Auditor")
    page = stage.as_person("dana")

    def waits() -> bool:
        page.goto("/office/drafts")
        return page.get_by_role("link", name="Role granted: Auditor").count() > 0

    wait_until(waits)
    page.locator("tr", has_text="Auditor").filter(has_text="Peter Lindqvist").get_by_role(
        "link"
    ).click()
    page.get_by_role("button", name="Discard it").click()
    expect(page.locator(".problems")).to_contain_text("Write a reason.")
    page.get_by_label("Reason").fill("Told on the phone.")
    page.get_by_role("button", name="Discard it").click()
    assert "Discarded. Nobody is written to." in say(page)


def test_5_mail_to_peter_comes_back_and_stands_in_the_log(stage: Stage) -> None:
    page = stage.as_person("dana")
    [(address,)] = stage.demo.rows(
        "SELECT address FROM people_address a JOIN people_person p ON p.id = a.person_id "
        "WHERE p.display_name = 'Peter Lindqvist' AND a.\"primary\""
    )
    page.goto("/office/mail")
    assert faults_of(page) == []
    page.get_by_role("link", name="What came back").click()
    assert faults_of(page) == []
    listed = {"name": "back.csv", "mimeType": "text/csv", "buffer": f"{address},550 no".encode()}
    page.get_by_label("File").set_input_files(listed)  # type: ignore[arg-type]
    page.get_by_role("button", name="Take it in").click()
    assert "Mails that came back: 1, tried elsewhere: 0." in say(page)
    assert faults_of(page) == []
    page.get_by_role("link", name="Peter Lindqvist").click()
    assert "Came back" in say(page)
    assert faults_of(page) == []
    page.go_back()
    page.get_by_role("button", name="It works again").click()
    assert "No address is marked." in say(page)


def test_6_peter_chooses_and_sees_what_is_always_sent(stage: Stage) -> None:
    page = stage.as_person("peter")
    page.goto("/my/mails")
    assert page.get_by_label("Saturday and Sunday as well").is_checked()
    page.get_by_text("What asks you to act, and decisions on your own work").last.click()
    assert "Please sign" in say(page)
    assert faults_of(page) == []
    page.get_by_label("Saturday and Sunday as well").uncheck()
    page.get_by_role("button", name="Keep these choices").click()
    assert "Your choices are kept." in say(page)
    assert not page.get_by_label("Saturday and Sunday as well").is_checked()

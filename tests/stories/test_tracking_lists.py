"""An instructor sends a tracking list: uploads, mends row by row, acknowledges, submits."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .harness import Stage, faults_of, tab_to

pytestmark = pytest.mark.browser

LISTS = Path(__file__).parents[1] / "learning" / "data" / "lists"
CLIMATE = "Climate Communication for Resource Professionals"
RURAL = "Rural Behavioral Health Support"

TYPED = {
    2: {"Student ID": "790000001"},
    3: {"Campus e-mail": "zoe.nguyen@umconnect.example.edu"},
    8: {"Completion date": "2026-11-13"},
    9: {"Completion date": "13 Nov 2026"},
    12: {"Campus e-mail": "ruth.larsen@umconnect.example.edu"},
    16: {"Evidence URL": "https://maps.example.org/plan"},
    17: {"Last name": "Kipp"},
}
CHOSEN = {6: {"Grade": "C-"}, 7: {"All requirements met": "Y"}, 10: {"Consent on file": "Y"}}


def open_offering(page: Page, program: str, term: str = "Fall 2026") -> None:
    """From the lists, the person's offering of a program in a term."""
    page.goto("/work/lists")
    row = page.get_by_role("row").filter(has_text=program).filter(has_text=term)
    row.get_by_role("link", name=program).first.click()
    page.get_by_role("heading", name="Send a tracking list").wait_for()


def send(page: Page, file: Path) -> None:
    """Upload a file on the page of an offering."""
    page.get_by_label("Your list").set_input_files(file)
    page.get_by_role("button", name="Upload and check").click()


def requests_of_last_list(stage: Stage) -> list[tuple[str, str, int]]:
    """Kind, state and badges of the requests that came of the last list."""
    return stage.demo.rows(
        "select kind, state, total from learning_issuancerequest where tracking_list_id ="
        " (select id from learning_trackinglist order by uploaded_at desc limit 1) order by kind"
    )


def mend(page: Page, number: int) -> None:
    """Put the right cells into a row, where the row stands, and save it."""
    row = page.locator(f"#row-{number}")
    for label, text in TYPED.get(number, {}).items():
        row.get_by_label(label, exact=True).first.fill(text)
    for label, answer in CHOSEN.get(number, {}).items():
        row.get_by_label(label, exact=True).first.select_option(answer)
    row.get_by_role("button", name=f"Save row {number}").first.click()


def test_a_faulty_list_is_mended_in_place_and_sent_to_the_registrar(stage: Stage) -> None:
    page = stage.as_person("ingrid")
    open_offering(page, CLIMATE)
    assert faults_of(page) == []
    send(page, LISTS / "credit-faulty.xlsx")
    expect(page.get_by_role("heading", name="Mend 11 rows first")).to_be_visible()
    assert faults_of(page) == []

    for number in sorted({*TYPED, *CHOSEN}):
        mend(page, number)
        expect(page.locator(f"#row-{number}")).to_contain_text("Saved and checked.")
    expect(page.get_by_role("heading", name="Mend 1 row first")).to_be_visible()
    page.get_by_role("button", name="Remove row 5").first.click()
    expect(page.get_by_role("heading", name="Acknowledge 3 rows first")).to_be_visible()
    assert faults_of(page) == []

    page.get_by_role("button", name="Acknowledge all 3 warnings").click()
    expect(
        page.get_by_text("All 19 learners go to the registrar. 1 opted out and gets no badge.")
    ).to_be_visible()
    assert faults_of(page) == []
    page.get_by_role("button", name="Submit 19 learners").click()
    expect(
        page.get_by_text("Attest that every learner has met all requirements.").first
    ).to_be_visible()
    assert faults_of(page) == []
    page.get_by_label("I attest that every learner on this list").check()
    page.get_by_role("button", name="Submit 19 learners").click()

    expect(
        page.get_by_text("The list was submitted: it is now with the registrar.")
    ).to_be_visible()
    assert faults_of(page) == []
    assert requests_of_last_list(stage) == [("credit", "with_registrar", 18)]


def test_an_offering_is_planned_and_its_hybrid_list_becomes_two_requests(stage: Stage) -> None:
    page = stage.as_person("amara")
    page.goto("/work/lists")
    page.locator("section", has=page.get_by_role("heading", name="Plan an offering")).get_by_role(
        "link", name=RURAL
    ).click()
    assert faults_of(page) == []
    page.get_by_label("Term").select_option(label="Fall 2026")
    page.get_by_role("button", name="Plan the offering").click()
    expect(page.get_by_text("The offering is planned.")).to_be_visible()

    send(page, LISTS / "hybrid.xlsx")
    expect(
        page.get_by_text(
            "The 20 learners for credit go to the registrar, the 10 others to the program office, as two requests."
        )
    ).to_be_visible()
    page.get_by_label("I attest that every learner on this list").check()
    page.get_by_role("button", name="Submit 30 learners").click()
    expect(page.get_by_text("now with the registrar and with the program office")).to_be_visible()
    assert requests_of_last_list(stage) == [
        ("credit", "with_registrar", 20),
        ("noncredit", "with_office", 10),
    ]


def test_everything_works_without_scripts(stage: Stage) -> None:
    page = stage.as_person("ruth", java_script_enabled=False)
    open_offering(page, "Dental Assisting Radiography Refresher")
    send(page, LISTS / "noncredit-faulty.csv")
    assert "Mend 4 rows first" in page.locator("#next").inner_text()
    row = page.locator("#row-4")
    row.get_by_label("Hours", exact=True).fill("12")
    row.get_by_role("button", name="Save row 4").first.click()
    assert "Mend 3 rows first" in page.locator("#next").inner_text()
    assert re.search(r"\?show=errors&page=1#row-4$", page.url)


def test_what_is_no_list_is_explained(stage: Stage, tmp_path: Path) -> None:
    page = stage.as_person("ruth")
    wrong = tmp_path / "list.xlsx"
    wrong.write_bytes(b"%PDF-1.7 no list at all")
    open_offering(page, "Dental Assisting Radiography Refresher")
    send(page, wrong)
    expect(page.get_by_text("This is a PDF, not a list.")).to_be_visible()
    assert faults_of(page) == []


def test_another_instructor_does_not_see_the_list(stage: Stage) -> None:
    page = stage.as_person("ruth")
    open_offering(page, "Dental Assisting Radiography Refresher")
    send(page, LISTS / "noncredit-clean.csv")
    expect(page.get_by_role("heading", name="Submit the list")).to_be_visible()
    other = stage.as_person("tomas")
    answer = other.goto(page.url)
    assert answer is not None
    assert answer.status == 404


def test_a_row_is_mended_by_keyboard_alone(stage: Stage) -> None:
    page = stage.as_person("ruth")
    open_offering(page, "Dental Assisting Radiography Refresher")
    send(page, LISTS / "noncredit-faulty.csv")
    expect(page.get_by_role("heading", name="Mend 4 rows first")).to_be_visible()
    tab_to(page.get_by_role("link", name="Skip to the content"))
    page.keyboard.press("Enter")
    tab_to(page.locator("#row-4").get_by_label("Hours", exact=True))
    page.keyboard.type("12")  # Tab selects what stands in a field, and typing replaces it
    page.keyboard.press("Enter")
    expect(page.locator("#row-4")).to_contain_text("Saved and checked.")


def test_two_submits_at_once_send_the_list_once(stage: Stage) -> None:
    page = stage.as_person("ruth")
    open_offering(page, "Dental Assisting Radiography Refresher")
    send(page, LISTS / "noncredit-clean.csv")
    expect(page.get_by_role("heading", name="Submit the list")).to_be_visible()
    page.get_by_label("I attest that every learner on this list").check()
    answers = page.evaluate(
        """async () => {
          const form = document.querySelector("#next form");
          const twice = [1, 2].map(() => fetch(form.action, {method: "POST", body: new FormData(form)}));
          return (await Promise.all(twice)).map((answer) => answer.status);
        }"""
    )
    assert answers == [200, 200]  # the second is led to where the first led
    assert requests_of_last_list(stage) == [("noncredit", "with_office", 40)]

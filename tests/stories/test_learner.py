"""José decides who sees his badge, takes it with him, and gives a second address: step 10."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from .harness import Stage, faults_of, one, say

pytestmark = pytest.mark.browser

BEGINS = {"png": b"\x89PNG\r\n", "svg": b"<", "json": b"{", "pdf": b"%PDF-"}


def badge(stage: Stage) -> Page:
    """José at his own page of the badge that he made public."""
    page = stage.as_person("jose")
    assert faults_of(page) == []
    page.goto("/my/badges/" + stage.demo.awards["public"]["path"].rsplit("/", 1)[1])
    expect(page.get_by_role("heading", name="Who may see it")).to_be_visible()
    return page


def status_for_others(stage: Stage) -> int:
    """How the badge's address answers a stranger."""
    return stage.stranger().context.request.get(stage.demo.awards["public"]["path"]).status


def choose(page: Page, who: str) -> None:
    page.get_by_label(who).check()
    page.get_by_role("button", name="Save").first.click()
    page.wait_for_load_state()


def test_he_hides_it_and_shows_it_again(stage: Stage) -> None:
    page = badge(stage)
    assert faults_of(page) == []
    choose(page, "Nobody")
    expect(page.get_by_text("Nobody can open its page now.")).to_be_visible()
    assert page.get_by_role("link", name="Add to LinkedIn").count() == 0
    assert status_for_others(stage) == 404
    assert faults_of(page) == []
    choose(page, "People with the link")
    assert status_for_others(stage) == 200
    choose(page, "Everyone")
    assert status_for_others(stage) == 200


def test_he_takes_each_file_with_him(stage: Stage) -> None:
    page = badge(stage)
    for name, ending in {
        "Picture (PNG)": "png",
        "Drawing (SVG)": "svg",
        "Open Badge (JSON)": "json",
        "Certificate (PDF)": "pdf",
    }.items():
        with page.expect_download() as waiting:
            page.get_by_role("link", name=name).click()
        assert waiting.value.suggested_filename.endswith(f".{ending}")
        content = waiting.value.path().read_bytes()
        assert content.startswith(BEGINS[ending]), ending
        if ending == "json":
            assert json.loads(content)["id"] == stage.demo.awards["public"]["url"]


def test_linkedin_gets_the_fields_filled_in(stage: Stage) -> None:
    link = badge(stage).get_by_role("link", name="Add to LinkedIn").get_attribute("href")
    assert link is not None
    assert urlsplit(link).netloc == "www.linkedin.com"
    fields = parse_qs(urlsplit(link).query)
    assert fields["name"] == ["Teaching Online with Care"]
    assert fields["certUrl"] == [stage.demo.awards["public"]["url"]]


def test_he_adds_an_address_and_answers_from_it(stage: Stage) -> None:
    page = stage.as_person("jose")
    page.get_by_role("link", name="My addresses").click()
    assert faults_of(page) == []
    page.get_by_label("Another address of yours").fill("jose.nunez@home.example.org")
    page.get_by_role("button", name="Add it").click()
    letter = stage.demo.mail("Is this your address?", "José Núñez")
    page.goto(one(letter, r"https?://[^/\s]+(/\S+)"))
    assert "jose.nunez@home.example.org" in say(page)
    assert faults_of(page) == []
    page.get_by_role("button", name="Yes, it is mine").click()
    expect(page.get_by_role("heading", name="The address is confirmed")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_role("link", name="My badges").first.click()
    page.get_by_role("link", name="My addresses").click()
    assert "jose.nunez@home.example.org confirmed" in say(page)


def test_a_directory_hold_wins_over_every_wish(stage: Stage) -> None:
    page = stage.as_person("hollis")
    first = page.locator("article h2 a").first
    expect(first).to_be_visible()
    first.click()
    if page.get_by_role("button", name="Take the badge").count():
        page.get_by_role("button", name="Take the badge").click()
    assert "withhold directory information" in say(page)
    assert page.get_by_label("Everyone").is_disabled()
    assert page.get_by_label("People with the link").is_disabled()
    assert faults_of(page) == []

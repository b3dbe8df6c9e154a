"""People who are not signed in: a learner-to-be, an employer, a curious neighbor."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bitterroot.openbadges import award, compose, issue, keys

from .harness import Stage, bitterroot, faults_of

pytestmark = pytest.mark.browser

PUBLIC = ("/", "/catalog", "/verify", "/procedures", "/faq", "/demo/people", "/demo/mail")


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_have_no_fault_that_axe_finds(stage: Stage, path: str) -> None:
    page = stage.stranger()
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200
    assert faults_of(page) == []


def test_a_program_page_tells_its_approval_and_has_no_fault(stage: Stage) -> None:
    page = stage.stranger()
    page.goto("/catalog")
    page.get_by_role("link", name="Rural Behavioral Health Support").first.click()
    assert "Pilot" in page.locator("main").inner_text()
    assert "Colleen Marsh" in page.locator("main").inner_text()
    assert faults_of(page) == []


def test_a_program_that_is_still_being_signed_is_nowhere(stage: Stage) -> None:
    page = stage.stranger()
    answer = page.goto("/programs/gis-for-community-planning")
    assert answer is not None
    assert answer.status == 404
    page.goto("/catalog")
    assert "GIS for Community Planning" not in page.content()


def test_an_employer_reads_one_sentence_first(stage: Stage) -> None:
    page = stage.stranger()
    page.goto(stage.demo.awards["public"]["path"])
    text = page.locator("main").inner_text()
    assert "José Núñez" in text
    assert "Teaching Online with Care" in text
    assert faults_of(page) == []


def test_a_badge_that_was_revoked_says_so(stage: Stage) -> None:
    page = stage.stranger()
    page.goto(stage.demo.awards["revoked"]["path"])
    assert "revoked" in page.locator("main").inner_text().lower()
    assert faults_of(page) == []


def badge_of_a_neighbor() -> str:
    """A badge that a college without any relation to us signed under its own did:key."""
    key = keys.SigningKey.generate()
    college = compose.profile(key.public.did, "Flathead Lake College (invented)")
    badge = compose.achievement(
        "https://college.example.org/badges/boats", "Boat Repair", "Repairs wooden boats.",
        criteria_narrative="Repair one.",
    )  # fmt: skip
    signer = issue.Signer(key, f"{key.public.did}#{key.public.multibase}")
    earned = award.Award(
        id="https://college.example.org/credentials/7",
        valid_from="2026-11-02T16:00:00Z",
        recipient="Zoë Whitebear",
    )
    press = issue.Press(issuer=college, achievement=badge, signer=signer)
    return press.issue(earned, created="2026-11-02T16:00:00Z").decode()


def test_a_neighbor_s_badge_is_amber_and_a_forged_one_red(stage: Stage) -> None:
    theirs = badge_of_a_neighbor()
    page = stage.stranger()
    for text, tone, first in (
        (theirs, "amber", "Whole, from an issuer that we do not know. Zoë Whitebear earned Boat"),
        (theirs.replace("Zoë Whitebear", "Zoe Black"), "red", "Not valid."),
        ("not a badge at all", "", ""),
    ):
        page.goto("/verify")
        page.get_by_label("Its address, or its text").fill(text)
        page.get_by_role("button", name="Verify").click()
        if tone:
            expect(page.locator(f".verdict--{tone}")).to_contain_text(first)
        else:
            expect(page.locator(".problems")).to_be_visible()
            assert page.get_by_label("Its address, or its text").input_value() == text
        assert faults_of(page) == []


def test_an_employer_prints_the_verdict_alone(stage: Stage) -> None:
    page = stage.stranger()
    page.goto(f"/verify?address={stage.demo.awards['public']['url']}")
    page.emulate_media(media="print")
    parts = ("What it says", "The approval behind it", "Each check", "What it does not prove")
    for title in parts:
        expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(page.locator(".verdict")).to_contain_text("Valid. José Núñez")
    for hidden in ("nav", "footer", ".account", "[data-print]", "form", ".no-print", ".strip"):
        assert [each for each in page.locator(hidden).all() if each.is_visible()] == [], hidden
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    paper = page.pdf(prefer_css_page_size=True)
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", paper)) <= 2


@pytest.mark.parametrize("status", ["unclaimed", "claimed", "declined"])
def test_what_no_learner_shows_is_nobody_elses(stage: Stage, status: str) -> None:
    award = stage.demo.awards[status]
    context = stage.stranger().context
    for ending in ("", ".png", ".svg", ".json", ".pdf"):
        assert context.request.get(award["path"] + ending).status == 404


def test_the_downloaded_picture_verifies_at_the_command_line(stage: Stage, tmp_path: Path) -> None:
    award = stage.demo.awards["public"]
    request = stage.stranger().context.request
    for ending in ("png", "svg", "json"):
        file = tmp_path / f"badge.{ending}"
        file.write_bytes(request.get(f"{award['path']}.{ending}").body())
        done = bitterroot(stage.demo.home, "verify", str(file), "--offline", "--json")
        found = json.loads(done.stdout)
        assert (found["verdict"], found["issuer_known"]) == ("valid", True)
        assert found["recipient"] == "José Núñez"
    changed = (tmp_path / "badge.json").read_bytes().replace("José Núñez".encode(), b"Jo Smith")
    (tmp_path / "changed.json").write_bytes(changed)
    done = bitterroot(stage.demo.home, "verify", str(tmp_path / "changed.json"), "--offline")
    assert done.returncode == 1


def test_the_address_gives_json_to_programs_and_a_page_to_people(stage: Stage) -> None:
    request = stage.stranger().context.request
    path = stage.demo.awards["public"]["path"]
    told = request.get(path, headers={"Accept": "application/vc+ld+json, application/json"})
    assert told.json()["id"] == stage.demo.awards["public"]["url"]
    page = request.get(path, headers={"Accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html")


def test_the_record_is_whole(stage: Stage) -> None:
    verdict = stage.demo.audit()
    assert verdict["broken"] == []
    assert verdict["events"] > 900

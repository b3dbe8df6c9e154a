"""Lakeland State: the provost ends Anton's one program; the committee, too, has a say in his other's change."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from .changing import (
    answer_why,
    asked_for,
    begin,
    decide,
    declare,
    saved,
    section,
    send,
    write_ending,
)
from .conftest import prepared_of
from .elsewhere import days_later, look_without_pilot, sign
from .harness import Demo, Stage, running

pytestmark = pytest.mark.browser

SEDIMENT, SEDIMENT_SLUG = "Harbor Sediment Modeling", "harbor-sediment-modeling"
WATER, WATER_SLUG = "Drinking Water Sampling", "drinking-water-sampling"
#: The report that the system still waits for in the demonstration.
REPORTED = """
from bitterroot.people.actor import person
from bitterroot.people.models import Person
from bitterroot.proposals.domain.proposal import decide
from bitterroot.proposals.models import Proposal

corwin = person(Person.objects.get(netid="corwin"))
row = Proposal.objects.get(title="Harbor Sediment Modeling")
decide(by=corwin, proposal=row, outcome="confirmed", reason="LS-2026-031")
"""
#: Three weeks later the committee meets, and its secretary has the change on consent.
IN_SESSION = """
from bitterroot.governance.domain.agenda import put_on_agenda
from bitterroot.governance.domain.meeting import arrive, open_meeting, plan_meeting, publish_agenda
from bitterroot.governance.models import StepRun
hester = as_("hester")
run = StepRun.objects.get(case__title="Drinking Water Sampling", kind="vote", state="open")
with clock.standing_at(on("2026-11-20 09:00")):
    meeting = plan_meeting(by=hester, body=run.body, starts_at=on("2026-12-09 14:00"), place="Harbor House 12")
    put_on_agenda(by=hester, meeting=meeting, run=run)
    publish_agenda(by=hester, meeting=meeting)
with clock.standing_at(on("2026-12-09 14:00")):
    open_meeting(by=hester, meeting=meeting)
    for key in ("lorna", "tariq", "ingalill"):
        arrive(by=as_(key), meeting=meeting, person=who(key))
"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    home = tmp_path_factory.mktemp("lakeland") / "home"
    with running(prepared_of("lakeland-state", tmp_path_factory), home) as started:
        yield started


@pytest.fixture(scope="module")
def december(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The committee sits and has begun."""
    home = tmp_path_factory.mktemp("december") / "home"
    with days_later(demo, home, "2026-12-09 14:05", IN_SESSION) as later:
        yield later


@pytest.fixture
def in_december(browser: Browser, december: Demo) -> Iterator[Stage]:
    stage = Stage(browser, december)
    yield stage
    stage.close()


def test_1_an_end_is_signed_decided_by_the_provost_and_reported(stage: Stage) -> None:
    stage.demo.run_python(REPORTED)
    page = begin(stage, "anton", SEDIMENT_SLUG, "Ask that it ends")
    look_without_pilot(page)
    write_ending(page, "Both ports bought the model and its support.", "Fall 2027")
    send(page)
    sign(stage, "solvei", SEDIMENT)
    sign(stage, "roland", SEDIMENT)
    key = asked_for(stage, SEDIMENT, "termination")
    said = decide(stage, "beatrix", key, "Approve")
    assert "End of a program, led by Anton Kowalczyk" in said  # and no proposal of a new one
    said = decide(stage, "corwin", key, "Reported", "LS-2026-040")
    assert "The system office took the program out of its inventory." in said
    rows = stage.demo.rows("select state from programs_program where title = ?", SEDIMENT)
    assert rows == [("teach_out",)]
    stranger = stage.stranger()
    stranger.goto(f"/programs/{SEDIMENT_SLUG}")
    assert "Nobody can enroll any more." in look_without_pilot(stranger)


def test_2_more_hours_are_a_major_change_and_wait_for_the_committee(stage: Stage) -> None:
    page = begin(stage, "anton", WATER_SLUG, "Begin a change")
    section(page, "Curriculum")
    page.locator("#id_components-1-hours").fill("10")
    page.locator("#id_total_hours").fill("20")
    saved(page)
    answer_why(page, "Custody took longer than we had thought.")
    declare(page)
    assert "It goes as major change" in send(page)
    sign(stage, "solvei", WATER)
    sign(stage, "roland", WATER)
    page.goto(f"/work/programs/{WATER_SLUG}/change")
    assert "“Major change” is under way" in look_without_pilot(page)


def test_3_it_is_approved_with_everything_on_consent(in_december: Stage) -> None:
    page = in_december.as_person("hester")
    page.goto("/bodies/undergraduate-curriculum")
    page.get_by_role("link", name=re.compile("9 Dec 2026")).first.click()
    assert WATER in look_without_pilot(page)
    page.get_by_role("link", name=WATER, exact=True).click()
    papers = look_without_pilot(page)
    assert "What changes" in papers
    assert "Total hours" in papers
    page.go_back()
    page.get_by_role("link", name="Packet", exact=True).click()
    assert "After the change: 20" in look_without_pilot(page)
    page.go_back()
    page.get_by_text("Approve the consent agenda").click()
    page.get_by_label("Moved by").select_option(label="Tariq Salim")
    page.get_by_label("Seconded by").select_option(label="Ingalill Moe")
    page.get_by_role("button", name="Nobody objects: approve all").click()
    look_without_pilot(page)


def test_4_the_provost_approves_and_the_system_is_told(in_december: Stage) -> None:
    key = asked_for(in_december, WATER, "major-change")
    assert "What changes" in decide(in_december, "beatrix", key, "Approve")
    said = decide(in_december, "corwin", key, "Reported", "LS-2026-041")
    assert "The system office received the report of the change; its number is noted." in said
    page = in_december.as_person("anton")
    page.goto(f"/work/programs/{WATER_SLUG}/versions")
    text = look_without_pilot(page)
    assert "From version 1 to version 2" in text
    expect(page.get_by_role("row", name="1 in force")).to_be_visible()
    expect(page.get_by_role("row", name="2 9 Dec 2026")).to_contain_text("19 Jan 2027")
    assert in_december.demo.audit()["broken"] == []

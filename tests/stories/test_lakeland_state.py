"""Lakeland State: bounds on credit, campus comments, committees that meet, a report to the system, no pilot."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from .conftest import prepared_of
from .elsewhere import (
    answer,
    claim_and_verify,
    credit_list,
    days_later,
    look,
    look_without_pilot,
    plan_offering,
    record_and_issue,
    send_list,
    sign,
    step,
)
from .harness import Demo, Stage, one, running

pytestmark = pytest.mark.browser

BEACH = "Beach Water Forecasting"
PERMITS = "Writing for Permits"
SEDIMENT = "Harbor Sediment Modeling"
SHORELINE = "Shoreline Change Surveys"
#: Comments end in December; the committee of that level meets in February and carries it.
FEBRUARY = """
from bitterroot.governance.domain.agenda import put_on_agenda
from bitterroot.governance.domain.ballot import cast_vote, close_ballot, open_ballot
from bitterroot.governance.domain.meeting import arrive, end_meeting, open_meeting, plan_meeting, publish_agenda
from bitterroot.governance.domain.motion import move_motion
from bitterroot.governance.models import StepRun
hester, there = as_("hester"), [who(key) for key in ("lorna", "tariq", "ingalill")]
with clock.standing_at(on("2026-12-07 06:00")):
    sweep.run_due()
run = StepRun.objects.get(case__title="Beach Water Forecasting", kind="vote", state="open")
with clock.standing_at(on("2027-01-20 09:00")):
    meeting = plan_meeting(by=hester, body=run.body, starts_at=on("2027-02-10 14:00"), place="Harbor House 12")
    put_on_agenda(by=hester, meeting=meeting, run=run, section="action")
    publish_agenda(by=hester, meeting=meeting)
with clock.standing_at(on("2027-02-10 14:00")):
    open_meeting(by=hester, meeting=meeting)
    for each in there:
        arrive(by=person(each), meeting=meeting, person=each)
    motion = move_motion(by=hester, run=run, item=meeting.items.get(), outcome="approve", mover=there[1], seconder=there[2])
    ballot = open_ballot(by=hester, motion=motion)
    for each in there:
        cast_vote(by=person(each), ballot=ballot, choice="yes")
    close_ballot(by=hester, ballot=ballot)
    end_meeting(by=hester, meeting=meeting)
"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    home = tmp_path_factory.mktemp("lakeland") / "home"
    with running(prepared_of("lakeland-state", tmp_path_factory), home) as started:
        yield started


@pytest.fixture(scope="module")
def february(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    home = tmp_path_factory.mktemp("february") / "home"
    with days_later(demo, home, "2027-02-11 09:00", FEBRUARY) as later:
        yield later


@pytest.fixture(scope="module")
def may(february: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    home = tmp_path_factory.mktemp("may") / "home"
    with days_later(february, home, "2027-05-12 09:00") as later:
        yield later


@pytest.fixture
def in_february(browser: Browser, february: Demo) -> Iterator[Stage]:
    stage = Stage(browser, february)
    yield stage
    stage.close()


@pytest.fixture
def in_may(browser: Browser, may: Demo) -> Iterator[Stage]:
    stage = Stage(browser, may)
    yield stage
    stage.close()


def test_1_too_few_credits_are_refused_and_enough_are_accepted(stage: Stage) -> None:
    page = stage.as_person("mina")
    page.get_by_role("link", name=re.compile(BEACH)).first.click()
    look_without_pilot(page)
    base = one(page.url, r"^(.*/work/proposals/[^/]+)")
    page.goto(base + "/edit/curriculum")
    look_without_pilot(page)
    page.goto(base + "/send")
    expect(page.get_by_role("button", name="Send it")).to_have_count(0)
    assert "A program carries 3 to 12 credits. The system's policy sets the bounds." in look(page)
    answer(page, "curriculum", total_credits="3", **{"components-0-credits": "2"})
    page.goto(base + "/send")
    look_without_pilot(page)
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_text("Sent. The first signatory is asked now.")).to_be_visible()
    sign(stage, "solvei", BEACH)
    sign(stage, "roland", BEACH)
    assert step(stage, BEACH) == "campus"


def test_2_the_lead_sees_until_when_the_campus_may_comment(stage: Stage) -> None:
    page = stage.as_person("mina")
    page.goto(f"/work/proposals/{stage.demo.id_of('proposals_proposal', BEACH)}")
    text = look_without_pilot(page)
    assert "Comments of the campus" in text
    assert "4 Dec 2026" in text
    told = stage.demo.mail("Everyone has signed: Winter Work on the Ice", "Mina Haug")
    assert "Next comes: Comments of the campus." in told


def test_2b_someone_of_another_department_reads_what_is_posted_and_comments(stage: Stage) -> None:
    key = stage.demo.id_of("proposals_proposal", BEACH)
    page = stage.as_person("ingalill")
    page.goto("/work")
    page.get_by_role("link", name=BEACH).click()
    text = look_without_pilot(page)
    assert "Comments are taken through 4 Dec 2026." in text
    assert "The whole record" not in text
    page.get_by_label("Write a comment").fill("Who reads the buoys in winter?")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("p", has_text="Who reads the buoys in winter?")).to_be_visible()
    author = stage.as_person("mina")
    author.goto(f"/work/proposals/{key}")
    panel = author.locator(".panel", has_text="Who reads the buoys in winter?")
    panel.locator("summary", has_text="Answer").click()
    panel.get_by_label("Your answer").fill("The county's crew.")
    panel.get_by_role("button", name="Send the answer").click()
    page.goto(f"/work/proposals/{key}")  # an address that someone sent on
    assert "The county's crew." in look_without_pilot(page)
    assert f"/work/posted/{key}" in page.url
    learner = stage.demo.rows(
        "select username from people_account a join people_person p on p.id = a.person_id"
        " where p.student_id is not null limit 1"
    )
    if learner:
        reader = stage.as_person(learner[0][0])
        answered = reader.goto(f"/work/posted/{key}")
        assert answered is not None
        assert answered.status == 404


def test_3_no_screen_of_the_office_tells_of_a_pilot(stage: Stage) -> None:
    page = stage.as_person("corwin")
    for path in ("/office", "/office/programs", "/office/calendar", "/office/letters", "/figures"):
        page.goto(path)
        look_without_pilot(page)
    answered = page.goto("/office/pilots")
    assert answered is not None
    assert answered.status == 404


def test_4_what_the_provost_approved_is_reported_to_the_system(stage: Stage) -> None:
    page = stage.as_person("corwin")
    page.goto("/office")
    page.get_by_role("link", name=SEDIMENT).first.click()
    page.get_by_role("link", name=re.compile("[Cc]heck|[Dd]ecide|[Cc]onfirm")).first.click()
    assert "The system office received the report; its number is noted." in look_without_pilot(page)
    page.get_by_role("radio", name=re.compile("^Reported")).check()
    page.locator("#id_reason").fill("LS-2026-031")
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(page.get_by_text("Decided. The lead is told.")).to_be_visible()
    rows = stage.demo.rows("select state from programs_program where title = ?", SEDIMENT)
    assert rows == [("established",)]
    stranger = stage.stranger()
    stranger.goto("/programs/harbor-sediment-modeling")
    text = look_without_pilot(stranger)
    assert "Established" in text
    assert "Provost" in text.partition("What was decided on the way")[0]  # not who sent the report
    stranger.goto("/catalog")
    look_without_pilot(stranger)


def test_4b_one_was_read_and_the_next_meeting_may_decide_it(stage: Stage) -> None:
    lead = stage.as_person("mina")
    lead.goto(f"/work/proposals/{stage.demo.id_of('proposals_proposal', SHORELINE)}")
    assert "First reading is done." in look_without_pilot(lead)
    page = stage.as_person("hester")
    page.goto("/bodies/graduate-curriculum")
    page.get_by_role("link", name=re.compile("^10 Nov 2026")).click()
    said = look_without_pilot(page)
    assert "First reading. It comes back at a later meeting." in said
    assert "Postponed" not in said
    page.goto("/bodies/graduate-curriculum")
    page.get_by_role("link", name=re.compile("^9 Dec 2026")).click()
    assert "Second reading: it may be decided" in look_without_pilot(page)
    page.get_by_role("link", name=SHORELINE).first.click()
    assert "Read on 10 Nov 2026." in look_without_pilot(page)


def test_5_after_comments_and_committee_the_provost_and_the_system(in_february: Stage) -> None:
    assert step(in_february, BEACH) == "provost"
    page = in_february.as_person("beatrix")
    page.get_by_role("link", name=re.compile(f"^Read and decide ?: {BEACH}")).click()
    page.get_by_role("radio", name=re.compile("^Approve")).check()
    look_without_pilot(page)
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(page.get_by_text("Decided. The lead is told.")).to_be_visible()
    office = in_february.as_person("corwin")
    office.goto(f"/office/proposals/{in_february.demo.id_of('proposals_proposal', BEACH)}")
    office.get_by_role("radio", name=re.compile("^Reported")).check()
    office.locator("#id_reason").fill("LS-2027-003")
    office.get_by_role("button", name="Decide", exact=True).click()
    expect(office.get_by_text("Decided. The lead is told.")).to_be_visible()
    stranger = in_february.stranger()
    stranger.goto("/programs/beach-water-forecasting")
    text = look_without_pilot(stranger)
    assert "Established" in text
    assert "Roland Pike" in text
    plan_offering(in_february, "mina", BEACH, "Spring 2027")


def test_6_the_list_of_spring_becomes_badges(in_may: Stage, tmp_path: Path) -> None:
    people = in_may.demo.rows(
        "select p.student_id, p.family_name, p.given_name, a.address from people_person p"
        " join people_address a on a.person_id = p.id where p.student_id is not null"
        " order by p.family_name limit 2"
    )
    file = credit_list(
        tmp_path, people, **{  # type: ignore[arg-type]
            "Course numbers": "FWE 240, FWE 241", "Grade": "B", "Credits": "3",
            "All requirements met": "Y", "Completion date": "2027-05-07", "Consent on file": "Y",
        },
    )  # fmt: skip
    send_list(in_may, "mina", BEACH, file, 2)
    record_and_issue(in_may, "ferris", BEACH)
    claim_and_verify(in_may, BEACH, f"{people[0][2]} {people[0][1]}")
    assert in_may.demo.audit()["broken"] == []

"""Hudson Valley: Imani changes her program, lightly and heavily; Petra ends hers. A committee has its say."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from .balloting import close, matter, put_to_the_vote, the_others_vote, vote
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
from .elsewhere import days_later, look, sign
from .harness import Demo, Stage, running

pytestmark = pytest.mark.browser

FLOOD, SLUG = "Flood Resilience for River Towns", "flood-resilience-for-river-towns"
VALLEY = "Flood Resilience for Valley Towns"
BUDGET, BUDGET_SLUG = "Reading a Town Budget", "reading-a-town-budget"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    home = tmp_path_factory.mktemp("hudson") / "home"
    with running(prepared_of("hudson-valley", tmp_path_factory), home) as started:
        yield started


@pytest.fixture(scope="module")
def january(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The second day of spring term."""
    home = tmp_path_factory.mktemp("january") / "home"
    with days_later(demo, home, "2027-01-20 09:00") as later:
        yield later


@pytest.fixture
def in_january(browser: Browser, january: Demo) -> Iterator[Stage]:
    stage = Stage(browser, january)
    yield stage
    stage.close()


def test_1_the_chair_signs_a_reworded_threshold_and_the_office_decides(stage: Stage) -> None:
    page = begin(stage, "imani", SLUG, "Begin a change")
    section(page, "Outcomes")
    page.locator("#id_outcomes-2-threshold").fill("The state asks nothing back")
    saved(page)
    answer_why(page, "What counts as an open question was never clear.")
    assert "It goes as minor change" in look(page)
    declare(page)
    said = send(page)
    assert "Viktor Hale" in said
    assert "Cora Whitlock" not in said  # the dean signs what is major
    sign(stage, "viktor", FLOOD)
    key = asked_for(stage, FLOOD, "minor-change")
    decide(stage, "opal", key, "Approve")
    page.goto(f"/work/programs/{SLUG}/versions")
    text = look(page)
    assert "From version 1 to version 2" in text
    assert "The state asks nothing back" in text
    expect(page.get_by_role("row", name="1 in force")).to_be_visible()
    expect(page.get_by_role("row", name="2 18 Nov 2026 by Office of")).to_contain_text(
        "19 Jan 2027"
    )


def test_2_a_new_title_goes_before_the_committee_which_sees_what_changes(stage: Stage) -> None:
    page = begin(stage, "imani", SLUG, "Begin a change")
    page.get_by_label("Title", exact=True).fill(VALLEY)
    saved(page)
    answer_why(page, "Towns up the side valleys came, too.")
    declare(page)
    assert "It goes as major change" in send(page)
    sign(stage, "viktor", VALLEY)
    sign(stage, "cora", VALLEY)
    keeper = matter(stage, "rosalind", "review-committee", VALLEY)
    papers = look(keeper)
    assert "What changes" in papers
    assert FLOOD in papers  # the title as it is now, beside the new one
    assert "Full proposal" not in papers
    put_to_the_vote(keeper, "Approve", "Petra Novotny", "Bashir Nassar")
    vote(stage, "bashir", VALLEY, "Yes")
    the_others_vote(stage, VALLEY)
    close(keeper)
    at = "select step from governance_case where title = ? and process = ?"
    assert stage.demo.rows(at, VALLEY, "major-change") == [("posted",)]


def test_3_the_staff_reads_the_posted_change(stage: Stage) -> None:
    page = stage.as_person("mateo")
    page.goto("/work")
    page.get_by_role("link", name="Everything that is posted").click()
    assert BUDGET in look(page)
    page.get_by_role("link", name=VALLEY).click()
    text = look(page)
    assert "unless a member of the Senate Executive Committee objects" in text
    assert "What changes" in text
    assert FLOOD in text


def test_4_nobody_objected_and_spring_begins_under_the_new_title(in_january: Stage) -> None:
    stranger = in_january.stranger()
    stranger.goto(f"/programs/{SLUG}")
    text = look(stranger)
    assert VALLEY in text
    assert "The state asks nothing back" in text  # both changes hold from the first day of spring
    page = in_january.as_person("imani")
    page.goto(f"/work/programs/{SLUG}/versions")
    expect(page.get_by_role("row", name="3 in force")).to_contain_text("Major change")


def test_5_petra_asks_that_hers_ends_and_the_office_ends_it(in_january: Stage) -> None:
    page = begin(in_january, "petra", BUDGET_SLUG, "Ask that it ends")
    look(page)
    write_ending(page, "The state now teaches it to every new board member.", "Spring 2027")
    send(page)
    sign(in_january, "harlan", BUDGET)
    sign(in_january, "cora", BUDGET)
    key = asked_for(in_january, BUDGET, "termination")
    told = in_january.demo.mail(f"For your information: {BUDGET}", "Fern Castillo")
    assert "Micro-credential Review Committee is informed" in told
    decide(in_january, "opal", key, "End it")
    rows = in_january.demo.rows("select state from programs_program where title = ?", BUDGET)
    assert rows == [("teach_out",)]
    page.goto(f"/work/programs/{BUDGET_SLUG}")
    assert "Those enrolled finish by" in look(page)
    stranger = in_january.stranger()
    stranger.goto(f"/programs/{BUDGET_SLUG}")
    assert "Nobody can enroll any more." in look(stranger)
    assert in_january.demo.audit()["broken"] == []

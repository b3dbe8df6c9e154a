"""A grade is looked into: the lead asks, a registrar suspends the badge, another one lifts that."""

import pytest
from playwright.sync_api import Page, expect

from .harness import Stage, faults_of, one, say

pytestmark = pytest.mark.browser

WHY = "The grade of one course is being looked into."
SETTLED = "The grade stands."
#: A badge for credit that can be suspended and is shown to everyone, and who asked for it to be issued.
SHOWN = """
    select a.public_id, a.display_name, p.netid
    from issuing_award a
    join learning_issuancerequest r on r.id = a.request_id
    join people_person p on p.id = r.requested_by_id
    join programs_badgetemplate t on t.id = a.template_id
    where r.kind = 'credit' and a.state = 'claimed' and a.visibility = 'public'
      and a.suspended_at is null and t.suspendable order by a.valid_from, a.public_id limit 1
"""


@pytest.fixture(scope="module")
def found() -> dict[str, str]:
    """The badge of this file: its id, whose it is and who leads its program, once one is chosen."""
    return {}


@pytest.fixture
def badge(stage: Stage, found: dict[str, str]) -> dict[str, str]:
    if not found:
        [(public_id, learner, lead)] = stage.demo.rows(SHOWN)
        found.update(id=str(public_id), learner=str(learner), lead=str(lead))
    return found


def check(page: Page, badge: dict[str, str]) -> None:
    """Verify the badge by its address."""
    page.goto(f"/verify?address=/credentials/{badge['id']}")


def test_1_the_lead_asks_and_nothing_changes_yet(stage: Stage, badge: dict[str, str]) -> None:
    page = stage.as_person(badge["lead"])
    page.goto(f"/work/badges/{badge['id']}")
    page.get_by_text("Ask that it be suspended for now").click()
    assert faults_of(page) == []
    form = page.locator("form:has(button[name='suspend'])")
    form.get_by_label("What must be settled first").fill(WHY)
    form.get_by_role("button", name="Ask for a decision").click()
    expect(page.get_by_text("The badge stays valid until the registrar agrees")).to_be_visible()
    assert WHY in say(page)
    assert faults_of(page) == []
    stranger = stage.stranger()
    check(stranger, badge)
    expect(stranger.locator(".verdict")).to_contain_text(f"Valid. {badge['learner']} earned")


def test_2_a_registrar_finds_it_in_the_queue_and_suspends(
    stage: Stage, badge: dict[str, str]
) -> None:
    page = stage.as_person("joan")
    page.goto("/queue")
    page.get_by_role("link", name=f"Suspension: {badge['learner']}").click()
    expect(page.get_by_role("heading", name="Suspension of")).to_be_visible()
    assert WHY in say(page)
    page.get_by_text("Suspend the badge", exact=True).click()
    assert faults_of(page) == []
    page.get_by_role("button", name="Yes, suspend it").click()
    expect(page.get_by_text("Suspended. The status list says so")).to_be_visible()
    expect(page.get_by_text("Suspended for now").first).to_be_visible()
    assert faults_of(page) == []


def test_3_the_learner_reads_the_letter_and_their_page(stage: Stage, badge: dict[str, str]) -> None:
    letter = stage.demo.mail("suspended for now", badge["learner"])
    assert WHY in letter
    page = stage.stranger()
    page.goto(one(letter, r"https?://[^/\s]+(/\S+)"))
    expect(page.get_by_text("This badge is suspended for now.")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_role("button", name="Open its page").click()
    expect(page.get_by_role("heading", name="suspended for now")).to_be_visible()
    assert WHY in say(page)
    expect(page.get_by_role("button", name="Send the appeal")).to_be_visible()
    expect(page.get_by_text("Once the suspension is lifted.")).to_be_visible()
    assert faults_of(page) == []


def test_4_a_stranger_reads_suspended_and_no_reason(stage: Stage, badge: dict[str, str]) -> None:
    page = stage.stranger()
    page.goto(f"/credentials/{badge['id']}")
    expect(page.locator(".verdict--red")).to_contain_text("Suspended.")
    assert WHY not in page.content()
    assert faults_of(page) == []
    check(page, badge)
    expect(page.locator(".verdict--red")).to_contain_text("Suspended.")
    assert faults_of(page) == []


def test_5_another_registrar_lifts_it_and_all_say_valid(
    stage: Stage, badge: dict[str, str]
) -> None:
    for who, answer in (
        ("joan", "Someone other than who approved the suspension must lift it."),
        ("luis", "The badge counts again, and its learner is told."),
    ):
        page = stage.as_person(who)
        page.goto(f"/queue/awards/{badge['id']}")
        page.get_by_text("Lift the suspension", exact=True).click()
        page.get_by_label("Why it counts again").fill(SETTLED)
        page.get_by_role("button", name="Yes, lift it").click()
        expect(page.get_by_text(answer).first).to_be_visible()
        assert faults_of(page) == []
    letter = stage.demo.mail("valid again", badge["learner"])
    assert SETTLED in letter
    stranger = stage.stranger()
    for see in (
        lambda: stranger.goto(f"/credentials/{badge['id']}"),
        lambda: check(stranger, badge),
    ):
        see()
        expect(stranger.locator(".verdict--green")).to_contain_text("Valid.")
        assert faults_of(stranger) == []
    mine = stage.stranger()
    mine.goto(one(letter, r"https?://[^/\s]+(/\S+)"))
    assert "suspended" not in say(mine).lower()
    assert stage.demo.audit()["broken"] == []

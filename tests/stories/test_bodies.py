"""A full proposal before its bodies: an electronic ballot with a recusal, a consent item that is pulled."""

import re

import pytest
from playwright.sync_api import Page, expect

from .harness import Stage, faults_of, say

pytestmark = pytest.mark.browser

TRIBAL = "Tribal Data Sovereignty and Research Ethics"
SUPPLY = "Supply-Chain Analytics with Python"
SNOW = "Snowpack and Avalanche Field Methods"
#: Senators of whom the secretary notes that they came.
CAME = (
    "Amara Okafor", "Ruth Bauer", "Ingrid Halvorsen", "Winona Red Elk", "Naomi Park",
    "Adrienne Boucher", "Thomas Achebe", "Karin Nyberg", "Rafael Quintana", "Beatrice Lund",
    "Samuel Whitehorse", "Delphine Marsac", "Kenji Watanabe", "Gudrun Aasen", "Patrick Mulvaney",
    "Leonor Vidal", "Everett Coyle", "Hana Petrov", "Douglas Reinhardt",
)  # fmt: skip
#: The votes of those in the room who are not shown in the browser.
VOTES = """
from bitterroot.governance.domain.ballot import cast_vote
from bitterroot.governance.models import Ballot
from bitterroot.people.actor import person
from bitterroot.people.models import Person

ballot = Ballot.objects.get(state="open", motion__run__case__title={title!r})
done = {{str(each) for each in ballot.votes.values_list("person", flat=True)}}
for each in ballot.present:
    if each not in done:
        cast_vote(by=person(Person.objects.get(pk=each)), ballot=ballot, choice="yes")
"""


def vote(stage: Stage, who: str, title: str, choice: str) -> Page:
    """From the to-do list at home to the vote."""
    page = stage.as_person(who)
    page.goto("/work")
    page.get_by_role("link", name=re.compile(f"^Vote ?: {title}")).click()
    page.get_by_label(choice, exact=True).check()
    page.get_by_role("button", name="Vote", exact=True).click()
    expect(page.get_by_role("button", name="Change my vote")).to_be_visible()
    return page


def outcomes(stage: Stage, title: str) -> list[tuple[str, str]]:
    """Body and outcome of each decision on the matter, in order."""
    return stage.demo.rows(  # type: ignore[return-value]
        "select d.body, d.outcome from governance_decision d join governance_case c"
        " on c.id = d.case_id where c.title = ? order by d.recorded_at",
        title,
    )


def test_1_a_member_steps_aside_with_one_click(stage: Stage) -> None:
    page = stage.as_person("tomas")
    page.goto("/bodies/interdisciplinary-subcommittee")
    page.get_by_role("link", name=TRIBAL).click()
    assert faults_of(page) == []
    page.get_by_role("button", name="Recuse me").click()
    assert "You are recused from this matter." in say(page)
    assert "6 may vote (Tomás Reyes recused); quorum is 3." in say(page)


def test_2_the_others_vote_from_their_to_do_list_and_the_ballot_closes_early(stage: Stage) -> None:
    for who, choice in [("helen", "Yes"), ("peter", "No"), ("grace", "Yes")]:
        page = vote(stage, who, TRIBAL, choice)
    assert faults_of(page) == []
    odile = stage.as_person("odile")
    odile.goto("/bodies/interdisciplinary-subcommittee")
    odile.get_by_role("link", name=TRIBAL).click()
    assert "Its window is still open, and 1 has not voted." in say(odile)
    expect(odile.get_by_role("button", name="Close the ballot")).to_have_count(0)
    vote(stage, "ingrid", TRIBAL, "Abstain")
    odile.reload()
    odile.get_by_role("button", name="Close the ballot").click()
    text = say(odile)
    assert "4 yes, 1 no, 1 abstained, 1 recused; 6 of 6 took part, quorum 3" in text
    assert "No: Peter Lindqvist" in text
    assert faults_of(odile) == []
    assert outcomes(stage, TRIBAL) == [
        ("UMOnline", "confirmed"),
        ("Interdisciplinary subcommittee", "approve_with_conditions"),
    ]


def test_3_the_senate_meets_and_a_senator_pulls_an_item_from_consent(stage: Stage) -> None:
    odile = stage.as_person("odile")
    odile.goto("/bodies/faculty-senate")
    odile.get_by_role("link", name=re.compile("18 Nov 2026")).click()
    odile.get_by_role("button", name="Open the meeting").click()
    assert "No quorum yet: 20 more must come." in say(odile)
    tomas = stage.as_person("tomas")
    tomas.goto(odile.url)
    tomas.get_by_role("button", name="I am here").click()
    expect(tomas.get_by_role("button", name="I leave")).to_be_visible()
    first, *others = CAME
    odile.get_by_role("button", name=re.compile(f"^Came ?: {first}")).click()
    expect(odile.get_by_role("checkbox", name=first)).to_be_checked()
    for name in others:  # and all of these at once
        odile.get_by_role("checkbox", name=name).check()
    assert faults_of(odile) == []
    odile.get_by_role("button", name="Save who is here").click()
    expect(odile.get_by_text(f"Noted: {len(others)} came.")).to_be_visible()
    expect(odile.get_by_text("There is a quorum.")).to_be_visible()
    assert faults_of(odile) == []
    peter = stage.as_person("peter")  # who wrote it, and has no say here
    peter.goto(odile.url)
    expect(peter.get_by_role("link", name=SNOW)).to_be_visible()
    expect(peter.get_by_role("button", name=re.compile("^Pull"))).to_have_count(0)
    tomas.reload()
    tomas.get_by_role("button", name=re.compile(f"^Pull +{SNOW} from consent")).click()
    expect(tomas.get_by_role("heading", name="Action items")).to_be_visible()
    assert "pulled from consent by Tomás Reyes" in say(tomas)
    assert faults_of(tomas) == []


def test_4_it_is_moved_seconded_and_voted_on_in_the_room(stage: Stage) -> None:
    odile = stage.as_person("odile")
    odile.goto("/bodies/faculty-senate")
    odile.get_by_role("link", name=SNOW).click()
    odile.get_by_text("Note a motion").click()
    odile.get_by_label("Approve", exact=True).check()
    odile.get_by_label("Moved by").select_option(label="Amara Okafor")
    odile.get_by_label("Seconded by").select_option(label="Adrienne Boucher")
    odile.get_by_role("button", name="Put it before the body").click()
    odile.get_by_role("button", name="Open the ballot in the room").click()
    for who, choice in [("tomas", "No"), ("amara", "Yes"), ("ruth", "Yes"), ("ingrid", "Abstain")]:
        vote(stage, who, SNOW, choice)
    stage.demo.run_python(VOTES.format(title=SNOW))
    odile.get_by_role("button", name="Close the ballot").click()
    text = say(odile)
    assert "18 yes, 1 no, 1 abstained, 2 recused; 20 of 36 took part, quorum 19" in text
    assert "Tomás Reyes" not in text.split("Reviews")[0]  # the senate shows counts alone
    assert outcomes(stage, SNOW)[-1] == ("Faculty Senate", "approve")
    at = stage.demo.rows("select step from governance_case where title = ?", SNOW)
    assert at == [("provost",)]


def test_5_the_provost_approves_and_the_catalog_says_established(stage: Stage) -> None:
    def stage_in_catalog() -> str:
        stranger = stage.stranger()
        stranger.goto("/programs/supply-chain-analytics-with-python")
        text = say(stranger)
        assert faults_of(stranger) == []
        return "Established" if "Established" in text else "Pilot" if "Pilot" in text else text

    assert stage_in_catalog() == "Pilot"
    adele = stage.as_person("adele")
    adele.goto("/work")
    adele.get_by_role("link", name=re.compile(f"^Read and decide ?: {SUPPLY}")).click()
    expect(adele.get_by_role("heading", name="Decision by the provost")).to_be_visible()
    assert faults_of(adele) == []
    adele.get_by_role("link", name="Read the whole record").click()
    text = say(adele)
    assert "Please spread the second project over more weeks." in text
    assert (
        "31 yes, 2 no, 1 abstained, by a show of hands, 1 recused; 34 of 37 took part, quorum 19"
        in text
    )
    assert faults_of(adele) == []
    adele.get_by_role("link", name="What is said otherwise than for the pilot").click()
    text = say(adele)
    assert "staff of growers" in text
    assert faults_of(adele) == []
    adele.go_back()
    adele.get_by_role("link", name="Check and decide").click()
    adele.get_by_role("radio", name=re.compile("^Approve(?! with)")).check()
    adele.get_by_role("button", name="Decide", exact=True).click()
    expect(adele.get_by_text("Decided. The lead is told.")).to_be_visible()
    assert outcomes(stage, SUPPLY)[-1] == ("Provost", "approve")
    assert stage_in_catalog() == "Pilot"  # the university system gets its report first
    dana = stage.as_person("dana")
    dana.goto("/work")
    dana.get_by_role("link", name=re.compile(f"^Read and decide ?: {SUPPLY}")).click()
    dana.get_by_role("radio", name=re.compile("^Settled with the system")).check()
    dana.locator("#id_reason").fill("Report 27-009, noted by the system's office.")
    dana.get_by_role("button", name="Decide", exact=True).click()
    expect(dana.get_by_text("Decided. The lead is told.")).to_be_visible()
    assert stage_in_catalog() == "Established"


def test_6_the_meeting_ends_and_its_minutes_are_approved(stage: Stage) -> None:
    odile = stage.as_person("odile")
    odile.goto("/bodies/faculty-senate")
    odile.get_by_role("link", name=re.compile("18 Nov 2026")).click()
    odile.get_by_text("End the meeting").click()
    odile.get_by_role("button", name="End it now").click()
    odile.get_by_role("link", name="Minutes").click()
    odile.get_by_role("button", name="Draft from the record").click()
    text = say(odile)
    assert "Pulled from the consent agenda by Tomás Reyes." in text
    assert "Carried: 18 yes, 1 no, 1 abstained, 2 recused; 20 of 36 took part, quorum 19." in text
    assert faults_of(odile) == []
    oscar = stage.as_person("oscar")
    oscar.goto("/work")
    oscar.get_by_role("link", name=re.compile("^Read and approve ?: Minutes")).click()
    oscar.get_by_role("button", name="Approved by the body").click()
    expect(oscar.get_by_text("Approved", exact=True).first).to_be_visible()
    assert stage.demo.audit()["broken"] == []

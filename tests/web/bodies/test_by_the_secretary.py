"""What chair and secretary note for others: votes called out, recusals, what the body was told."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from bitterroot.governance import policies
from bitterroot.governance.domain import case as cases
from bitterroot.governance.domain.agenda import put_on_agenda
from bitterroot.governance.domain.ballot import cast_vote, open_ballot
from bitterroot.governance.domain.meeting import arrive, open_meeting
from bitterroot.governance.models import (
    AgendaItem,
    Ballot,
    Condition,
    Conflict,
    Meeting,
    StepRun,
    Vote,
)
from bitterroot.governance.queries.ballots import in_the_room
from bitterroot.governance.queries.body_duties import waiting_for
from bitterroot.policy import Policy
from bitterroot.record import clock
from governance.bodies_kit import (
    BODY,
    in_session,
    later,
    make_body,
    matter,
    moved,
    on_the_day,
    planned,
)

As = Callable[[str], Client]


@pytest.fixture
def run(house: SimpleNamespace) -> StepRun:
    return matter(house)


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_a_vote_that_is_called_out_is_noted(house: SimpleNamespace, run: StepRun, as_: As) -> None:
    with on_the_day():
        in_session(house, "ada", "ben", "cyd", run=run)
        motion = moved(house, run, item=AgendaItem.objects.get())
        ballot = open_ballot(by=house.by("sven"), motion=motion)
        address = reverse("bodies:ballot", args=[ballot.pk])
        page = text(as_("sven").get(address))
        assert "Note a vote that was called out" in page
        assert "0 of 3 have voted" in page
        assert "Note a vote that was called out" not in text(as_("ada").get(address))
        said = {"person": str(house.cyd.pk), "choice": "no"}
        assert as_("sven").post(address, said).status_code == 302
        assert as_("ben").post(address, said).status_code == 403
        away = as_("sven").post(address, {"person": str(house.dov.pk), "choice": "no"})
        assert (away.status_code, "not in the room when" in text(away)) == (403, True)
        nobody = as_("sven").post(address, {"person": str(house.una.pk), "choice": "no"})
        assert (nobody.status_code, "Choose a member." in text(nobody)) == (409, True)
    assert [(v.person, v.choice) for v in Vote.objects.all()] == [(house.cyd, "no")]


def test_a_show_of_hands_is_counted_on_the_page(
    db: None, as_in: Callable[[SimpleNamespace], As]
) -> None:
    senate = make_body("faculty-senate")
    run, as_ = matter(senate, step="senate"), as_in(senate)
    meeting = planned(senate, datetime(2027, 2, 3, 21, tzinfo=UTC))
    item = put_on_agenda(by=senate.by("sven"), meeting=meeting, run=run, section="action")
    page = reverse("bodies:matter", args=[run.pk])
    closing = reverse("bodies:matter_act", args=[run.pk, "close"])
    with clock.standing_at(meeting.starts_at):
        open_meeting(by=senate.by("chandra"), meeting=meeting)
        for key in ("ada", "ben", "cyd", "dov"):
            arrive(by=senate.by("sven"), meeting=meeting, person=getattr(senate, key))
        ballot = open_ballot(by=senate.by("sven"), motion=moved(senate, run, item=item))
        assert "Count a show of hands" in text(as_("sven").get(page))
        assert "Count a show of hands" not in text(as_("ada").get(page))
        said = {"ballot": str(ballot.pk), "hands": "1", "yes": "3", "no": "1", "abstain": ""}
        assert as_("ada").post(closing, said).status_code == 403
        wrong = as_("sven").post(closing, {**said, "yes": "31"})
        assert (wrong.status_code, "32 hands rose" in text(wrong)) == (409, True)
        assert 'name="yes" min="0" max="4" inputmode="numeric" required value="31"' in text(wrong)
        odd = as_("sven").post(closing, {**said, "yes": "three"})
        assert (odd.status_code, "whole numbers of hands" in text(odd)) == (409, True)
        assert as_("sven").post(closing, said).status_code == 302
        assert "3 yes, 1 no, 0 abstained, by a show of hands" in text(as_("ada").get(page))


def test_a_member_who_says_so_in_the_room_is_recused(
    house: SimpleNamespace, run: StepRun, as_: As
) -> None:
    address = reverse("bodies:matter_act", args=[run.pk, "recuse"])
    said = {"person": str(house.eli.pk), "reason": "His wife teaches in it."}
    assert as_("ada").post(address, said).status_code == 403
    assert as_("sven").post(address, said).status_code == 302
    page = text(as_("sven").get(reverse("bodies:matter", args=[run.pk])))
    assert "5 may vote (Eli Reyes recused); quorum is 3" in page
    assert "Declared: His wife teaches in it." in page


def test_a_recusal_by_mistake_is_taken_back_on_the_page(
    house: SimpleNamespace, run: StepRun, as_: As
) -> None:
    page, recusing, back = (
        reverse("bodies:matter", args=[run.pk]),
        reverse("bodies:matter_act", args=[run.pk, "recuse"]),
        reverse("bodies:matter_act", args=[run.pk, "take-back"]),
    )
    as_("sven").post(recusing, {"person": str(house.eli.pk)})
    said = {"conflict": str(Conflict.objects.get().pk), "reason": "Another Reyes was meant."}
    shown = {
        key: "Withdraw the recusal" in text(as_(key).get(page)) for key in ("ada", "eli", "sven")
    }
    assert shown == {"ada": False, "eli": False, "sven": True}
    assert as_("eli").post(back, said).status_code == 403
    refused = as_("sven").post(back, {**said, "reason": ""})
    assert (refused.status_code, "Say why it was a mistake." in text(refused)) == (409, True)
    assert as_("sven").post(back, said).status_code == 302
    after = text(as_("sven").get(page))
    assert "6 may vote; quorum is 3" in after
    assert "Recusal withdrawn: Another Reyes was meant." in after
    assert "Withdraw the recusal" not in after


def test_what_is_not_an_act_or_not_this_bodys_is_not_found(
    house: SimpleNamespace, run: StepRun, as_: As
) -> None:
    other = open_ballot(
        by=house.by("sven"), motion=moved(house, matter(house, "Other")), method="electronic"
    )
    acts = {"burn": 404, "close": 409, "second": 409, "clear": 409}
    for act, status in acts.items():
        address = reverse("bodies:matter_act", args=[run.pk, act])
        assert as_("chandra").post(address, {"ballot": str(other.pk)}).status_code == status
        assert as_("una").post(address).status_code == 404
        assert as_("chandra").get(address).status_code == 405
    assert Ballot.objects.get().state == "open"


def test_the_secretary_notes_that_the_body_was_told(
    db: None, monkeypatch: pytest.MonkeyPatch, as_in: Callable[[SimpleNamespace], As]
) -> None:
    """Where the policy lets a case wait until the committee has taken note of it."""
    document = policies.current().document()
    process = next(p for p in document["processes"] if p["key"] == "full-proposal")
    step = next(s for s in process["steps"] if s["key"] == "committees")
    next(b for b in step["branches"] if b["kind"] == "inform")["acknowledge"] = True
    policy = Policy.from_document(document)
    monkeypatch.setattr(policies, "current", lambda: policy)
    house = make_body("ascrc")
    with transaction.atomic():
        wren = house.by("wren")
        case = cases.open_case(by=wren, process="full-proposal", subject="matter:x", title="Trails")
        cases.freeze(by=wren, case=case, content={"values": {}, "files": []}, person=house.wren)
        case.facts = ["noncredit"]
        case.save()
        cases.move(by=wren, case=case, step="committees")
    run = case.runs.get(kind="inform")
    as_ = as_in(house)
    page = text(as_("sven").get(reverse("bodies:matter", args=[run.pk])))
    assert "Noted by the body" in page
    assert (
        as_("ada").post(reverse("bodies:matter_act", args=[run.pk, "acknowledge"])).status_code
        == 403
    )
    as_("sven").post(reverse("bodies:matter_act", args=[run.pk, "acknowledge"]))
    run.refresh_from_db()
    case.refresh_from_db()
    assert (run.state, run.outcome, case.step) == ("done", "noted", "senate")


def test_a_condition_is_closed_with_what_shows_it_and_the_matter_goes_on(
    house: SimpleNamespace, run: StepRun, as_: As
) -> None:
    said = {
        "outcome": "approve with conditions",
        "conditions": "Name a second instructor.\nState the price.",
        "mover": str(house.ada.pk),
        "seconder": str(house.ben.pk),
    }
    assert as_("sven").post(reverse("bodies:move", args=[run.pk]), said).status_code == 302
    as_("sven").post(reverse("bodies:matter_act", args=[run.pk, "ballot-electronic"]))
    ballot = Ballot.objects.get()
    for key in ("chandra", "ada", "ben", "cyd", "dov", "eli"):
        as_(key).post(reverse("bodies:ballot", args=[ballot.pk]), {"choice": "yes"})
    as_("sven").post(
        reverse("bodies:matter_act", args=[run.pk, "close"]), {"ballot": str(ballot.pk)}
    )
    first, second = Condition.objects.order_by("pk")
    assert (first.text, second.text) == ("Name a second instructor.", "State the price.")
    assert [duty.button for duty in waiting_for(house.sven)] == ["Close it", "Close it"]
    address = reverse("bodies:matter_act", args=[run.pk, "condition"])
    met = {"condition": str(first.pk), "evidence": "Letter of the chair, 18 Nov."}
    assert as_("ada").post(address, met).status_code == 403
    assert as_("sven").post(address, met).status_code == 302
    run.case.refresh_from_db()
    assert run.case.step == "subcommittee"
    as_("sven").post(address, {"condition": str(second.pk), "evidence": "Page 3."})
    run.case.refresh_from_db()
    assert run.case.step == "senate"
    assert waiting_for(house.sven) == []
    page = text(as_("ada").get(reverse("bodies:matter", args=[run.pk])))
    assert "State the price.: met on 18 Nov 2026 (Page 3.)" in page


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1999-12-31", "2101-01-01"])
def test_a_day_that_no_calendar_reckons_with_is_said_at_its_field(
    house: SimpleNamespace, as_: As, day: str
) -> None:
    to, said = reverse("bodies:plan", args=[BODY]), {"time": "23:30", "place": "Main Hall"}
    answer = as_("sven").post(to, {**said, "day": day})
    assert answer.status_code == 422
    assert "Give a day of this century." in answer.content.decode()
    assert not Meeting.objects.exists()


def test_the_roll_is_called_at_once(house: SimpleNamespace, as_: As) -> None:
    with on_the_day():
        meeting = in_session(house, "ada")
        there = reverse("bodies:meeting", args=[meeting.pk])
        address = reverse("bodies:act", args=[meeting.pk, "roll"])
        sven, shown = as_("sven"), text(as_("sven").get(there))
        assert shown.count('form="roll" name="here"') == 7
        assert "Save who is here" not in text(as_("ada").get(there))
        said = {
            "seen": re.search('name="seen" value="([^"]+)"', shown)[1],  # type: ignore[index]
            "was": re.findall('name="was" value="([^"]+)"', shown),
            "here": [str(house.sven.pk), str(house.ben.pk), str(house.cyd.pk), "somebody"],
        }
        assert sorted(said["was"]) == sorted([str(house.ada.pk), str(house.sven.pk)])
        assert as_("ada").post(address, said).status_code == 403
        with clock.standing_at(clock.now() + timedelta(seconds=20)):
            as_("dov").post(reverse("bodies:act", args=[meeting.pk, "arrive"]))  # meanwhile
            after = sven.post(address, said, follow=True)
            assert after.redirect_chain == [(f"{there}#attendance", 302)]
            assert "Noted: 2 came, 1 left." in text(after)
            assert in_the_room(meeting) == {
                each.pk for each in (house.sven, house.ben, house.cyd, house.dov)
            }
            assert "Noted: nothing changed." in text(sven.post(address, said, follow=True))
            assert "Noted: 2 came." in text(sven.post(address, {"all": "1"}, follow=True))
            assert house.ada.pk not in in_the_room(meeting)  # who has left
        for wrong in ({**said, "seen": "yesterday"}, {**said, "seen": "2026-12-02"}, {}):
            refused = sven.post(address, wrong)
            assert (refused.status_code, "s page again" in text(refused)) == (409, True)


def test_the_secretary_reads_and_settles_what_ties_the_chair(
    house: SimpleNamespace, run: StepRun, as_: As
) -> None:
    page = reverse("bodies:matter", args=[run.pk])
    as_("chandra").post(
        reverse("bodies:matter_act", args=[run.pk, "declare"]), {"reason": "Her sister."}
    )
    own = text(as_("chandra").get(page))
    assert "Until the secretary has settled it you do not vote" in own
    shown = {
        k: "May take part</button>" in text(as_(k).get(page)) for k in ("chandra", "ada", "sven")
    }
    assert shown == {"chandra": False, "ada": False, "sven": True}
    said = {"conflict": str(Conflict.objects.get().pk), "reason": "Long ago."}
    clear = reverse("bodies:matter_act", args=[run.pk, "clear"])
    assert as_("chandra").post(clear, said).status_code == 403
    assert as_("sven").post(clear, said).status_code == 302
    assert Conflict.objects.get().state == "cleared"


def test_a_ballot_is_offered_to_be_closed_when_it_can_be(
    house: SimpleNamespace, run: StepRun, as_: As
) -> None:
    page = reverse("bodies:matter", args=[run.pk])
    ballot = open_ballot(by=house.by("sven"), motion=moved(house, run), method="electronic")
    *most, last = ("chandra", "ada", "ben", "cyd", "dov", "eli")
    for key in most:
        cast_vote(by=house.by(key), ballot=ballot, choice="yes")
    before = text(as_("sven").get(page))
    assert "Its window is still open, and 1 has not voted. You can close it once" in before
    assert "Close the ballot" not in before
    cast_vote(by=house.by(last), ballot=ballot, choice="yes")
    assert "Close the ballot</button>" in text(as_("sven").get(page))


def test_a_ballot_whose_window_is_over_can_be_closed(
    house: SimpleNamespace, run: StepRun, as_: As
) -> None:
    open_ballot(by=house.by("sven"), motion=moved(house, run), method="electronic")
    with later(days=30):
        shown = text(as_("sven").get(reverse("bodies:matter", args=[run.pk])))
        assert "Close the ballot</button>" in shown

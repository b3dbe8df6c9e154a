"""A meeting through its pages: planned, published, held with a recusal and a vote, and minuted."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bitterroot.governance import policies
from bitterroot.governance.domain.agenda import put_on_agenda
from bitterroot.governance.domain.ballot import cast_vote, open_ballot
from bitterroot.governance.models import AgendaItem, Ballot, Decision, Meeting, ReviewSheet, StepRun
from bitterroot.governance.queries.body_duties import waiting_for
from bitterroot.governance.queries.reviews import rubric_of
from bitterroot.policy import Policy
from bitterroot.record import clock
from governance.bodies_kit import (
    BODY,
    MEETING,
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


def act(client: Client, meeting: Meeting, name: str, **said: str) -> Any:
    return client.post(reverse("bodies:act", args=[meeting.pk, name]), said)


def on_matter(client: Client, run: StepRun, name: str, **said: str) -> Any:
    return client.post(reverse("bodies:matter_act", args=[run.pk, name]), said)


def test_the_whole_meeting_by_its_pages(house: SimpleNamespace, run: StepRun, as_: As) -> None:
    sven = as_("sven")
    said = {"day": "2026-12-02", "time": "14:00", "place": "Main Hall 202"}
    answer = sven.post(reverse("bodies:plan", args=[BODY]), said)
    meeting = Meeting.objects.get()
    assert answer["Location"] == reverse("bodies:meeting", args=[meeting.pk])
    assert act(sven, meeting, "place", matter=str(run.pk)).status_code == 302
    assert act(sven, meeting, "publish").status_code == 302
    with on_the_day():
        act(sven, meeting, "open")
        for key in ("ada", "ben", "cyd", "dov"):
            assert act(as_(key), meeting, "arrive").status_code == 302
        item = AgendaItem.objects.get()
        as_("dov").post(reverse("bodies:item_act", args=[meeting.pk, item.pk, "step-aside"]))
        page = text(as_("ada").get(reverse("bodies:meeting", args=[meeting.pk])))
        assert "There is a quorum." in page
        assert "4 of 6 voting members are here; 3 are needed." in page
        assert "Recused: Dov Reyes" in page
        motion = {"outcome": "approve", "mover": str(house.ada.pk), "seconder": str(house.ben.pk)}
        assert sven.post(reverse("bodies:move", args=[run.pk]), motion).status_code == 302
        on_matter(sven, run, "ballot-room")
        ballot = Ballot.objects.get()
        for key, choice in [("ada", "yes"), ("ben", "yes"), ("cyd", "no")]:
            answer = as_(key).post(reverse("bodies:ballot", args=[ballot.pk]), {"choice": choice})
            assert answer.status_code == 302
        refused = as_("dov").post(reverse("bodies:ballot", args=[ballot.pk]), {"choice": "no"})
        assert refused.status_code == 403
        on_matter(sven, run, "close", ballot=str(ballot.pk))
        act(sven, meeting, "end")
        sven.post(reverse("bodies:minutes", args=[meeting.pk]))
        approving = as_("chandra").post(
            reverse("bodies:minutes", args=[meeting.pk]), {"approve": 1}
        )
    decision = Decision.objects.get()
    assert (decision.outcome, decision.tally["yes"], decision.tally["no"]) == ("approve", 2, 1)
    assert approving.status_code == 302
    meeting.refresh_from_db()
    assert meeting.state == "minutes_approved"
    page = text(as_("ada").get(reverse("bodies:matter", args=[run.pk])))
    assert "Carried</span> 2 yes, 1 no, 0 abstained, 1 recused; 3 of 5 took part" in page
    assert "No: Cyd Reyes" in page  # this body shows names


def test_pages_are_for_members_the_office_and_auditors(
    house: SimpleNamespace, run: StepRun, as_: As
) -> None:
    meeting = planned(house)
    ballot = open_ballot(by=house.by("sven"), motion=moved(house, run), method="electronic")
    pages = {
        "body": reverse("bodies:body", args=[BODY]),
        "meeting": reverse("bodies:meeting", args=[meeting.pk]),
        "matter": reverse("bodies:matter", args=[run.pk]),
        "ballot": reverse("bodies:ballot", args=[ballot.pk]),
        "review": reverse("bodies:review", args=[run.pk]),
        "packet": reverse("bodies:packet", args=[meeting.pk]),
        "minutes": reverse("bodies:minutes", args=[meeting.pk]),
    }

    def seen(key: str) -> set[str]:
        client = as_(key)
        return {name for name, page in pages.items() if client.get(page).status_code == 200}

    everyone = {"body", "meeting", "matter", "ballot", "review"}
    assert seen("sven") == everyone | {"packet", "minutes"}
    assert seen("ada") == everyone
    assert seen("wren") == {"matter", "ballot", "review"}  # the author reads what becomes of it
    assert seen("una") == set()
    assert {Client().get(page).status_code for page in pages.values()} == {302}


def test_the_author_reads_reviews_without_names_and_confidential_notes(
    house: SimpleNamespace, run: StepRun, as_: As
) -> None:
    scores = {f"score_{c.key}": "3" for c in rubric_of(run).criteria}
    notes = {"public_note": "A fine plan.", "confidential_note": "The lead is overworked."}
    said = {**scores, **notes, "recommendation": "approve", "no_conflict": "on", "submit": "1"}
    answer = as_("ada").post(reverse("bodies:review", args=[run.pk]), said)
    assert answer.status_code == 302
    address = reverse("bodies:matter", args=[run.pk])
    for key, told in [
        ("wren", (True, False, False)),
        ("ben", (True, True, True)),
    ]:
        page = text(as_(key).get(address))
        reads = ("A fine plan." in page, "overworked" in page, "Ada Reyes</strong> recom" in page)
        assert reads == told


def test_a_review_that_is_not_complete_says_what_is_missing(
    house: SimpleNamespace, run: StepRun, as_: As
) -> None:
    said = {"score_purpose": "0", "comment_purpose": "", "submit": "1"}
    answer = as_("ada").post(reverse("bodies:review", args=[run.pk]), said)
    assert answer.status_code == 409
    assert 'href="#id_comment_purpose">Purpose and need: say why the score is low.' in text(answer)
    kept = ReviewSheet.objects.get()
    assert (kept.scores["purpose"]["score"], kept.submitted_at) == (0, None)
    assert as_("una").post(reverse("bodies:review", args=[run.pk]), said).status_code == 404


def test_what_waits_for_whom(house: SimpleNamespace, run: StepRun, as_: As) -> None:
    def waits(key: str) -> list[str]:
        return [duty.button for duty in waiting_for(getattr(house, key))]

    assert (waits("ada"), waits("sven"), waits("una")) == (["Review"], ["Find it a place"], [])
    ballot = open_ballot(by=house.by("sven"), motion=moved(house, run), method="electronic")
    assert (waits("ada"), waits("sven")) == (["Vote", "Review"], [])
    cast_vote(by=house.by("ada"), ballot=ballot, choice="yes")
    assert waits("ada") == ["Review"]
    with on_the_day():
        assert waits("ben") == ["Review"]  # the window is over
    assert 'href="/ballots/' in text(as_("ben").get("/work"))


def test_a_late_item_is_ruled_on_where_it_stands(
    house: SimpleNamespace, run: StepRun, as_: As
) -> None:
    meeting = planned(house)
    with later(days=6):
        page = text(as_("sven").get(reverse("bodies:meeting", args=[meeting.pk])))
        assert "The cut-off is past." in page
        refused = act(as_("sven"), meeting, "place", matter=str(run.pk))
        assert (refused.status_code, "Say why it cannot wait." in text(refused)) == (409, True)
        act(as_("sven"), meeting, "place", matter=str(run.pk), reason="The pilot ends.")
        item = AgendaItem.objects.get()
        assert [d.button for d in waiting_for(house.chandra)] == ["Review", "Rule on it"]
        address = reverse("bodies:item_act", args=[meeting.pk, item.pk, "take-up"])
        assert as_("ada").post(address, {"reason": "Yes."}).status_code == 403
        assert as_("chandra").post(address, {"reason": "Yes."}).status_code == 302
    item.refresh_from_db()
    assert (item.section, item.state) == ("action", "listed")


def test_a_motion_without_its_reason_keeps_what_was_typed(
    house: SimpleNamespace, run: StepRun, as_: As
) -> None:
    said = {"outcome": "decline", "reason": "", "mover": str(house.ada.pk), "seconder": ""}
    answer = as_("sven").post(reverse("bodies:move", args=[run.pk]), said)
    page = text(answer)
    assert answer.status_code == 409
    assert "Write a reason." in page
    assert f'value="{house.ada.pk}" selected' in page


def test_the_packet_is_one_tagged_pdf(house: SimpleNamespace, run: StepRun, as_: As) -> None:
    meeting = planned(house)
    put_on_agenda(by=house.by("sven"), meeting=meeting, run=run)
    page = as_("sven").get(reverse("bodies:packet", args=[meeting.pk]))
    assert "Maps for Towns" in text(page)
    made = as_("sven").get(reverse("bodies:packet_pdf", args=[meeting.pk]))
    assert made["Content-Type"] == "application/pdf"
    assert made.content.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in made.content
    assert as_("ada").get(reverse("bodies:packet_pdf", args=[meeting.pk])).status_code == 404


def test_the_calendar_names_meetings_and_cut_offs(house: SimpleNamespace, as_: As) -> None:
    planned(house)
    made = as_("ada").get(reverse("bodies:calendar", args=[BODY])).content.decode()
    assert made.count("BEGIN:VEVENT") == 2
    assert "DTSTART:20261202T210000Z" in made
    assert "DTSTART;VALUE=DATE:20261123" in made


def test_a_seat_is_lent_and_taken_back(house: SimpleNamespace, as_: As) -> None:
    address = reverse("bodies:lend_seat", args=[BODY, house.seats["eli"].pk])
    unknown = as_("eli").post(address, {"lend-to": "nobody", "lend-until": "2026-12-31"})
    assert (unknown.status_code, "Nobody here has this address" in text(unknown)) == (422, True)
    house.una.netid = "una"
    house.una.save()
    as_("una")  # who has an account is found, whoever has none and no office is not
    lent = as_("eli").post(address, {"lend-to": "una", "lend-until": "2026-12-31"})
    assert lent.status_code == 302
    assert as_("una").get(reverse("bodies:body", args=[BODY])).status_code == 200
    page = text(as_("eli").get(reverse("bodies:body", args=[BODY])))
    assert "Una Moss sits and votes in your seat until 31 Dec 2026." in page
    as_("eli").post(address, {"back": "1"})
    assert as_("una").get(reverse("bodies:body", args=[BODY])).status_code == 404


def test_a_page_takes_as_many_queries_for_many_items_as_for_few(
    house: SimpleNamespace, as_: As, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    runs = [matter(house, f"Matter {n}") for n in range(8)]
    with on_the_day():
        meeting = in_session(house, "ada", "ben", run=runs[0])
        for run in runs[1:]:
            put_on_agenda(by=house.by("sven"), meeting=meeting, run=run, reason="Late.")
        client = as_("ada")
        with django_assert_max_num_queries(24):
            client.get(reverse("bodies:meeting", args=[meeting.pk]))


def test_the_list_of_bodies_says_what_waits_where(house: SimpleNamespace, as_: As) -> None:
    matter(house)
    planned(house)
    page = text(as_("ada").get(reverse("bodies:bodies")))
    assert "1 matter before it · next meeting 2 Dec 2026, 14:00" in page
    assert page.count("Its pages are for its members.") == 3
    assert page.index("Interdisciplinary subcommittee</a>") < page.index("Faculty Senate")


def test_a_member_without_a_role_begins_at_my_work_in_the_demo(
    house: SimpleNamespace, as_: As, settings: Any
) -> None:
    settings.DEMO = True
    as_("ada")
    answer = Client().post("/demo/people", {"username": house.ada.account.username})
    assert answer.headers["Location"] == "/work"
    as_("sven")
    page = text(Client().get("/demo/people"))
    assert "Sven Lund<small>Secretary, Interdisciplinary subcommittee</small>" in page
    assert "Below is what you follow" not in text(as_("ada").get("/work"))


def test_duties_and_lists_take_as_many_queries_for_many_matters_as_for_one(
    house: SimpleNamespace, django_assert_num_queries: Callable[..., Any], as_: As
) -> None:
    matter(house)
    with CaptureQueriesContext(connection) as few:
        waiting_for(house.sven)
        waiting_for(house.ada)
    for n in range(6):
        matter(house, f"Matter {n}")
    with django_assert_num_queries(len(few)):
        assert len(waiting_for(house.sven)) == 7
        assert len(waiting_for(house.ada)) == 7


def test_the_proposers_read_why_an_item_was_postponed(
    house: SimpleNamespace, run: StepRun, as_: As
) -> None:
    meeting = planned(house)
    item = put_on_agenda(by=house.by("sven"), meeting=meeting, run=run)
    address = reverse("bodies:item_act", args=[meeting.pk, item.pk, "postpone"])
    as_("sven").post(address, {"reason": "The room is too small.", "to": ""})
    page = text(as_("wren").get(reverse("bodies:matter", args=[run.pk])))
    assert "<strong>Postponed</strong></p><p>The room is too small.</p>" in page


def test_the_consent_agenda_is_offered_to_those_who_may_move_it_and_once(
    db: None, as_in: Callable[[SimpleNamespace], As]
) -> None:
    """Chandra decides ties in the senate, and so moves nothing."""
    senate = make_body("faculty-senate")
    sven = as_in(senate)("sven")
    meeting = planned(senate, datetime(2027, 2, 3, 21, tzinfo=UTC))
    run = matter(senate, "Maps", step="senate")
    put_on_agenda(by=senate.by("sven"), meeting=meeting, run=run)
    address = reverse("bodies:meeting", args=[meeting.pk])
    with clock.standing_at(meeting.starts_at):
        act(sven, meeting, "open")
        for key in ("chandra", "ada", "ben"):
            act(sven, meeting, "arrive", person=str(getattr(senate, key).pk))
        page = text(sven.get(address))
        assert "It can be approved once there is a quorum." in page
        assert "Nobody objects: approve all" not in page
        act(sven, meeting, "arrive", person=str(senate.cyd.pk))
        page = text(sven.get(address))
        assert "Nobody objects: approve all" in page
        offered = page.partition('name="mover"')[2].partition("</select>")[0]
        assert "Ada Reyes" in offered
        assert "Chandra Okoye" not in offered
        same = {"mover": str(senate.ada.pk), "seconder": str(senate.ada.pk)}
        refused = text(act(sven, meeting, "consent", **same))
        assert f'<option value="{senate.ada.pk}" selected>' in refused
        act(sven, meeting, "consent", **{**same, "seconder": str(senate.ben.pk)})
        page = text(sven.get(address))
    assert "Approved" in page
    assert "Nobody objects: approve all" not in page


def test_agendas_and_bodies_say_that_a_full_proposal_is_one(
    house: SimpleNamespace, run: StepRun, as_: As
) -> None:
    meeting = planned(house)
    put_on_agenda(by=house.by("sven"), meeting=meeting, run=run)
    asked = policies.current().processes[run.case.process].title
    for address in (
        reverse("bodies:meeting", args=[meeting.pk]),
        reverse("bodies:body", args=[BODY]),
    ):
        assert asked in text(as_("sven").get(address))


def test_the_secretary_notes_a_first_reading_on_the_meetings_page(
    house: SimpleNamespace, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = policies.current().document()
    for process in document["processes"]:
        for step in process["steps"]:
            if step["key"] == "subcommittee":
                step["readings"] = 2
    twice = Policy.from_document(document)
    monkeypatch.setattr(policies, "laid_down", lambda: twice)
    run = matter(house)
    coming = planned(house, MEETING + timedelta(days=7))
    with on_the_day():
        meeting = in_session(house, "ada", "ben", "cyd", "dov", run=run)
        page = reverse("bodies:meeting", args=[meeting.pk])
        assert "First reading" in text(as_("ada").get(page))
        assert "It was read" not in text(as_("ada").get(page))
        assert "It was read" in text(as_("sven").get(page))
        matters = reverse("bodies:matter", args=[run.pk])
        assert "It takes 2 meetings, and 0 before this one read it." in text(
            as_("ada").get(matters)
        )
        item = meeting.items.get()
        there = reverse("bodies:item_act", args=[meeting.pk, item.pk, "read"])
        assert as_("ada").post(there, {"to": str(coming.pk)}).status_code == 403
        assert as_("sven").post(there, {"to": str(coming.pk)}).status_code == 302
        assert "First reading. It comes back at a later meeting." in text(as_("ada").get(page))
        assert coming.items.get().run == run
        shown = text(as_("ada").get(matters))
        assert "It takes 2 meetings" not in shown
        assert (
            f"Read on {MEETING:%-d %b %Y}. The next meeting that takes it up may decide it."
            in shown
        )
        assert "<strong>Read</strong>" not in shown  # that is the item of the meeting before
        before = text(as_("ada").get(page))
        assert "Postponed" not in before  # it was read; nobody put it off
        after = text(as_("ada").get(reverse("bodies:meeting", args=[coming.pk])))
        assert "Second reading: it may be decided" in after

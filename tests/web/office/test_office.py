"""Olive of the program office checks and decides; others are refused."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bitterroot.governance.enums import SignatureState
from bitterroot.people.domain.person import assign_role, create_person
from bitterroot.people.enums import Role
from bitterroot.proposals.domain import proposal as proposals
from bitterroot.proposals.domain.consultation import request_consultation
from bitterroot.proposals.models import Consultation, Proposal
from bitterroot.record import clock
from proposals.conftest import SET_UP

As = Callable[[str], Client]


@pytest.fixture
def submitted(uni: SimpleNamespace, proposal: Proposal) -> Proposal:
    """Everyone has signed."""
    row = proposals.submit_for_signatures(by=uni.by("dana"), proposal=proposal)
    for key in ("sam", "hale", "deane"):
        asked = row.case.signatures.get(state=SignatureState.REQUESTED)
        proposals.sign(by=uni.by(key), signature=asked, typed_name=getattr(uni, key).display_name)
    row.refresh_from_db()
    assert row.state == "submitted"
    return row


def _post(client: Client, row: Proposal, **said: Any) -> Any:
    return client.post(reverse("office:proposal", args=[row.pk]), said)


def text_of(answer: Any) -> str:
    """The words of a page, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_only_the_office_gets_in(as_: As, submitted: Proposal) -> None:
    for address in ("/office", "/office/programs", reverse("office:proposal", args=[submitted.pk])):
        assert as_("olive").get(address).status_code == 200
        assert as_("stranger").get(address).status_code == 403
        assert Client().get(address).status_code == 302


def test_olive_returns_it_with_reasons_by_question(as_: As, submitted: Proposal) -> None:
    olive = as_("olive")
    assert _post(olive, submitted, act="decide", outcome="return").status_code == 409
    answer = _post(
        olive,
        submitted,
        act="decide",
        outcome="return",
        **{"reason-price": "Say what it pays for."},
    )
    assert answer.status_code == 302
    submitted.refresh_from_db()
    assert submitted.state == "returned"
    page = as_("dana").get(reverse("faculty:proposal", args=[submitted.pk]))
    assert b"Say what it pays for." in page.content


def test_olive_approves_and_the_page_opens(as_: As, submitted: Proposal) -> None:
    olive = as_("olive")
    assert submitted.program is not None
    public = reverse("public:program", args=[submitted.program.slug])
    assert Client().get(public).status_code == 404
    assert _post(olive, submitted, act="decide", outcome="approve").status_code == 409
    assert _post(olive, submitted, act="accept").status_code == 302
    assert _post(olive, submitted, act="decide", outcome="approve").status_code == 302
    submitted.refresh_from_db()
    assert submitted.state == "approved"
    assert Client().get(public).status_code == 200


def test_conditions_keep_the_gate_shut_until_they_are_closed(as_: As, submitted: Proposal) -> None:
    olive = as_("olive")
    _post(olive, submitted, act="accept")
    said = {"condition-1": "Name a second instructor.", "due-1": "2026-12-04"}
    wrong = _post(
        olive,
        submitted,
        act="decide",
        outcome="approve with conditions",
        **{**said, "due-1": "soon"},
    )
    assert wrong.status_code == 409
    assert b"Name a second instructor." in wrong.content
    _post(olive, submitted, act="decide", outcome="approve with conditions", **said)
    condition = submitted.case.decisions.get().conditions.get()
    _post(olive, submitted, act="condition", condition=condition.pk, evidence="Hale teaches too.")
    submitted.refresh_from_db()
    assert submitted.state == "approved"


def test_each_state_says_since_when_it_is_so(as_: As, submitted: Proposal) -> None:
    """The step began on 18 November; what came after it has days of its own."""
    olive, record = as_("olive"), reverse("faculty:proposal", args=[submitted.pk])
    desk = reverse("office:proposal", args=[submitted.pk])
    with clock.standing_at(datetime(2026, 11, 20, 16, tzinfo=UTC)):
        _post(olive, submitted, act="hold", reason="Waits for the calendar.")
        assert "since 20 Nov 2026" in text_of(olive.get(record))
        assert "20 Nov 2026 (today)" in text_of(olive.get("/office"))
    _post(olive, submitted, act="resume")
    _post(olive, submitted, act="accept")
    said = {"condition-1": "Name a second instructor.", "due-1": "2027-02-12"}
    with clock.standing_at(datetime(2026, 12, 1, 16, tzinfo=UTC)):
        _post(olive, submitted, act="decide", outcome="approve with conditions", **said)
    with clock.standing_at(datetime(2027, 1, 11, 16, tzinfo=UTC)):
        for address in (record, desk, "/office", "/work"):
            page = text_of(olive.get(address))
            assert "1 Dec 2026" in page, address
            assert "was due" not in page, address
        for address in (desk, "/office", "/work"):
            assert "12 Feb 2027" in text_of(olive.get(address)), address
        condition = submitted.case.decisions.get().conditions.get()
        _post(olive, submitted, act="condition", condition=condition.pk, evidence="Hale does.")
        assert "Approved since 11 Jan 2027" in text_of(as_("dana").get("/work"))


def test_hold_and_resume(as_: As, submitted: Proposal) -> None:
    olive = as_("olive")
    assert _post(olive, submitted, act="hold", reason="").status_code == 409
    _post(olive, submitted, act="hold", reason="Waits for the calendar.")
    submitted.refresh_from_db()
    assert submitted.state == "on_hold"
    _post(olive, submitted, act="resume")
    submitted.refresh_from_db()
    assert submitted.state == "submitted"


def test_a_consultation_from_asking_to_its_outcome(as_: As, uni: SimpleNamespace) -> None:
    values = {
        "requester_name": "Dana Kipp", "mode": "video", "idea_title": "Maps", "idea": "Maps for towns.",
        "product": "badge", "topics": ["marketing"],
        "preferred_times": [{"day": "2026-12-01", "time": f"{n}:00"} for n in (9, 10, 11)],
    }  # fmt: skip
    talk = request_consultation(by=uni.by("dana"), unit=uni.unit, values=values)
    olive, address = as_("olive"), reverse("office:consultation", args=[talk.pk])
    assert as_("dana").get(address).status_code == 403
    said = {"act": "schedule", "consultant": str(uni.olive.pk), "place": "Todd 104"}
    assert olive.post(address, {**said, "at": "soon"}).status_code == 409
    assert olive.post(address, {**said, "at": "2026-12-01T10:00"}).status_code == 302
    calendar = as_("dana").get(reverse("faculty:calendar", args=[talk.pk]))
    assert b"BEGIN:VEVENT" in calendar.content
    held = {"act": "hold", "notes": "Go on.", "outcome": "go"}
    assert "From 1 Dec 2026 on you record here" in olive.get(address).content.decode()
    early = olive.post(address, held)
    assert (early.status_code, "It is fixed for 1 Dec 2026" in early.content.decode()) == (
        409,
        True,
    )
    with clock.standing_at(datetime(2026, 12, 1, 18, 0, tzinfo=UTC)):
        assert olive.post(address, held).status_code == 302
    assert Consultation.objects.get().outcome == "go"


def test_the_board_asks_a_bounded_number_of_queries(
    as_: As, submitted: Proposal, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    olive = as_("olive")
    for address in ("/office", "/office/programs"):
        with django_assert_max_num_queries(13):
            assert olive.get(address).status_code == 200


def test_auditors_are_not_offered_the_outgoing_mail(as_: As, uni: SimpleNamespace) -> None:
    uni.ada = create_person(by=SET_UP, display_name="Ada Stone")
    assign_role(by=SET_UP, person=uni.ada, role=Role.AUDITOR)
    assert "/office/mail" not in as_("ada").get("/office").content.decode()
    assert "/office/mail" in as_("olive").get("/office").content.decode()

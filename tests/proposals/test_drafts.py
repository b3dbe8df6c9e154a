"""Writing together, the badge's own picture, conditions and consultations."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import icalendar
import pytest
from django.db import connection, connections

from bitterroot.governance.models import Condition
from bitterroot.people.actor import Actor
from bitterroot.people.domain.person import add_address
from bitterroot.people.enums import AddressKind
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.programs.domain.program import image_bytes
from bitterroot.programs.enums import ProgramState
from bitterroot.programs.interfaces import badge_image
from bitterroot.programs.models import Program
from bitterroot.programs.queries import by_slug, catalog, template_for
from bitterroot.proposals.domain import consultation as talks
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.domain.appointment import calendar_file
from bitterroot.proposals.domain.draft import (
    attach_file,
    attest_procedures,
    invite_co_author,
    remove_co_author,
    remove_file,
    save_values,
)
from bitterroot.proposals.domain.pages import current_page, publish_page
from bitterroot.proposals.models import Attachment, Consultation, Proposal
from bitterroot.proposals.queries import visible_to
from bitterroot.proposals.queries.missing import content_of, missing
from bitterroot.record import clock
from bitterroot.record.models import Event

from .conftest import SET_UP
from .test_road import sign_and_approve, sign_next


def approved(uni: SimpleNamespace, proposal: Proposal) -> Proposal:
    sign_and_approve(uni, proposal)
    return Proposal.objects.get(pk=proposal.pk)


def test_who_is_named_as_co_lead_writes_too_and_is_told_once(
    uni: SimpleNamespace, proposal: Proposal, change: Callable[..., Proposal]
) -> None:
    stan = uni.by("stranger")
    assert not visible_to(uni.stranger).exists()
    row = change(proposal, co_leads=[str(uni.stranger.pk), "Somebody Typed"])
    change(proposal, co_leads=[str(uni.stranger.pk)])
    assert Event.objects.filter(verb="co-author invited").count() == 1
    assert list(visible_to(uni.stranger)) == [proposal]
    row.refresh_from_db()
    save_values(by=stan, proposal=row, values={"audience": "Planners."}, revision=row.revision)
    with pytest.raises(Refused, match="Only the lead submits"):
        verbs.submit_for_signatures(by=stan, proposal=row)
    assert list(approved(uni, row).program.co_leads.all()) == [uni.stranger]


def test_the_picture_that_was_attached_is_the_one_that_is_awarded(
    uni: SimpleNamespace, proposal: Proposal
) -> None:
    png = badge_image.to_png(badge_image.draw("Our own", shape="square"))
    attach_file(by=uni.by("dana"), proposal=proposal, field="badge_image", name="own.png", data=png)
    template = template_for(approved(uni, proposal).program)
    assert template is not None
    assert image_bytes(template, "png") == png
    assert image_bytes(template, "svg") == badge_image.around(png)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (
            badge_image.to_png(badge_image.draw("x"))[:16] + bytes([0, 0, 2, 87] * 2) + bytes(9),
            "600",
        ),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "script"),
        (b"%PDF-1.7 no picture", "not accepted"),
    ],
)
def test_a_picture_that_does_not_do_is_refused(
    uni: SimpleNamespace, proposal: Proposal, data: bytes, words: str
) -> None:
    with pytest.raises(NotPossible, match=words):
        attach_file(by=uni.by("dana"), proposal=proposal, field="badge_image", name="x", data=data)


def test_a_new_version_of_the_procedures_is_read_before_sending(
    uni: SimpleNamespace, proposal: Proposal
) -> None:
    publish_page(by=uni.by("olive"), key="procedures", title="Procedures", markdown="Now stricter.")
    assert [gap.field for gap in missing(Proposal.objects.get(pk=proposal.pk))] == [
        "procedures_attested"
    ]
    page = current_page("procedures")
    assert page is not None
    assert page.n == 2


def test_a_condition_of_blanks_is_none(uni: SimpleNamespace, proposal: Proposal) -> None:
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=proposal)
    for _ in range(3):
        sign_next(uni, proposal)
    verbs.accept_complete(by=uni.by("olive"), proposal=proposal)
    with pytest.raises(NotPossible, match="at least one condition"):
        verbs.decide(
            by=uni.by("olive"),
            proposal=proposal,
            outcome="approve with conditions",
            conditions=[("  ", None)],
        )


@pytest.fixture
def talk(uni: SimpleNamespace) -> Consultation:
    values = {
        "requester_name": "Dana Kipp",
        "preferred_times": [{"day": f"2026-11-{d}", "time": "10:30"} for d in (20, 23, 24)],
        "mode": "video",
        "idea_title": "Maps for towns",
        "idea": "Planners learn GIS.",
        "product": "micro-credential",
        "topics": ["market analysis", "financial models"],
    }
    return talks.request_consultation(by=uni.by("dana"), unit=uni.unit, values=values)


def test_a_cancelled_consultation_is_taken_out_of_the_calendars(
    uni: SimpleNamespace, talk: Consultation
) -> None:
    add_address(
        by=SET_UP, person=uni.dana, address="dana@umontana.example.edu", kind=AddressKind.CAMPUS
    )
    at = clock.now() + timedelta(days=2)
    row = talks.schedule(
        by=uni.by("olive"), consultation=talk, at=at, place="Hall 1", consultant=uni.olive
    )
    asked = icalendar.Calendar.from_ical(calendar_file(row))
    assert (asked["method"], asked.walk("VEVENT")[0]["status"]) == ("REQUEST", "CONFIRMED")
    shown = icalendar.Calendar.from_ical(calendar_file(row, "PUBLISH"))
    assert (shown["method"], "attendee" in shown.walk("VEVENT")[0]) == ("PUBLISH", False)
    off = talks.cancel(by=uni.by("dana"), consultation=row)
    told = icalendar.Calendar.from_ical(calendar_file(off))
    event = told.walk("VEVENT")[0]
    assert (told["method"], event["status"], event["sequence"]) == ("CANCEL", "CANCELLED", 1)
    assert event["uid"] == asked.walk("VEVENT")[0]["uid"]
    assert str(event["attendee"]) == "mailto:dana@umontana.example.edu"
    assert event["attendee"].params["CN"] == "Dana Kipp"
    assert str(event["organizer"]).startswith("mailto:")


def test_a_consultation_that_is_moved_stays_one_appointment(
    uni: SimpleNamespace, talk: Consultation
) -> None:
    olive = uni.by("olive")
    with pytest.raises(Refused):
        talks.schedule(
            by=uni.by("dana"),
            consultation=talk,
            at=clock.now() + timedelta(days=2),
            place="Hall 1",
            consultant=uni.olive,
        )
    uids, sequences = set(), []
    for day in (2, 3):
        at = clock.now() + timedelta(days=day)
        row = talks.schedule(
            by=olive, consultation=talk, at=at, place="Hall 1", consultant=uni.olive
        )
        event = icalendar.Calendar.from_ical(calendar_file(row)).walk("VEVENT")[0]
        uids.add(str(event["uid"]))
        sequences.append(event["sequence"])
        assert event.decoded("dtstart") == at
    assert (len(uids), sequences) == (1, [0, 1])
    with pytest.raises(NotPossible, match="still to come"):
        talks.mark_no_show(by=olive, consultation=row)
    with pytest.raises(NotPossible, match="It is fixed for 21 Nov 2026"):
        talks.hold(by=olive, consultation=row, notes="Good.", outcome="go")
    with clock.standing_at(datetime(2026, 11, 22, 16, 0, tzinfo=UTC)):
        with pytest.raises(NotPossible, match="Choose an outcome"):
            talks.hold(by=olive, consultation=row, notes="Good.", outcome="perhaps")
        held = talks.hold(by=olive, consultation=row, notes="Good.", outcome="go")
    assert held.state == "held"
    with pytest.raises(NotPossible, match="is held"):
        talks.cancel(by=uni.by("dana"), consultation=talk)


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite in memory has one writer, one connection"
)
@pytest.mark.django_db(transaction=True)
def test_of_two_submits_at_once_one_goes_through(uni: SimpleNamespace, proposal: Proposal) -> None:
    said: list[str] = []
    start = threading.Barrier(2)

    def submit() -> None:
        start.wait()
        try:
            row = Proposal.objects.get(pk=proposal.pk)
            verbs.submit_for_signatures(by=uni.by("dana"), proposal=row)
            said.append("sent")
        except (NotPossible, Refused) as error:
            said.append(str(error))
        finally:
            connections.close_all()

    both = [threading.Thread(target=submit) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted("sent" if s == "sent" else "told" for s in said) == ["sent", "told"]
    assert proposal.case.signatures.count() == 3


def test_a_state_without_a_decision_opens_nothing(uni: SimpleNamespace, proposal: Proposal) -> None:
    program = approved(uni, proposal).program
    assert [p.pk for p in catalog()] == [program.pk]
    Program.objects.create(
        slug="forged",
        title="Forged",
        kind="credit",
        track="micro-credential",
        owner_unit=uni.unit,
        lead=uni.dana,
        state=ProgramState.PILOT_APPROVED,
        created_at=clock.now(),
    )
    assert by_slug("forged") is None
    Condition.objects.create(decision=program.versions.get().decision, text="Reopened.")
    assert list(catalog()) == []


@pytest.mark.parametrize(
    "act",
    [
        lambda by, row, uni: attach_file(
            by=by, proposal=row, field="syllabus", name="late.pdf", data=b"%PDF-1.7 late"
        ),
        lambda by, row, uni: remove_file(by=by, attachment=_with(row, row.attachments.get())),
        lambda by, row, uni: invite_co_author(by=by, proposal=row, person=uni.stranger),
        lambda by, row, uni: remove_co_author(by=by, proposal=row, person=uni.stranger),
        lambda by, row, uni: attest_procedures(by=by, proposal=row),
        lambda by, row, uni: save_values(
            by=by, proposal=row, values={"audience": "All."}, revision=row.revision
        ),
    ],
    ids=["attach", "remove", "invite", "part", "attest", "save"],
)
def test_a_page_opened_before_it_was_sent_changes_nothing_that_is_signed(
    uni: SimpleNamespace,
    proposal: Proposal,
    act: Callable[[Actor, Proposal, SimpleNamespace], object],
) -> None:
    stale = Proposal.objects.select_related("case").get(pk=proposal.pk)
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=proposal)
    signed = content_of(Proposal.objects.get(pk=proposal.pk))
    with pytest.raises(Refused, match="Take it back to draft first"):
        act(uni.by("dana"), stale, uni)
    assert content_of(Proposal.objects.get(pk=proposal.pk)) == signed


def _with(row: Proposal, attachment: Attachment) -> Attachment:
    attachment.proposal = row
    return attachment


def test_what_is_approved_is_what_was_signed_whatever_stands_in_the_draft(
    uni: SimpleNamespace, proposal: Proposal
) -> None:
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=proposal)
    for _ in range(3):
        sign_next(uni, proposal)
    verbs.accept_complete(by=uni.by("olive"), proposal=proposal)
    values = Proposal.objects.get(pk=proposal.pk).values
    Proposal.objects.update(values={**values, "total_credits": 30})  # behind the record's back
    verbs.decide(by=uni.by("olive"), proposal=proposal, outcome="approve")
    version = Proposal.objects.get(pk=proposal.pk).program.versions.get()
    assert version.content["total_credits"] == 9

"""Olive looks after outgoing mail: she sees why it failed and sends it again, and no secret."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client, override_settings

from bitterroot.messages.domain.again import send_again, write_again
from bitterroot.messages.domain.dispatch import TRIES, send_waiting
from bitterroot.messages.models import Mail
from bitterroot.people.domain.person import assign_role
from bitterroot.people.enums import Role
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.proposals.domain.proposal import submit_for_signatures
from bitterroot.proposals.models import Proposal
from bitterroot.record import clock
from bitterroot.record.models import Event, Outbox
from proposals.conftest import SET_UP, SINCE

As = Callable[[str], Client]
TOKEN = "A" * 43


def _mail(**more: Any) -> Mail:
    given: dict[str, Any] = {
        "key": f"signature_partner:{Mail.objects.count()}",
        "template": "signature_partner",
        "to_name": "Paula Reyes",
        "to_address": "paula@clarkfork.example",
        "subject": "Please sign: Community GIS",
        "body": f"Open https://demo.bitterroot.example/sign/{TOKEN}\n",
        "created_at": clock.now(),
    }
    return Mail.objects.create(**given | more)


def test_the_page_says_where_no_mail_can_leave_and_how_much_is_still_to_be_written(
    as_: As, proposal: Proposal, uni: SimpleNamespace
) -> None:
    submit_for_signatures(by=uni.by("dana"), proposal=proposal)
    n = Outbox.objects.filter(state="waiting").count()
    assert n > 0
    page = as_("olive").get("/office/mail").content.decode()
    assert f"{n} event{'s' if n > 1 else ''} still to be written as mails" in page
    assert "No mail server is set" not in page
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend"):
        assert "No mail server is set" in as_("olive").get("/office/mail").content.decode()
        assign_role(by=SET_UP, person=uni.stranger, role=Role.SYSTEM_ADMIN, starts_on=SINCE)
        said = {"name": "Ada Fox", "email": "ada.fox@umontana.example.edu"}
        done = as_("stranger").post("/office/people/add", said, follow=True).content.decode()
        assert "The mail with a sign-in link waits: no mail server is set yet." in done


def test_whoever_runs_a_new_university_reads_which_offices_are_empty(
    as_: As, uni: SimpleNamespace
) -> None:
    assign_role(by=SET_UP, person=uni.stranger, role=Role.SYSTEM_ADMIN, starts_on=SINCE)
    page = as_("stranger").get("/work").content.decode()
    asked = "Name a registrar or an issuing officer"
    assert (asked in page, "Name a program officer" in page) == (True, False)
    assert asked not in as_("olive").get("/work").content.decode()
    assign_role(by=SET_UP, person=uni.sam, role=Role.ISSUING_OFFICER, starts_on=SINCE)
    assert asked not in as_("stranger").get("/work").content.decode()


def test_only_the_office_and_system_administrators_get_in(as_: As, uni: SimpleNamespace) -> None:
    mail = _mail(state="failed", tries=TRIES)
    assert as_("olive").get("/office/mail").status_code == 200
    assert as_("dana").get("/office/mail").status_code == 403
    assert as_("dana").post(f"/office/mail/{mail.pk}/again").status_code == 403
    with pytest.raises(Refused):
        send_again(by=uni.by("dana"), mail=mail)
    assign_role(by=SET_UP, person=uni.stranger, role=Role.SYSTEM_ADMIN, starts_on=SINCE)
    page = as_("stranger").get("/office/mail")
    assert page.status_code == 200
    assert b'href="/office"' not in page.content  # which is not theirs


def test_no_more_mails_are_counted_than_anyone_pages_through(
    as_: As, uni: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for state in ("sent", "sent", "sent", "failed"):
        _mail(state=state, sent_at=clock.now())
    monkeypatch.setattr("bitterroot.messages.queries.outgoing.MOST", 2)
    page = as_("olive").get("/office/mail?state=sent")
    assert page.context["page"].paginator.count == 2
    shown = page.content.decode()
    assert "Sent (more than 2)" in shown
    assert "The first 2 of these are listed." in shown
    assert "(1)" in shown  # the one that failed
    monkeypatch.setattr("bitterroot.messages.queries.outgoing.MOST", 3)
    shown = as_("olive").get("/office/mail?state=sent").content.decode()
    assert "Sent (3)" in shown
    assert "of these are listed" not in shown


def test_a_failed_mail_is_sent_again_from_its_page(
    as_: As, uni: SimpleNamespace, mailoutbox: list[Any]
) -> None:
    mail = _mail(
        body="Hello.",
        state="failed",
        tries=TRIES,
        last_error=f"SMTPError: no such box for /sign/{TOKEN} 123456",
    )
    olive = as_("olive")
    page = olive.get("/office/mail").content.decode()
    assert "SMTPError: no such box for /sign/… ······" in page
    assert f"{TRIES} of {TRIES}" in page
    assert "paula@clarkfork.example" in page
    assert TOKEN not in page
    assert olive.post(f"/office/mail/{mail.pk}/again").status_code == 302
    mail.refresh_from_db()
    assert (mail.state, mail.tries, mail.last_error) == ("queued", 0, "")
    done = Event.objects.get(verb="mail queued again")
    assert (done.about, done.actor_name, done.capacity) == (
        f"mail:{mail.pk}",
        "Olive Crane",
        "Program officer",
    )
    with pytest.raises(NotPossible, match="waiting to be sent already"):
        send_again(by=uni.by("olive"), mail=mail)
    assert send_waiting() == 1
    assert mailoutbox[0].body == "Hello."


def test_what_was_sent_with_a_link_is_not_sent_without_it(as_: As, uni: SimpleNamespace) -> None:
    with_link = _mail(state="sent", sent_at=clock.now(), body="Open https://x.example/sign/…")
    plain = _mail(state="sent", sent_at=clock.now(), body="Hello.", subject="Held")
    with pytest.raises(NotPossible, match="not kept"):
        send_again(by=uni.by("olive"), mail=with_link)
    with pytest.raises(NotPossible, match="not kept"):  # also where it stands there still
        send_again(by=uni.by("olive"), mail=_mail(state="failed"))
    page = as_("olive").get("/office/mail?state=sent").content.decode()
    assert page.count("Held a one-time link") == 1
    assert f"/office/mail/{plain.pk}/again" in page
    assert "p…@clarkfork.example" in page
    assert "paula@" not in page
    assert send_again(by=uni.by("olive"), mail=plain).state == "queued"


@pytest.mark.parametrize(
    "template",
    ["award_issued", "appeal_dismissed", "name_refused", "learner_program_ends", "graduating_soon"],
)
def test_learners_are_not_named(as_: As, template: str) -> None:
    _mail(template=template, to_name="José Núñez", to_address="jose@umconnect.example.edu")
    page = as_("olive").get("/office/mail?state=queued").content.decode()
    assert "A learner" in page
    assert "José" not in page
    assert "jose@" not in page


def test_an_event_whose_mails_could_not_be_written_is_tried_again(
    as_: As, uni: SimpleNamespace, proposal: Proposal
) -> None:
    submit_for_signatures(by=uni.by("dana"), proposal=proposal)
    row = Outbox.objects.get(event__verb="signature requested")
    Outbox.objects.filter(pk=row.pk).update(
        state="failed", tries=8, last_error="DoesNotExist: gone"
    )
    olive = as_("olive")
    page = olive.get("/office/mail").content.decode()
    assert "Signature requested" in page
    assert "DoesNotExist: gone" in page
    assert olive.post(f"/office/mail/events/{row.pk}/again").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.tries, row.last_error) == ("waiting", 0, "")
    with pytest.raises(NotPossible):
        write_again(by=uni.by("olive"), waiting=row)


@pytest.mark.parametrize("state", ["queued", "sent", "failed", "bounced", "kept"])
def test_the_office_reads_no_text_that_was_no_draft(as_: As, state: str) -> None:
    """Also of a mail that came back, or that its reader switched off and reads here alone."""
    mail = _mail(state=state, body="Between us.")
    assert as_("olive").get(f"/office/drafts/{mail.pk}").status_code == 404

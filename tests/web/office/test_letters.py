"""Olive words a letter on its page: she sees it with example data, what is wrong, and who was faster."""

from collections.abc import Callable
from types import SimpleNamespace

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bitterroot.messages.domain.drafts import seen
from bitterroot.messages.domain.rewording import read_first, reword
from bitterroot.messages.models import LetterText, Mail
from bitterroot.people.domain.person import assign_role
from bitterroot.people.enums import Role
from bitterroot.record import clock
from proposals.conftest import SET_UP, SINCE

As = Callable[[str], Client]
PAGE = "/office/letters/review_due"
TEXT = "Dear {name},\n\nyour yearly review of {program} waits.\n\n{link}\n\n{office}"


def draft(n: int = 0) -> Mail:
    return Mail.objects.create(
        key=f"review_due:{n}:{Mail.objects.count()}",
        template="review_due",
        to_name="Dana Kipp",
        to_address="dana@umontana.example.edu",
        subject="Your review is due",
        body="Hello Dana.\n",
        state="draft",
        created_at=clock.now(),
    )


def asked(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as seen_:
        assert client.get(address).status_code == 200
    return len(seen_)


def test_a_letter_is_looked_at_then_kept(as_: As, uni: SimpleNamespace) -> None:
    olive = as_("olive")
    assert as_("dana").get("/office/letters").status_code == 403
    assert olive.get("/office/letters/no-such-letter").status_code == 404
    page = olive.get(PAGE).content.decode()
    assert "{program}" in page
    assert "GIS for Community Planning" in page  # the example
    look = olive.post(PAGE, {"act": "look", "subject": "Soon", "body": TEXT, "based_on": "0"})
    assert "your yearly review of GIS for Community Planning waits." in look.content.decode()
    assert not LetterText.objects.exists()
    wrong = olive.post(PAGE, {"act": "keep", "subject": "Soon", "body": "{hm}", "based_on": "0"})
    assert (wrong.status_code, "knows no {hm}" in wrong.content.decode()) == (409, True)
    kept = olive.post(PAGE, {"act": "keep", "subject": "Soon", "body": TEXT, "based_on": "0"})
    assert (kept.status_code, LetterText.objects.get().subject) == (302, "Soon")
    late = olive.post(PAGE, {"act": "keep", "subject": "Mine", "body": TEXT, "based_on": "0"})
    said = late.content.decode()
    assert late.status_code == 409
    assert "wrote version 1 of this letter after you opened it" in said
    assert 'value="Mine"' in said
    assert "version 1" in olive.get("/office/letters").content.decode()
    assert olive.get(f"{PAGE}/1").status_code == 200
    assert olive.post(PAGE, {"act": "shipped", "based_on": "1"}).status_code == 302
    assert LetterText.objects.count() == 2


def test_a_draft_is_read_sent_and_discarded_by_the_office_alone(
    as_: As, uni: SimpleNamespace
) -> None:
    mail, other = draft(), draft()
    address = f"/office/drafts/{mail.pk}"
    assign_role(by=SET_UP, person=uni.stranger, role=Role.SYSTEM_ADMIN, starts_on=SINCE)
    assert [as_(key).get(address).status_code for key in ("olive", "stranger", "dana")] == [
        200, 403, 403,
    ]  # fmt: skip
    olive = as_("olive")
    sent = olive.post(
        address,
        {"act": "send", "subject": "Due soon", "body": "Dear Dana.", "was": seen(mail)},
    )
    assert (sent.status_code, sent.headers["Location"]) == (302, "/office/drafts")
    mail.refresh_from_db()
    assert (mail.state, mail.subject, mail.body) == ("queued", "Due soon", "Dear Dana.\n")
    refused = olive.post(f"/office/drafts/{other.pk}", {"act": "discard", "reason": ""})
    assert (refused.status_code, "Write a reason." in refused.content.decode()) == (409, True)
    done = olive.post(f"/office/drafts/{other.pk}", {"act": "discard", "reason": "She knows."})
    assert done.status_code == 302
    assert "She knows." in olive.get(f"/office/drafts/{other.pk}").content.decode()
    plain = draft()
    Mail.objects.filter(pk=plain.pk).update(state="sent")
    assert olive.get(f"/office/drafts/{plain.pk}").status_code == 404  # nobody read it


def test_the_pages_ask_as_often_for_many_versions_and_drafts(as_: As, uni: SimpleNamespace) -> None:
    olive, addresses = as_("olive"), ("/office/letters", PAGE, "/office/drafts", "/office/mail")
    reword(by=uni.by("olive"), letter="review_due", subject="0", body=TEXT, based_on=0)
    read_first(by=uni.by("olive"), letter="review_due", on=True)
    draft()
    few = [asked(olive, each) for each in addresses]
    for n in range(1, 8):
        reword(by=uni.by("olive"), letter="review_due", subject=f"{n}", body=TEXT, based_on=n)
        reword(by=uni.by("olive"), letter="notice_due", subject=f"{n}", body=TEXT, based_on=n - 1)
        draft(n)
    assert [asked(olive, each) for each in addresses] == few
    assert max(few) <= 14

"""What came back is brought on a page; the log of a proposal is the office's, of a person who tends mail."""

from collections.abc import Callable
from types import SimpleNamespace

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bitterroot.messages.models import Mail
from bitterroot.people.domain.person import add_address, assign_role
from bitterroot.people.enums import AddressKind, Role
from bitterroot.people.models import Address
from bitterroot.proposals.models import Proposal
from bitterroot.record import clock
from proposals.conftest import SET_UP, SINCE

As = Callable[[str], Client]


def mail(proposal: Proposal, n: int, **more: str) -> Mail:
    given = {"template": "proposal_received", "state": "sent"} | more
    return Mail.objects.create(
        key=f"{n}:{Mail.objects.count()}",
        person=proposal.lead,
        to_name="Dana Kipp",
        to_address="dana@home.example",
        subject="Received",
        body="Hello.\n",
        stream=f"case:{proposal.case_id}",
        created_at=clock.now(),
        sent_at=clock.now(),
        **given,
    )


def asked(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_a_list_of_what_came_back_is_taken_in_and_a_mark_taken_off(
    as_: As, uni: SimpleNamespace, proposal: Proposal
) -> None:
    add_address(by=SET_UP, person=uni.dana, address="dana@home.example", kind=AddressKind.PERSONAL)
    row = mail(proposal, 1)
    olive = as_("olive")
    assert as_("dana").get("/office/mail/bounces").status_code == 403
    bad = olive.post("/office/mail/bounces", {"file": SimpleUploadedFile("x.csv", b"nothing")})
    assert (bad.status_code, "neither a delivery report nor" in bad.content.decode()) == (409, True)
    data = SimpleUploadedFile("x.csv", b"dana@home.example,550 no such user\n")
    page = olive.post("/office/mail/bounces", {"file": data}, follow=True).content.decode()
    assert "Mails that came back: 1, tried elsewhere: 0. Addresses marked: 1" in page
    assert "dana@home.example" in page
    row.refresh_from_db()
    assert (row.state, row.last_error) == ("bounced", "550 no such user")
    log = olive.get(f"/office/mail/about/{proposal.pk}").content.decode()
    assert ("Came back" in log, "550 no such user" in log, "Send again" in log) == (
        True,
        True,
        True,
    )
    address = Address.objects.get(normalized="dana@home.example")
    olive.post("/office/mail/bounces", {"address": str(address.pk)})
    address.refresh_from_db()
    assert address.bounced_at is None


def test_who_runs_the_system_reads_no_subject_of_a_learners_mail(
    as_: As, uni: SimpleNamespace, proposal: Proposal
) -> None:
    mail(proposal, 1, template="award_revoked")
    assign_role(by=SET_UP, person=uni.stranger, role=Role.SYSTEM_ADMIN, starts_on=SINCE)
    admin, olive = as_("stranger"), as_("olive")
    assert admin.get(f"/office/mail/about/{proposal.pk}").status_code == 403
    assert "A letter to a learner" in admin.get(f"/office/mail/to/{uni.dana.pk}").content.decode()
    assert "Received" in olive.get(f"/office/mail/to/{uni.dana.pk}").content.decode()


def test_the_pages_ask_as_often_for_many_mails(
    as_: As, uni: SimpleNamespace, proposal: Proposal
) -> None:
    olive, dana = as_("olive"), as_("dana")
    pages = [
        (olive, f"/office/mail/about/{proposal.pk}"),
        (olive, f"/office/mail/to/{uni.dana.pk}"),
        (olive, "/office/mail/bounces"),
        (dana, "/my/notices"),
        (dana, "/my/mails"),
    ]

    def some(n: int) -> None:
        mail(proposal, n)
        add_address(
            by=SET_UP, person=uni.dana, address=f"d{n}@home.example", kind=AddressKind.PERSONAL
        )
        Address.objects.update(bounced_at=clock.now())

    some(0)
    few = [asked(*page) for page in pages]
    for n in range(1, 7):
        some(n)
    assert [asked(*page) for page in pages] == few
    assert max(few) <= 14

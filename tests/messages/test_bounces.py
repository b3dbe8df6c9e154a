"""Mail to José comes back: his address is marked, his other one is tried, Dana and the office hear of it."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.core import mail as post
from django.core.mail import EmailMessage

from bitterroot.issuing.domain.award import award_for_token
from bitterroot.issuing.models import Award
from bitterroot.learning.models import IssuanceRequest
from bitterroot.messages.domain.again import send_again
from bitterroot.messages.domain.bounce import Noted, note_bounces
from bitterroot.messages.domain.dispatch import run_once, send_waiting
from bitterroot.messages.interfaces.bounces import Bounce, BouncesUnreadable, read_bounces
from bitterroot.messages.models import Mail
from bitterroot.messages.queries.log import about_case, to_person
from bitterroot.messages.queries.outgoing import outgoing
from bitterroot.people.actor import system
from bitterroot.people.domain.person import add_address, mark_bounced, verify_address
from bitterroot.people.enums import AddressKind
from bitterroot.people.errors import Refused
from bitterroot.people.models import Address
from bitterroot.people.queries import contact_address
from bitterroot.proposals.models import Proposal
from proposals.conftest import SET_UP

from .test_sent_again import token_in

Issued = Callable[..., IssuanceRequest]
SERVER = system("command line")
REPORT = """\
From: MAILER-DAEMON@mail.example.edu
To: badges@example.edu
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I could not deliver it.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.edu

Final-Recipient: rfc822; {address}
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <{address}>:
    no such user

--b
Content-Type: text/rfc822-headers

Message-ID: {number}
Subject: You earned a badge

--b--
"""


def write_all() -> None:
    while run_once():
        pass


@pytest.fixture
def told(issued: Issued) -> Mail:
    """The mail to José with the link to his badge, sent."""
    issued(["José Núñez"])
    write_all()
    send_waiting()
    return Mail.objects.get(template="award_issued")


def sent_as(mail: Mail) -> EmailMessage:
    """What went out of a mail; before it José was told what the registrar recorded."""
    return next(m for m in post.outbox if (m.to, m.subject) == ([mail.to_address], mail.subject))


def report(mail: Mail, action: str = "failed", number: str = "") -> bytes:
    number = number or sent_as(mail).extra_headers["Message-ID"]
    return REPORT.format(address=mail.to_address, action=action, number=number).encode()


def test_a_report_is_read_delays_are_not_and_nonsense_is_refused(told: Mail) -> None:
    [bounce] = read_bounces(report(told))
    assert (bounce.address, bounce.reason) == (
        "learner0@umconnect.example.edu",
        "550 5.1.1 <learner0@umconnect.example.edu>: no such user",
    )
    assert bounce.message == told.message_id != ""
    assert read_bounces(report(told, action="delayed")) == []
    many = b"".join(b"From x Mon Nov 23 10:00:00 2026\n" + report(told) for _ in range(2))
    assert read_bounces(many) == [bounce]
    listed = "\ufeffAddress;Why\nZoe@Home.Example,mailbox full\nmore,b@c.example\n".encode()
    assert read_bounces(listed) == [
        Bounce("zoe@home.example", "mailbox full"),
        Bounce("b@c.example", "It came back."),
    ]
    nested = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(2_000)
    )
    long_cell = b'"' + b"x" * 200_000 + b'"\n'
    for bad in (
        b"", b"no address here\n", b"\x00\x01@\x02", b"x" * 5_000_001, long_cell, nested,
    ):  # fmt: skip
        with pytest.raises(BouncesUnreadable):
            read_bounces(bad)


def test_the_other_address_gets_a_fresh_link_and_those_who_must_know_are_told(
    house: SimpleNamespace, told: Mail
) -> None:
    award = Award.objects.get()
    first = token_in(sent_as(told).body)
    add_address(
        by=SET_UP, person=award.learner, address="jose@home.example",
        kind=AddressKind.PERSONAL, verified=True,
    )  # fmt: skip
    data = report(told)
    assert note_bounces(by=SERVER, found=read_bounces(data), only_ours=True) == Noted(1, 1, 1, 0)
    assert note_bounces(by=SERVER, found=read_bounces(data), only_ours=True) == Noted()
    told.refresh_from_db()
    assert (told.state, "no such user" in told.last_error) == ("bounced", True)
    post.outbox.clear()
    write_all()
    send_waiting()
    to = {
        m.subject: sorted(a for n in post.outbox if n.subject == m.subject for a in n.to)
        for m in post.outbox
    }
    assert to == {
        "You earned a badge: GIS for Community Planning": ["jose@home.example"],
        "A mail came back: a learner": [
            "dana@umontana.example.edu",
            "olive@umontana.example.edu",
        ],
    }
    again = token_in(next(m.body for m in post.outbox if m.to == ["jose@home.example"]))
    assert (award_for_token(first), award_for_token(again)) == (None, award)
    notice = next(m.body for m in post.outbox if m.subject.startswith("A mail came back"))
    assert ("sent to another address" in notice, again in notice) == (True, False)
    assert contact_address(award.learner) == "jose@home.example"


def test_an_address_that_nobody_answered_from_is_not_tried(
    house: SimpleNamespace, told: Mail
) -> None:
    learner = Award.objects.get().learner
    add_address(by=SET_UP, person=learner, address="typed@home.example", kind=AddressKind.PERSONAL)
    found = [Bounce(told.to_address, "550")]
    assert note_bounces(by=house.by("olive"), found=found) == Noted(1, 1, 0, 0)
    assert contact_address(learner) == told.to_address  # nothing better is known
    verify_address(by=SERVER, address=Address.objects.get(normalized=told.to_address))
    assert Address.objects.get(normalized=told.to_address).bounced_at is None


def test_who_forges_a_report_stops_nobodys_mails(house: SimpleNamespace, told: Mail) -> None:
    forged = read_bounces(report(told, number=f"<{'0' * 40}@example.edu>"))
    without = [Bounce(told.to_address, "550")]
    for found in (forged, without):
        assert note_bounces(by=SERVER, found=found, only_ours=True) == Noted(unknown=1)
    # The office brings what came into its mailbox, where anybody can write too.
    assert note_bounces(by=house.by("olive"), found=forged) == Noted(unknown=1)
    assert not Address.objects.exclude(bounced_at=None).exists()
    for key in ("dana", "rita"):
        with pytest.raises(Refused):
            note_bounces(by=house.by(key), found=without)
        with pytest.raises(Refused):
            mark_bounced(by=house.by(key), address=Address.objects.first())  # type: ignore[arg-type]


def test_the_log_of_a_proposal_and_of_a_person(house: SimpleNamespace, told: Mail) -> None:
    case = Proposal.objects.get(program=house.program).case
    letters = set(about_case(case).values_list("template", flat=True))
    assert {"proposal_received", "proposal_approved", "decision_told"} <= letters
    assert not letters & {"award_issued", "list_submitted"}
    learner = Award.objects.get().learner
    assert [outgoing(each).said for each in to_person(learner)] == ["Sent", "Sent"]


def test_sent_again_it_goes_to_the_address_that_works_now(
    house: SimpleNamespace, told: Mail
) -> None:
    mail = Mail.objects.get(template="proposal_received")
    note_bounces(by=house.by("olive"), found=[Bounce(mail.to_address, "550")])
    assert "550" in outgoing(Mail.objects.filter(state="bounced").latest("sent_at")).reason
    add_address(
        by=SET_UP, person=house.dana, address="dana@home.example",
        kind=AddressKind.PERSONAL, verified=True,
    )  # fmt: skip
    send_again(by=house.by("olive"), mail=mail)
    mail.refresh_from_db()
    assert (mail.state, mail.to_address) == ("queued", "dana@home.example")

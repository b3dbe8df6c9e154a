"""Whoever signs reads the files and takes away what they signed; a partner's officer too, by link."""

import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from bitterroot.governance.domain.link import mint_link, reading_token
from bitterroot.governance.models import SignatureRequest
from bitterroot.messages.domain import dispatch
from bitterroot.messages.models import Mail
from bitterroot.people.actor import system
from bitterroot.proposals.domain import draft
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.domain.proposal import submit_for_signatures
from bitterroot.proposals.models import Proposal
from bitterroot.record import clock
from bitterroot.web.faculty import signed
from issuing.pdf_text import lines_of
from proposals.test_road import sign_next

As = Callable[[str], Client]
WRITER = system("mail to the partner")
LETTER = b"%PDF-1.4 a letter of the county"


@pytest.fixture
def said_in_pdf(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Everything that was set into PDFs: a long one has pages that our small reader does not read."""
    found: list[str] = []
    real = signed.document_pdf
    monkeypatch.setattr(signed, "document_pdf", lambda data: found.append(str(data)) or real(data))
    return found


def text_of(pdf: bytes) -> str:
    """The words of the first page."""
    return " ".join(" ".join(words for _, words in lines_of(pdf)).split())


@pytest.fixture
def sent(uni: SimpleNamespace, proposal: Proposal) -> Proposal:
    """Out for signatures, with a file that is kept from others and a conflict that is declared."""
    dana = uni.by("dana")
    draft.attach_file(
        by=dana, proposal=proposal, field="other_files", name="county.pdf", data=LETTER
    )
    proposal.refresh_from_db()
    said = {"conflict": True, "conflict_note": "Dana's brother plans for the county."}
    row = draft.save_values(by=dana, proposal=proposal, values=said, revision=proposal.revision)
    return submit_for_signatures(by=dana, proposal=row)


@pytest.fixture
def asked(sent: Proposal) -> SignatureRequest:
    """Paula of the Clark Fork Foundation, whose signature covers three sections."""
    first = sent.case.signatures.get(state="requested")
    return SignatureRequest.objects.create(
        case=sent.case, order=9, capacity="officer of partner", state="requested",
        capacity_title="Director, Clark Fork Foundation", covers=["identity", "curriculum"],
        partner_name="Paula Reyes", partner_email="paula@clarkfork.example",
        requested_at=clock.now(), snapshot=first.snapshot,
    )  # fmt: skip


def test_a_signatory_opens_the_files_and_takes_the_packet_away(
    uni: SimpleNamespace, sent: Proposal, as_: As, said_in_pdf: list[str]
) -> None:
    mine = sent.case.signatures.get(state="requested")
    assert mine.person == uni.sam
    signer, page = as_("sam"), reverse("faculty:sign", args=[mine.pk])
    shown = signer.get(page).content.decode()
    files = re.findall(rf'href="({page}/files/[0-9a-f]{{64}})"', shown)
    assert len(files) == 2
    assert LETTER in {signer.get(each).content for each in files}
    before = signer.get(f"{page}/packet.pdf")
    assert before["Content-Type"] == "application/pdf"
    assert "Not signed yet" in text_of(before.content)
    assert "Dana's brother plans for the county." in said_in_pdf[-1]
    assert "county.pdf" in said_in_pdf[-1]
    for each in (files[0], f"{page}/packet.pdf"):
        assert as_("stranger").get(each).status_code == 404
        assert Client().get(each).status_code == 302  # to sign in
    assert signer.get(f"{page}/files/{'0' * 64}").status_code == 404
    signer.post(page, {"act": "sign", "typed_name": mine.person.display_name})
    told = text_of(signer.get(f"{page}/packet.pdf").content)
    assert f"Signed by {mine.person.display_name}, 18 Nov 2026" in told
    assert mine.snapshot.sha256 in told.replace("\n", "").replace(" ", "")


def test_an_officer_outside_opens_what_concerns_them_and_no_more(
    asked: SignatureRequest, said_in_pdf: list[str]
) -> None:
    address = f"/sign/{mint_link(by=WRITER, signature=asked)}"
    client = Client()
    shown = client.get(address).content.decode()
    assert "Dana&#x27;s brother" not in shown
    assert "county.pdf" not in shown
    [file] = re.findall(rf'href="({re.escape(address)}/files/[0-9a-f]{{64}})"', shown)
    assert client.get(file)["Content-Disposition"] == 'attachment; filename="syllabus.pdf"'
    hidden = next(
        each.file_id for each in asked.case.proposal.attachments.all() if each.name == "county.pdf"
    )
    assert client.get(f"{address}/files/{hidden}").status_code == 404
    assert "Paula Reyes" in text_of(client.get(f"{address}/packet.pdf").content)
    assert "Planners and students." in said_in_pdf[-1]
    assert "Dana's brother" not in said_in_pdf[-1]
    assert "county.pdf" not in said_in_pdf[-1]
    assert Client().get(f"/sign/{'x' * 43}/packet.pdf").status_code == 404
    assert Client().get(f"/sign/{'x' * 43}/files/{hidden}").status_code == 404


def test_what_was_signed_by_link_can_be_read_for_fourteen_days(asked: SignatureRequest) -> None:
    address = f"/sign/{mint_link(by=WRITER, signature=asked)}"
    client = Client()
    client.post(address, {"act": "code"})
    code = re.search(r"\b\d{6}\b", Mail.objects.get(template="signing_code").body)
    assert code is not None
    said = {"act": "sign", "code": code.group(), "typed_name": "Paula Reyes"}
    done = client.post(address, said).content.decode()
    [there] = re.findall(r'href="(/sign/[^"]+/packet\.pdf)"', done)
    assert "Signed by Paula Reyes" in text_of(Client().get(there).content)
    assert client.get(f"{address}/packet.pdf").status_code == 404  # the link itself has ended
    assert Client().get(there.replace("/packet.pdf", "")).status_code == 404  # it signs nothing
    dispatch.run_once()
    mail = Mail.objects.get(template="signature_receipt")
    assert mail.to_address == "paula@clarkfork.example"
    assert asked.snapshot is not None
    assert asked.snapshot.sha256 in mail.body
    mailed = re.search(r"/sign/\S+/packet\.pdf", mail.body)
    assert mailed is not None
    with clock.standing_at(clock.now() + timedelta(days=14)):
        assert Client().get(mailed.group()).status_code == 200
    with clock.standing_at(clock.now() + timedelta(days=15)):
        assert Client().get(mailed.group()).status_code == 404
    assert Client().get(there.replace("/sign/", "/sign/A")).status_code == 404


def test_what_was_signed_is_marked_void_once_it_is_withdrawn_and_the_office_takes_it_back(
    uni: SimpleNamespace, asked: SignatureRequest, as_: As
) -> None:
    SignatureRequest.objects.filter(pk=asked.pk).update(
        state="signed", typed_name="Paula Reyes", acted_at=clock.now(), method="link"
    )
    asked.refresh_from_db()
    there = f"/sign/{reading_token(asked)}/packet.pdf"
    assert "VOID" not in text_of(Client().get(there).content)
    page = f"/work/proposals/{asked.case.proposal.pk}"
    assert "Take back the link" not in as_("dana").get(page).content.decode()
    verbs.withdraw(by=uni.by("dana"), proposal=asked.case.proposal, reason="Another year.")
    told = text_of(Client().get(there).content)
    assert "VOID: " in told
    assert "Void: The proposal was withdrawn." in told
    assert "Take back the link" in as_("olive").get(page).content.decode()
    act = f"{page}/officers/{asked.pk}"
    assert as_("olive").post(act, {"act": "end"}).status_code == 302
    assert Client().get(there).status_code == 404


def test_the_lead_puts_right_who_is_asked_outside(
    uni: SimpleNamespace, asked: SignatureRequest, as_: As
) -> None:
    page = f"/work/proposals/{asked.case.proposal.pk}"
    act = f"{page}/officers/{asked.pk}"
    assert (
        "Paula Reyes: put right the name or the address" in as_("dana").get(page).content.decode()
    )
    assert "put right" not in as_("sam").get(page).content.decode()
    right = {"act": "correct", "name": "Paula Reis", "email": "reis@clarkfork.example"}
    assert as_("stranger").post(act, right).status_code == 404
    as_("sam").post(act, right)
    asked.refresh_from_db()
    assert asked.partner_name == "Paula Reyes"
    said = as_("dana").post(act, {**right, "email": "reis"}, follow=True).content.decode()
    assert "This is no address." in said
    said = as_("dana").post(act, right, follow=True).content.decode()
    assert "put right who is asked outside, as lead" in said
    before = asked.partner_email
    masked = f"{before[0]}…@{before.partition('@')[2]}"
    told = f"Paula Reyes is Paula Reis, asked at r…@clarkfork.example and not at {masked}"
    assert told in said
    assert f"(outside), asked at reis@clarkfork.example; in the version {before}" in said
    asked.refresh_from_db()
    assert (asked.partner_name, asked.partner_email) == ("Paula Reis", "reis@clarkfork.example")


def test_who_signs_with_an_account_gets_no_receipt(sent: Proposal, as_: As) -> None:
    mine = sent.case.signatures.get(state="requested")
    as_("sam").post(
        reverse("faculty:sign", args=[mine.pk]), {"act": "sign", "typed_name": "Sam Stokes"}
    )
    mine.refresh_from_db()
    assert mine.state == "signed"
    dispatch.run_once()
    assert not Mail.objects.filter(template="signature_receipt").exists()


def test_an_officer_outside_who_signed_is_told_of_the_decision(
    uni: SimpleNamespace, sent: Proposal
) -> None:
    for _ in range(3):
        sign_next(uni, sent)
    first = sent.case.signatures.filter(state="signed").first()
    assert first is not None
    given = {"snapshot": first.snapshot, "typed_name": "Paula Reyes", "acted_at": first.acted_at}
    for email, state in [("paula@clarkfork.example", "signed"), ("late@clarkfork.example", "void")]:
        SignatureRequest.objects.create(
            case=sent.case, order=9, capacity="officer of partner", capacity_title="Director",
            partner_name=f"{email[:5].title()} Reyes", partner_email=email, state=state, **given,
        )  # fmt: skip
    verbs.accept_complete(by=uni.by("olive"), proposal=sent)
    verbs.decide(by=uni.by("olive"), proposal=sent, outcome="decline", reason="No room.")
    while dispatch.run_once():
        pass
    told = Mail.objects.filter(template="decision_told", person=None)
    assert [mail.to_name for mail in told] == ["Paula Reyes"]
    mail = Mail.objects.get(to_address="paula@clarkfork.example", template="decision_told")
    assert "is decided: declined" in mail.body
    assert "No room." in mail.body
    assert "/work/" not in mail.body  # there is no page that they may open

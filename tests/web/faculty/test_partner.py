"""Paula of the Clark Fork Foundation signs by a link, with the code that was mailed to her."""

import re
from types import SimpleNamespace

import pytest
from django.test import Client

from bitterroot.governance.domain.link import mint_link
from bitterroot.governance.enums import SignatureState
from bitterroot.governance.models import SignatureRequest
from bitterroot.messages.models import Mail
from bitterroot.people.actor import system
from bitterroot.proposals.domain.proposal import submit_for_signatures
from bitterroot.proposals.models import Proposal
from bitterroot.record import clock

WRITER = system("mail to the partner")


@pytest.fixture
def asked(uni: SimpleNamespace, proposal: Proposal) -> SignatureRequest:
    """A request to Paula on the version that was sent."""
    row = submit_for_signatures(by=uni.by("dana"), proposal=proposal)
    first = row.case.signatures.get(state=SignatureState.REQUESTED)
    return SignatureRequest.objects.create(
        case=row.case,
        order=9,
        capacity="officer of partner",
        capacity_title="Director, Clark Fork Foundation",
        partner_name="Paula Reyes",
        partner_email="paula@clarkfork.example",
        state=SignatureState.REQUESTED,
        requested_at=clock.now(),
        snapshot=first.snapshot,
    )


def test_paula_signs(asked: SignatureRequest) -> None:
    address = f"/sign/{mint_link(by=WRITER, signature=asked)}"
    client = Client()
    page = client.get(address)
    assert page.status_code == 200
    assert b"Paula Reyes" in page.content
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert client.post(address, {"act": "code"}).status_code == 302
    found = re.search(r"\b\d{6}\b", Mail.objects.get(to_address="paula@clarkfork.example").body)
    assert found is not None
    code = found.group()
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    refused = client.post(address, {"act": "sign", "code": wrong, "typed_name": "Paula Reyes"})
    assert refused.status_code == 409
    assert b"Tries left: 4" in refused.content
    done = client.post(address, {"act": "sign", "code": code, "typed_name": "Paula Reyes"})
    assert b"Thank you, you have signed" in done.content
    asked.refresh_from_db()
    assert (asked.state, asked.method) == ("signed", "link")
    assert client.get(address).status_code == 404


def test_paula_returns_it_with_a_comment(asked: SignatureRequest) -> None:
    address = f"/sign/{mint_link(by=WRITER, signature=asked)}"
    client = Client()
    client.post(address, {"act": "code"})
    code = re.search(r"\b\d{6}\b", Mail.objects.get().body)
    assert code is not None
    said = {"act": "return", "code": code.group(), "comment": ""}
    missing = client.post(address, said)
    assert missing.status_code == 409
    assert b"Say why" in missing.content
    assert b"Your last code works until" in missing.content
    done = client.post(address, {**said, "comment": "Our name is <b>Clark Fork</b> Foundation."})
    assert b"You returned it" in done.content
    assert b"&lt;b&gt;Clark Fork&lt;/b&gt;" in done.content
    asked.refresh_from_db()
    assert asked.state == SignatureState.RETURNED
    assert asked.case.proposal.state == "returned"
    assert client.get(address).status_code == 404


def test_the_sixth_code_within_an_hour_is_not_mailed(asked: SignatureRequest) -> None:
    address = f"/sign/{mint_link(by=WRITER, signature=asked)}"
    client = Client()
    assert [client.post(address, {"act": "code"}).status_code for _ in range(6)] == [302] * 5 + [
        409
    ]
    assert b"that is the most" in client.post(address, {"act": "code"}).content
    assert Mail.objects.count() == 5


def test_a_made_up_link_tells_nothing(asked: SignatureRequest) -> None:
    answer = Client().get("/sign/" + "x" * 43)
    assert answer.status_code == 404
    assert b"no longer valid" in answer.content
    assert b"Paula" not in answer.content

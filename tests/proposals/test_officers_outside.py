"""A partner's officer whose name or address was mistyped, and the links that they were mailed."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from bitterroot.governance.domain import link as links
from bitterroot.governance.domain.outside import correct_officer, end_link, renew_link
from bitterroot.governance.models import SignatureRequest
from bitterroot.messages.domain import dispatch
from bitterroot.messages.models import Mail
from bitterroot.people.domain.person import add_address
from bitterroot.people.enums import AddressKind
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.models import Proposal
from bitterroot.record.domain.audit import verify_record
from bitterroot.record.models import Event

from .conftest import SET_UP
from .test_road import asked, sign_next, states
from .test_signatures import PARTNER, fresh

RIGHT = {"name": "Patrice Rivers", "email": "patrice@city.example"}
WRONG = [{"name": "City of Missoula", "officer": "Pta Rivrs", "email": "pta@city.example"}]


@pytest.fixture
def mistyped(
    uni: SimpleNamespace, proposal: Proposal, change: Callable[..., Proposal]
) -> SignatureRequest:
    """Everyone here has signed; “Pta Rivrs” of the city is asked."""
    change(proposal, **{**PARTNER, "partner_organizations": WRONG})
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=fresh(proposal))
    for _ in range(3):
        sign_next(uni, fresh(proposal))
    return asked(fresh(proposal))


def sound() -> list[str]:
    return [str(each) for each in verify_record().broken if "tail" not in str(each)]


def signed_by_link(signature: SignatureRequest, name: str) -> SignatureRequest:
    token = links.mint_link(by=SET_UP, signature=signature)
    code = links.make_code(signature=signature)
    return verbs.sign_by_link(token=token, code=code, typed_name=name)


def test_the_lead_puts_an_officers_name_right_and_the_old_link_ends(
    uni: SimpleNamespace, mistyped: SignatureRequest
) -> None:
    old = links.mint_link(by=SET_UP, signature=mistyped)
    with pytest.raises(NotPossible, match="asked of Pta Rivrs"):
        signed_by_link(mistyped, "Patrice Reyes")
    dispatch.run_once()
    Mail.objects.all().delete()
    before = mistyped.partner_email
    done = correct_officer(by=uni.by("dana"), signature=mistyped, **RIGHT)
    assert (done.state, done.partner_asked) == ("requested", before)
    assert links.signature_for_token(old) is None
    dispatch.run_once()
    [mail] = Mail.objects.filter(template="signature_partner")
    assert (mail.to_name, mail.to_address) == ("Patrice Rivers", "patrice@city.example")
    told = Event.objects.get(verb="signature corrected")
    assert told.capacity == "lead"
    assert "Pta Rivrs is Patrice Rivers, at another address" in told.data
    assert signed_by_link(done, "Patrice Rivers").state == "signed"
    assert sound() == []


def test_what_was_put_right_is_not_asked_again_after_a_change_elsewhere(
    uni: SimpleNamespace, mistyped: SignatureRequest, change: Callable[..., Proposal]
) -> None:
    correct_officer(by=uni.by("olive"), signature=mistyped, **RIGHT)
    signed_by_link(asked(fresh(mistyped.case.proposal)), "Patrice Rivers")
    row = fresh(mistyped.case.proposal)
    verbs.take_back(by=uni.by("dana"), proposal=row)
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=fresh(row))
    assert states(fresh(row))["officer of partner"] == "signed"


def test_only_the_lead_and_the_office_put_it_right_and_to_nobody_who_writes_or_is_asked(
    uni: SimpleNamespace, mistyped: SignatureRequest
) -> None:
    for other in ("sam", "stranger"):
        with pytest.raises(Refused):
            correct_officer(by=uni.by(other), signature=mistyped, **RIGHT)
        with pytest.raises(Refused):
            renew_link(by=uni.by(other), signature=mistyped)
        with pytest.raises(Refused):
            end_link(by=uni.by(other), signature=mistyped)
    with pytest.raises(Refused):
        end_link(by=uni.by("dana"), signature=mistyped)  # the office alone
    sam = mistyped.case.signatures.filter(person=uni.sam).first()
    assert sam is not None
    with pytest.raises(Refused, match="has an account"):
        correct_officer(by=uni.by("olive"), signature=sam, **RIGHT)
    add_address(
        by=SET_UP, person=uni.dana, address="Dana@partner.example", kind=AddressKind.PERSONAL
    )
    for name, email, why in [
        ("Pta Rivrs", "pta@city.example", "stands already"),
        ("", "pat@city.example", "Name the officer"),
        ("Pat Rivers", "pat at city", "no address"),
        ("Dana Kipp", "dana@partner.example", "writes this proposal"),
    ]:
        with pytest.raises(NotPossible, match=why):
            correct_officer(by=uni.by("dana"), signature=mistyped, name=name, email=email)
    signed_by_link(mistyped, "Pta Rivrs")
    with pytest.raises(NotPossible, match="have answered"):
        correct_officer(by=uni.by("dana"), signature=mistyped, **RIGHT)


def test_a_lost_link_is_mailed_anew_and_what_was_signed_can_be_taken_back(
    uni: SimpleNamespace, mistyped: SignatureRequest
) -> None:
    old = links.mint_link(by=SET_UP, signature=mistyped)
    dispatch.run_once()
    Mail.objects.all().delete()
    renew_link(by=uni.by("dana"), signature=mistyped)
    assert links.signature_for_token(old) is None
    dispatch.run_once()
    assert Mail.objects.filter(template="signature_partner").count() == 1
    done = signed_by_link(asked(fresh(mistyped.case.proposal)), "Pta Rivrs")
    token = links.reading_token(done)
    assert links.signature_to_read(token) == done
    with pytest.raises(NotPossible):
        renew_link(by=uni.by("dana"), signature=done)
    end_link(by=uni.by("olive"), signature=done)
    assert links.signature_to_read(token) is None
    done.refresh_from_db()
    assert done.state == "signed"
    assert sound() == []

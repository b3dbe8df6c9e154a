"""A partner's officer whose name or address was mistyped, and the links that they were mailed."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from bitterroot.governance.domain import link as links
from bitterroot.governance.domain.outside import correct_officer, end_link, renew_link
from bitterroot.governance.models import SignatureRequest
from bitterroot.messages.domain import dispatch, letters
from bitterroot.messages.models import Mail
from bitterroot.people.actor import person
from bitterroot.people.domain.person import add_address, assign_role, create_person
from bitterroot.people.enums import AddressKind, Role
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.models import Proposal
from bitterroot.record import clock
from bitterroot.record.domain.audit import verify_record
from bitterroot.record.models import Event, Outbox

from .conftest import SET_UP, SINCE
from .test_road import asked, sign_next, states
from .test_signatures import PARTNER, fresh

RIGHT = {"name": "Patrice Rivers", "email": "patrice@town.example"}
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
    assert (mail.to_name, mail.to_address) == ("Patrice Rivers", "patrice@town.example")
    told = Event.objects.get(verb="signature corrected")
    assert told.capacity == "lead"
    assert orjson.loads(told.data)["text"] == (
        "Pta Rivrs is Patrice Rivers, asked at p…@town.example and not at p…@city.example"
    )
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


def send() -> None:
    while dispatch.run_once():
        pass


def told(template: str) -> list[str]:
    return sorted(Mail.objects.filter(template=template).values_list("to_address", flat=True))


def test_another_address_is_told_to_the_office_and_to_the_one_that_was_asked_before(
    uni: SimpleNamespace, mistyped: SignatureRequest
) -> None:
    for who in (uni.olive, create_person(by=SET_UP, display_name="Oren Crane")):
        address = f"{who.display_name.split()[0].lower()}@umt.example"
        add_address(by=SET_UP, person=who, address=address, kind=AddressKind.CAMPUS, verified=True)
        if who != uni.olive:
            assign_role(by=SET_UP, person=who, role=Role.PROGRAM_OFFICER, starts_on=SINCE)
    send()
    assert told("signature_partner") == ["pta@city.example"]
    correct_officer(
        by=uni.by("dana"), signature=mistyped, name="P. Rivers", email="pta@city.example"
    )
    send()  # the name alone
    assert told("signature_elsewhere") == told("signature_readdressed") == []
    # Two at once: the address in between was never asked.
    for email in ("one@town.example", "two@town.example"):
        correct_officer(by=uni.by("dana"), signature=mistyped, name="P. Rivers", email=email)
    send()
    assert told("signature_elsewhere") == ["pta@city.example"]
    mail = Mail.objects.get(template="signature_elsewhere")
    assert "Another address is asked now: o…@town.example." in mail.body
    office = Mail.objects.filter(template="signature_readdressed", to_name="Olive Crane")
    assert "at o…@town.example and not at p…@city.example" in office.order_by("pk")[0].body
    Mail.objects.filter(template="signature_readdressed").delete()
    correct_officer(
        by=uni.by("olive"), signature=mistyped, name="P. Rivers", email="pta@city.example"
    )
    send()
    assert told("signature_elsewhere") == ["pta@city.example", "two@town.example"]
    assert told("signature_readdressed") == ["oren@umt.example"]  # not her who did it
    assert sound() == []


def test_an_office_that_wrote_it_puts_nobody_right(
    uni: SimpleNamespace, mistyped: SignatureRequest
) -> None:
    writer = create_person(by=SET_UP, display_name="Wil Dow")
    assign_role(by=SET_UP, person=writer, role=Role.PROGRAM_OFFICER, starts_on=SINCE)
    mistyped.case.proposal.written_by.add(writer)
    for act in (
        lambda by: correct_officer(by=by, signature=mistyped, **RIGHT),
        lambda by: renew_link(by=by, signature=mistyped),
    ):
        with pytest.raises(Refused, match="own proposal"):
            act(person(writer))


def test_while_the_authors_have_it_back_the_proposal_says_who_is_asked(
    uni: SimpleNamespace, mistyped: SignatureRequest
) -> None:
    renew_link(by=uni.by("dana"), signature=mistyped)
    verbs.take_back(by=uni.by("dana"), proposal=fresh(mistyped.case.proposal))
    with pytest.raises(NotPossible, match="back with its authors: put the name"):
        correct_officer(by=uni.by("dana"), signature=mistyped, **RIGHT)
    mistyped.refresh_from_db()
    assert mistyped.partner_email == "pta@city.example"
    send()  # what was renewed before that is not written any more, and does not fail
    assert told("signature_partner") == []
    assert not Outbox.objects.exclude(state="done").filter(event__verb="signature link renewed")


def test_a_proposal_lets_ten_mails_be_sent_within_an_hour(
    uni: SimpleNamespace, mistyped: SignatureRequest
) -> None:
    for n in range(5):
        correct_officer(
            by=uni.by("dana"), signature=mistyped, name="Pat Rivers", email=f"p{n}@city.example"
        )
        renew_link(by=uni.by("dana"), signature=mistyped)
    for act in (
        lambda: correct_officer(by=uni.by("dana"), signature=mistyped, **RIGHT),
        lambda: renew_link(by=uni.by("dana"), signature=mistyped),
    ):
        with pytest.raises(NotPossible, match="10 times within an hour"):
            act()
    with clock.standing_at(clock.now() + timedelta(minutes=61)):
        assert correct_officer(by=uni.by("dana"), signature=mistyped, **RIGHT).state == "requested"


def test_a_fresh_link_goes_to_the_address_that_holds_when_it_is_made(
    uni: SimpleNamespace, mistyped: SignatureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address is put right between the reading of the row and the making of the link."""
    mint = letters.mint_link

    def meanwhile(**said: Any) -> str:
        monkeypatch.setattr(letters, "mint_link", mint)
        correct_officer(by=uni.by("dana"), signature=mistyped, **RIGHT)
        return mint(**said)

    monkeypatch.setattr(letters, "mint_link", meanwhile)
    send()
    assert set(told("signature_partner")) == {"patrice@town.example"}


def test_another_address_has_all_the_days_to_sign(
    uni: SimpleNamespace, mistyped: SignatureRequest
) -> None:
    with clock.standing_at(clock.now() + timedelta(days=14)):
        before = mistyped.due_on
        renewed = renew_link(by=uni.by("dana"), signature=mistyped)
        assert renewed.due_on == before
        done = correct_officer(by=uni.by("dana"), signature=mistyped, **RIGHT)
        assert before is not None
        assert done.due_on is not None
        assert done.due_on >= before + timedelta(days=10)

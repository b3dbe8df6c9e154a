"""Zoë's badge is suspended while a grade is looked into, and lifted: two persons, one list."""

from collections.abc import Callable
from types import SimpleNamespace

import orjson
import pytest

from bitterroot.governance import policies
from bitterroot.issuing.domain import award as awards
from bitterroot.issuing.domain import collecting, revocation, suspension
from bitterroot.issuing.domain.appeal import answer_appeal, file_appeal
from bitterroot.issuing.domain.correction import request_correction
from bitterroot.issuing.enums import Visibility, WalletWay
from bitterroot.issuing.interfaces.hosted import assertion_of
from bitterroot.issuing.models import Award, Revocation, StatusList
from bitterroot.issuing.queries import award_for, waiting_for
from bitterroot.issuing.queries.standing import no_longer_valid
from bitterroot.issuing.queries.verification import verify_anything
from bitterroot.learning.models import IssuanceRequest
from bitterroot.messages.domain import dispatch
from bitterroot.messages.models import Mail
from bitterroot.people.actor import person
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.policy import Policy
from bitterroot.record.domain.audit import verify_record
from bitterroot.record.models import Event
from messages.conftest import addresses  # noqa: F401

GRADE = "The grade is being looked into."


@pytest.fixture
def zoe(issued: Callable[..., IssuanceRequest]) -> Award:
    """Zoë Whitebear's badge, taken and shown to everyone; José has one beside her."""
    issued(["Zoë Whitebear", "José Núñez"])
    award = Award.objects.get(display_name="Zoë Whitebear")
    awards.claim(by=person(award.learner), award=award)
    awards.set_visibility(by=person(award.learner), award=award, visibility=Visibility.PUBLIC)
    return award


@pytest.fixture
def suspended(house: SimpleNamespace, zoe: Award) -> Award:
    """Dana asked, Rita approved."""
    asked = suspension.request_suspension(by=house.by("dana"), award=zoe, reason=f" {GRADE} ")
    return suspension.approve_suspension(by=house.by("rita"), revocation=asked)


def verdict(award: Award) -> str:
    return verify_anything(bytes(award.document.body), online=False).result.verdict


def mails(template: str) -> list[str]:
    while dispatch.run_once():
        pass
    return [m.body for m in Mail.objects.filter(template=template)]


def test_every_badge_names_two_lists_revocation_first_at_one_place(zoe: Award) -> None:
    said = orjson.loads(bytes(zoe.document.body))["credentialStatus"]
    assert [entry["statusPurpose"] for entry in said] == ["revocation", "suspension"]
    assert {entry["statusListIndex"] for entry in said} == {str(zoe.status_index)}
    assert len({entry["statusListCredential"] for entry in said}) == 2
    assert (verdict(zoe), StatusList.objects.count()) == ("valid", 2)


def test_a_suspended_badge_does_not_count_until_it_is_lifted(
    house: SimpleNamespace, suspended: Award
) -> None:
    assert verdict(suspended) == "suspended"
    assert verdict(Award.objects.get(display_name="José Núñez")) == "valid"
    assert (suspended.state, suspended.visibility) == ("claimed", "public")
    assert award_for(suspended.public_id, None) == suspended  # whoever had its address is told
    assert no_longer_valid(suspended)[0] == "Suspended."
    old = assertion_of(suspended)
    assert (old["revoked"], old["revocationReason"]) == (True, "It is suspended for now.")
    with pytest.raises(NotPossible, match="Someone other than who approved"):
        suspension.lift_suspension(by=house.by("rita"), award=suspended, reason="All is well.")
    with pytest.raises(NotPossible, match="Say why"):
        suspension.lift_suspension(by=house.by("ruth"), award=suspended, reason=" ")
    lifted = suspension.lift_suspension(by=house.by("ruth"), award=suspended, reason="It holds.")
    assert (verdict(lifted), lifted.suspended_at, no_longer_valid(lifted)) == ("valid", None, None)
    assert assertion_of(lifted)["type"] == "Assertion"
    chain = Event.objects.filter(stream=f"award:{lifted.pk}").order_by("seq")
    assert list(chain.values_list("verb", flat=True))[-4:] == [
        "suspension requested",
        "suspension approved",
        "award suspended",
        "award suspension lifted",
    ]
    assert verify_record().broken == []


def test_a_mark_that_someone_clears_behind_the_record_shows(suspended: Award) -> None:
    listed = StatusList.objects.filter(purpose="suspension")
    listed.update(bits=bytes(16_384))
    found = [str(each) for each in verify_record().broken]
    assert [each for each in found if str(suspended.pk) in each] != []


def test_the_learner_and_who_asked_are_told_why(
    addresses: None,  # noqa: F811
    suspended: Award,
    house: SimpleNamespace,
) -> None:
    [told] = mails("award_suspended")
    assert (GRADE in told, "appeal" in told, "/claim/" in told) == (True, True, True)
    [asker] = mails("revocation_approved")
    assert "is suspended for now, as you asked" in asker
    suspension.lift_suspension(by=house.by("ruth"), award=suspended, reason="The grade holds.")
    [again] = mails("award_suspension_lifted")
    assert "The grade holds." in again


def test_who_may_ask_and_who_decides(house: SimpleNamespace, zoe: Award) -> None:
    for key in ("olive", "ivo"):
        with pytest.raises(Refused):
            suspension.request_suspension(by=house.by(key), award=zoe, reason=GRADE)
    asked = suspension.request_suspension(by=house.by("rita"), award=zoe, reason=GRADE)
    assert [d.title for d in waiting_for(house.ruth)] == ["Suspension: Zoë Whitebear"]
    assert waiting_for(house.rita) == []
    for key in ("rita", "dana", "ivo"):
        with pytest.raises(Refused):
            suspension.approve_suspension(by=house.by(key), revocation=asked)
    with pytest.raises(NotPossible, match="already waits"):
        revocation.request_revocation(
            by=house.by("ruth"), award=zoe, reason_code="other", reason="Twice."
        )
    with pytest.raises(NotPossible, match="is a suspension"):
        revocation.approve_revocation(by=house.by("ruth"), revocation=asked)
    no = revocation.refuse_revocation(by=house.by("ruth"), revocation=asked, reason="It holds.")
    assert (no.came_of_it, verdict(zoe)) == ("Not suspended", "valid")
    with pytest.raises(NotPossible, match="already decided: not suspended"):
        suspension.approve_suspension(by=house.by("ruth"), revocation=asked)


def test_meanwhile_it_goes_into_no_wallet_and_is_not_corrected(
    house: SimpleNamespace, suspended: Award
) -> None:
    zoe = person(suspended.learner)
    with pytest.raises(NotPossible, match="suspended for now"):
        collecting.offer_to_wallet(by=zoe, award=suspended, way=WalletWay.OPENID, bind=False)
    with pytest.raises(NotPossible, match="Lift that first"):
        request_correction(
            by=zoe, award=suspended, changes={"display_name": "Zoe W."}, reason="My name."
        )
    with pytest.raises(NotPossible, match="suspended already"):
        suspension.request_suspension(by=house.by("dana"), award=suspended, reason=GRADE)
    hidden = awards.set_visibility(by=zoe, award=suspended, visibility=Visibility.PRIVATE)
    assert award_for(hidden.public_id, None) is None


def test_a_link_that_was_made_before_gives_nothing_any_more(
    house: SimpleNamespace, zoe: Award
) -> None:
    made = collecting.offer_to_wallet(
        by=person(zoe.learner), award=zoe, way=WalletWay.VCAPI, bind=False
    )
    asked = suspension.request_suspension(by=house.by("dana"), award=zoe, reason=GRADE)
    suspension.approve_suspension(by=house.by("rita"), revocation=asked)
    assert collecting.of_secret(made.secret) is None
    with pytest.raises(collecting.LinkOver):
        collecting.deliver(by=person(zoe.learner), collection=made.collection, subject="")


def test_revoked_while_suspended_it_comes_back_suspended(
    house: SimpleNamespace, suspended: Award
) -> None:
    asked = revocation.request_revocation(
        by=house.by("dana"), award=suspended, reason_code="other", reason="It was copied."
    )
    revoked = revocation.approve_revocation(by=house.by("rita"), revocation=asked)
    assert (verdict(revoked), no_longer_valid(revoked)[0]) == ("revoked", "Revoked.")
    with pytest.raises(NotPossible, match="was revoked"):
        suspension.lift_suspension(by=house.by("ruth"), award=revoked, reason="Lift it.")
    back = revocation.reinstate(by=house.by("ruth"), award=revoked, reason="It was not.")
    assert (verdict(back), back.state) == ("suspended", "claimed")
    assert verify_record().broken == []


def test_an_appeal_that_is_granted_lifts_it(house: SimpleNamespace, suspended: Award) -> None:
    filed = file_appeal(by=person(suspended.learner), award=suspended, text="It is my own work.")
    with pytest.raises(Refused, match="took no part"):
        answer_appeal(by=house.by("rita"), appeal=filed, granted=True, answer="So it is.")
    answer_appeal(by=house.by("ruth"), appeal=filed, granted=True, answer="So it is.")
    again = Award.objects.get(pk=suspended.pk)
    assert (verdict(again), again.suspended_at) == ("valid", None)


def _policy(monkeypatch: pytest.MonkeyPatch, **rules: bool) -> None:
    document = policies.current().document()
    document["awards"] |= {name.replace("_", " "): value for name, value in rules.items()}
    changed = Policy.from_document(document)
    monkeypatch.setattr(policies, "current", lambda: changed)


def test_badges_without_a_place_on_such_a_list_say_so_and_are_not_touched(
    house: SimpleNamespace,
    issued: Callable[..., IssuanceRequest],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _policy(monkeypatch, badges_can_be_suspended=False)
    issued(["Linh Nguyễn"])
    award = Award.objects.get()
    said = orjson.loads(bytes(award.document.body))["credentialStatus"]
    assert (said["statusPurpose"], StatusList.objects.count()) == ("revocation", 1)
    _policy(monkeypatch, badges_can_be_suspended=True)
    with pytest.raises(NotPossible, match="names no list of suspensions"):
        suspension.request_suspension(by=house.by("rita"), award=award, reason=GRADE)
    assert not Revocation.objects.exists()
    issued(["Zoë Whitebear"], first=1)  # later ones have one, on lists of their own
    later = Award.objects.get(display_name="Zoë Whitebear")
    assert later.status_list_id != award.status_list_id
    assert suspension.why_not(later) == ""


def test_a_policy_may_let_one_officer_suspend_and_lift(
    house: SimpleNamespace, zoe: Award, monkeypatch: pytest.MonkeyPatch
) -> None:
    _policy(monkeypatch, second_person_revokes=False)
    rita = house.by("rita")
    asked = suspension.request_suspension(by=rita, award=zoe, reason=GRADE)
    row = suspension.approve_suspension(by=rita, revocation=asked)
    assert suspension.lift_suspension(by=rita, award=row, reason="It holds.").suspended_at is None

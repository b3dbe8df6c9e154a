"""Badges: issued once, verified by anyone, held by their learner, revoked by two."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import orjson
import pytest

from bitterroot.issuing.domain import award as awards
from bitterroot.issuing.domain import batch, queue, revocation
from bitterroot.issuing.enums import AwardState, Visibility
from bitterroot.issuing.interfaces.baked import baked
from bitterroot.issuing.interfaces.certificate import SAMPLES, certificate, scripts_drawn
from bitterroot.issuing.models import Award, AwardDocument, StatusList
from bitterroot.issuing.queries import award_for, receipt_lines, receipt_row
from bitterroot.issuing.queries.verification import verify_anything
from bitterroot.learning.enums import RequestState
from bitterroot.learning.models import IssuanceRequest
from bitterroot.people.actor import person, system
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.programs.domain.program import image_bytes
from bitterroot.record import clock
from bitterroot.record.models import Event

from .conftest import recorded
from .pdf_text import lines_of

NAMES = ["José Núñez", "Zoë Whitebear", "Linh Nguyễn"]
Issued = Callable[..., IssuanceRequest]


def verdict(award: Award) -> str:
    return verify_anything(bytes(award.document.body), online=False).result.verdict


def test_every_learner_gets_one_badge_that_verifies_and_carries_its_approval(
    issued: Issued,
) -> None:
    request = issued(NAMES)
    assert request.state == RequestState.ISSUED
    found = list(Award.objects.select_related("document").order_by("line__number"))
    assert [a.display_name for a in found] == NAMES
    assert len({a.status_index for a in found}) == 3
    for award in found:
        check = verify_anything(bytes(award.document.body), online=False)
        assert (check.result.verdict, check.issuer_known, check.color) == ("valid", True, "green")
        assert [s["name"] for s in check.chain["signatures"]] == [
            "Sam Stokes",
            "Hale Yellowtail",
            "Deane Larsen",
        ]
    assert Event.objects.filter(verb="award issued", stream=f"issuance:{request.pk}").count() == 3
    assert [row["outcome"] for row in map(receipt_row, receipt_lines(request))] == ["Issued"] * 3


def test_who_opted_out_gets_the_notation_and_no_badge(issued: Issued) -> None:
    request = issued(NAMES, ("Linh Nguyễn",))
    assert Award.objects.count() == 2
    assert [row["notation"] for row in map(receipt_row, receipt_lines(request))] == ["Recorded"] * 3


def test_a_crash_after_signing_leaves_nothing_behind_and_running_again_issues_all(
    house: SimpleNamespace, sent: Issued
) -> None:
    request = sent(NAMES)
    rita = house.by("rita")
    queue.check_request(by=rita, request=request)
    queue.record_notations(
        by=rita, request=request, lines=list(request.lines.all()), sis_reference="BAN-1"
    )
    request = queue.issue(by=rita, request=IssuanceRequest.objects.get(pk=request.pk))
    lost = batch.sign(request, batch.draft(request, 2))  # and here the power fails
    assert len(lost) == 2
    assert not Award.objects.exists()
    assert queue.run(by=rita, request=request) == 3
    assert queue.run(by=rita, request=IssuanceRequest.objects.get(pk=request.pk)) == 0
    assert (
        Award.objects.filter(state=AwardState.UNCLAIMED).count()
        == AwardDocument.objects.count()
        == 3
    )
    assert IssuanceRequest.objects.get(pk=request.pk).done == 3


def test_two_workers_at_the_same_rows_give_each_learner_one_badge(
    house: SimpleNamespace, sent: Issued
) -> None:
    request = sent(NAMES)
    rita = house.by("rita")
    recorded(house, request)
    request = queue.issue(by=rita, request=IssuanceRequest.objects.get(pk=request.pk))
    all_three = batch.sign(request, batch.draft(request, 3))
    first_two = batch.sign(request, batch.draft(request, 2))
    batch.store(by=rita, request=request, signed=first_two)
    batch.store(by=rita, request=request, signed=all_three)
    stored = set(AwardDocument.objects.values_list("sha256", flat=True))
    assert stored == {first_two[0].sha256, first_two[1].sha256, all_three[2].sha256}
    assert Event.objects.filter(verb="award issued").count() == 3
    assert IssuanceRequest.objects.get(pk=request.pk).done == 3
    assert batch.draft(request, 3) == []


def test_requester_and_issuer_are_two_and_the_other_queue_is_closed(
    house: SimpleNamespace, sent: Issued
) -> None:
    request = sent(NAMES)
    for key in ("dana", "ivo", "olive"):
        with pytest.raises(Refused):
            queue.check_request(by=house.by(key), request=request)


def test_no_badge_before_the_notation_is_recorded(house: SimpleNamespace, sent: Issued) -> None:
    request = queue.check_request(by=house.by("rita"), request=sent(NAMES))
    with pytest.raises(NotPossible, match="Record the transcript notations first: 3 are open"):
        queue.issue(by=house.by("rita"), request=request)


def test_two_lists_sent_at_once_do_not_give_a_learner_two_badges(
    house: SimpleNamespace, sent: Issued
) -> None:
    first, second = sent(NAMES), sent(NAMES[:1])
    rita = house.by("rita")
    for request in (first, second):
        queue.check_request(by=rita, request=request)
        lines = list(request.lines.all())
        queue.record_notations(by=rita, request=request, lines=lines, sis_reference="BAN-1")
    first = queue.issue(by=rita, request=first)
    jose = second.lines.get()
    said = f"Already awarded this badge, or twice in this request: row {jose.number}\\."
    with pytest.raises(NotPossible, match=said):  # the first is still under way
        queue.issue(by=rita, request=second)
    assert queue.run(by=rita, request=first) == 3
    with pytest.raises(NotPossible, match=said):
        queue.issue(by=rita, request=second)
    assert Award.objects.filter(learner=jose.learner).count() == 1


def test_nobody_sees_a_badge_until_its_learner_says_so_and_a_hold_wins(issued: Issued) -> None:
    issued(["José Núñez"])
    award = Award.objects.get()
    token = awards.mint_claim_link(by=system("mail"), award=award)
    assert token not in str(list(Event.objects.values())) + str(Award.objects.values()[0])
    assert award_for(award.public_id, None) is None
    held = awards.award_for_token(token)
    assert held == award
    jose = person(held.learner)
    awards.claim(by=jose, award=held)
    assert award_for(award.public_id, None) is None
    awards.set_visibility(by=jose, award=held, visibility=Visibility.PUBLIC)
    assert award_for(award.public_id, None) == award
    held.learner.directory_hold = True
    held.learner.save()
    assert award_for(award.public_id, None) is None
    with pytest.raises(NotPossible, match="stays private"):
        awards.set_visibility(by=jose, award=held, visibility=Visibility.LINK)


def test_two_persons_revoke_and_the_status_list_says_so_at_once(
    house: SimpleNamespace, issued: Issued
) -> None:
    issued(["José Núñez", "Zoë Whitebear"])
    first, second = Award.objects.select_related("document").order_by("line__number")
    asked = revocation.request_revocation(
        by=house.by("rita"), award=first, reason_code="wrong_person", reason="Same name."
    )
    with pytest.raises(Refused, match="second person"):
        revocation.approve_revocation(by=house.by("rita"), revocation=asked)
    with pytest.raises(Refused):
        revocation.approve_revocation(by=house.by("ivo"), revocation=asked)
    assert verdict(first) == "valid"
    revocation.approve_revocation(by=house.by("ruth"), revocation=asked)
    assert (verdict(first), verdict(second)) == ("revoked", "valid")
    with pytest.raises(NotPossible, match="Someone other"):
        revocation.reinstate(by=house.by("ruth"), award=first, reason="Mistake.")
    revocation.reinstate(by=house.by("rita"), award=first, reason="It was the right person.")
    assert verdict(first) == "valid"


def test_pictures_and_certificate_carry_the_very_badge(issued: Issued) -> None:
    issued(["José Núñez"])
    award = Award.objects.select_related("document", "template").get()
    for kind in ("png", "svg"):
        assert verify_anything(baked(award, kind), online=False).result.verdict == "valid"
    pdf = certificate(award, image_bytes(award.template, "svg"))
    assert pdf.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in pdf or b"pdfuaid" in pdf
    said = " ".join(" ".join(words for _, words in lines_of(pdf)).split())
    assert "GIS for Community Planning: approved by UMOnline on 18 November 2026." in said


@pytest.mark.parametrize("name", ["王小明", "Ada 🦬 Lovelace", "José Núñez"])
def test_a_certificate_is_accessible_and_has_the_name_in_whatever_script(
    name: str, issued: Issued
) -> None:
    issued(["José Núñez"])
    award = Award.objects.select_related("document", "template").get()
    award.display_name = name
    pdf = certificate(award, image_bytes(award.template, "svg"))
    assert all(mark in pdf for mark in (b"/StructTreeRoot", b"pdfuaid", b"/DisplayDocTitle true"))
    assert name.encode() in pdf  # the title, in its XMP metadata


def test_a_certificate_says_first_of_all_that_its_badge_is_valid_no_longer(
    house: SimpleNamespace, issued: Issued
) -> None:
    issued(["José Núñez"])

    def words() -> tuple[str, list[tuple[float, str]]]:
        award = Award.objects.select_related("document", "template").get()
        pdf = certificate(award, image_bytes(award.template, "svg"))
        assert b"/Count 1" in pdf
        assert b"pdfuaid" in pdf
        lines = lines_of(pdf)
        said = " ".join(text for _, text in lines)
        assert "José Núñez" in said
        assert award.public_id in said
        return said, [line for line in lines if line[0] >= 28]

    said, large = words()
    assert (large, "earned" in said, "no longer" in said) == ([(30.0, "José Núñez")], True, False)
    asked = revocation.request_revocation(
        by=house.by("rita"), award=Award.objects.get(), reason_code="issued_in_error", reason="No."
    )
    award = revocation.approve_revocation(by=house.by("ruth"), revocation=asked)
    said, large = words()
    assert large[0] == (28.0, "Revoked on 18 November 2026.")
    assert "This badge is no longer valid. It was issued in error." in said
    assert ("was given" in said, "earned" in said.split("José")[1][:12]) == (True, False)
    revocation.reinstate(by=house.by("rita"), award=award, reason="It was right.")
    assert words()[1] == [(30.0, "José Núñez")]
    Award.objects.update(valid_until=clock.now() - timedelta(days=1))
    said, large = words()
    assert (large[0][1], "This badge is past its dates." in said) == ("Expired.", True)
    Award.objects.update(state="declined", valid_until=None)
    assert words()[1][0] == (28.0, "Declined.")


def test_which_scripts_are_drawn_is_told_before_a_name_is_not() -> None:
    found = scripts_drawn()
    assert (found["Latin"], found["Cyrillic"]) == (True, True)
    assert set(found) == set(SAMPLES)


def test_an_altered_badge_is_invalid(issued: Issued) -> None:
    issued(["José Núñez"])
    body = orjson.loads(bytes(AwardDocument.objects.get().body))
    body["validFrom"] = "2020-01-01T00:00:00Z"
    assert verify_anything(orjson.dumps(body), online=False).result.verdict == "invalid"


def test_the_status_list_is_shared_and_signed(issued: Issued) -> None:
    issued(["José Núñez"])
    row = StatusList.objects.get(purpose="revocation")
    assert (row.used, row.suspension.used, row.suspension.purpose) == (1, 1, "suspension")
    assert orjson.loads(bytes(row.document))["credentialSubject"]["statusPurpose"] == "revocation"
    assert row.published_at == clock.now()

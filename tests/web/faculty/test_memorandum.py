"""The memorandum to sign: had by those who may read it, handed over where no letter goes."""

import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client

from bitterroot.messages.domain.dispatch import run_once
from bitterroot.messages.models import Mail, MailState
from bitterroot.people.domain.person import add_address, assign_role, create_person
from bitterroot.people.enums import Role
from bitterroot.people.models import Address
from bitterroot.people.queries.matching import LearnerFacts, learners_for
from bitterroot.proposals.enums import MouState
from bitterroot.proposals.models import Mou, Proposal
from proposals.conftest import SET_UP, SINCE, _now, change, proposal, uni  # noqa: F401
from web.faculty.test_agreement import ANSWERS, ASKED
from web.road_people import as_  # noqa: F401

People = Callable[[str], Client]
SENT = {**ANSWERS, "asked": ASKED, "act": "send", "sign_by": "2026-12-01"}


@pytest.fixture
def party(uni: SimpleNamespace) -> SimpleNamespace:  # noqa: F811
    """Fay Kipp of Forestry, who is known here and has nothing to do with the proposal."""
    uni.fay = create_person(by=SET_UP, display_name="Fay Kipp")
    assign_role(by=SET_UP, person=uni.fay, role=Role.PROPOSER, unit=uni.unit, starts_on=SINCE)
    add_address(by=SET_UP, person=uni.fay, address="Fay@umontana.example.edu", kind="campus")
    return uni


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_those_who_may_read_it_have_the_document_and_nobody_else(
    proposal: Proposal,  # noqa: F811
    as_: People,  # noqa: F811
    party: SimpleNamespace,
) -> None:
    Proposal.objects.update(values={**proposal.values, "third_party": True})
    page = f"/work/proposals/{proposal.pk}/agreement"
    dana, fay = as_("dana"), as_("fay")
    assert dana.post(page, {**SENT, "act": "save"}).status_code == 302
    mou = Mou.objects.get()
    document = f"{page}/{mou.pk}/document"

    def seen() -> dict[str, list[int]]:
        return {
            who: [as_(who).get(at).status_code for at in (page, document, f"{document}/1")]
            for who in ("dana", "olive", "fay", "stranger")
        }

    no, draft = [404, 404, 404], [200, 200, 404]
    assert seen() == {"dana": draft, "olive": draft, "fay": no, "stranger": no}
    assert "memorandum-draft.pdf" in dana.get(document)["Content-Disposition"]
    assert dana.post(page, SENT).status_code == 302
    yes = [200, 200, 200]
    assert seen() == {"dana": yes, "olive": yes, "fay": yes, "stranger": no}
    made = fay.get(document)
    assert made["Content-Disposition"] == 'attachment; filename="memorandum-version-1.pdf"'
    assert (made["Content-Type"], b"pdfuaid:part>1<" in made.content) == ("application/pdf", True)
    shown = fay.get(page).content.decode()
    assert "version 1 of 18 Nov 2026 (PDF)" in shown
    assert f'href="/work/proposals/{proposal.pk}"' not in shown  # it would be closed to her
    assert fay.post(page, {"act": "back"}).status_code == 403
    assert Client().get(document).status_code == 302  # to the sign-in
    assert document in dana.get(f"/work/proposals/{proposal.pk}").content.decode()
    assert dana.post(page, {"act": "back", "reason": "A typing error."}).status_code == 302
    assert seen() == {"dana": yes, "olive": yes, "fay": no, "stranger": no}
    assert "Went out before, and is not to be signed any more" in dana.get(page).content.decode()


def test_the_page_says_who_is_written_to_and_to_whom_the_lead_hands_it(
    proposal: Proposal,  # noqa: F811
    as_: People,  # noqa: F811
    party: SimpleNamespace,
) -> None:
    page, dana = f"/work/proposals/{proposal.pk}/agreement", as_("dana")
    assert dana.post(page, {**SENT, "parties-0-email": ""}).status_code == 302

    def table() -> str:
        shown = dana.get(page).content.decode()
        return words(shown[shown.index('id="handed"') : shown.index('id="back"')])

    by_hand = "Geography Hale Yellowtail Hand it over yourself No e-mail address is known."
    assert by_hand in table()
    assert "Forestry Fay Kipp fay@umontana.example.edu The letter is being written." in table()
    run_once()
    assert "The letter is on its way." in table()
    Mail.objects.update(state=MailState.SENT, sent_at="2026-11-18T17:00Z")
    assert "The letter was sent on 18 Nov 2026." in table()
    Mail.objects.update(state=MailState.BOUNCED)
    assert "fay@umontana.example.edu Hand it over yourself The letter came back." in table()
    assert 'id="handed"' not in as_("fay").get(page).content.decode()


def test_an_address_that_a_list_gave_somebody_opens_nothing_and_gets_no_letter(
    proposal: Proposal,  # noqa: F811
    as_: People,  # noqa: F811
    uni: SimpleNamespace,  # noqa: F811
) -> None:
    add_address(
        by=SET_UP, person=uni.stranger, address="stan@home.example", kind="personal", verified=True
    )
    uni.stranger.student_id = "790123456"
    uni.stranger.save()
    row = LearnerFacts("1", "790123456", ("stan@home.example", "owen@trust.example"))
    assert learners_for([row]) == {
        "1": uni.stranger
    }  # whoever uploads a list writes what they like
    listed = Address.objects.get(normalized="owen@trust.example")
    assert listed.person == uni.stranger
    page, dana = f"/work/proposals/{proposal.pk}/agreement", as_("dana")
    assert dana.post(page, {**SENT, "parties-1-email": "owen@trust.example"}).status_code == 302
    assert as_("stranger").get(page).status_code == 404
    run_once()
    mails = Mail.objects.filter(template="mou_to_sign").values_list("to_address", flat=True)
    assert set(mails) == {"hale@umontana.example.edu", "owen@trust.example"}
    Address.objects.filter(pk=listed.pk).update(verified_at="2026-11-18T16:00Z")
    assert as_("stranger").get(page).status_code == 200  # he has answered from it
    shown = dana.get(page).content.decode()
    assert "The letter is on its way" in shown[shown.index("owen@trust.example") :]
    assert "stan@home.example" not in shown  # his main address is not the lead's to know


def test_an_officer_reads_the_versions_that_name_them_and_no_other(
    proposal: Proposal,  # noqa: F811
    as_: People,  # noqa: F811
    party: SimpleNamespace,
) -> None:
    page, dana, fay = f"/work/proposals/{proposal.pk}/agreement", as_("dana"), as_("fay")
    before = {**SENT, "parties-1-email": "gus@mining.example", "financial_model": "All for Gus."}
    assert dana.post(page, before).status_code == 302
    assert dana.post(page, {"act": "back"}).status_code == 302
    assert dana.post(page, SENT).status_code == 302
    document = f"{page}/{Mou.objects.get().pk}/document"
    assert [fay.get(f"{document}/{n}").status_code for n in (1, 2, 99999999)] == [404, 200, 404]
    assert [dana.get(f"{document}/{n}").status_code for n in (1, 2)] == [200, 200]
    assert "document/1" in dana.get(page).content.decode()
    assert "document/1" not in fay.get(page).content.decode()
    assert fay.get(document)["Content-Disposition"].endswith('"memorandum-version-2.pdf"')


def test_what_is_refused_shows_an_officer_no_agreement_that_is_not_theirs(
    proposal: Proposal,  # noqa: F811
    as_: People,  # noqa: F811
    party: SimpleNamespace,
) -> None:
    page, named = (
        f"/work/proposals/{proposal.pk}/agreement",
        [{"email": "fay@umontana.example.edu"}],
    )
    first = Mou.objects.create(
        proposal=proposal, created_at="2026-11-01T12:00Z", state=MouState.EXECUTED,
        executed_on="2026-11-02", values={"title": "Maps", "parties": named},
    )  # fmt: skip
    second = Mou.objects.create(
        proposal=proposal,
        created_at="2026-11-10T12:00Z",
        renews=first,
        values={"title": "More maps"},
    )
    answer = as_("fay").post(page, {"act": "back"})
    assert answer.status_code == 403
    assert str(first.pk) in answer.content.decode()
    assert str(second.pk) not in answer.content.decode()


def test_a_day_that_is_none_is_refused_and_what_was_typed_stays(
    proposal: Proposal,  # noqa: F811
    as_: People,  # noqa: F811
) -> None:
    page, dana = f"/work/proposals/{proposal.pk}/agreement", as_("dana")
    for typed in ("soon", "2026-11-17"):
        answer = dana.post(page, {**SENT, "sign_by": typed})
        assert (answer.status_code, f'value="{typed}"' in answer.content.decode()) == (409, True)
    assert Mou.objects.get().state == MouState.DRAFT

"""What a page says comes next is what comes next, and it leads there."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from bitterroot.governance.models import SignatureRequest
from bitterroot.learning.domain.offering import create_offering
from bitterroot.people.errors import NotPossible
from bitterroot.proposals.domain import consultation as talks
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.models import Proposal
from proposals.test_road import asked, sign_and_approve

As = Callable[[str], Client]


@pytest.fixture
def approved(uni: SimpleNamespace, proposal: Proposal) -> Proposal:
    sign_and_approve(uni, proposal)
    proposal.refresh_from_db()
    return proposal


def test_whoever_signs_reads_whether_someone_else_is_asked(
    uni: SimpleNamespace, as_: As, proposal: Proposal
) -> None:
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=proposal)

    def sign(who: str) -> str:
        row: SignatureRequest = asked(proposal)
        name = getattr(uni, who).display_name
        client = as_(who)
        client.post(reverse("faculty:sign", args=[row.pk]), {"act": "sign", "typed_name": name})
        return client.get("/work").content.decode()

    assert "Signed. The next signatory is asked." in sign("sam")
    assert "Signed. The next signatory is asked." in sign("hale")
    said = sign("deane")
    assert "Signed. You were the last; the proposal goes on." in said
    assert "next signatory" not in said


def test_an_approved_proposal_leads_to_its_program_and_that_to_an_offering(
    as_: As, approved: Proposal
) -> None:
    assert approved.program is not None
    program = reverse("faculty:pilot", args=[approved.program.slug])
    offering = reverse("faculty:new_offering", args=[approved.program.slug])
    page = as_("dana").get(reverse("faculty:proposal", args=[approved.pk])).content.decode()
    assert f'href="{program}">Go on with the program</a>' in page
    assert f'href="{offering}">Plan an offering</a>' in as_("dana").get(program).content.decode()
    assert as_("dana").get(offering).status_code == 200
    assert offering not in as_("hale").get(program).content.decode()  # who heads the unit reads it


def test_times_that_suit_are_a_table_with_days_as_elsewhere(uni: SimpleNamespace, as_: As) -> None:
    values = {
        "requester_name": "Dana Kipp", "mode": "video", "idea_title": "Maps",
        "idea": "Maps for towns.", "product": "badge", "topics": ["marketing"],
        "preferred_times": [{"day": "2026-12-01", "time": f"{n}:00"} for n in (9, 10, 11)],
    }  # fmt: skip
    talk = talks.request_consultation(by=uni.by("dana"), unit=uni.unit, values=values)
    page = as_("dana").get(reverse("faculty:consultation", args=[talk.pk])).content.decode()
    assert "1 Dec 2026" in page
    assert "2026-12-01" not in page


def test_saving_while_one_types_brings_no_field_that_the_page_does_not_have(
    as_: As, proposal: Proposal
) -> None:
    there = reverse("faculty:edit_proposal", args=[proposal.pk, "identity"])
    sent = {"revision": proposal.revision, "asked": "title", "title": "Maps for Towns"}
    said = as_("dana").post(there, sent, headers={"HX-Request": "true"}).content.decode()
    assert 'id="wrap_short_title"' in said  # another that was not on the page comes
    for key in ("track", "lead", "procedures_attested"):
        assert f'id="wrap_{key}"' not in said


def test_no_offering_lies_before_the_approval(
    uni: SimpleNamespace, as_: As, approved: Proposal
) -> None:
    program = approved.program
    assert program is not None
    there = reverse("faculty:new_offering", args=[program.slug])
    page = as_("dana").get(there).content.decode()
    assert "Fall 2026</option>" in page  # it runs still
    assert 'value="spring-2027" selected' in page  # in which the proposal says that it begins
    assert "Summer 2026</option>" not in page
    with pytest.raises(NotPossible, match="was approved after these days were over"):
        create_offering(
            by=uni.by("dana"), program=program, term="summer-2026", instructors=[uni.dana]
        )
    program.refresh_from_db()
    assert program.state == "pilot_approved"  # its clock has not begun

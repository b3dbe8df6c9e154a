"""Stan copies what Dana proposed: answers come along, proofs and promises do not."""

from types import SimpleNamespace

import orjson
import pytest

from bitterroot.people.errors import NotPossible, Refused
from bitterroot.proposals import rules
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.domain.copying import copy_proposal
from bitterroot.proposals.domain.draft import attach_file, invite_co_author
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.queries.missing import missing
from bitterroot.record.models import Event

from .test_signatures import fresh

TITLE = "GIS for County Planning"


@pytest.fixture
def read_by_stan(uni: SimpleNamespace, proposal: Proposal) -> Proposal:
    """Stan writes along, so he may read it; a rubric is attached beside the syllabus."""
    invite_co_author(by=uni.by("dana"), proposal=proposal, person=uni.stranger)
    attach_file(
        by=uni.by("dana"), proposal=fresh(proposal), field="rubric", name="rubric.pdf",
        data=b"%PDF-1.7 rubric",
    )  # fmt: skip
    return fresh(proposal)


def test_answers_and_chosen_files_come_along_and_nothing_else(
    uni: SimpleNamespace, read_by_stan: Proposal
) -> None:
    syllabus = read_by_stan.attachments.get(kind="syllabus")
    row = copy_proposal(
        by=uni.by("stranger"), proposal=read_by_stan, title=TITLE, files=[syllabus.pk]
    )
    was = read_by_stan.values
    assert {key for key in was if row.values.get(key) != was[key]} == {
        "accurate", "conflict", "first_term", "lead", "overlap_found", "procedures_attested",
        "rubric", "short_title", "title",
    }  # fmt: skip
    assert (row.title, row.lead, row.state, row.origin) == (
        TITLE, uni.stranger, "draft", read_by_stan,
    )  # fmt: skip
    assert (row.procedures, row.consultation, row.consultation_waiver) == (None, None, "")
    assert [a.file_id for a in row.attachments.all()] == [syllabus.file_id]
    assert row.values["syllabus"] == [syllabus.file_id]
    assert list(row.co_authors.all()) == []
    assert sorted({gap.field for gap in missing(fresh(row))}) == [
        "accurate", "conflict", "consultation", "first_term", "overlap_found",
        "procedures_attested",
    ]  # fmt: skip


def test_the_record_names_the_origin(uni: SimpleNamespace, read_by_stan: Proposal) -> None:
    row = copy_proposal(by=uni.by("stranger"), proposal=read_by_stan, title=TITLE)
    event = Event.objects.get(stream=f"case:{row.case_id}", verb="proposal copied")
    assert orjson.loads(event.data) == {
        "origin": str(read_by_stan.pk),
        "text": "From “GIS for Community Planning” of Dana Kipp.",
    }
    assert not Event.objects.filter(
        stream=f"case:{read_by_stan.case_id}", verb="proposal copied"
    ).exists()


def test_the_copy_is_its_own(uni: SimpleNamespace, read_by_stan: Proposal) -> None:
    row = copy_proposal(by=uni.by("stranger"), proposal=read_by_stan, title=TITLE)
    assert not rules.may_see(uni.dana, row)  # a draft of his alone
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=fresh(read_by_stan))
    assert fresh(row).state == "draft"


def test_who_may_not_copy(uni: SimpleNamespace, proposal: Proposal) -> None:
    with pytest.raises(Refused, match="Only who may read"):
        copy_proposal(by=uni.by("stranger"), proposal=proposal, title=TITLE)
    with pytest.raises(Refused, match="This is for the"):
        copy_proposal(by=uni.by("olive"), proposal=proposal, title=TITLE)
    for title in ("", proposal.title):
        with pytest.raises(NotPossible, match="title of its own"):
            copy_proposal(by=uni.by("dana"), proposal=proposal, title=title)

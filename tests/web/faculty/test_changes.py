"""At Hudson Valley: whoever has a say in a change sees what changes, signatory, committee and campus."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from bitterroot.governance.domain import case as cases
from bitterroot.governance.domain.seat import seat_member
from bitterroot.people.domain.person import create_person
from bitterroot.policy import load_policy
from bitterroot.programs.models import Program
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.domain.change import start_change
from bitterroot.proposals.domain.draft import attach_file, attest_procedures, remove_file
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.queries import changes
from bitterroot.proposals.queries.process import form_of
from bitterroot.record import clock
from bitterroot.web.faculty.posted import open_change
from bitterroot.web.ui.change_record import change_of
from governance.engine_kit import use
from proposals.conftest import SET_UP, SINCE
from proposals.test_changes import WHY
from proposals.test_road import sign_and_approve, sign_next

As = Callable[[str], Client]
OLD, NEW = "GIS for Community Planning", "Maps for Towns"
SECRET = "Keep this from the press."


@pytest.fixture
def program(uni: SimpleNamespace, proposal: Proposal, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Dana's pilot, approved. Mona sits in the committee."""
    sign_and_approve(uni, proposal)
    use(monkeypatch, load_policy("hudson-valley"))
    uni.mona = create_person(by=SET_UP, display_name="Mona Fields")
    seat_member(
        by=SET_UP, body="review-committee", person=uni.mona, title="At large", office="member",
        voting=True, starts_on=SINCE,
    )  # fmt: skip
    return Program.objects.get()


@pytest.fixture
def renamed(uni: SimpleNamespace, program: Program, change: Callable[..., Proposal]) -> Proposal:
    """It gets a shorter title: sent, and not signed yet."""
    dana = uni.by("dana")
    row = attest_procedures(by=dana, proposal=start_change(by=dana, program=program))
    row = change(row, **WHY, title=NEW, other_files_note=SECRET)
    verbs.submit_for_signatures(by=dana, proposal=row)
    row.refresh_from_db()
    return row


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_a_signatory_reads_what_changes_before_the_whole(
    uni: SimpleNamespace, renamed: Proposal, as_: As
) -> None:
    asked = renamed.case.signatures.get(state="requested")
    assert asked.person == uni.hale
    page = reverse("faculty:sign", args=[asked.pk])
    what, _, whole = text_of(as_("hale"), page).partition("The program after the change")
    assert "Major change, led by Dana Kipp" in what
    assert OLD in what.partition("<h3>What changes</h3>")[2]
    assert NEW in whole
    assert ">Kind</th>" not in what  # what is material is of signatures alone
    sign_next(uni, renamed)
    assert "What changes" not in text_of(as_("hale"), page)  # what was signed, as it was


def test_a_file_in_place_of_another_is_named_among_what_changes(
    uni: SimpleNamespace, program: Program
) -> None:
    dana = uni.by("dana")
    row = attest_procedures(by=dana, proposal=start_change(by=dana, program=program))
    old = row.attachments.get(kind="syllabus")
    remove_file(by=dana, attachment=old)
    new = attach_file(
        by=dana, proposal=row, field="syllabus", name="syllabus 2027.pdf", data=b"%PDF-1.4 new"
    )
    row.refresh_from_db()
    found = change_of(row)
    assert found is not None
    assert [(each.label, each.old, each.new) for each in found["differences"]] == [
        (
            form_of(row).fields["syllabus"].label,
            f"{old.name} ({old.file_id[:8]}…)",
            f"syllabus 2027.pdf ({new.file_id[:8]}…)",
        )
    ]
    assert change_of(row, without={"syllabus"})["differences"] == []  # type: ignore[index]


def test_a_committee_reads_what_changes_and_nothing_of_a_full_proposal(
    uni: SimpleNamespace, renamed: Proposal, as_: As
) -> None:
    for _ in range(2):
        sign_next(uni, renamed)
    run = renamed.case.runs.get(path="committee", state="open")
    text = text_of(as_("mona"), reverse("bodies:matter", args=[run.pk]))
    assert '<p class="soft">Major change</p>' in text
    papers = text.partition("The papers")[2]
    assert papers.index("What changes") < papers.index("The program after the change")
    assert OLD in papers
    assert "otherwise than for the pilot" not in papers
    assert "Full proposal" not in papers


def test_a_committee_reads_nothing_of_what_is_written_after_it_was_returned(
    uni: SimpleNamespace, renamed: Proposal, as_: As
) -> None:
    for _ in range(2):
        sign_next(uni, renamed)
    run = renamed.case.runs.get(path="committee", state="open")
    renamed.refresh_from_db()
    renamed.state = "returned"
    renamed.values |= {"title": "A draft that nobody was sent", "heavier": "", "kind": "credit"}
    renamed.save()
    papers = text_of(as_("mona"), reverse("bodies:matter", args=[run.pk])).partition("papers")[2]
    assert "A draft that nobody was sent" not in papers
    assert NEW in papers.partition("What changes")[2].partition("after the change")[0]
    own = text_of(as_("dana"), reverse("faculty:proposal", args=[renamed.pk]))
    assert "A draft that nobody was sent" in own


def test_the_campus_is_not_told_which_confidential_answer_makes_a_change_heavy(
    uni: SimpleNamespace, program: Program, change: Callable[..., Proposal]
) -> None:
    dana = uni.by("dana")
    row = attest_procedures(by=dana, proposal=start_change(by=dana, program=program))
    row = change(row, **WHY, audience="Town clerks.", other_files_note=SECRET)
    form = form_of(row)
    whole, posted = change_of(row), open_change(form, row, row.values)
    assert whole is not None
    assert posted is not None
    assert [each.key for each in whole["differences"]] == ["audience", "other_files_note"]
    assert [each.key for each in posted["differences"]] == ["audience"]
    assert form.fields["audience"].label in posted["heaviest"]
    kept = change_of(row, without={"audience"})  # as if that one were confidential
    assert kept is not None
    assert ([e.key for e in kept["differences"]], kept["heaviest"]) == (["other_files_note"], "")
    row = change(row, audience=changes.base_of(row).content["audience"])  # type: ignore[union-attr]
    assert open_change(form, row, row.values) is None


def test_the_campus_reads_what_changes_without_what_is_confidential(
    uni: SimpleNamespace, renamed: Proposal, as_: As
) -> None:
    cases.move(by=uni.by("olive"), case=renamed.case, step="posted")
    renamed.state = "in_review"
    renamed.save()
    text = text_of(as_("stranger"), reverse("faculty:posted", args=[renamed.pk]))
    assert OLD in text.partition("<h3>What changes</h3>")[2]
    assert SECRET not in text
    assert SECRET in text_of(as_("dana"), reverse("faculty:proposal", args=[renamed.pk]))


def test_the_office_reads_on_its_desk_what_changes_and_no_empty_checklist(
    uni: SimpleNamespace, program: Program, change: Callable[..., Proposal], as_: As
) -> None:
    dana = uni.by("dana")
    row = attest_procedures(by=dana, proposal=start_change(by=dana, program=program))
    row = change(row, **WHY, audience="Town clerks.")
    verbs.submit_for_signatures(by=dana, proposal=row)
    sign_next(uni, row)
    text = text_of(as_("olive"), reverse("office:proposal", args=[row.pk]))
    assert "Minor change, led by Dana Kipp" in text
    assert "Town clerks." in text.partition("What changes</h2>")[2]
    assert "<li></li>" not in text.partition("Is it complete?")[2]


def test_after_the_approval_the_badge_still_has_a_new_version(
    uni: SimpleNamespace, program: Program, change: Callable[..., Proposal], as_: As
) -> None:
    dana, olive = uni.by("dana"), uni.by("olive")
    with clock.standing_at(clock.now() + timedelta(minutes=1)):
        row = attest_procedures(by=dana, proposal=start_change(by=dana, program=program))
    row = change(row, **WHY, criteria_narrative="A map that a town uses, and a talk about it.")
    page = reverse("faculty:proposal", args=[row.pk])
    assert "The badge gets a new version." in text_of(as_("dana"), page)
    verbs.submit_for_signatures(by=dana, proposal=row)
    with clock.standing_at(clock.now() + timedelta(minutes=5)):
        sign_next(uni, row)
        verbs.accept_complete(by=olive, proposal=row)
        verbs.decide(by=olive, proposal=row, outcome="approve")
        assert program.versions.count() == 2
        for who, address in (("dana", page), ("olive", reverse("office:proposal", args=[row.pk]))):
            said = text_of(as_(who), address)
            assert "The badge gets a new version." in said
            assert "The badge stays as it is." not in said

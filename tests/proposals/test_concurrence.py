"""Dana's proposal affects the Institute that Ingrid heads: she is asked, answers, or lets it pass."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from django.apps import apps

from bitterroot.governance.domain.away import go_away
from bitterroot.people.actor import person
from bitterroot.people.domain.person import assign_role, create_account, create_person
from bitterroot.people.enums import Role
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.people.models import Person, Unit
from bitterroot.programs.domain.program import propose_program, update_proposed
from bitterroot.programs.models import Program
from bitterroot.proposals import rules
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.domain.concurrence import (
    answer_concurrence,
    ask_concurrence,
    run_due,
    withdraw_concurrence,
)
from bitterroot.proposals.domain.draft import invite_co_author, save_values, start_proposal
from bitterroot.proposals.models import Concurrence, Proposal
from bitterroot.proposals.queries.concurrence import (
    candidates,
    concurrences_of,
    waiting_for,
)
from bitterroot.proposals.queries.missing import missing
from bitterroot.proposals.queries.similar import similar_to
from bitterroot.record import clock
from bitterroot.record.domain.audit import verify_record
from bitterroot.record.models import Event

from .conftest import SET_UP, SINCE
from .test_road import sign_next
from .test_signatures import fresh

HOW = "Your maps course has the same projects."
AFTER = datetime(
    2026, 12, 5, 16, tzinfo=UTC
)  # ten business days and two of Thanksgiving later: over


@pytest.fixture
def institute(uni: SimpleNamespace) -> Unit:
    unit = Unit.objects.get(key="geography")
    uni.ingrid = create_person(by=SET_UP, display_name="Ingrid Voss")
    assign_role(by=SET_UP, person=uni.ingrid, role=Role.HEAD, unit=unit, starts_on=SINCE)
    return unit


@pytest.fixture
def asked(uni: SimpleNamespace, proposal: Proposal, institute: Unit) -> Concurrence:
    return ask_concurrence(by=uni.by("dana"), proposal=proposal, unit=institute, how=HOW)


def said(proposal: Proposal) -> list[str]:
    return [each.in_words for each in concurrences_of(fresh(proposal))]


def test_the_head_is_asked_reads_the_draft_and_answers_once(
    uni: SimpleNamespace, proposal: Proposal, asked: Concurrence
) -> None:
    assert (asked.person, asked.due_on) == (uni.ingrid, date(2026, 12, 4))
    [duty] = waiting_for(uni.ingrid)
    assert (duty.why, duty.due) == ("Asks whether Department of Geography concurs", asked.due_on)
    assert rules.may_see(uni.ingrid, proposal)
    by = person(uni.ingrid)
    with pytest.raises(Refused, match="Only the head who is asked"):
        answer_concurrence(by=uni.by("hale"), concurrence=asked, answer="concurs")
    for answer, why in (
        ("objects", "Say why you object"), ("comments", "Write the comment"), ("asked", "Choose an"),
    ):  # fmt: skip
        with pytest.raises(NotPossible, match=why):
            answer_concurrence(by=by, concurrence=asked, answer=answer)
    answer_concurrence(
        by=by, concurrence=asked, answer="objects", text="Both would run half empty."
    )
    assert said(proposal) == [
        "Department of Geography (Ingrid Voss): objects, 18 Nov 2026. Both would run half empty."
    ]
    assert waiting_for(uni.ingrid) == []
    with pytest.raises(NotPossible, match="the answer stands"):
        answer_concurrence(by=by, concurrence=asked, answer="concurs")
    event = Event.objects.get(verb="concurrence answered")
    assert (event.stream, event.capacity) == (
        f"case:{proposal.case_id}", "for Department of Geography",
    )  # fmt: skip
    assert orjson.loads(event.data)["answer"] == "objects"


def test_an_answer_says_when_something_material_has_changed_since(
    uni: SimpleNamespace,
    proposal: Proposal,
    asked: Concurrence,
    change: Callable[..., Proposal],
) -> None:
    answer_concurrence(by=person(uni.ingrid), concurrence=asked, answer="concurs")
    change(proposal, contact_phone="406-555-0100")  # is not material
    plain = "Department of Geography (Ingrid Voss): concurs, 18 Nov 2026"
    assert said(proposal) == [plain]
    change(proposal, rationale="Counties ask for it too.")
    assert said(proposal) == [f"{plain}; the proposal has changed since"]


def test_who_does_not_answer_is_noted_so_and_the_office_waits_no_longer(
    uni: SimpleNamespace, proposal: Proposal, asked: Concurrence
) -> None:
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=fresh(proposal))
    for _ in range(3):
        sign_next(uni, fresh(proposal))
    with pytest.raises(NotPossible, match=r"Geography \(by 4 Dec 2026\)"):
        verbs.accept_complete(by=uni.by("olive"), proposal=fresh(proposal))
    assert run_due() == 0
    with clock.standing_at(AFTER):
        assert (run_due(), run_due()) == (1, 0)
        assert said(proposal) == [
            "Department of Geography (Ingrid Voss): did not answer (by 4 Dec 2026)"
        ]
        verbs.accept_complete(by=uni.by("olive"), proposal=fresh(proposal))
        assert fresh(proposal).state == "in_review"
        answer_concurrence(by=person(uni.ingrid), concurrence=asked, answer="concurs")  # late
        assert said(proposal) == ["Department of Geography (Ingrid Voss): concurs, 5 Dec 2026"]


def test_the_policy_wants_named_units_asked_before_it_is_sent(
    uni: SimpleNamespace,
    proposal: Proposal,
    institute: Unit,
    change: Callable[..., Proposal],
) -> None:
    change(proposal, affected_units=["geography"], affected_units_notified="By mail.")
    assert [gap.message for gap in missing(fresh(proposal))] == [
        "Ask the head of Department of Geography whether they concur."
    ]
    ask_concurrence(by=uni.by("dana"), proposal=proposal, unit=institute, how=HOW)
    assert missing(fresh(proposal)) == []


def test_who_is_not_asked(uni: SimpleNamespace, proposal: Proposal, asked: Concurrence) -> None:
    dana, geography = uni.by("dana"), asked.unit
    for by, unit, why in (
        (dana, uni.unit, "Its own unit signs it"), (dana, geography, "is asked already"),
    ):  # fmt: skip
        with pytest.raises(NotPossible, match=why):
            ask_concurrence(by=by, proposal=proposal, unit=unit, how=HOW)
    with pytest.raises(NotPossible, match="how it affects"):
        ask_concurrence(by=dana, proposal=proposal, unit=geography, how=" ")
    with pytest.raises(Refused):
        ask_concurrence(by=uni.by("stranger"), proposal=proposal, unit=geography, how=HOW)


def test_a_head_who_writes_along_is_not_asked_about_their_own(
    uni: SimpleNamespace, proposal: Proposal, institute: Unit
) -> None:
    invite_co_author(by=uni.by("dana"), proposal=proposal, person=uni.ingrid)
    assert institute.parent is not None
    dean = create_person(by=SET_UP, display_name="Dee Walks Far")
    assign_role(by=SET_UP, person=dean, role=Role.DEAN, unit=institute.parent, starts_on=SINCE)
    row = ask_concurrence(by=uni.by("dana"), proposal=proposal, unit=institute, how=HOW)
    assert row.person == dean


def test_a_deputy_answers_and_both_names_stand(
    uni: SimpleNamespace, proposal: Proposal, asked: Concurrence
) -> None:
    kim: Person = create_person(by=SET_UP, display_name="Kim Crow")
    create_account(by=SET_UP, person=kim, username="kim", password=None)
    go_away(
        by=person(uni.ingrid), person=uni.ingrid, deputy=kim,
        starts_on=date(2026, 11, 18), ends_on=date(2026, 11, 20),
    )  # fmt: skip
    [duty] = waiting_for(kim)
    assert duty.why.endswith("concurs, for Ingrid Voss, who is away")
    row = answer_concurrence(by=person(kim), concurrence=asked, answer="concurs")
    assert (row.answered_by, row.answered_as) == (
        kim, "for Department of Geography, as deputy of Ingrid Voss",
    )  # fmt: skip
    assert said(proposal) == ["Department of Geography (Kim Crow): concurs, 18 Nov 2026"]


def test_what_looks_like_it_is_found_but_no_drafts_of_others(
    uni: SimpleNamespace, proposal: Proposal, django_assert_num_queries: Any
) -> None:
    stan = uni.by("stranger")
    other = start_proposal(by=stan, title="Planning with Cartography", unit=uni.unit.parent)
    values = {"skills": ["Cartography", "surveying"], "owner_unit": uni.unit.parent.key}
    save_values(by=stan, proposal=other, values=values, revision=other.revision)
    assert similar_to(fresh(proposal)) == []
    other = fresh(other)
    sent = other.values | {"title": other.title, "kind": "credit"}
    other.program = propose_program(by=stan, values=sent, lead=uni.stranger, co_leads=[])
    other.state = "submitted"
    other.save()
    row = fresh(proposal)
    with django_assert_num_queries(4):
        [found] = similar_to(row)
    assert (found.title, found.why) == ("Planning with Cartography", "cartography, planning")
    assert (found.slug, found.state) == ("", "With the program office")
    asked, others = candidates(row, [found])
    assert asked == [uni.unit.parent]
    assert others == list(Unit.objects.exclude(pk=uni.unit.parent_id).order_by("name"))


def test_what_was_sent_counts_until_it_is_sent_anew(
    uni: SimpleNamespace, proposal: Proposal
) -> None:
    stan = uni.by("stranger")
    answers = proposal.values | {"title": "Maps of Snow", "skills": ["Cartography", "Skiing"]}
    other = propose_program(by=stan, values=answers, lead=uni.stranger, co_leads=[])
    case = start_proposal(by=stan, title="Maps of Snow", unit=uni.unit.parent).case
    Proposal.objects.filter(case=case).update(program=other, state="returned")
    assert [(found.title, found.why) for found in similar_to(proposal)] == [
        ("Maps of Snow", "cartography")
    ]
    Proposal.objects.filter(case=case).update(values={"title": "Planning Snow", "skills": []})
    assert [found.why for found in similar_to(proposal)] == ["cartography"]
    again = answers | {"title": "Planning Snow", "skills": ["Skiing"]}
    update_proposed(by=stan, program=other, values=again, co_leads=[])
    assert [found.why for found in similar_to(proposal)] == ["planning"]
    Proposal.objects.filter(case=case).update(state="withdrawn")
    assert similar_to(proposal) == []


def test_those_that_share_most_come_first(uni: SimpleNamespace, proposal: Proposal) -> None:
    stan = uni.by("stranger")
    for title, skills in (("Zoning", ["cartography"]), ("Alps Planning", ["cartography"]),
                          ("Dance", []), ("A Plan", ["Cartography"])):  # fmt: skip
        values = proposal.values | {"title": title, "skills": skills}
        offered = propose_program(by=stan, values=values, lead=uni.stranger, co_leads=[])
        Program.objects.filter(pk=offered.pk).update(state="established")
    found = similar_to(proposal, limit=2)
    assert [each.title for each in found] == ["Alps Planning", "A Plan"]
    assert [each.slug for each in found] == ["alps-planning", "a-plan"]
    assert len(similar_to(proposal)) == 3


def test_the_record_tells_when_a_question_or_an_answer_was_altered(asked: Concurrence) -> None:
    def altered() -> list[str]:
        return [b.where for b in verify_record().broken if b.where.startswith("concurrence")]

    assert altered() == []
    Concurrence.objects.filter(pk=asked.pk).update(how="Nothing.")
    assert altered() == [f"concurrence:{asked.pk}"]


def test_nobody_answers_for_a_head_who_writes_along_since(
    uni: SimpleNamespace, proposal: Proposal, asked: Concurrence
) -> None:
    invite_co_author(by=uni.by("dana"), proposal=proposal, person=uni.ingrid)
    kim: Person = create_person(by=SET_UP, display_name="Kim Crow")
    create_account(by=SET_UP, person=kim, username="kim", password=None)
    go_away(
        by=person(uni.ingrid), person=uni.ingrid, deputy=kim,
        starts_on=date(2026, 11, 18), ends_on=date(2026, 11, 20),
    )  # fmt: skip
    for who, why in ((uni.ingrid, "Nobody concurs with"), (kim, "You stand in for an author")):
        with pytest.raises(Refused, match=why):
            answer_concurrence(by=person(who), concurrence=asked, answer="concurs")


def test_who_asked_takes_the_question_back_with_a_reason_and_asks_anew(
    uni: SimpleNamespace, proposal: Proposal, asked: Concurrence, institute: Unit
) -> None:
    with pytest.raises(Refused, match="Who asked, or the program office"):
        withdraw_concurrence(by=person(uni.ingrid), concurrence=asked, reason="Not mine.")
    with pytest.raises(NotPossible, match="Say why"):
        withdraw_concurrence(by=uni.by("dana"), concurrence=asked, reason=" ")
    withdraw_concurrence(by=uni.by("dana"), concurrence=asked, reason="We dropped the maps.")
    assert said(proposal) == [
        "Department of Geography (Ingrid Voss): is not asked any more, 18 Nov 2026."
        " We dropped the maps."
    ]
    assert waiting_for(uni.ingrid) == []
    with pytest.raises(NotPossible, match="Department of Geography is not asked any more"):
        answer_concurrence(by=person(uni.ingrid), concurrence=asked, answer="concurs")
    event = Event.objects.get(verb="concurrence withdrawn")
    assert (event.capacity, event.outbox.state) == ("who asked", "waiting")
    again = ask_concurrence(by=uni.by("dana"), proposal=proposal, unit=institute, how=HOW)
    withdraw_concurrence(by=uni.by("olive"), concurrence=again, reason="Settled by phone.")
    third = ask_concurrence(by=uni.by("dana"), proposal=proposal, unit=institute, how=HOW)
    answer_concurrence(by=person(uni.ingrid), concurrence=third, answer="concurs")
    with pytest.raises(NotPossible, match="the answer stands"):
        withdraw_concurrence(by=uni.by("dana"), concurrence=third, reason="Too late.")
    assert verify_record().broken == []


def test_programs_from_before_get_the_words_that_they_would_have_now(
    uni: SimpleNamespace, proposal: Proposal
) -> None:
    stan = uni.by("stranger")
    answers = proposal.values | {"title": "Maps of Snow", "skills": ["Cartography", "Skiing"]}
    program = propose_program(by=stan, values=answers, lead=uni.stranger, co_leads=[])
    case = start_proposal(by=stan, title="Maps of Snow", unit=uni.unit.parent).case
    Proposal.objects.filter(case=case).update(program=program, values=answers)
    kept = set(program.terms.values_list("term", flat=True))
    assert kept == {"maps", "snow", "cartography", "skiing"}
    program.terms.all().delete()
    import_module("bitterroot.proposals.migrations.0003_terms_of_programs").fill(apps, None)
    assert set(program.terms.values_list("term", flat=True)) == kept

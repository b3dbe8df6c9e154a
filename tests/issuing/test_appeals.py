"""José's badge is revoked, and he appeals; only someone who took no part answers."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest

from bitterroot.governance.domain.away import go_away
from bitterroot.issuing.domain import revocation
from bitterroot.issuing.domain.appeal import answer_appeal, file_appeal
from bitterroot.issuing.models import Appeal, Award
from bitterroot.issuing.queries import waiting_for
from bitterroot.issuing.rules import who_answers
from bitterroot.learning.models import IssuanceRequest
from bitterroot.people.actor import Actor, person
from bitterroot.people.domain.person import assign_role, create_account, create_person
from bitterroot.people.enums import Role
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.people.models import RoleAssignment
from bitterroot.record import clock
from bitterroot.record.models import Event
from proposals.conftest import SET_UP


@pytest.fixture
def revoked(house: SimpleNamespace, issued: Callable[..., IssuanceRequest]) -> Award:
    """Dana asked, Ruth approved."""
    issued(["José Núñez", "Zoë Whitebear"])
    award = Award.objects.get(display_name="José Núñez")
    asked = revocation.request_revocation(
        by=house.by("dana"), award=award, reason_code="wrong_person", reason="Same name."
    )
    revocation.approve_revocation(by=house.by("ruth"), revocation=asked)
    award.refresh_from_db()
    return award


def jose(award: Award) -> Actor:
    return person(award.learner)


def test_a_granted_appeal_makes_the_badge_valid_again(
    house: SimpleNamespace, revoked: Award
) -> None:
    filed = file_appeal(by=jose(revoked), award=revoked, text=" I am the José who passed. ")
    assert filed.text == "I am the José who passed."
    duties = {key: [d.title for d in waiting_for(getattr(house, key))] for key in ("rita", "ruth")}
    assert duties == {"rita": ["Appeal: José Núñez"], "ruth": []}
    for key, why in (("ruth", "took no part"), ("ivo", "for the registrar"), ("dana", "registrar")):
        with pytest.raises(Refused, match=why):
            answer_appeal(by=house.by(key), appeal=filed, granted=True, answer="Yes.")
    answered = answer_appeal(
        by=house.by("rita"), appeal=filed, granted=True, answer="The student ids show it."
    )
    revoked.refresh_from_db()
    assert (answered.state, revoked.state) == ("granted", "unclaimed")
    verbs = Event.objects.filter(stream=f"award:{revoked.pk}").order_by("seq")
    assert list(verbs.values_list("verb", flat=True))[-3:] == [
        "appeal filed",
        "award reinstated",
        "appeal granted",
    ]
    with pytest.raises(NotPossible, match="already decided"):
        answer_appeal(by=house.by("rita"), appeal=filed, granted=False, answer="No.")


def test_a_dismissed_appeal_leaves_it_revoked_and_there_is_one_for_each_revocation(
    house: SimpleNamespace, revoked: Award
) -> None:
    filed = file_appeal(by=jose(revoked), award=revoked, text="Please look again.")
    with pytest.raises(NotPossible, match="appealed already"):
        file_appeal(by=jose(revoked), award=revoked, text="And again.")
    with pytest.raises(NotPossible, match="Say why"):
        answer_appeal(by=house.by("rita"), appeal=filed, granted=False, answer=" ")
    answer_appeal(by=house.by("rita"), appeal=filed, granted=False, answer="It was another José.")
    revoked.refresh_from_db()
    assert (revoked.state, Appeal.objects.get().state) == ("revoked", "dismissed")


def test_only_its_learner_appeals_in_time_about_a_badge_that_is_revoked(
    house: SimpleNamespace, revoked: Award
) -> None:
    zoes = Award.objects.get(display_name="Zoë Whitebear")
    with pytest.raises(Refused):
        file_appeal(by=person(zoes.learner), award=revoked, text="Not mine.")
    with pytest.raises(NotPossible, match="Only for a revoked or suspended badge"):
        file_appeal(by=person(zoes.learner), award=zoes, text="Mine.")
    for text in (" ", "x" * 5001):
        with pytest.raises(NotPossible):
            file_appeal(by=jose(revoked), award=revoked, text=text)
    now = clock.now()
    with (
        clock.standing_at(now + timedelta(days=30, seconds=1)),
        pytest.raises(NotPossible, match="has passed"),
    ):
        file_appeal(by=jose(revoked), award=revoked, text="Too late.")
    with clock.standing_at(now + timedelta(days=29)):
        assert file_appeal(by=jose(revoked), award=revoked, text="In time.").state == "filed"


def test_an_appeal_granted_too_late_to_reinstate_leaves_it_to_a_new_badge(
    house: SimpleNamespace, revoked: Award
) -> None:
    filed = file_appeal(by=jose(revoked), award=revoked, text="Please look again.")
    with clock.standing_at(clock.now() + timedelta(days=31)):
        answer_appeal(by=house.by("rita"), appeal=filed, granted=True, answer="You are right.")
    revoked.refresh_from_db()
    assert (revoked.state, Appeal.objects.get().state) == ("revoked", "granted")


def test_nobody_decides_on_a_badge_of_their_own(house: SimpleNamespace, revoked: Award) -> None:
    """Rita, a registrar, is its learner. Kim acts for her while she is away."""
    Award.objects.filter(pk=revoked.pk).update(learner=house.rita)
    award = Award.objects.get(pk=revoked.pk)
    filed = file_appeal(by=house.by("rita"), award=award, text="I passed.")
    kim = create_person(by=SET_UP, display_name="Kim Crow")
    create_account(by=SET_UP, person=kim, username="kim", password=None)
    today = clock.today()
    go_away(by=house.by("rita"), person=house.rita, deputy=kim, starts_on=today, ends_on=today)
    for by, why in (
        (house.by("rita"), "Nobody decides on their own badge"),
        (person(kim), "You stand in for its holder"),
    ):
        with pytest.raises(Refused, match=why):
            answer_appeal(by=by, appeal=filed, granted=True, answer="Yes.")
        with pytest.raises(Refused, match=why):
            revocation.reinstate(by=by, award=award, reason="It is right.")
        with pytest.raises(Refused, match=why):
            revocation.refuse_revocation(
                by=by, revocation=award.revocations.get(), reason="It stays."
            )
    assert waiting_for(house.rita) == []


def test_a_deputy_of_who_approved_it_does_not_undo_it(
    house: SimpleNamespace, revoked: Award
) -> None:
    kim = create_person(by=SET_UP, display_name="Kim Crow")
    create_account(by=SET_UP, person=kim, username="kim", password=None)
    today = clock.today()
    go_away(by=house.by("ruth"), person=house.ruth, deputy=kim, starts_on=today, ends_on=today)
    with pytest.raises(NotPossible, match="stand in for who approved"):
        revocation.reinstate(by=person(kim), award=revoked, reason="I see it otherwise.")


def test_where_everyone_in_the_office_took_part_the_program_office_answers_and_then_the_provost(
    house: SimpleNamespace, issued: Callable[..., IssuanceRequest]
) -> None:
    """Both registrars revoked it: without this the learner would wait for ever."""
    issued(["José Núñez"])
    award = Award.objects.get(display_name="José Núñez")
    asked = revocation.request_revocation(
        by=house.by("rita"), award=award, reason_code="academic_integrity", reason="The exam."
    )
    revocation.approve_revocation(by=house.by("ruth"), revocation=asked)
    award.refresh_from_db()
    filed = file_appeal(by=jose(award), award=award, text="I wrote it myself.")
    assert who_answers(filed) == Role.PROGRAM_OFFICER
    keys = ("rita", "ruth", "ivo", "olive")
    duties = {key: [d.title for d in waiting_for(getattr(house, key))] for key in keys}
    assert duties == {"rita": [], "ruth": [], "ivo": [], "olive": ["Appeal: José Núñez"]}
    for key in ("rita", "ruth", "ivo"):
        with pytest.raises(Refused):
            answer_appeal(by=house.by(key), appeal=filed, granted=True, answer="Yes.")
    RoleAssignment.objects.filter(person=house.olive).delete()
    assert who_answers(filed) is None
    prue = create_person(by=SET_UP, display_name="Prue Ost")
    assign_role(by=SET_UP, person=prue, role=Role.PROVOST, starts_on=clock.today())
    assert [d.title for d in waiting_for(prue)] == ["Appeal: José Núñez"]
    answer_appeal(by=person(prue), appeal=filed, granted=True, answer="The proctor remembers you.")
    award.refresh_from_db()
    assert (award.state, waiting_for(prue)) == ("unclaimed", [])

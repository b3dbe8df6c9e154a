"""José asks about his record, and a reader reports his badge; officers answer both."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest

from bitterroot.issuing.domain.award import claim, set_visibility
from bitterroot.issuing.domain.problem import OPEN_MOST, answer_problem, report_problem
from bitterroot.issuing.domain.record_request import answer_record, ask_about_record
from bitterroot.issuing.enums import ProblemKind, RecordKind, Visibility
from bitterroot.issuing.models import Award, ProblemReport, RecordRequest
from bitterroot.issuing.queries import waiting_for
from bitterroot.issuing.queries.record import held_about
from bitterroot.learning.models import IssuanceRequest, ListLine
from bitterroot.messages.domain.dispatch import run_once
from bitterroot.messages.domain.reminders import remind
from bitterroot.messages.models import Mail
from bitterroot.people.actor import Actor, person
from bitterroot.people.domain.person import add_address, place_hold
from bitterroot.people.domain.privacy import change_main_address, choose_badges, remove_address
from bitterroot.people.enums import AddressKind
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.record import clock
from bitterroot.record.domain.audit import verify_record
from bitterroot.record.models import Event
from proposals.conftest import SET_UP

Issue = Callable[..., IssuanceRequest]


@pytest.fixture
def shown(house: SimpleNamespace, issued: Issue) -> Award:
    """José took his badge and shows it to people with the link; Rita can be written to."""
    issued(["José Núñez"])
    award = Award.objects.get()
    claim(by=person(award.learner), award=award)
    set_visibility(by=person(award.learner), award=award, visibility=Visibility.LINK)
    for key, to in (("rita", "rita@umt.example.edu"), ("ruth", "ruth@umt.example.edu")):
        add_address(by=SET_UP, person=getattr(house, key), address=to, kind=AddressKind.CAMPUS)
    award.refresh_from_db()
    return award


def jose(award: Award) -> Actor:
    return person(award.learner)


def written() -> list[tuple[str, str]]:
    """Letters that came of what was done since, with their addresses."""
    before = set(Mail.objects.values_list("pk", flat=True))
    while run_once():
        pass
    fresh = Mail.objects.exclude(pk__in=before).order_by("template", "to_address")
    return list(fresh.values_list("template", "to_address"))


def test_a_question_about_the_record_goes_to_the_registrar_with_a_last_day(
    house: SimpleNamespace, shown: Award
) -> None:
    written()
    asked = ask_about_record(
        by=jose(shown), person=shown.learner, kind=RecordKind.INSPECT, text="My grades, please."
    )
    assert (asked.queue, asked.due_on) == ("credit", clock.today() + timedelta(days=45))
    assert written() == [
        ("record_asked", "rita@umt.example.edu"),
        ("record_asked", "ruth@umt.example.edu"),
    ]
    duty = waiting_for(house.rita)[-1]
    assert (duty.title, duty.due) == ("José Núñez asks about their record", asked.due_on)
    assert waiting_for(house.ivo) == []
    with pytest.raises(NotPossible, match="asked this already"):
        ask_about_record(by=jose(shown), person=shown.learner, kind=RecordKind.INSPECT, text="?")
    with pytest.raises(Refused, match="own record"):
        ask_about_record(
            by=house.by("dana"), person=shown.learner, kind=RecordKind.INSPECT, text="His grades."
        )
    for key, why in (("ivo", "for the registrar"), ("dana", "for the registrar")):
        with pytest.raises(Refused, match=why):
            answer_record(by=house.by(key), request=asked, done=True, answer="Here.")
    with pytest.raises(NotPossible, match="Write the answer"):
        answer_record(by=house.by("rita"), request=asked, done=True, answer=" ")
    answer_record(by=house.by("rita"), request=asked, done=True, answer="Come to Main Hall 101.")
    assert written() == [("record_answered", "learner0@umconnect.example.edu")]
    assert "Come to Main Hall 101." in Mail.objects.get(template="record_answered").body
    with pytest.raises(NotPossible, match="already answered"):
        answer_record(by=house.by("ruth"), request=asked, done=False, answer="No.")
    assert verify_record().broken == []


def test_the_office_is_reminded_before_the_last_day_and_once_it_has_passed(shown: Award) -> None:
    asked = ask_about_record(
        by=jose(shown), person=shown.learner, kind=RecordKind.INSPECT, text="All of it."
    )
    subjects = []
    for day in (-8, -7, -1, 1, 30):
        RecordRequest.objects.update(due_on=clock.today() - timedelta(days=day))
        before = set(Mail.objects.values_list("pk", flat=True))
        remind()
        due = Mail.objects.filter(template="record_due").exclude(pk__in=before)
        subjects.append([mail.subject[:4] for mail in due])
    assert subjects == [[], ["An a", "An a"], [], ["Late", "Late"], []]
    assert asked.pk is not None


def test_what_is_erased_and_what_is_kept(house: SimpleNamespace, shown: Award) -> None:
    add_address(
        by=jose(shown), person=shown.learner, address="jose@home.example",
        kind=AddressKind.PERSONAL, verified=True,
    )  # fmt: skip
    asked = ask_about_record(
        by=jose(shown), person=shown.learner, kind=RecordKind.ERASE, text="Everything."
    )
    answer_record(
        by=house.by("rita"), request=asked, done=True, answer="Your badge itself is kept."
    )
    shown.refresh_from_db()
    assert (shown.state, shown.visibility) == ("claimed", "private")
    assert [a.address for a in shown.learner.addresses.all()] == ["learner0@umconnect.example.edu"]
    said = Event.objects.get(verb="record request answered")
    assert '"addresses":1' in said.data
    assert "Everything" not in said.data
    assert verify_record().broken == []


def test_a_learner_withholds_at_once_and_the_registrar_lifts_it(
    house: SimpleNamespace, shown: Award
) -> None:
    who = shown.learner
    with pytest.raises(NotPossible, match="Nothing of yours"):
        ask_about_record(by=jose(shown), person=who, kind=RecordKind.RELEASE, text="Show me.")
    place_hold(by=jose(shown), person=who, hold=True)
    with pytest.raises(Refused, match="registrar lifts it"):
        place_hold(by=jose(shown), person=who, hold=False)
    asked = ask_about_record(by=jose(shown), person=who, kind=RecordKind.RELEASE, text="Show me.")
    answer_record(by=house.by("ruth"), request=asked, done=True, answer="It is lifted.")
    who.refresh_from_db()
    assert who.directory_hold is False
    verbs = Event.objects.filter(stream=f"person:{who.pk}").values_list("verb", flat=True)
    assert list(verbs.order_by("seq"))[-4:] == [
        "directory hold placed",
        "record request made",
        "directory hold lifted",
        "record request answered",
    ]


def test_who_wants_no_badges_gets_none_and_keeps_the_credit(
    house: SimpleNamespace, shown: Award, sent: Issue
) -> None:
    zoe = sent(["Zoë Whitebear"], first=7).lines.get().learner
    assert zoe is not None
    choose_badges(by=person(zoe), person=zoe, wanted=False)
    line = sent(["Zoë Whitebear"], first=7).lines.get()
    assert (line.opted_out, line.state) == (True, "no_badge")
    choose_badges(by=person(zoe), person=zoe, wanted=True)
    assert sent(["Zoë Whitebear"], first=7).lines.get().opted_out is False
    assert ListLine.objects.filter(learner=zoe).count() == 3


def test_a_main_address_is_one_that_was_confirmed_and_the_old_one_is_told(shown: Award) -> None:
    who, by = shown.learner, jose(shown)
    written()
    new = add_address(
        by=by, person=who, address="jose@home.example", kind=AddressKind.PERSONAL, verified=False
    )
    with pytest.raises(NotPossible, match="Confirm this address first"):
        change_main_address(by=by, address=new)
    new.verified_at = clock.now()
    new.save()
    change_main_address(by=by, address=new)
    assert written() == [("address_changed", "learner0@umconnect.example.edu")]
    with pytest.raises(NotPossible, match="main address already"):
        change_main_address(by=by, address=new)
    with pytest.raises(NotPossible, match="Choose another one first"):
        remove_address(by=by, address=new)
    remove_address(by=by, address=who.addresses.get(primary=False))
    assert [a.address for a in who.addresses.all()] == ["jose@home.example"]


def test_a_stranger_reports_a_shown_badge_and_the_learner_hears_what_the_officer_writes(
    house: SimpleNamespace, shown: Award
) -> None:
    written()
    report = report_problem(
        viewer=None, award=shown, kind=ProblemKind.UNTRUE,
        text="The course had six credits, not nine.", reply_to="nina@firm.example",
    )  # fmt: skip
    assert Event.objects.get(verb="problem reported").actor == "system"
    assert written() == [
        ("problem_reported", "rita@umt.example.edu"),
        ("problem_reported", "ruth@umt.example.edu"),
    ]
    assert [d.url_name for d in waiting_for(house.rita)] == ["registrar:problem"]
    with pytest.raises(Refused):
        answer_problem(by=house.by("ivo"), report=report, mended=True, answer="Done.")
    answer_problem(
        by=house.by("rita"), report=report, mended=True, answer="It says six now.",
        to_learner="Your badge gets the right number of credits.",
    )  # fmt: skip
    assert written() == [
        ("problem_answered", "nina@firm.example"),
        ("problem_told", "learner0@umconnect.example.edu"),
    ]
    with pytest.raises(NotPossible, match="already answered"):
        answer_problem(by=house.by("ruth"), report=report, mended=False, answer="Fine.")
    assert waiting_for(house.rita) == []
    assert verify_record().broken == []


def test_what_nobody_sees_cannot_be_reported_and_reports_do_not_pile_up(shown: Award) -> None:
    def report(text: str = "Something is off here.", to: str = "") -> ProblemReport:
        return report_problem(
            viewer=None, award=shown, kind=ProblemKind.OTHER, text=text, reply_to=to
        )

    for text, to, why in (
        ("Bad.", "", "in a sentence"),
        ("It is untrue.", "nina", "not an e-mail"),
    ):
        with pytest.raises(NotPossible, match=why):
            report(text, to)
    for _ in range(OPEN_MOST):
        report()
    with pytest.raises(NotPossible, match="several times"):
        report()
    set_visibility(by=jose(shown), award=shown, visibility=Visibility.PRIVATE)
    with pytest.raises(Refused, match="not shown"):
        report()


def test_a_learner_reads_what_is_held_about_them(
    shown: Award, django_assert_num_queries: Callable[[int], object]
) -> None:
    with django_assert_num_queries(9):  # type: ignore[attr-defined]
        parts = {part.title: part.rows for part in held_about(shown.learner)}
    assert ("Student ID", "790000000") in parts["Who you are"]
    assert parts["Your addresses"] == [("learner0@umconnect.example.edu", "Personal, main")]
    assert [title for title, _ in parts["Your badges"]] == [shown.template.name]
    assert "learner0@umconnect.example.edu" in parts["What your instructors sent about you"][0][1]

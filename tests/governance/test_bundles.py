"""Maps for Towns and Maps for Counties are bound: the first to arrive waits for the other."""

from types import SimpleNamespace

import orjson
import pytest
from django.db import transaction

from bitterroot.governance.body_rules import may_see_papers
from bitterroot.governance.bundles import bound_with, titles_bound_with
from bitterroot.governance.domain import case as cases
from bitterroot.governance.domain.agenda import postpone_item, put_on_agenda
from bitterroot.governance.domain.bundle import bind, open_ready, release_bound, undo_bundle
from bitterroot.governance.models import AgendaItem, Bound, Bundle, Case, ReviewSheet, StepRun
from bitterroot.governance.queries import track
from bitterroot.governance.queries.body_duties import waiting_for
from bitterroot.governance.queries.meetings import agenda_of, before
from bitterroot.people.actor import Actor, person
from bitterroot.people.domain.person import assign_role, create_person
from bitterroot.people.enums import Role
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.record import clock
from bitterroot.record.domain.audit import verify_record
from bitterroot.record.models import Event

from .bodies_kit import BODY, MEETING, SET_UP, SINCE, _now, house, later, moved, planned  # noqa: F401

TOWNS, COUNTIES = "Maps for Towns", "Maps for Counties"


@pytest.fixture
def office(db: None) -> Actor:
    olive = create_person(by=SET_UP, display_name="Olive Crane")
    assign_role(by=SET_UP, person=olive, role=Role.PROGRAM_OFFICER, starts_on=SINCE)
    return person(olive)


@transaction.atomic
def written(house: SimpleNamespace, title: str) -> Case:  # noqa: F811
    wren = house.by("wren")
    case = cases.open_case(by=wren, process="full-proposal", subject=f"matter:{title}", title=title)
    content: dict[str, object] = {"values": {"title": title}, "files": [], "title": title}
    cases.freeze(by=wren, case=case, content=content, person=house.wren)
    return case


@pytest.fixture
def pair(house: SimpleNamespace, office: Actor) -> tuple[Case, Case]:  # noqa: F811
    both = written(house, TOWNS), written(house, COUNTIES)
    bind(by=office, cases_=both, title="Maps")
    return both


@transaction.atomic
def arrive(house: SimpleNamespace, case: Case) -> StepRun:  # noqa: F811
    """The case comes to the subcommittee's step."""
    cases.move(by=house.by("wren"), case=cases.lock(case), step="subcommittee")
    return StepRun.objects.get(case=case, body=BODY)


def titles() -> list[str]:
    return sorted(run.case.title for run in before(BODY))


def test_the_first_waits_unseen_and_both_come_before_the_body(
    house: SimpleNamespace,  # noqa: F811
    pair: tuple[Case, Case],
) -> None:
    towns, counties = pair
    run = arrive(house, towns)
    assert (run.state, run.note, run.due_on) == ("waiting", f"Waits for {COUNTIES}.", None)
    assert (titles(), waiting_for(house.ada), waiting_for(house.sven)) == ([], [], [])
    assert may_see_papers(house.ada, run) is False
    assert not Event.objects.filter(verb="step opened", about=f"run:{run.pk}").exists()
    with pytest.raises(NotPossible, match=f"Waits for {COUNTIES}"):
        put_on_agenda(by=house.by("sven"), meeting=planned(house), run=run)
    towns.refresh_from_db()
    shown = {step.key: (step.state, step.note) for step in track(towns)}
    assert shown["subcommittee"] == ("now", f"Waits for {COUNTIES}.")
    assert open_ready() == 0
    with later(days=2):
        assert arrive(house, counties).state == "open"
        assert titles() == [COUNTIES]
        assert (open_ready(), open_ready()) == (1, 0)
        assert titles() == [COUNTIES, TOWNS]
        run.refresh_from_db()
        assert (run.opened_at, run.due_on is None) == (clock.now(), False)
        assert may_see_papers(house.ada, run) is True
    told = Event.objects.filter(verb="step opened", about=f"run:{run.pk}")
    assert told.get().outbox.state == "waiting"  # its mail is written once, now


def test_they_stand_on_one_agenda_and_are_postponed_together(
    house: SimpleNamespace,  # noqa: F811
    pair: tuple[Case, Case],
) -> None:
    runs = [arrive(house, case) for case in pair]
    open_ready()
    sven, meeting = house.by("sven"), planned(house)
    item = put_on_agenda(by=sven, meeting=meeting, run=runs[1])
    assert titles_bound_with(case.pk for case in pair) == {
        pair[0].pk: [COUNTIES],
        pair[1].pk: [TOWNS],
    }
    [(_, lines)] = agenda_of(meeting, None)
    assert [(line.item.run.case.title, line.bound) for line in lines] == [
        (COUNTIES, [TOWNS]), (TOWNS, [COUNTIES]),
    ]  # fmt: skip
    with later(days=7):
        next_one = planned(house, MEETING.replace(day=9))
        postpone_item(by=sven, item=item, reason="The room is closed.", to=next_one)
        found = AgendaItem.objects.order_by("meeting__starts_at", "position")
        assert [(each.meeting_id, each.state) for each in found] == [
            (meeting.pk, "postponed"), (meeting.pk, "postponed"),
            (next_one.pk, "listed"), (next_one.pk, "listed"),
        ]  # fmt: skip


def test_the_office_lets_one_go_on_alone_with_a_reason(
    house: SimpleNamespace,  # noqa: F811
    pair: tuple[Case, Case],
    office: Actor,
) -> None:
    run = arrive(house, pair[0])
    bound = Bound.objects.get(case=pair[0])
    with pytest.raises(Refused):
        release_bound(by=house.by("wren"), bound=bound, reason="It is urgent.")
    with pytest.raises(NotPossible, match="Say why"):
        release_bound(by=office, bound=bound, reason=" ")
    release_bound(by=office, bound=bound, reason="The grant ends in March.")
    assert (open_ready(), titles()) == (1, [TOWNS])
    assert bound_with(pair[1]) == []
    event = Event.objects.get(verb="released from its bundle")
    assert (event.stream, orjson.loads(event.data)["text"]) == (
        f"case:{pair[0].pk}", "The grant ends in March.",
    )  # fmt: skip
    run.refresh_from_db()
    assert arrive(house, pair[1]).state == "open"  # and waits for nobody


def test_one_that_ends_or_goes_back_no_longer_stands_in_the_way_or_waits(
    house: SimpleNamespace,  # noqa: F811
    pair: tuple[Case, Case],
) -> None:
    run = arrive(house, pair[0])
    with transaction.atomic():
        cases.move(by=house.by("wren"), case=cases.lock(pair[0]), step="draft")
    run.refresh_from_db()
    assert run.state == "void"
    arrive(house, pair[1])
    assert open_ready() == 0  # Towns is back with its author
    with transaction.atomic():
        cases.close(by=house.by("wren"), case=cases.lock(pair[0]))
    assert (open_ready(), titles()) == (1, [COUNTIES])


def test_a_bundle_is_undone(
    house: SimpleNamespace,  # noqa: F811
    pair: tuple[Case, Case],
    office: Actor,
) -> None:
    arrive(house, pair[0])
    undo_bundle(by=office, bundle=Bundle.objects.get(), reason="They are not alike.")
    assert (open_ready(), titles()) == (1, [TOWNS])
    with pytest.raises(NotPossible, match="Nothing is bound"):
        undo_bundle(by=office, bundle=Bundle.objects.get(), reason="Again.")
    bind(by=office, cases_=pair, title="Maps after all")  # and bound anew


def test_what_lies_before_the_body_already_waits_from_then_on(
    house: SimpleNamespace,  # noqa: F811
    office: Actor,
) -> None:
    towns, counties = written(house, TOWNS), written(house, COUNTIES)
    run = arrive(house, towns)
    assert (run.state, titles()) == ("open", [TOWNS])
    with transaction.atomic():
        assert cases.lock(towns).step_due == run.due_on
    bind(by=office, cases_=[towns, counties], title="Maps")
    run.refresh_from_db()
    towns.refresh_from_db()
    assert (run.state, run.note, run.due_on, towns.step_due, titles()) == (
        "waiting", f"Waits for {COUNTIES}.", None, None, [],
    )  # fmt: skip
    with pytest.raises(NotPossible, match=f"Waits for {COUNTIES}"):
        put_on_agenda(by=house.by("sven"), meeting=planned(house), run=run)
    told = Event.objects.get(verb="step waits again", about=f"run:{run.pk}")
    assert told.outbox.state == "waiting"
    with later(days=2):
        arrive(house, counties)
        assert (open_ready(), titles()) == (1, [COUNTIES, TOWNS])
        towns.refresh_from_db()
        run.refresh_from_db()
        assert (run.note, towns.step_due) == ("", run.due_on)
    assert verify_record().broken == []


def test_a_secretary_whose_page_is_older_than_the_bundle_puts_nothing_on_the_agenda(
    house: SimpleNamespace,  # noqa: F811
    office: Actor,
) -> None:
    """It was read while it still lay open; Olive bound it before Sven's choice came."""
    towns, counties = written(house, TOWNS), written(house, COUNTIES)
    read_before = arrive(house, towns)
    meeting = planned(house)
    bind(by=office, cases_=[towns, counties], title="Maps")
    assert read_before.state == "open"
    with pytest.raises(NotPossible, match=f"Waits for {COUNTIES}"):
        put_on_agenda(by=house.by("sven"), meeting=meeting, run=read_before)
    assert not AgendaItem.objects.exists()


def test_two_that_lie_before_the_body_already_stay_there(
    house: SimpleNamespace,  # noqa: F811
    office: Actor,
) -> None:
    both = written(house, TOWNS), written(house, COUNTIES)
    for case in both:
        arrive(house, case)
    bind(by=office, cases_=both, title="Maps")
    assert titles() == [COUNTIES, TOWNS]
    assert not Event.objects.filter(verb="step waits again").exists()


@pytest.mark.parametrize(
    ("begun", "why"),
    [
        ("agenda", "It stands on the agenda of the meeting on 2 Dec 2026"),
        ("motion", "A motion was made on it"),
        ("review", "A member has reviewed it"),
    ],
)
def test_what_the_body_has_begun_on_is_not_bound_any_more(
    house: SimpleNamespace,  # noqa: F811
    office: Actor,
    begun: str,
    why: str,
) -> None:
    towns, counties = written(house, TOWNS), written(house, COUNTIES)
    run = arrive(house, towns)
    if begun == "agenda":
        put_on_agenda(by=house.by("sven"), meeting=planned(house), run=run)
    elif begun == "motion":
        moved(house, run)
    else:
        now = clock.now()
        ReviewSheet.objects.create(run=run, reviewer=house.ada, written_at=now, submitted_at=now)
    with pytest.raises(NotPossible, match=f"“{TOWNS}” cannot wait for {COUNTIES} any more. {why}"):
        bind(by=office, cases_=[towns, counties], title="Maps")
    run.refresh_from_db()
    assert (run.state, bound_with(towns), Bundle.objects.count()) == ("open", [], 0)


def test_what_is_not_bound(
    house: SimpleNamespace,  # noqa: F811
    pair: tuple[Case, Case],
    office: Actor,
) -> None:
    third = written(house, "Maps for Tribes")
    with pytest.raises(Refused, match="Who leads all of the proposals"):
        bind(by=house.by("wren"), cases_=[third, pair[0]], title="Maps")
    for rows, title, why in (
        ([third], "Maps", "Bind 2 to 20"),
        ([third, third], "Maps", "Bind 2 to 20"),
        ([third, pair[0]], "Maps", f"bound already: {TOWNS}"),
        ([third, written(house, "Fourth")], " ", "Say what binds them"),
    ):
        with pytest.raises(NotPossible, match=why):
            bind(by=office, cases_=rows, title=title)
    with transaction.atomic():
        cases.close(by=house.by("wren"), case=cases.lock(third))
    with pytest.raises(NotPossible, match="This is over: Maps for Tribes"):
        bind(by=office, cases_=[third, written(house, "Fifth")], title="Maps")


def test_the_record_tells_when_a_bundle_was_altered(pair: tuple[Case, Case]) -> None:
    def altered() -> list[str]:
        return [b.where for b in verify_record().broken if b.where.startswith("bound")]

    assert altered() == []
    Bound.objects.filter(case=pair[0]).update(reason="None.")
    assert altered() == [f"bound:{Bound.objects.get(case=pair[0]).pk}"]

"""A vote is due on a day on which its body sits, whatever institution it belongs to."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from bitterroot.governance.domain import calendar
from bitterroot.governance.models import CalendarChange, StepRun
from bitterroot.people.actor import system
from bitterroot.policy import load_policy
from bitterroot.record import clock
from governance.engine_kit import WORLDS, House, Walk, use
from governance.test_every_institution import reach

TEN = datetime(2026, 11, 18, 10, tzinfo=ZoneInfo("America/Denver"))
VOTES = [
    ("montana", "full-proposal", "subcommittee", date(2027, 1, 22)),
    ("montana", "full-proposal", "committees/ascrc", date(2027, 2, 19)),
    ("montana", "full-proposal", "senate", date(2027, 2, 19)),
    ("hudson-valley", "pilot-proposal", "committee", date(2026, 12, 18)),
    ("lakeland-state", "proposal", "committees/undergraduate", None),
]


@pytest.mark.parametrize(("institution", "process", "path", "due"), VOTES)
def test_a_vote_falls_on_a_day_on_which_its_body_sits(
    institution: str,
    process: str,
    path: str,
    due: date | None,
    walkers: House,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    policy = load_policy(institution)
    use(monkeypatch, policy)
    with clock.standing_at(TEN):
        walk = Walk(walkers, policy, process, WORLDS[2])
        reach(walk, path)
        run = next(run for run in walk.runs if run.path == path)
    assert run.due_on == due
    if due is not None:
        assert policy.calendar.sits_on(policy.bodies[run.body].sits, due)


def test_a_period_that_was_promised_is_made_longer_but_never_cut_short(
    walkers: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = load_policy("lakeland-state")
    use(monkeypatch, policy)
    by = system("policy apply")
    with clock.standing_at(TEN):
        walk = Walk(walkers, policy, "proposal", WORLDS[0])
        reach(walk, "campus")
        run = next(run for run in walk.runs if run.path == "campus")
        assert run.due_on == date(2026, 12, 4)
        for written, kept in ((date(2026, 12, 1), date(2026, 12, 4)), (date(2026, 12, 9),) * 2):
            StepRun.objects.filter(pk=run.pk).update(due_on=written)
            calendar.follow_calendar(by=by)
            run.refresh_from_db()
            assert run.due_on == kept
    assert CalendarChange.objects.count() == 1

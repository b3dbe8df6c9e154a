"""The worker looks often for what somebody waits for, and less often for what falls due."""

from threading import Event

import pytest

from bitterroot.jobs import rounds

pytestmark = pytest.mark.django_db


class Told:
    """A step that is told beforehand how much it will find, each time; ends the worker at last."""

    def __init__(self, until: Event, *finds: int) -> None:
        self.until, self.finds, self.times = until, list(finds), 0

    def __call__(self) -> int:
        self.times += 1
        if self.times >= len(self.finds):
            self.until.set()
        return self.finds[self.times - 1] if self.times <= len(self.finds) else 0


def test_a_sweep_is_done_again_at_once_only_where_it_found_something(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rounds, "REST", 0)
    monkeypatch.setattr(rounds, "SWEEP", 3_600)
    until = Event()
    mails, never = Told(until, 0, 0, 1, 0, 0, 0), Event()
    deadlines, quiet = Told(never, 2, 1, 0), Told(never, 0)
    rounds.run_rounds([mails], [deadlines, quiet], until=until)
    assert (mails.times, deadlines.times, quiet.times) == (6, 3, 1)


def test_a_step_that_fails_is_tried_again_and_holds_up_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(rounds, "REST", 0)
    until = Event()
    after = Told(until, 0, 0, 0)
    failed = []

    def fails() -> int:
        failed.append(1)
        raise OSError("the post is closed")

    rounds.run_rounds([fails, after], until=until)
    assert (len(failed), after.times) == (3, 3)
    assert caplog.text.count("a step of the worker failed") == 3


def test_once_ends_with_the_first_round_in_which_nothing_is_found() -> None:
    until = Event()
    mails, deadlines = Told(Event(), 4, 0, 0), Told(Event(), 0, 1, 0)
    rounds.run_rounds([mails], [deadlines], until=until, once=True)
    assert (mails.times, deadlines.times, until.is_set()) == (3, 3, False)

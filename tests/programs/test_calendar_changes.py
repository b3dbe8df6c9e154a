"""The academic calendar changes: what is open is counted again, and everyone sees what moved."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from bitterroot.cli.policy import command
from bitterroot.conf.loading import load_django
from bitterroot.governance import policies
from bitterroot.governance.domain import calendar, sweep
from bitterroot.governance.models import CalendarChange, StepRun
from bitterroot.people.actor import system
from bitterroot.policy import Policy, load_policy
from bitterroot.programs.domain import ending
from bitterroot.programs.domain import sweep as pilot_sweep
from bitterroot.programs.models import Pilot
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.models import Proposal
from bitterroot.record.models import Event
from governance.engine_kit import use
from proposals.conftest import proposal  # noqa: F401

from .conftest import on, sweep_on

DEAN = system("policy apply")
DAY = "2026-11-18"


def changed() -> Policy:
    """Montana, with offices closed on 23 and 24 November, and a fall that ends on 16 December."""
    document: dict[str, Any] = load_policy("montana").document()
    said = document["calendar"]
    said["closures"] = [
        *said["closures"], {"name": "Storm", "start": "2026-11-23", "end": "2026-11-24"},
    ]  # fmt: skip
    [year] = [each for each in said["years"] if each["key"] == "2026-27"]
    [fall] = [each for each in year["terms"] if each["key"] == "fall-2026"]
    fall["finals end"] = "2026-12-16"
    return Policy.from_document(document)


@pytest.fixture
def asked(people: SimpleNamespace, proposal: Proposal) -> Proposal:  # noqa: F811
    """Sam is asked on 18 November to sign within ten business days."""
    with on(DAY):
        verbs.submit_for_signatures(by=people.by("dana"), proposal=proposal)
    return proposal


def follow() -> list[tuple[str, str, str, str]]:
    with on(DAY):
        moved = calendar.follow_calendar(by=DEAN)
    return [(x.title, x.what, str(x.before), str(x.after)) for x in moved]


def test_signatures_pilots_and_teach_outs_move_and_moving_again_moves_nothing(
    asked: Proposal,
    begin: Callable[..., Pilot],
    people: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    running = begin("fall-2024", title="Maps for Towns")
    ending_one = begin("fall-2023", "2024-02-01", title="Fire Logistics")
    sweep_on(DAY)
    with on(DAY):
        ending.begin_teach_out(
            by=people.by("olive"), program=ending_one.program, end_term="fall-2026", reason="Done."
        )
    assert follow() == []
    assert CalendarChange.objects.count() == 1
    signature = asked.case.signatures.get(state="requested")
    assert str(signature.due_on) == "2026-12-04"

    use(monkeypatch, changed())
    moved = [
        ("GIS for Community Planning", "Signature, Supervisor of the lead", "2026-12-04", "2026-12-08"),
        ("Fire Logistics", "End of the teach-out", "2026-12-18", "2026-12-16"),
        ("Maps for Towns", "Notice to continue, last day", "2026-12-18", "2026-12-16"),
    ]  # fmt: skip
    assert follow() == moved
    signature.refresh_from_db()
    assert str(signature.due_on) == "2026-12-08"
    row = CalendarChange.objects.latest("pk")
    assert row.by_name == "Bitterroot (policy apply)"
    assert row.calendar == policies.calendar_digest()
    assert [(x["title"], x["what"], x["before"], x["after"]) for x in row.moved] == moved
    told = Event.objects.filter(verb="deadlines moved", outbox__isnull=False)
    assert [event.about for event in told] == [f"pilot:{running.pk}"]
    assert Event.objects.filter(verb="due days moved").count() == 1

    assert follow() == []
    assert CalendarChange.objects.count() == 2
    with on(DAY):
        # The notice and the end of the teach-out are reminded of anew, for their new days.
        assert (sweep.run_due(), pilot_sweep.run_due(), pilot_sweep.run_due()) == (0, 2, 0)


def test_the_command_shows_what_would_move_and_then_moves_it(
    asked: Proposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bitterroot.cli.policy.need_prepared", load_django)

    def run(*words: str) -> str:
        with on(DAY):
            done = CliRunner().invoke(command, ["apply", *words])
        assert done.exit_code == 0
        return done.output

    assert run().endswith("No day moved.\n")
    use(monkeypatch, changed())
    line = (
        "2026-12-04 → 2026-12-08     Signature, Supervisor of the lead: GIS for Community Planning"
    )
    assert line in run("--dry-run").splitlines()
    [moved] = json.loads(run("--dry-run", "--json"))["moved"]
    assert (moved["before"], moved["after"]) == ("2026-12-04", "2026-12-08")
    assert run().endswith("1 day moved.\n")
    assert run().endswith("No day moved.\n")


def test_the_worker_follows_by_itself_and_once(
    asked: Proposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    with on(DAY):
        assert (sweep.run_due(), sweep.run_due()) == (0, 0)
        use(monkeypatch, changed())
        assert (sweep.run_due(), sweep.run_due()) == (1, 0)
    assert CalendarChange.objects.latest("pk").by_name == "Bitterroot (academic calendar)"


def test_what_was_on_hold_is_due_later_by_the_business_days_of_the_hold(
    asked: Proposal, people: SimpleNamespace
) -> None:
    olive = people.by("olive")
    signature = asked.case.signatures.get(state="requested")
    for day, verb in (("2026-11-20", "hold"), ("2026-11-30", "on")):
        with on(day):
            if verb == "hold":
                verbs.put_on_hold(by=olive, proposal=asked, reason="Waits for a rule.")
            else:
                verbs.resume(by=olive, proposal=asked)
    signature.refresh_from_db()
    # 23, 24, 25 and 30 November did not count; 26 and 27 November were closed anyway.
    assert str(signature.due_on) == "2026-12-10"
    event = Event.objects.get(verb="due days moved")
    assert "Signature, Supervisor of the lead: 4 Dec 2026 → 10 Dec 2026" in event.data
    with on("2026-11-30"):
        assert calendar.follow_calendar(by=DEAN) == []


def test_a_step_that_an_older_reckoning_dated_is_set_right(asked: Proposal) -> None:
    asked.case.refresh_from_db()
    run = StepRun.objects.get(case=asked.case, state="open")
    assert run.due_on is None  # signers have days of their own
    asked.case.signatures.filter(state="requested").update(due_on="2026-11-19")
    assert follow() == [
        ("GIS for Community Planning", "Signature, Supervisor of the lead", "2026-11-19", "2026-12-04")
    ]  # fmt: skip

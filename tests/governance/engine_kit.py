"""Walking a case along any process: acts that are possible now, and what must hold after each."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bitterroot.governance import effects, policies
from bitterroot.governance.domain import acts, sweep
from bitterroot.governance.domain import case as cases
from bitterroot.governance.domain.decision import close_condition, decide
from bitterroot.governance.domain.run import conclude, office_name, open_runs, step_of
from bitterroot.governance.enums import CaseState, RunState
from bitterroot.governance.models import Case, Condition, Decision, StepRun
from bitterroot.people.actor import Actor, person, system
from bitterroot.people.domain.person import assign_role, create_person
from bitterroot.people.enums import Role
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.people.models import Person
from bitterroot.policy import Policy
from bitterroot.policy.models.process import PASSING, Process
from bitterroot.record import clock
from governance import invariants

SET_UP = system("set-up of the test")
NOON = datetime(2026, 11, 18, 16, 0, tzinfo=UTC)
#: Facts under which cases are walked: each step of a process applies under one of them.
WORLDS: tuple[tuple[str, ...], ...] = (
    ("credit", "credit-bearing", "undergraduate level", "assessed"),
    ("credit", "credit-bearing", "graduate level", "interdisciplinary", "partnered"),
    ("hybrid", "credit-bearing", "noncredit-bearing", "undergraduate level", "graduate level"),
    ("noncredit", "noncredit-bearing", "professional level", "third-party", "partnered"),
    ("noncredit", "noncredit-bearing", "professional level", "badge track", "unassessed"),
    ("credit", "credit-bearing", "undergraduate level", "assessed", "established"),
    ("credit", "credit-bearing", "graduate level", "assessed", "established", "asks the system"),
    ("noncredit", "noncredit-bearing", "professional level", "assessed", "established"),
)


@dataclass
class House:
    """The people of a walk, and what effects were applied to which decision."""

    author: Person
    officer: Person
    provost: Person
    member: Person
    applied: list[tuple[str, Decision]] = field(default_factory=list)

    def who(self, office: str) -> Actor:
        return person(self.provost if office == "provost" else self.officer)


@pytest.fixture
def walkers(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Ana writes, Otto runs every office but the provost's, Petra is provost, Mona sits in bodies."""
    with clock.standing_at(NOON):
        people = [
            create_person(by=SET_UP, display_name=n) for n in ("Ana", "Otto", "Petra", "Mona")
        ]
        house = House(*people)
        since = NOON.date() - timedelta(days=400)
        for role in (
            Role.PROGRAM_OFFICER,
            Role.REGISTRAR,
            Role.ISSUING_OFFICER,
            Role.GRADUATE_DEAN,
        ):
            assign_role(by=SET_UP, person=house.officer, role=role, unit=None, starts_on=since)
        assign_role(by=SET_UP, person=house.provost, role=Role.PROVOST, unit=None, starts_on=since)
        offered = {name: _recorder(house, name) for name in effects.names()}
        monkeypatch.setattr(effects, "_effects", offered)
        yield house


def _recorder(house: House, name: str) -> effects.Effect:
    return lambda by, decision: house.applied.append((name, decision))


def use(monkeypatch: pytest.MonkeyPatch, policy: Policy) -> None:
    """Let `policy` be the one in force."""
    monkeypatch.setattr(policies, "current", lambda: policy)


class Walk:
    """One case and what is known of it; `check` after each act says whether it is still sound."""

    def __init__(self, house: House, policy: Policy, process: str, facts: tuple[str, ...]) -> None:
        self.house, self.policy = house, policy
        number = Case.objects.count()
        self.case = cases.open_case(
            by=person(house.author), process=process, subject=f"thing:{number}", title="A thing"
        )
        self.values: dict[str, Any] = {"title": "Maps"}
        self.case.facts = list(facts)
        self.case.save()
        self.past: list[tuple[Any, ...]] = []
        self.check()

    @property
    def process(self) -> Process:
        return self.policy.processes[self.case.process]

    @property
    def runs(self) -> list[StepRun]:
        self.case.refresh_from_db()
        return open_runs(self.case)

    def edit(self, **values: Any) -> None:
        """Change answers; they are frozen when the form is submitted."""
        self.values.update(values)

    def submit(self) -> None:
        """Freeze what is written and leave the form or the signatures, as the upper room does."""
        by = person(self.house.author)
        self.case.refresh_from_db()
        content = {"title": "A thing", "values": self.values, "files": []}
        cases.freeze(by=by, case=self.case, content=content, person=self.house.author)
        target = self.process.after(self.case.step)
        assert target is not None
        cases.move(by=by, case=self.case, step=target)

    def conclude(self, run: StepRun, outcome: str, to: str | None = None) -> Decision:
        """End `run` as those may who decide there."""
        step = step_of(run)
        terms = [("Say who pays.", None)] if outcome == "approve with conditions" else []
        if run.kind == "decide":
            by = self.house.who(step.by)  # type: ignore[union-attr]
            return decide(
                by=by, case=run.case, outcome=outcome, reason="Why.", conditions=terms, to=to
            )
        if run.kind == "record":
            by = self.house.who(step.by)  # type: ignore[union-attr]
            return acts.confirm(by=by, run=run, outcome=outcome, reason="Letter 12.", to=to)
        if run.kind == "inform":
            return acts.acknowledge(by=person(self.house.officer), run=run)
        return conclude(
            by=person(self.house.member),
            run=run,
            outcome=outcome,
            body_name=office_name(run) or "Campus",
            capacity="Secretary",
            reason="Why.",
            conditions=terms,
            to=to,
        )

    def go_on(self) -> bool:
        """One passing act; False where the case is closed."""
        self.case.refresh_from_db()
        if self.case.state == CaseState.CLOSED:
            return False
        if runs := self.runs:
            run = runs[0]
            if run.kind in ("form", "sign"):
                self.submit()
            else:
                words = getattr(step_of(run), "outcomes", {})
                self.conclude(run, next(word for word in words if word in PASSING))
        else:
            self.close_conditions()
        self.check()
        return True

    def close_conditions(self) -> None:
        waiting = Condition.objects.filter(decision__case=self.case, closed_at=None)
        for condition in waiting.select_related("decision__run"):
            run = condition.decision.run
            assert run is not None
            office = getattr(step_of(run), "by", None) or "program office"
            close_condition(by=self.house.who(office), condition=condition, evidence="Letter 13.")

    def finish(self, most: int = 60) -> None:
        """Pass everything until the case is closed."""
        for _ in range(most):
            if not self.go_on():
                return
        raise AssertionError(f"the case does not end; it stands at {self.case.step}")

    def days_pass(self, days: int) -> int:
        """Let the sweep run that many days later, twice; gives how much the first did."""
        with clock.standing_at(clock.now() + timedelta(days=days)):
            done, again = sweep.run_due(), sweep.run_due()
        assert again == 0
        self.check()
        return done

    def check(self) -> None:
        """The invariants that hold of every case after every act."""
        case = self.case
        case.refresh_from_db()
        runs = list(case.runs.order_by("n"))
        opened = [run for run in runs if run.state == RunState.OPEN]
        assert [run.n for run in runs] == list(range(1, len(runs) + 1))
        assert len({run.path for run in opened}) == len(opened)
        self._check_place(opened)
        followed = [each for _, each in self.house.applied if each.case_id == case.pk]
        invariants.nothing_opens_the_gate_before_its_decisions(case, followed)
        invariants.a_signature_binds_to_a_snapshot(case)
        invariants.every_decision_says_who_in_which_capacity_when_and_why(case)
        invariants.nobody_decides_on_their_own_proposal(case, {self.house.author})
        self.past = invariants.the_record_only_grows(case, self.past)

    def _check_place(self, opened: list[StepRun]) -> None:
        """A closed case has nothing open; an open one waits for someone, at its present step."""
        if self.case.state == CaseState.CLOSED:
            assert opened == []
            self._check_takes_no_act()
            return
        assert {run.path.partition("/")[0] for run in opened} <= {self.case.step}
        waits = Condition.objects.filter(decision__case=self.case, closed_at=None).exists()
        assert opened or waits

    def _check_takes_no_act(self) -> None:
        last = self.case.runs.order_by("-n").first()
        assert last is not None
        with pytest.raises((NotPossible, Refused)):
            conclude(
                by=person(self.house.member),
                run=last,
                outcome="approve",
                body_name="Nobody",
                capacity="nobody",
            )

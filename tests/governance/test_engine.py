"""What a case does between steps: branches, referrals, returns, what stands and what falls, periods."""

from typing import Any

import pytest

from bitterroot.governance.domain import acts
from bitterroot.governance.domain import case as cases
from bitterroot.governance.domain.run import conclude, open_runs
from bitterroot.governance.enums import CaseState, RunState
from bitterroot.governance.queries import track
from bitterroot.people.actor import person
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.policy import Policy, load_policy
from bitterroot.record.models import Event, Outbox
from governance.engine_kit import WORLDS, House, Walk, use

MONTANA = load_policy("montana")
BOTH = WORLDS[2]


@pytest.fixture
def full(walkers: House, monkeypatch: pytest.MonkeyPatch) -> Walk:
    """A full proposal at both levels, before the committees of the senate."""
    use(monkeypatch, MONTANA)
    walk = Walk(walkers, MONTANA, "full-proposal", BOTH)
    for _ in range(4):
        walk.go_on()
    return walk


def paths(walk: Walk) -> list[str]:
    return [run.path for run in walk.runs]


def run_at(walk: Walk, path: str) -> Any:
    return next(run for run in walk.runs if run.path == path)


def shown(walk: Walk) -> dict[str, tuple[str, str]]:
    walk.case.refresh_from_db()
    return {step.key: (step.state, step.outcome or step.note) for step in track(walk.case)}


def test_the_case_goes_on_when_each_committee_has_recommended(full: Walk) -> None:
    assert paths(full) == ["committees/ascrc", "committees/graduate-council"]
    full.conclude(run_at(full, "committees/graduate-council"), "approve")
    full.check()
    assert paths(full) == ["committees/ascrc"]
    assert shown(full) == {
        "draft": ("done", ""),
        "signatures": ("done", ""),
        "complete": ("done", "Complete"),
        "subcommittee": ("done", "Recommend"),
        "committees": ("now", ""),
        "committees/ascrc": ("now", ""),
        "committees/graduate-council": ("done", "Recommend"),
        "committees/ascrc-information": ("skipped", "Asked only when noncredit."),
        "senate": ("ahead", ""),
        "provost": ("ahead", ""),
        "system": ("ahead", ""),
    }
    full.conclude(run_at(full, "committees/ascrc"), "approve")
    full.check()
    assert paths(full) == ["senate"]


def test_one_committee_that_declines_ends_it_and_voids_the_other(full: Walk) -> None:
    other = run_at(full, "committees/graduate-council")
    full.conclude(run_at(full, "committees/ascrc"), "decline")
    full.check()
    other.refresh_from_db()
    assert full.case.state == CaseState.CLOSED
    assert (other.state, other.note) == (RunState.VOID, "The case ended.")
    assert full.house.applied == []


def test_a_condition_in_one_branch_holds_the_case_until_it_is_closed(full: Walk) -> None:
    full.conclude(run_at(full, "committees/ascrc"), "approve with conditions")
    full.conclude(run_at(full, "committees/graduate-council"), "approve")
    full.check()
    assert paths(full) == []
    full.close_conditions()
    full.check()
    assert paths(full) == ["senate"]


def to_senate(walk: Walk) -> None:
    while paths(walk) != ["senate"]:
        walk.go_on()


def test_after_a_return_what_was_decided_stands_unless_something_material_changed(
    full: Walk,
) -> None:
    to_senate(full)
    full.conclude(run_at(full, "senate"), "return")
    full.check()
    assert paths(full) == ["draft"]
    assert shown(full)["subcommittee"] == ("ahead", "Stands unless something material changes.")
    full.edit(acronym="MAP")  # not material
    full.submit()
    full.submit()
    full.check()
    assert paths(full) == ["senate"]
    assert shown(full)["subcommittee"][0] == "done"
    assert shown(full)["committees/ascrc"][0] == "done"
    assert not Event.objects.filter(verb="decision fell").exists()


def test_a_material_change_makes_every_decision_on_the_older_version_fall(full: Walk) -> None:
    to_senate(full)
    full.conclude(run_at(full, "senate"), "return", "draft")
    full.edit(title="Maps for Towns")
    full.submit()
    full.submit()
    full.check()
    assert paths(full) == ["complete"]
    fallen = full.case.runs.filter(state=RunState.VOID, note__startswith="Changed since:")
    assert {run.note for run in fallen} == {"Changed since: Badge name, Title."}
    assert sorted(run.path for run in fallen) == [
        "committees/ascrc", "committees/graduate-council", "complete", "subcommittee",
    ]  # fmt: skip
    assert Event.objects.filter(verb="decision fell").count() == 4
    assert full.case.decisions.count() == 5  # they stay in the record


def test_a_return_to_a_chosen_step_takes_that_one_anew_and_keeps_the_rest(full: Walk) -> None:
    to_senate(full)
    full.conclude(run_at(full, "senate"), "return", "subcommittee")
    assert paths(full) == ["subcommittee"]
    full.conclude(run_at(full, "subcommittee"), "approve")
    full.check()
    assert paths(full) == ["senate"]  # the committees' recommendations stand


def test_a_return_goes_only_where_the_policy_lets_it(full: Walk) -> None:
    to_senate(full)
    with pytest.raises(NotPossible, match="Choose one of the steps"):
        full.conclude(run_at(full, "senate"), "return", "provost")
    assert paths(full) == ["senate"]


def test_the_chair_may_rule_that_a_decision_falls_after_all(full: Walk) -> None:
    to_senate(full)
    full.conclude(run_at(full, "senate"), "return", "draft")
    passed = full.case.runs.get(path="subcommittee", state=RunState.DONE)
    office = person(full.house.officer)
    with pytest.raises(NotPossible, match="Say why"):
        acts.rule_fallen(by=office, run=passed, reason=" ")
    acts.rule_fallen(by=office, run=passed, reason="The budget is read anew.")
    full.submit()
    full.submit()
    assert paths(full) == ["subcommittee"]
    passed.refresh_from_db()
    assert passed.note == "Program officer: The budget is read anew."


def test_what_is_referred_comes_back_with_advice(full: Walk) -> None:
    to_senate(full)
    full.conclude(run_at(full, "senate"), "refer", "ascrc")
    full.check()
    asked = run_at(full, "senate")
    assert (asked.body, asked.referred_by.body) == ("ascrc", "faculty-senate")
    full.conclude(asked, "decline")  # advice ends nothing
    full.check()
    again = run_at(full, "senate")
    assert (again.body, again.referred_by) == ("faculty-senate", None)
    full.conclude(again, "postpone")
    full.check()
    later = run_at(full, "senate")
    assert later != again
    full.conclude(later, "approve")
    assert paths(full) == ["provost"]


def test_an_advice_to_approve_has_no_effect(
    walkers: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the step that refers ends the case with an effect, only its own approval has it."""
    document = MONTANA.document()
    process = next(each for each in document["processes"] if each["key"] == "full-proposal")
    step = next(each for each in process["steps"] if each["key"] == "provost")
    refer = {"key": "refer", "label": "Refer", "bodies": ["ascrc"], "sentence": "It advises."}
    step["outcomes"].append(refer)
    policy = Policy.from_document(document)
    use(monkeypatch, policy)
    walk = Walk(walkers, policy, "full-proposal", WORLDS[0])
    while paths(walk) != ["provost"]:
        walk.go_on()
    walk.conclude(run_at(walk, "provost"), "refer", "ascrc")
    walk.conclude(run_at(walk, "provost"), "approve")
    assert walkers.applied == []
    walk.conclude(run_at(walk, "provost"), "approve")
    assert [effect for effect, _ in walkers.applied] == ["establish program"]


def test_an_advice_does_not_stand_for_a_decision(full: Walk) -> None:
    to_senate(full)
    full.conclude(run_at(full, "senate"), "refer", "ascrc")
    full.conclude(run_at(full, "senate"), "approve")
    full.conclude(run_at(full, "senate"), "return", "committees")
    full.conclude(run_at(full, "committees/ascrc"), "approve")
    full.conclude(run_at(full, "committees/graduate-council"), "approve")
    assert paths(full) == ["senate"]


def test_nobody_decides_on_their_own_and_nothing_is_decided_twice(full: Walk) -> None:
    run = run_at(full, "committees/ascrc")
    ana = person(full.house.author)
    with pytest.raises(Refused, match="own proposal"):
        conclude(by=ana, run=run, outcome="approve", body_name="ASCRC", capacity="Chair")
    full.conclude(run, "approve")
    with pytest.raises(NotPossible, match="not open"):
        full.conclude(run, "approve")
    assert full.case.decisions.filter(run=run).count() == 1


def test_the_office_may_act_in_a_bodys_place_for_a_reason_that_is_told(full: Walk) -> None:
    run = run_at(full, "committees/ascrc")
    office = person(full.house.officer)
    with pytest.raises(NotPossible, match="Say why"):
        acts.override(by=office, run=run, outcome="approve", reason="")
    with pytest.raises(Refused):
        acts.override(by=person(full.house.member), run=run, outcome="approve", reason="I can.")
    decision = acts.override(
        by=office, run=run, outcome="approve", reason="It could not meet until September."
    )
    assert decision.capacity == (
        "Program officer, in place of Academic Standards and Curriculum Review Committee"
    )
    assert decision.body == (  # the committee has said nothing, and no page may say that it did
        f"{full.policy.institution.program_office.name}, in place of"
        " Academic Standards and Curriculum Review Committee"
    )
    told = Event.objects.get(verb="decision overridden")
    assert told.about == f"decision:{decision.pk}"
    assert Outbox.objects.filter(event=told).exists()
    full.check()


def test_where_the_policy_names_nobody_nobody_overrides(
    walkers: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = load_policy("lakeland-state")
    use(monkeypatch, policy)
    walk = Walk(walkers, policy, "proposal", WORLDS[0])
    walk.go_on(), walk.go_on()
    with pytest.raises(Refused, match="nobody act"):
        acts.override(
            by=person(walkers.officer), run=walk.runs[0], outcome="ended", reason="In a hurry."
        )


def test_a_comment_period_ends_by_itself_once(
    walkers: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = load_policy("lakeland-state")
    use(monkeypatch, policy)
    walk = Walk(walkers, policy, "proposal", WORLDS[0])
    walk.submit(), walk.submit()
    [run] = walk.runs
    # Ten business days from Wednesday 18 November, over Thanksgiving and the day after.
    assert str(run.due_on) == "2026-12-04"
    assert walk.days_pass(16) == 0  # its last day counts whole
    assert walk.days_pass(17) == 1
    assert paths(walk) == ["committees/undergraduate"]
    decision = walk.case.decisions.get()
    assert (decision.outcome, decision.body, decision.person) == ("ended", "Comment period", None)


def test_what_nobody_objects_to_passes_by_itself(
    walkers: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = load_policy("hudson-valley")
    use(monkeypatch, policy)
    walk = Walk(walkers, policy, "pilot-proposal", WORLDS[0])
    while paths(walk) != ["posted"]:
        walk.go_on()
    assert shown(walk)["told/graduate"] == ("skipped", "Asked only when graduate level.")
    assert shown(walk)["told/undergraduate"] == ("done", "Noted")
    assert walk.days_pass(25) == 1
    assert [effect for effect, _ in walkers.applied] == ["approve pilot"]
    assert walk.days_pass(60) == 0


def either(branches: dict[str, Any]) -> Policy:
    """The reference institution with a process of its own: one of several branches is enough."""
    document = MONTANA.document()
    outcomes = {
        "approve": {"label": "Approve", "sentence": "Yes."},
        "decline": {"label": "Decline", "sentence": "No."},
    }
    steps = {
        "draft": {"kind": "form", "title": "D", "form": "pilot-proposal", "by": ["lead"], "submit by": "lead"},
        "either": {
            "kind": "any of", "title": "Either",
            "branches": {
                key: {"kind": "vote", "title": key, "body": key, "outcomes": outcomes, **more}
                for key, more in branches.items()
            },
        },
        "office": {
            "kind": "decide", "title": "O", "by": "program office", "due": "5 business days",
            "outcomes": outcomes,
        },
    }  # fmt: skip
    document["processes"].append(
        {"key": "either", "title": "E", "about": "A", "form": "pilot-proposal", "steps": steps}
    )
    return Policy.from_document(document)


def test_the_first_branch_that_passes_is_enough(
    walkers: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = either({"ascrc": {}, "graduate-council": {}})
    use(monkeypatch, policy)
    walk = Walk(walkers, policy, "either", BOTH)
    walk.submit()
    late = run_at(walk, "either/graduate-council")
    walk.conclude(run_at(walk, "either/ascrc"), "approve")
    walk.check()
    assert paths(walk) == ["office"]
    late.refresh_from_db()
    assert (late.state, late.note) == (RunState.VOID, "Another branch passed first.")


def test_a_choice_of_branches_ends_only_when_the_last_declines(
    walkers: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = either({"ascrc": {}, "graduate-council": {}})
    use(monkeypatch, policy)
    walk = Walk(walkers, policy, "either", BOTH)
    walk.submit()
    walk.conclude(run_at(walk, "either/ascrc"), "decline")
    walk.check()
    assert paths(walk) == ["either/graduate-council"]
    walk.conclude(run_at(walk, "either/graduate-council"), "decline")
    walk.check()
    assert walk.case.state == CaseState.CLOSED


def test_branches_of_which_none_applies_are_skipped(
    walkers: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = either({"ascrc": {"when": "online"}})
    use(monkeypatch, policy)
    walk = Walk(walkers, policy, "either", BOTH)
    walk.submit()
    assert paths(walk) == ["office"]
    assert shown(walk)["either"] == ("skipped", "No branch is asked for.")


def test_a_case_that_went_back_by_hand_opens_its_step_anew(full: Walk) -> None:
    by = person(full.house.author)
    cases.move(by=by, case=full.case, step="draft")
    full.check()
    assert [run.path for run in open_runs(full.case)] == ["draft"]
    assert full.case.runs.filter(state=RunState.VOID).count() == 3

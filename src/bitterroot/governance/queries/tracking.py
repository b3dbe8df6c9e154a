"""The way of a case: every step and branch, what is done, skipped, open or ahead, and how it ended."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from bitterroot.governance import policies
from bitterroot.governance.domain.way import STANDS
from bitterroot.governance.enums import ItemState, RunState
from bitterroot.governance.models import AgendaItem, Case, StepRun
from bitterroot.governance.queries.expected import expected
from bitterroot.governance.queries.readings import WORDS, readings
from bitterroot.policy.models.process import PASSING, Process, Step
from bitterroot.record import in_words


@dataclass(frozen=True, slots=True)
class TrackStep:
    """One step of the way, or one branch of a step (`branch`).

    `state` is done, now, ahead or skipped. `outcome` is its label in the policy, `note` why it
    was skipped, fell, stands or was postponed; `since` is when it opened, `ended` when it was left. `by` is the
    day by which it would be over, if everyone takes the days that they have.
    """

    key: str
    title: str
    about: str
    state: str
    since: datetime | None = None
    due: date | None = None
    ended: datetime | None = None
    outcome: str = ""
    note: str = ""
    branch: bool = False
    by: date | None = None


def track(case: Case) -> list[TrackStep]:
    """The whole way of a case in the order of its process, branches below their step."""
    process = policies.of(case).processes[case.process]
    last: dict[str, StepRun] = {run.path: run for run in case.runs.order_by("n")}
    at = list(process.steps).index(case.step)
    by = expected(case)
    shown = [
        _shown(case, process, at, path, step, last.get(path)) for path, step in process.places()
    ]
    ways = ("now", "ahead")
    shown = [replace(each, by=by.get(each.key)) if each.state in ways else each for each in shown]
    there = [run for run in last.values() if run.state == RunState.OPEN]
    return _with_agendas(_with_readings(shown, there), there)


def _with_agendas(steps: list[TrackStep], runs: list[StepRun]) -> list[TrackStep]:
    """Say of what lies before a body why a meeting did not take it up, and which one will.

    Whoever postpones it, or rules that it came too late, is told that the proposers read why. An
    agenda that is not published yet is not told of. One query where something lies before a body.
    """
    paths = {run.pk: run.path for run in runs if run.body}
    if not paths:
        return steps
    items = AgendaItem.objects.filter(run__in=paths).select_related("meeting")
    said: dict[str, list[str]] = {}
    for item in items.order_by("meeting__starts_at", "pk"):
        if line := _of_agenda(item):
            said.setdefault(paths[item.run_id], []).append(line)
    return [
        replace(step, note=" ".join([step.note, *said[step.key][-3:]]).strip())
        if step.key in said
        else step
        for step in steps
    ]


def _of_agenda(item: AgendaItem) -> str:
    day = in_words.day(item.meeting.starts_at)
    known = item.meeting.published_at or item.meeting.opened_at
    if item.state == ItemState.LISTED and known and item.meeting.ended_at is None:
        return f"It is on the agenda of {day}."
    if item.state == ItemState.REFUSED:
        return f"It came late for {day} and was not taken up: {_sentence(item.ruling)}"
    if item.state == ItemState.POSTPONED and item.read_at is None:
        return f"Taken off the agenda of {day}: {_sentence(item.ruling)}"
    return ""


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _with_readings(steps: list[TrackStep], runs: list[StepRun]) -> list[TrackStep]:
    """Say of what takes more than one reading how many it has had. Two queries at most."""
    found = readings(runs)
    read = {run.path: len(found[run.pk]) for run in runs if found.get(run.pk)}
    return [
        replace(step, note=f"{WORDS[read[step.key] - 1]} reading is done.")
        if step.key in read
        else step
        for step in steps
    ]


def _shown(
    case: Case, process: Process, at: int, path: str, step: Step, run: StepRun | None
) -> TrackStep:
    n = list(process.steps).index(path.partition("/")[0])
    state = _state(case, n - at, run)
    outcomes = getattr(step, "outcomes", {})
    over = run is not None and (state == "done" or (state == "now" and _is_over(run)))
    word = run.outcome if run and over else ""
    return TrackStep(
        key=path,
        title=step.title,
        about=step.about,
        state=state,
        since=_since(run) if run and state == "now" else None,
        due=run.due_on if run and state == "now" and not _is_over(run) else None,
        ended=run.closed_at if run and state in ("done", "skipped") else None,
        outcome=outcomes[word].label if word in outcomes else "",
        note=_note(state, run),
        branch="/" in path,
    )


def _is_over(run: StepRun) -> bool:
    """Whether it was decided on: it is the present step still where conditions are open."""
    return run.closed_at is not None


def _since(run: StepRun) -> datetime:
    return run.closed_at or run.opened_at


def _state(case: Case, distance: int, run: StepRun | None) -> str:
    """`distance` is how many steps ahead of the present one it lies (negative: behind)."""
    if run is None:
        return (
            "done" if distance < 0 else "now" if distance == 0 and not case.closed_at else "ahead"
        )
    if run.state in (RunState.OPEN, RunState.WAITING):
        return "now"
    if run.state == RunState.SKIPPED:
        return ("done" if run.note == STANDS else "skipped") if distance <= 0 else "ahead"
    if distance > 0 or run.state == RunState.VOID:
        return "ahead"
    waits = distance == 0 and case.closed_at is None and "/" not in run.path
    return "now" if waits else "done"


def _note(state: str, run: StepRun | None) -> str:
    if run is None or (state == "now" and run.state != RunState.WAITING):
        return ""
    if state == "ahead" and run.state == RunState.DONE and run.outcome in PASSING:
        return "Stands unless something material changes."
    return run.note

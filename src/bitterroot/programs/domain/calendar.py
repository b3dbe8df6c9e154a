"""What a change of the academic calendar moves in pilots and teach-outs."""

from datetime import date

from bitterroot.governance import policies
from bitterroot.governance.domain.due import Moved
from bitterroot.people.actor import Actor
from bitterroot.policy import Calendar
from bitterroot.programs.domain.dates import Days, clock_of, in_iso, known, set_dates
from bitterroot.programs.domain.reminders import WITHOUT_NOTICE
from bitterroot.programs.domain.state import locked
from bitterroot.programs.enums import RUNNING, ProgramState
from bitterroot.programs.models import Pilot, Program, TeachOut
from bitterroot.programs.seals import pilot_seal, teach_out_seal
from bitterroot.record.domain.events import record_event

_LABELS = {
    "pilot-ends": "End of the pilot",
    "teach-out-ends": "End of the teach-out",
    "intent-target": "Notice to continue, target",
    "intent-due": "Notice to continue, last day",
    "full-due": "Full proposal",
}


def day_label(key: str) -> str:
    """A day of a pilot in words: `review-2`, `intent-due`."""
    return _LABELS.get(key) or f"Yearly review of pilot year {key.rpartition('-')[2]}"


def follow_calendar(by: Actor, before: Calendar | None) -> list[Moved]:
    """Compute the days of all pilots and teach-outs again; what moved. Leads and heads are told.

    `before` is the calendar that was in force: days that are kept in no row are compared with it.
    """
    moved: list[Moved] = []
    for key in list(
        Pilot.objects.exclude(calendar=policies.calendar_digest()).values_list("pk", flat=True)
    ):
        locked(Program.objects.get(pilot=key))
        rows = Pilot.objects.select_related("program").prefetch_related("extensions", "reviews")
        pilot = rows.get(pk=key)
        days = follow_pilot(by, pilot, before)
        moved += _moved(f"pilot:{key}", pilot.program.title, days)
    teaching = TeachOut.objects.filter(program__state=ProgramState.TEACH_OUT)
    for row in teaching.select_related("program").order_by("pk"):
        moved += _moved(f"teach-out:{row.pk}", row.program.title, follow_term(by, row))
    return moved


def follow_pilot(by: Actor, pilot: Pilot, before: Calendar | None = None) -> Days:
    """Set the days of one pilot (held by the caller) anew; what moved, from and to."""
    if pilot.calendar == policies.calendar_digest():
        return {}
    moved = set_dates(pilot)
    if before is not None:
        moved |= _not_kept(pilot, before)
    if moved:
        _note(by, f"pilot:{pilot.pk}", pilot.program_id, pilot_seal(pilot), moved)
    return moved


def _not_kept(pilot: Pilot, before: Calendar) -> Days:
    """Days of the notice and the full proposal that are still ahead; no row keeps them."""
    old, new = clock_of(pilot, before), clock_of(pilot)
    if old is None or new is None or pilot.program.state not in RUNNING:
        return {}
    intent = pilot.intents.order_by("-n").first()
    days: dict[str, tuple[date | None, date | None]] = {}
    if intent is None or intent.state in WITHOUT_NOTICE:
        days["intent-target"] = known(lambda: old.intent_target), known(lambda: new.intent_target)
        days["intent-due"] = known(lambda: old.intent_due), known(lambda: new.intent_due)
    if pilot.program.state in (ProgramState.PILOT_ACTIVE, ProgramState.INTENT_CONTINUE):
        days["full-due"] = known(lambda: old.full_due), known(lambda: new.full_due)
    return {key: (a, b) for key, (a, b) in days.items() if a is not None and a != b}


def follow_term(by: Actor, row: TeachOut) -> Days:
    """Let a teach-out end with its term; what moved. Nobody is told."""
    term = policies.current().calendar.term_named(row.end_term.replace("-", " "))
    if term is None or term.finals_end == row.ends_on:
        return {}
    old, row.ends_on = row.ends_on, term.finals_end
    row.save(update_fields=["ends_on"])
    moved: Days = {"teach-out-ends": (old, row.ends_on)}
    about = f"teach-out:{row.pk}"
    _note(by, about, row.program_id, teach_out_seal(row), moved, tell=False)
    return moved


def _moved(about: str, title: str, days: Days) -> list[Moved]:
    return [Moved(about, title, day_label(key), *each) for key, each in days.items()]


def _note(
    by: Actor,
    about: str,
    program: object,
    seal: str,
    moved: Days,
    *,
    tell: bool = True,
) -> None:
    record_event(
        by=by,
        stream=f"program:{program}",
        verb="deadlines moved",
        about=about,
        seal=seal,
        data={"moved": in_iso(moved)},
        tell=tell,
    )

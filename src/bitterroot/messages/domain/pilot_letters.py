"""What is told of pilots: when their clock starts, what opens, is due and late, how they end."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from bitterroot.messages.domain.letter import Letter, address, to_people
from bitterroot.people.enums import Role
from bitterroot.people.models import Person
from bitterroot.people.queries import dean_of, holders
from bitterroot.programs.domain.calendar import day_label
from bitterroot.programs.domain.reminders import still_wanted
from bitterroot.programs.enums import Kind, ReviewState
from bitterroot.programs.enums import ReminderKind as Is
from bitterroot.programs.interfaces.calendar import deadlines_file
from bitterroot.programs.models import (
    Intent,
    Pilot,
    PilotExtension,
    Program,
    ProgramReview,
    Reminder,
    TeachOut,
)
from bitterroot.programs.queries.pilots import pilot_of, standing
from bitterroot.programs.rules import head_for
from bitterroot.record.models import Event


def _leads(program: Program) -> list[Person]:
    return [program.lead, *program.co_leads.all()]


def _head(program: Program) -> list[Person]:
    head = head_for(program)
    return [head] if head is not None else []


def _dean(program: Program) -> list[Person]:
    dean = dean_of(program.owner_unit)
    return [dean] if dean is not None else []


def _office() -> list[Person]:
    return holders(Role.PROGRAM_OFFICER)


def _program(key: str) -> Program:
    return Program.objects.select_related("lead", "owner_unit").get(pk=key)


def _send(
    people: Iterable[Person], template: str, program: Program, link: str = "", **words: Any
) -> list[Letter]:
    link = link or address("faculty:pilot", program.slug)
    return to_people(people, template, program=program, link=link, **words)


def _started(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    """With the calendar of its deadlines, in the mail and as a file."""
    program = _program(key)
    pilot = pilot_of(program)
    dues = standing(pilot).dues if pilot else ()
    calendar = deadlines_file(program.title, ((program, due) for due in dues))
    letters = _send([*_leads(program), *_head(program)], "pilot_started", program, dues=dues)
    return [
        replace(letter, attachment_name="deadlines.ics", attachment=calendar) for letter in letters
    ]


def _ended(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    program = _program(key)
    people = [*_leads(program), *_head(program)]
    if event.verb == "pilot lapsed":
        people += [*_dean(program), *_office()]
    if event.verb == "program closed":
        people += [*holders(Role.REGISTRAR), *_office()]
    return _send(people, event.verb.replace(" ", "_"), program, reason=data.get("reason", ""))


def _changed(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    """To the offices that list it, teach by it or issue its badge; its leads read the decision."""
    program = _program(key)
    queue = Role.ISSUING_OFFICER if program.kind == Kind.NONCREDIT else Role.REGISTRAR
    people = {*holders(Role.MARKETING), *holders(queue)}
    if data["badge_kept"]:
        people |= {*_office()}  # of a new badge the office reads in a letter of its own
    told = [person for person in people if f"person:{person.pk}" != event.actor]
    told.sort(key=lambda person: person.display_name)
    link = address("faculty:program_versions", program.slug)
    on = date.fromisoformat(data["effective_on"])
    return _send(told, "program_changed", program, link, data=data, effective_on=on)


def _extended(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    grant = PilotExtension.objects.select_related("pilot__program").get(pk=key)
    program = _program(str(grant.pilot.program_id))
    people = [*_leads(program), *_head(program)]
    return _send(people, "pilot_extended", program, grant=grant, pilot=grant.pilot)


def _moved(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    pilot = Pilot.objects.get(pk=key)
    program = _program(str(pilot.program_id))
    moved = [(day_label(what), *days) for what, days in sorted(data["moved"].items())]
    return _send([*_leads(program), *_head(program)], "deadlines_moved", program, moved=moved)


def _review(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    row = ProgramReview.objects.select_related("pilot", "submitted_by").get(pk=key)
    program = _program(str(row.pilot.program_id))
    people = {
        "yearly review submitted": _head(program),
        "yearly review acknowledged": _office(),
    }.get(event.verb, _leads(program))
    if event.verb == "yearly review submitted" and row.state != ReviewState.SUBMITTED:
        return []  # returned before the mail was written
    template = event.verb.replace(" ", "_")
    link = address("faculty:review", program.slug, row.year)
    return _send(people, template, program, link, review=row, by=event.actor_name)


def _notice(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    row = Intent.objects.select_related("pilot", "lead_signed_by").get(pk=key)
    program = _program(str(row.pilot.program_id))
    leads, head, office = _leads(program), _head(program), _office()
    people = {
        "notice opened": [*leads, *head, *office],
        "notice signed by lead": head,
        "notice given": office,
        "notice returned": leads,
        "notice changed": [*head, *office],
        "notice acknowledged": [*leads, *head],
    }[event.verb]
    removed = row.choice == "remove"
    if event.verb == "notice acknowledged" and removed:
        people = [*people, *holders(Role.REGISTRAR)]
    pilot = pilot_of(program)
    dues = standing(pilot).dues if pilot else ()
    due = next((each.on for each in dues if each.key == "intent-due"), None)
    link = address("faculty:notice", program.slug)
    template = event.verb.replace(" ", "_")
    return _send(people, template, program, link, notice=row, removed=removed, due=due)


def _teach_out(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    row = TeachOut.objects.get(pk=key)
    program = _program(str(row.program_id))
    people = [*_leads(program), *_head(program), *holders(Role.REGISTRAR), *_office()]
    return _send(people, "teach_out_planned", program, teach_out=row)


def _reminder(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    row = Reminder.objects.select_related("program").get(pk=key)
    if not still_wanted(row):
        return []  # done before the mail was written
    program = _program(str(row.program_id))
    leads, head = _leads(program), _head(program)
    people, template = {
        Is.REVIEW_DUE: (leads, "review_due"),
        Is.REVIEW_OVERDUE: (leads, "review_overdue"),
        Is.REVIEW_TO_HEAD: (head, "review_escalated"),
        Is.REVIEW_TO_DEAN: (_dean(program), "review_escalated"),
        Is.NOTICE_TARGET: ([*leads, *head, *_office()], "notice_due"),
        Is.NOTICE_DUE: ([*leads, *head, *_office()], "notice_due"),
        Is.NOTICE_OVERDUE: ([*leads, *head, *_office()], "notice_overdue"),
        Is.FULL_DUE: ([*leads, *head], "full_due"),
        Is.TEACH_OUT_END: ([*leads, *head, *holders(Role.REGISTRAR)], "teach_out_ends"),
    }[Is(row.kind)]
    link = ""
    if row.year:
        link = address("faculty:review", program.slug, row.year)
    elif row.kind in (Is.NOTICE_TARGET, Is.NOTICE_DUE, Is.NOTICE_OVERDUE):
        link = address("faculty:notice", program.slug)
    hoped = row.kind == Is.NOTICE_TARGET
    return _send(people, template, program, link, reminder=row, hoped=hoped)


Maker = Callable[[str, Event, dict[str, Any]], list[Letter]]
MAKERS: dict[str, Maker] = {
    "pilot started": _started,
    "pilot extended": _extended,
    "deadlines moved": _moved,
    **dict.fromkeys(
        ("pilot lapsed", "program closed", "program suspended", "program resumed"), _ended
    ),
    **dict.fromkeys(
        [
            f"yearly review {what}"
            for what in ("opened", "submitted", "acknowledged", "accepted", "returned", "waived")
        ],
        _review,
    ),
    **dict.fromkeys(
        [
            f"notice {what}"
            for what in ("opened", "signed by lead", "given", "returned", "changed", "acknowledged")
        ],
        _notice,
    ),
    "teach-out planned": _teach_out,
    "program version approved": _changed,
    **dict.fromkeys([f"reminded: {kind}" for kind in Is], _reminder),
}

"""What no single value shows: names that must exist, ways that must lead on, days in order.

Each check yields (path, message, expected); the loader turns paths into files and lines.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import pairwise

from bitterroot.policy import relied_on
from bitterroot.policy.capacities import CAPACITIES
from bitterroot.policy.models.calendar import WEEKDAYS, Calendar, Term
from bitterroot.policy.models.forms import Field, Form
from bitterroot.policy.models.lists import ListKind, heading_key
from bitterroot.policy.models.policy import NOTATION_WORDS, Policy, pattern_words
from bitterroot.policy.outcome_checks import check_outcomes
from bitterroot.policy.problems import one_of
from bitterroot.policy.process_checks import (
    Finding,
    check_beginnings,
    check_bodies,
    check_changes,
    check_process,
    missing,
)


def cross_check(policy: Policy) -> Iterator[Finding]:
    """Every mistake that shows only when the parts are put together."""
    yield from _units(policy)
    yield from _roles(policy)
    yield from _calendar(policy.calendar)
    yield from _seasons(policy)
    for form in policy.forms.values():
        yield from _form(policy, form)
    yield from _relied_on_forms(policy)
    yield from check_bodies(policy)
    yield from _sitting_bodies(policy)
    for process in policy.processes.values():
        yield from check_process(policy, process)
        yield from check_outcomes(policy, process)
    yield from check_beginnings(policy)
    yield from check_changes(policy)
    yield from _lists(policy)
    yield from _institution(policy)
    yield from _names(policy)


def _sitting_bodies(policy: Policy) -> Iterator[Finding]:
    """A body must be able to meet: what waits for it would never be due."""
    calendar = policy.calendar
    for body in policy.bodies.values():
        first = calendar.years[0].start if calendar.years else None
        if first is None or isinstance(body.sits, str):
            continue
        days = (calendar.years[-1].end - first).days
        if not any(calendar.sits_on(body.sits, first + timedelta(n)) for n in range(days)):
            seasons = ", ".join(calendar.bodies_sit_in)
            expected = f"a month with classes in a term in which bodies sit ({seasons})"
            yield ("bodies", body.key, "sits"), "the body never sits", expected


def _units(policy: Policy) -> Iterator[Finding]:
    for unit in policy.units.values():
        if unit.parent and unit.parent not in policy.units:
            yield missing(("units", unit.key, "parent"), unit.parent, "unit", list(policy.units))
        seen, above = {unit.key}, unit.parent
        while above in policy.units and above not in seen:
            seen.add(above)
            above = policy.units[above].parent
        if above in seen:
            yield ("units", unit.key, "parent"), f"'{unit.key}' stands above itself", ""
    tops = [unit.key for unit in policy.units.values() if unit.parent is None]
    if len(tops) != 1:
        yield ("units",), f"{len(tops)} units have no parent", "exactly one, the university"


def _roles(policy: Policy) -> Iterator[Finding]:
    for capacity in CAPACITIES.values():
        if capacity.role and capacity.role not in policy.roles:
            yield (
                ("roles",),
                f"role '{capacity.role}' is missing; the capacity '{capacity.name}' needs it",
                "",
            )


def _calendar(calendar: Calendar) -> Iterator[Finding]:
    for number, name in enumerate(calendar.working_days):
        if name not in WEEKDAYS:
            yield missing(("calendar", "working days", number), name, "day", list(WEEKDAYS))
    if not calendar.working_days:
        yield ("calendar", "working days"), "no day is a working day", "at least one"
    for before, year in pairwise(calendar.years):
        if (year.start - before.end).days != 1:
            path = ("calendar", "years", year.key, "start")
            yield path, f"does not follow on the end of {before.label}, {before.end}", ""
    yield from _terms(calendar)


def _terms(calendar: Calendar) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    placed: list[tuple[Term, tuple[str, ...]]] = []
    for year in calendar.years:
        for term in year.terms:
            path = ("calendar", "years", year.key, "terms", term.key)
            placed.append((term, path))
            if not year.start <= term.start <= term.finals_end <= year.end:
                yield path, f"lies outside the year {year.start} to {year.end}", ""
            if term.key in seen:
                yield path, f"'{term.key}' is already a term of {seen[term.key]}", ""
            seen[term.key] = year.label
    placed.sort(key=lambda pair: pair[0].start)
    for (before, _), (after, where) in pairwise(placed):
        if after.start <= before.finals_end:
            yield where, f"overlaps {before.label}, which runs to {before.finals_end}", ""
    for number, deadline in enumerate(calendar.curriculum_deadlines):
        if deadline.term not in seen:
            place = ("calendar", "curriculum deadlines", number, "term")
            yield missing(place, deadline.term, "term", list(seen))


def _seasons(policy: Policy) -> Iterator[Finding]:
    seasons = {term.season for term in policy.calendar.terms}
    for name in ("review_season", "intent_season"):
        season = getattr(policy.pilot, name)
        if season not in seasons:
            yield missing(("pilot", name.replace("_", " ")), season, "season", sorted(seasons))
    for season in policy.calendar.season_words:
        if season not in seasons:
            yield missing(("calendar", "season words", season), season, "season", sorted(seasons))
    for number, season in enumerate(policy.calendar.bodies_sit_in):
        if season not in seasons:
            path = ("calendar", "bodies sit in", number)
            yield missing(path, season, "season", sorted(seasons))


def _form(policy: Policy, form: Form) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    badge: dict[str, str] = {}
    for section in form.sections:
        for field in section.fields:
            path = ("forms", form.key, "sections", section.key, "fields", field.key)
            if field.key in seen:
                yield path, f"'{field.key}' is already a field of section '{seen[field.key]}'", ""
            seen[field.key] = section.key
            yield from _field(policy, form, field, path)
            if field.badge:
                if field.badge in badge:
                    yield (
                        (*path, "badge"),
                        f"'{badge[field.badge]}' already gives '{field.badge}'",
                        "",
                    )
                badge[field.badge] = field.key
            relied = (*relied_on.FIELDS.values(), relied_on.BUDGET_FIELDS)
            if field.locked and not any(field.key in keys for keys in relied):
                yield (*path, "locked"), "code does not rely on this field", "no 'locked' here"


def _field(
    policy: Policy, form: Form, field: Field, path: tuple[str | int, ...]
) -> Iterator[Finding]:
    if field.starts_as:
        source = form.fields.get(field.starts_as)
        if source is None and not any(field.starts_as in f.fields for f in policy.forms.values()):
            yield missing((*path, "starts as"), field.starts_as, "field", list(form.fields))
        elif source is not None and source.type not in {field.type, "computed"}:
            texts = {source.type, field.type}
            if texts != {"text", "longtext"}:
                yield (*path, "starts as"), f"'{source.key}' is of type {source.type}", field.type
    if field.page and field.page not in policy.pages:
        yield missing((*path, "page"), field.page, "page", list(policy.pages))
    keys = [choice.key for choice in field.choices]
    for number, key in enumerate(keys):
        if key in keys[:number]:
            yield (*path, "choices"), f"the choice '{key}' stands here twice", ""
    columns = [column.key for column in field.columns]
    for column in field.columns:
        if columns.count(column.key) > 1:
            yield (*path, "columns"), f"the column '{column.key}' stands here twice", ""


def _relied_on_forms(policy: Policy) -> Iterator[Finding]:
    for form, fields in relied_on.FIELDS.items():
        if form not in policy.forms:
            yield ("forms",), f"the form '{form}' is missing; code relies on it", ""
        else:
            yield from _relied_on(policy.forms[form], fields)
    pilot = relied_on.FIELDS["pilot-proposal"]
    program = {key: pilot[key] for key in relied_on.PROGRAM_FIELDS}
    checked = set(relied_on.FIELDS)
    for process in policy.processes.values():
        form = process.form
        if process.begins == "program" and form in policy.forms and form not in checked:
            checked.add(form)
            yield from _relied_on(policy.forms[form], program)
        if process.begins == "change" and form in policy.forms and form not in checked:
            checked.add(form)
            yield from _relied_on(policy.forms[form], program | relied_on.FIELDS["change"])
        if process.agreement in policy.forms and process.agreement not in checked:
            checked.add(process.agreement)
            yield from _relied_on(policy.forms[process.agreement], relied_on.FIELDS["mou"])
    for each in policy.forms.values():
        if "break_even" in each.fields:
            yield from _relied_on(each, relied_on.BUDGET_FIELDS)


def _relied_on(form: Form, fields: Mapping[str, str]) -> Iterator[Finding]:
    """Fields that code relies on and that the form lacks, has of another type or leaves open."""
    for key, kind in fields.items():
        field = form.fields.get(key)
        if field is None:
            message = f"the field '{key}' is missing; code relies on it"
            yield ("forms", form.key), message, f"type {kind}"
            continue
        path = ("forms", form.key, "sections", form.section_of[key], "fields", key)
        if field.type != kind:
            yield (*path, "type"), f"code relies on '{key}' being of type {kind}", kind
        elif not field.locked:
            yield path, f"code relies on '{key}'", "'locked: true'"


def _lists(policy: Policy) -> Iterator[Finding]:
    lists = policy.lists
    for kind, columns in relied_on.COLUMNS.items():
        if kind not in lists.kinds:
            yield ("lists", "kinds"), f"the kind '{kind}' is missing; code relies on it", ""
            continue
        for key in columns:
            if key not in lists.kinds[kind].column:
                path = ("lists", "kinds", kind, "columns")
                yield path, f"the column '{key}' is missing; code relies on it", ""
    for each in lists.kinds.values():
        if each.form not in policy.forms:
            path = ("lists", "kinds", each.key, "form")
            yield missing(path, each.form, "form", list(policy.forms))
        yield from _headings(each)
    for code in relied_on.FAULTS:
        if code not in lists.faults:
            yield ("lists", "faults"), f"the fault '{code}' is missing; the checks give it", ""
    for code in lists.faults:
        if code not in relied_on.FAULTS:
            yield missing(("lists", "faults", code), code, "fault", list(relied_on.FAULTS))
    once = lists.faults.get("already_awarded")
    if once is not None and once.severity != "error":
        path = ("lists", "faults", once.key, "severity")
        yield path, "a learner holds one badge of a program everywhere", "error"
    for kind in relied_on.KINDS:
        route = policy.routing.get(kind)  # type: ignore[call-overload]
        if route is None:
            yield ("routing",), f"'{kind}' is missing", one_of(relied_on.ROUTES)
        elif route not in relied_on.ROUTES or (route == "split") != (kind == "hybrid"):
            wanted = "split" if kind == "hybrid" else "registrar or program office"
            yield ("routing", kind), f"'{route}' does not fit here", wanted


def _headings(kind: ListKind) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for column in kind.columns:
        path = ("lists", "kinds", kind.key, "columns", column.key)
        for heading in (column.label, *column.headings):
            owner = seen.setdefault(heading_key(heading), column.key)
            if owner != column.key:
                yield path, f"the heading '{heading}' already stands for '{owner}'", ""


def _institution(policy: Policy) -> Iterator[Finding]:
    place = ("institution", "notation pattern")
    try:
        words = pattern_words(policy.institution.notation_pattern)
    except ValueError as error:
        yield place, f"the braces do not match: {error}", ""
        return
    for word in words:
        if word not in NOTATION_WORDS:
            yield missing(place, word, "word", list(NOTATION_WORDS))
    student_id = policy.institution.student_id
    if not student_id.fits(student_id.example):
        path = ("institution", "student id", "example")
        yield path, f"'{student_id.example}' does not fit the pattern", student_id.pattern


def _names(policy: Policy) -> Iterator[Finding]:
    for sort, needed, there in (
        ("page", relied_on.PAGES, policy.pages),
        ("text", relied_on.TEXTS, policy.texts),
    ):
        root = {"page": "pages", "text": "texts"}[sort]
        for name in needed:
            if name not in there:
                yield (root,), f"the {sort} '{name}' is missing; code relies on it", ""
    for sort, keys in (("kinds", relied_on.KINDS), ("levels", relied_on.LEVELS)):
        there_keys = [thing.key for thing in getattr(policy.taxonomy, sort)]
        for key in keys:
            if key not in there_keys:
                yield ("taxonomy", sort), f"'{key}' is missing; code relies on it", ""
    yield from _tracks(policy)


def _tracks(policy: Policy) -> Iterator[Finding]:
    """Tracks without a meaning, answers that lead to none, and no badge for taking part."""
    taxonomy = policy.taxonomy
    known = [track.key for track in taxonomy.tracks]
    for key in known:
        if key not in relied_on.TRACKS:
            yield missing(("taxonomy", "tracks", key), key, "track", relied_on.TRACKS)
    for question in taxonomy.choosing:
        for answer in question.answers:
            place = ("taxonomy", "choosing", question.key, "answers", answer.key, "fits")
            for number, key in enumerate(answer.fits):
                if key not in known:
                    yield missing((*place, number), key, "track", known)
    for sort, there in zip(("badge types", "badge levels"), taxonomy.participation, strict=True):
        if not there:
            message = "none is for taking part, where nothing is assessed"
            yield ("taxonomy", sort), message, "one with 'unassessed: true'"

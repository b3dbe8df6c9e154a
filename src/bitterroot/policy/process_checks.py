"""Checks of bodies and processes: who decides, how it is counted, and where every case can go."""

from collections.abc import Iterable, Iterator

from bitterroot.policy.capacities import CAPACITIES
from bitterroot.policy.models.bodies import Body
from bitterroot.policy.models.policy import Policy
from bitterroot.policy.models.process import CLASSES, Process, way_to
from bitterroot.policy.models.steps import (
    WORDS,
    AllOfStep,
    AnyOfStep,
    Deciding,
    FormStep,
    Outcome,
    SignStep,
    Step,
    VoteStep,
)
from bitterroot.policy.problems import one_of

Place = tuple[str | int, ...]
Finding = tuple[Place, str, str]

#: Capacities that are offices of the institution and may decide, review or confirm.
OFFICES = ("program office", "registrar", "issuing officer", "graduate dean", "provost")


#: What a process has to come to, by what it begins; without it a case would end in nothing.
EFFECTS = {
    "program": "establish program",
    "full proposal": "establish program",
    "change": "new version",
    "termination": "end program",
}


def missing(path: Place, name: str, sort: str, known: Iterable[str]) -> Finding:
    """The finding that nothing of that sort has that name."""
    return path, f"unknown {sort} '{name}'", one_of(sorted(known), name)


def check_bodies(policy: Policy) -> Iterator[Finding]:
    """Bodies that cannot decide, and rubrics that ask for what cannot be."""
    for body in policy.bodies.values():
        path: Place = ("bodies", body.key)
        if body.unit and body.unit not in policy.units:
            yield missing((*path, "unit"), body.unit, "unit", policy.units)
        if body.voters < 1:
            why = "" if body.chair_votes else " besides the chair, who does not vote"
            yield (*path, "seats"), f"nobody votes: {body.seats} seats{why}", "at least one voter"
        else:
            yield from _quorum(body, body.quorum, (*path, "quorum"))
        if body.public_meetings and body.public_since is None:
            message = "it meets in public, and no day says since when"
            expected = "'public since: YYYY-MM-DD'; minutes of earlier meetings stay inside"
            yield (*path, "public meetings"), message, expected
        if body.public_since is not None and not body.public_meetings:
            message = "it does not meet in public"
            yield (*path, "public since"), message, "'public meetings: true' as well"
    for rubric in policy.rubrics.values():
        path = ("rubrics", rubric.key)
        if rubric.comment_below >= len(rubric.scale):
            message = f"every score is below {rubric.comment_below}"
            yield (*path, "comment below"), message, f"at most {len(rubric.scale) - 1}"
        for criterion in rubric.criteria.values():
            yield from _possible(criterion, (*path, "criteria", criterion.key))


def _quorum(body: Body, quorum: str | int, path: Place) -> Iterator[Finding]:
    if isinstance(quorum, int) and not 1 <= quorum <= body.voters:
        message = f"{body.title} can never have {quorum} of its {body.voters} voters there"
        yield path, message, f"1 to {body.voters}, or a share such as 'majority'"


def check_process(policy: Policy, process: Process) -> Iterator[Finding]:
    """Every mistake of one process."""
    root: Place = ("processes", process.key)
    if process.form not in policy.forms:
        yield missing((*root, "form"), process.form, "form", policy.forms)
    if process.agreement not in policy.forms:
        yield missing((*root, "agreement"), process.agreement, "form", policy.forms)
    if process.override_by and process.override_by not in OFFICES:
        yield _no_office((*root, "override by"), process.override_by)
    targets_known = True
    for path, step in process.places():
        place = (*root, *way_to(path))
        yield from _step(policy, process, path, step, place)
        for way, target in _targets(step, place):
            if target not in process.steps:
                targets_known = False
                yield missing(way, target, "step", process.steps)
    if targets_known:
        yield from _walk(process, root)
    if not any(effect for _, effect in process.effects()):
        message = "no outcome has an effect, so that nothing would come of any case"
        yield (*root, "steps"), message, f"'effect: {EFFECTS[process.begins]}' at an outcome"


def check_beginnings(policy: Policy) -> Iterator[Finding]:
    """Tracks without a process, processes for one that is unknown or that is another's already."""
    tracks = [track.key for track in policy.taxonomy.tracks]
    programs = [each.track for each in policy.processes.values() if each.begins == "program"]
    for track in tracks:
        if track not in programs and None not in programs:
            message = f"no process begins a program of the track '{track}'"
            expected = f"a process with 'track: {track}', or one that names no track"
            yield ("taxonomy", "tracks", track), message, expected
    seen: dict[tuple[str, str | None, str | None], str] = {}
    for process in policy.processes.values():
        root: Place = ("processes", process.key)
        if process.track is not None and process.track not in tracks:
            yield missing((*root, "track"), process.track, "track", tracks)
        means = (process.begins, process.track, process.change)
        other = seen.setdefault(means, process.key)
        if other != process.key:
            named = " ".join(filter(None, (process.change or process.track, process.begins)))
            message = f"the process '{other}' is already the one for '{named}'"
            yield root, message, "one process for each"


def check_changes(policy: Policy) -> Iterator[Finding]:
    """Answers of which two classes speak, classes that speak of none, and what no change asks."""
    forms = [form for form in policy.forms.values() if "change_reason" in form.fields]
    known = [key for form in forms for key in form.fields]
    yield from _unasked(policy)
    seen: dict[str, str] = {}
    for word in CLASSES if forms else ():
        for number, key in enumerate(getattr(policy.changes, word)):
            place: Place = ("changes", word, number)
            if key not in known:
                yield missing(place, key, "field", known)
            elif key in seen:
                yield place, f"'{key}' is already of the class '{seen[key]}'", "one class for each"
            seen[key] = word
    for key in policy.changes.rows if forms else ():
        if key not in known:
            yield missing(("changes", "rows", key), key, "field", known)


def _unasked(policy: Policy) -> Iterator[Finding]:
    """Answers that a track's proposal asks and its change does not: they could never be changed."""
    for track in policy.taxonomy.tracks:
        begun = policy.process_for("program", track=track.key)
        asked = policy.forms.get(begun.form) if begun else None
        for word in CLASSES if asked else ():
            process = policy.process_for("change", track=track.key, change=word)
            form = policy.forms.get(process.form) if process else None
            if process is None or form is None or asked is None:
                continue
            left = [k for k, f in asked.fields.items() if f.type != "computed"]
            if left := [key for key in left if key not in form.fields]:
                more = f" and {len(left) - 3} more" if len(left) > 3 else ""
                named = ", ".join(f"'{key}'" for key in left[:3])
                message = f"'{form.key}' does not ask {named}{more}, which '{asked.key}' asks"
                expected = f"a form with 'sections from: {asked.key}' for the track '{track.key}'"
                yield ("processes", process.key, "form"), message, expected


def _targets(step: Step, place: Place) -> Iterator[tuple[Place, str]]:
    """Every step that this one names, with the place where it does."""
    if step.then is not None:
        yield (*place, "then"), step.then
    if isinstance(step, SignStep):
        yield (*place, "on return"), step.on_return
    if isinstance(step, Deciding):
        for outcome in step.outcomes.values():
            here = (*place, "outcomes", outcome.key)
            if outcome.to is not None:
                yield (*here, "to"), outcome.to
            for number, way in enumerate(outcome.or_to):
                yield (*here, "or to", number), way


def _step(
    policy: Policy, process: Process, path: str, step: Step, place: Place
) -> Iterator[Finding]:
    yield from _possible(step, place)
    if step.requires and not isinstance(step, FormStep | SignStep):
        yield (
            (*place, "requires"),
            "only a step that fills in or signs is held up so",
            "no 'requires'",
        )
    for number, requirement in enumerate(step.requires):
        yield from _possible(requirement, (*place, "requires", number))
    if "/" in path and step.then:
        yield (*place, "then"), "a branch leads on with its step", "no 'then' here"
    if isinstance(step, FormStep) and step.form not in policy.forms:
        yield missing((*place, "form"), step.form, "form", policy.forms)
    if isinstance(step, SignStep):
        yield from _signers(policy, step, place)
    yield from _names(policy, step, place)
    if isinstance(step, VoteStep):
        yield from _vote(policy, step, place)
    if isinstance(step, Deciding):
        for outcome in step.outcomes.values():
            yield from _outcome(policy, process, path, step, outcome, place)


def _names(policy: Policy, step: Step, place: Place) -> Iterator[Finding]:
    """Bodies, rubrics and offices that a step names."""
    body, rubric = getattr(step, "body", None), getattr(step, "rubric", None)
    by = getattr(step, "by", None)
    if body and body not in policy.bodies:
        yield missing((*place, "body"), body, "body", policy.bodies)
    if rubric and rubric not in policy.rubrics:
        yield missing((*place, "rubric"), rubric, "rubric", policy.rubrics)
    if isinstance(by, str) and by not in OFFICES:
        yield _no_office((*place, "by"), by)
    if step.kind == "no objection" and bool(body) == bool(by):
        yield place, "who may object?", "'body' or 'by', one of the two"
    if step.kind == "comment" and (getattr(step, "audience", "") == "body") != bool(body):
        yield place, "a 'body' is named exactly when the audience is one", "both or neither"


def _no_office(path: Place, name: str) -> Finding:
    return path, f"'{name}' is no office that can decide", one_of(OFFICES, name)


def _vote(policy: Policy, step: VoteStep, place: Place) -> Iterator[Finding]:
    if step.readings > 1 and step.agenda == "consent":
        message = f"what takes {step.readings} readings is not approved on consent"
        yield (*place, "readings"), message, "'agenda: action'"
    body = policy.bodies.get(step.body)
    if body is None:
        return
    if step.quorum is not None and body.voters >= 1:
        yield from _quorum(body, step.quorum, (*place, "quorum"))
    if step.agenda == "consent" and not body.consent:
        message = f"{body.title} takes no items on consent"
        yield (*place, "agenda"), message, f"'action', or 'consent: true' at the body '{body.key}'"


def _outcome(
    policy: Policy, process: Process, path: str, step: Step, outcome: Outcome, place: Place
) -> Iterator[Finding]:
    here = (*place, "outcomes", outcome.key)
    words = WORDS[step.kind]
    if outcome.key not in words:
        message = f"'{outcome.key}' is no outcome of a step of kind {step.kind}"
        yield here, message, one_of(words, outcome.key)
        return
    yield from _possible(outcome, here)
    yield from _waiting(process, path, outcome, here)
    if "/" in path and outcome.passes and (outcome.effect or outcome.ways):
        yield here, "a branch that passes neither has an effect nor leads elsewhere", ""
    if outcome.conditions != (outcome.key == "approve with conditions"):
        wanted = "only with 'approve with conditions', and always there"
        yield here, "'conditions: true' does not fit here", wanted
    if outcome.key == "postpone" and (outcome.ways or outcome.effect):
        yield here, "what is postponed stays where it is", "no 'to' and no 'effect'"
    if outcome.key in ("return", "objected") and not outcome.ways:
        yield here, f"'{outcome.key}' must say where the case goes", "'to' and the name of a step"
    if outcome.key == "return":
        yield from _backwards(process, path, outcome, here)
    elif outcome.or_to:
        yield (*here, "or to"), "only a return leaves a choice of steps", ""
    yield from _referral(policy, step, outcome, here)


def _waiting(process: Process, path: str, outcome: Outcome, here: Place) -> Iterator[Finding]:
    """An effect may wait for a later step that only some cases have, and from which it comes."""
    target = process.steps.get(outcome.to or "")
    if outcome.effect is None or target is None:
        return
    order = list(process.steps)
    if order.index(target.key) <= order.index(path.partition("/")[0]):
        yield here, "an effect waits for a later step only", f"'to' and a step after '{path}'"
    elif target.when is None:
        message = f"an effect that waits for '{target.key}' never comes, for every case goes there"
        yield here, message, "an effect there alone, or a 'when' at that step"
    elif outcome.effect not in [o.effect for o in getattr(target, "outcomes", {}).values()]:
        message = f"the effect waits for '{target.key}', from which it does not come"
        yield here, message, f"'effect: {outcome.effect}' at an outcome there"


def _backwards(process: Process, path: str, outcome: Outcome, here: Place) -> Iterator[Finding]:
    order = list(process.steps)
    at = order.index(path.partition("/")[0])
    for way in outcome.ways:
        if way in order and order.index(way) >= at:
            yield here, f"a return goes back, and '{way}' is no earlier step", one_of(order[:at])


def _referral(policy: Policy, step: Step, outcome: Outcome, here: Place) -> Iterator[Finding]:
    if outcome.key != "refer":
        if outcome.bodies:
            yield (*here, "bodies"), "only 'refer' names bodies", ""
        return
    if not outcome.bodies:
        yield here, "'refer' must say to which bodies", "'bodies' with a list"
    for number, name in enumerate(outcome.bodies):
        if name not in policy.bodies:
            yield missing((*here, "bodies", number), name, "body", policy.bodies)
        elif name == getattr(step, "body", None):
            yield (*here, "bodies", number), f"'{name}' would refer to itself", "another body"


def _signers(policy: Policy, step: SignStep, path: Place) -> Iterator[Finding]:
    for key, name in (("form", step.form), ("statement", step.statement)):
        if name not in policy.forms:
            yield missing((*path, key), name, "form", policy.forms)
    form = policy.forms.get(step.form)
    for number, signer in enumerate(step.signers):
        place = (*path, "in order", number)
        yield from _possible(signer, place)
        if signer.by_link and not CAPACITIES[signer.capacity].outside:
            yield (*place, "by link"), f"'{signer.capacity}' has an account and signs signed in", ""
        sections = [section.key for section in form.sections] if form else []
        if signer.covers != "all" and form:
            for at, section in enumerate(signer.covers):
                if section not in sections:
                    yield missing((*place, "covers", at), section, "section", sections)


def _possible(thing: object, place: Place) -> Iterator[Finding]:
    when = getattr(thing, "when", None)
    if when is not None and not when.possible:
        message = f"'{when}' can never hold"
        yield (*place, "when"), message, "a condition that some case fulfils"


def _walk(process: Process, root: Place) -> Iterator[Finding]:
    """Steps that no case reaches, from which none can end, or after which nothing follows."""
    reached: set[str] = set()
    todo = [process.start]
    while todo:
        key = todo.pop()
        if key not in reached:
            reached.add(key)
            todo += process.leads_to(key)
    for key in process.steps:
        if key not in reached:
            yield (*root, "steps", key), f"no case ever reaches the step '{key}'", ""
    ends = {key for key in process.steps if process.ends_at(key)}
    while more := {k for k in process.steps if k not in ends and ends & set(process.leads_to(k))}:
        ends |= more
    for key in process.steps:
        if key in reached and key not in ends:
            message = f"the step '{key}' is a dead end: no decision can follow"
            yield (*root, "steps", key), message, "a way to a step that decides"
        elif key in reached and (why := _hangs(process, key)):
            yield (*root, "steps", key), why, "a step after it, or 'then'"


def _only_where_it_applies(process: Process, key: str) -> bool:
    """Whether every way to this step is an effect that waits for it, so that it is never skipped."""
    before = [each for each in process.steps if key in process.leads_to(each)]
    ways = [
        outcome
        for each in before
        for outcome in getattr(process.steps[each], "outcomes", {}).values()
        if key in (process.next_of(each, outcome), *outcome.ways)
    ]
    skipped = [each for each in before if process.steps[each].when and process.after(each) == key]
    return bool(ways) and not skipped and all(o.effect and o.to == key for o in ways)


def _hangs(process: Process, key: str) -> str:
    """Why a case that passes or skips this step would go nowhere; empty where it goes on."""
    step = process.steps[key]
    if process.after(key) is not None:
        return ""
    if step.when is not None and not _only_where_it_applies(process, key):
        return f"nothing follows when the step '{key}' is skipped"
    if isinstance(step, FormStep | SignStep | AllOfStep | AnyOfStep):
        return f"nothing follows when the step '{key}' is passed"
    return ""

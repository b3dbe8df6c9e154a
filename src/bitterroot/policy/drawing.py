"""A process as people look at it: an outline in plain text, and a drawing as SVG."""

from collections.abc import Iterator, Mapping
from html import escape
from textwrap import wrap

from bitterroot.policy.models.policy import Policy
from bitterroot.policy.models.process import (
    AllOfStep,
    AnyOfStep,
    Deciding,
    FormStep,
    Outcome,
    Process,
    SignStep,
    Step,
)

WIDTH, ROW, BOX, GAP = 760, 98, 64, 12
#: Who comments in a period.
AUDIENCES = {"authors": "the authors", "campus": "the whole staff", "public": "the whole staff"}
_LINE = 'fill="none" stroke="currentColor"'


def outline(policy: Policy, process: Process) -> str:
    """The process in lines: each step with who acts, when, and where each outcome leads."""
    lines = [f"{process.title} ({process.key})", process.about, ""]
    for number, step in enumerate(process.steps.values(), start=1):
        lines += _lines(policy, process, step.key, step, f"{number}. ", "   ")
        if isinstance(step, AllOfStep | AnyOfStep):
            for name, branch in step.branches.items():
                lines += _lines(policy, process, f"{step.key}/{name}", branch, "   - ", "     ")
    return "\n".join(lines) + "\n"


def _lines(
    policy: Policy, process: Process, path: str, step: Step, mark: str, indent: str
) -> Iterator[str]:
    who = actor_of(policy, step)
    yield f"{mark}{step.title} [{step.kind}]{f' {who}' if who else ''}{_due(step)}"
    if step.when:
        yield f"{indent}only when {step.when}"
    if (readings := _readings(step)) > 1:
        yield f"{indent}in {readings} meetings: the last decides, those before it read"
    if isinstance(step, SignStep):
        for signer in step.signers:
            yield f"{indent}{signer.title}{f', when {signer.when}' if signer.when else ''}"
        yield f"{indent}a return goes to {process.steps[step.on_return].title}"
        if lapses := expiry(step):
            yield f"{indent}what nobody answers goes there too, {lapses}"
    if isinstance(step, Deciding):
        for outcome in step.outcomes.values():
            yield f"{indent}{outcome.label}: {leads(policy, process, path, outcome)}"


def actor_of(policy: Policy, step: Step) -> str:
    """Who acts at a step, in words; empty where nobody in particular does."""
    if body := getattr(step, "body", None):
        return policy.bodies[body].title
    if isinstance(step, FormStep):
        return ", ".join(step.by)
    by = getattr(step, "by", None)
    return by if isinstance(by, str) else AUDIENCES.get(getattr(step, "audience", ""), "")


def kind_of(step: Step) -> str:
    """The kind of a step, and how often a body reads what it decides."""
    readings = _readings(step)
    return f"{step.kind}, {readings} readings" if readings > 1 else step.kind


def _readings(step: Step) -> int:
    return getattr(step, "readings", 1)


def expiry(step: SignStep) -> str:
    """When a request to sign expires, in words; empty where it never does."""
    days = step.expires_days
    return f"{days} business day{'' if days == 1 else 's'} after it was due" if days else ""


def leads(policy: Policy, process: Process, path: str, outcome: Outcome) -> str:
    """Where an outcome leads, in words."""
    after = " once every condition is closed" if outcome.conditions else ""
    if outcome.key == "postpone":
        return "stays here for another day"
    if outcome.bodies:
        names = " or ".join(policy.bodies[body].title for body in outcome.bodies)
        return f"to {names} for advice"
    if outcome.effect and outcome.to:
        where = f"to {process.steps[outcome.to].title} where it applies"
        return f"{where}, else ends with the effect “{outcome.effect}”{after}"
    if outcome.ways:
        return "to " + " or ".join(process.steps[way].title for way in outcome.ways) + after
    if outcome.effect:
        return f"ends with the effect “{outcome.effect}”{after}"
    if not outcome.passes:
        return "ends here"
    if "/" in path:
        return f"this branch has passed{after}"
    target = process.next_of(path, outcome)
    step = process.steps[target].title if target else ""
    return f"goes on to {step}{after}" if step else f"ends{after}"


def _due(step: Step) -> str:
    days = getattr(step, "due_days", None)
    return f", {days} business day{'' if days == 1 else 's'}" if days else ""


def svg(policy: Policy, process: Process, counts: Mapping[str, int] | None = None) -> str:
    """The process as one SVG picture in the color of the text around it.

    `counts` says how many cases stand at a path now; a number is drawn where there is one.
    """
    height = ROW * len(process.steps) + GAP
    before = ""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"'
        f' aria-label="{escape(f"The steps of {process.title}")}" font-family="sans-serif">'
    ]
    for row, (key, step) in enumerate(process.steps.items()):
        top = GAP + row * ROW
        if row:
            parts.append(_arrow(WIDTH // 2, top - (ROW - BOX), top, skips=step.when is not None))
            if words := only_if(process, before, key):
                parts.append(_text(WIDTH // 2 + 10, top - (ROW - BOX) // 2 + 4, 11, words))
        before = key
        if isinstance(step, AllOfStep | AnyOfStep):
            boxes: list[tuple[str, Step]] = [
                (f"{key}/{name}", branch) for name, branch in step.branches.items()
            ]
        else:
            boxes = [(key, step)]
        if len(boxes) > 1:
            parts.append(
                f'<rect x="2" y="{top - 6}" width="{WIDTH - 4}" height="{BOX + GAP}" rx="10"'
                f' stroke-opacity="0.4" {_LINE}/>'
            )
        wide = (WIDTH - GAP) // len(boxes) - GAP
        wide = min(wide, WIDTH // 2) if len(boxes) == 1 else wide
        left = (WIDTH - len(boxes) * wide - (len(boxes) - 1) * GAP) // 2
        for n, (path, each) in enumerate(boxes):
            x = left + n * (wide + GAP)
            parts += _box(policy, process, path, each, (x, top, wide), (counts or {}).get(path, 0))
    return "\n".join([*parts, "</svg>\n"])


def _box(
    policy: Policy, process: Process, path: str, step: Step, place: tuple[int, int, int], count: int
) -> Iterator[str]:
    x, y, wide = place
    dashed = ' stroke-dasharray="5 4"' if step.when else ""
    said = "; ".join(_lines(policy, process, path, step, "", ""))
    yield f'<g><title>{escape(said)}</title><rect x="{x}" y="{y}" width="{wide}" height="{BOX}" rx="6" {_LINE}{dashed}/>'
    who = actor_of(policy, step)
    small = f"{kind_of(step)}{f' · {who}' if who and who != step.title else ''}{_due(step)}"
    fits = max(8, int(wide / (14 * 0.56)) - (4 if count else 2))
    title = step.title if len(step.title) <= fits else step.title[: fits - 1] + "…"
    if isinstance(step, SignStep) and step.expires_days:
        small += f", expires {step.expires_days} later"
    lines = wrap(small, max(8, int(wide / (11 * 0.56)) - 2), max_lines=3, placeholder="…")
    first, second = ((26, 46), (22, 38), (17, 31))[len(lines) - 1]
    yield _text(x + 10, y + first, 14, title)
    for n, line in enumerate(lines):
        yield _text(x + 10, y + second + 13 * n, 11, line)
    if count:
        yield f'<text x="{x + wide - 10}" y="{y + 23}" font-size="14" font-weight="bold" text-anchor="end" fill="currentColor">{count}</text>'
    yield "</g>"


def only_if(process: Process, before: str, key: str) -> str:
    """In words, what leads from a step to the one drawn below it, where going on does not."""
    step = process.steps[before]
    if not isinstance(step, Deciding):
        return ""
    outcomes = step.outcomes.values()
    if any(o.passes and not o.effect and process.next_of(before, o) == key for o in outcomes):
        return ""
    named = [o.label.lower() for o in outcomes if key in o.ways]
    if step.kind == "no objection" and named:
        return "only if someone objects"
    return f"only if: {' or '.join(named)}" if named else ""


def _text(x: int, y: int, size: int, words: str) -> str:
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="currentColor">{escape(words)}</text>'


def _arrow(x: int, start: int, end: int, *, skips: bool) -> str:
    dashed = ' stroke-dasharray="5 4"' if skips else ""
    return (
        f'<path d="M{x} {start}V{end - 1}" {_LINE}{dashed}/>'
        f'<path d="M{x - 5} {end - 7}L{x} {end - 1}L{x + 5} {end - 7}" {_LINE}/>'
    )

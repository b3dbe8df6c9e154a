"""Checking a whole list, and checking again what was mended.

A line is judged by itself, then against the lines before it: of two that clash the later is at
fault. Identity is the student id where there is one, else the e-mail address; equal names mean
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bitterroot.learning.checks.dates import order_of
from bitterroot.learning.checks.facts import HYBRID, Facts, ListRules
from bitterroot.learning.checks.headings import FULL_NAME, missing
from bitterroot.learning.checks.kinds import kind_of_list
from bitterroot.learning.checks.lines import CheckedLine, Fault, LineCheck, sort_faults
from bitterroot.learning.checks.reading import ListUnreadable, SheetReading
from bitterroot.learning.checks.table import cell_text
from bitterroot.learning.checks.text import is_blank, tidy, words_of
from bitterroot.learning.checks.values import read_answer

_PARTICLES = frozenset(
    [
        "van",
        "von",
        "der",
        "den",
        "de",
        "del",
        "della",
        "di",
        "da",
        "dos",
        "du",
        "la",
        "le",
        "el",
        "al",
        "bin",
        "ibn",
        "ter",
        "ten",
        "zu",
        "zur",
        "st",
    ]
)
_CLASHES = frozenset({"duplicate_in_file", "email_shared_by_two_people"})


@dataclass(frozen=True, slots=True)
class CheckedList:
    """What checking found. `keys` are the columns that the list has; `problems` are about it all.

    `program` is the title that the list or the program gives, or empty.
    """

    kind: str
    program: str
    keys: frozenset[str]
    lines: list[CheckedLine]
    problems: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        return len(self.lines)

    @property
    def errors(self) -> int:
        return sum(bool(line.errors) for line in self.lines)

    @property
    def warnings(self) -> int:
        """Lines that only warn."""
        return sum(bool(line.warnings and not line.errors) for line in self.lines)

    @property
    def ok(self) -> int:
        return sum(not line.errors and not line.warnings for line in self.lines)

    def verdict(self) -> dict[str, object]:
        """The verdict as plain values: counts, and the codes of each line that has any."""
        return {
            "kind": self.kind,
            "program": self.program or None,
            "rows": self.rows,
            "ok": self.ok,
            "warnings": self.warnings,
            "errors": self.errors,
            "lines": {str(line.number): line.codes for line in self.lines if line.codes},
        }


def check_list(reading: SheetReading, facts: Facts, rules: ListRules) -> CheckedList:
    """Check every line of a list that was read.

    Raises ListUnreadable where a column that this kind of list needs is not there.
    """
    keys = dict(reading.keys)
    texts = _texts(reading, keys, rules)
    kind = kind_of_list(reading.title, list(keys), texts, facts.program, rules)
    if kind != "noncredit" and "learner_ref" in keys and "student_id" not in keys:
        _rename(texts, keys, "learner_ref", "student_id")
    graded = facts.program is None or facts.program.minimum_grade is not None
    assessed = facts.program is None or facts.program.assessed
    _refuse_incomplete(reading, set(keys), kind, rules, graded, assessed)
    facts = _with_term(reading, facts)
    order = order_of((line.get("completed_on", "") for line in texts), rules.date_order)
    present = frozenset(keys)
    check = LineCheck(rules, facts, present, kind, order)
    lines = [
        check.check(number, row, line)
        for number, ((row, _), line) in enumerate(zip(reading.rows, texts, strict=True), start=1)
    ]
    judge_clashes(lines, rules)
    program = facts.program.title if facts.program else reading.block.get("program", "")
    return CheckedList(kind, program, present, lines, _problems(reading, facts, rules))


def check_lines(
    lines: Sequence[CheckedLine],
    mended: Mapping[int, Mapping[str, str]],
    *,
    kind: str,
    keys: Iterable[str],
    facts: Facts,
    rules: ListRules,
) -> list[CheckedLine]:
    """Put new cells into some lines of a checked list and check those again.

    `mended` maps a line's number to the cells that change. Only these lines are read again;
    clashes are found anew, since mending one line may free another or put it at fault. Returns
    the lines whose cells, kind or faults are now different, in order. `lines` is not changed.
    """
    present = frozenset(keys) | {key for cells in mended.values() for key in cells}
    check = LineCheck(rules, facts, present, kind, rules.date_order)
    before = {line.number: line for line in lines}
    after = []
    for line in lines:
        if line.number in mended:
            texts = {**line.cells, **{k: tidy(v) for k, v in mended[line.number].items()}}
            after.append(check.check(line.number, line.row, texts))
        else:
            faults = [fault for fault in line.faults if fault.code not in _CLASHES]
            after.append(replace(line, faults=faults))
    judge_clashes(after, rules)
    return [
        line for line in after if line.number in mended or line.faults != before[line.number].faults
    ]


def judge_clashes(lines: Sequence[CheckedLine], rules: ListRules) -> None:
    """Add the faults that lines have only beside each other, in the order of the list."""
    first: dict[str, CheckedLine] = {}
    owner: dict[str, CheckedLine] = {}
    for line in lines:
        identity = line.identity
        unread = {fault.column for fault in line.faults if fault.code == "email_invalid"}
        before = len(line.faults)
        if identity and identity in first:
            line.faults.append(Fault("duplicate_in_file", "", first[identity].number))
        elif identity:
            first[identity] = line
        for key in ("email", "second_email"):
            address = line.cells.get(key)
            if not address or key in unread:
                continue
            other = owner.setdefault(address, line)
            if other.identity != identity and len(line.faults) == before:
                line.faults.append(Fault("email_shared_by_two_people", key, other.number))
        if len(line.faults) != before or line.errors or line.warnings:
            sort_faults(line, rules)


def _texts(reading: SheetReading, keys: dict[str, int], rules: ListRules) -> list[dict[str, str]]:
    """Tidied texts of every line by column key; a whole name is taken apart."""
    columns = list(keys.items())
    seen: dict[object, str] = {}
    lines = []
    longest = rules.lists.limits.cell_characters
    for _, cells in reading.rows:
        line = {}
        for key, at in columns:
            cell = cells[at] if at < len(cells) else ""
            if cell == "":
                continue
            marked = cell if type(cell) is str else (type(cell), cell)
            text = seen.get(marked)
            if text is None:
                text = seen[marked] = cell_text(cell)[:longest]
            line[key] = text
        lines.append(line)
    if FULL_NAME in keys:
        _split_names(lines, keys)
    if "credits" in keys and "cohort" not in keys and _says_yes_or_no(lines, "credits", rules):
        _rename(lines, keys, "credits", "cohort")
    return lines


def _says_yes_or_no(lines: Sequence[Mapping[str, str]], key: str, rules: ListRules) -> bool:
    """Whether a column headed `Credit` holds answers instead of numbers."""
    said = {text for line in lines if not is_blank(text := line.get(key, ""))}
    return bool(said) and all(
        not text[0].isdigit()
        and (read_answer(text, rules.yes, rules.no) or "credit" in words_of(text))
        for text in said
    )


def _rename(lines: Iterable[dict[str, str]], keys: dict[str, int], old: str, new: str) -> None:
    keys[new] = keys.pop(old)
    for line in lines:
        if old in line:
            line[new] = line.pop(old)


def _split_names(lines: Iterable[dict[str, str]], keys: dict[str, int]) -> None:
    at = keys.pop(FULL_NAME)
    for line in lines:
        whole = line.pop(FULL_NAME, "")
        first, last = split_name(whole)
        if line.get("last_name"):
            first, last = whole, line["last_name"]
        elif line.get("first_name"):
            first, last = line["first_name"], whole
        line.update(first_name=first, last_name=last)
        if last and not first:
            line.setdefault("display_name", last)
    for key in ("first_name", "last_name", "display_name"):
        keys.setdefault(key, at)


def split_name(whole: str) -> tuple[str, str]:
    """First and last name of a whole name: around a comma, else the last word with its particles.

    >>> split_name("Núñez, José")
    ('José', 'Núñez')
    >>> split_name("Ludwig van Beethoven")
    ('Ludwig', 'van Beethoven')
    """
    if "," in whole:
        last, _, first = whole.partition(",")
        return first.strip(), last.strip()
    words = whole.split()
    at = len(words) - 1
    while at > 1 and words[at - 1].casefold().rstrip(".") in _PARTICLES:
        at -= 1
    return " ".join(words[:at]), " ".join(words[at:])


def _with_term(reading: SheetReading, facts: Facts) -> Facts:
    """The facts with the term of the heading block, which is nearer than the offering's."""
    term = reading.block.get("term", "")
    return replace(facts, offering=replace(facts.offering, term=term)) if term else facts


def _refuse_incomplete(
    reading: SheetReading,
    keys: set[str],
    kind: str,
    rules: ListRules,
    graded: bool,
    assessed: bool,
) -> None:
    lacking = missing(keys, kind, rules, graded=graded, assessed=assessed)
    if not lacking:
        return
    name = {"credit": "credit", "noncredit": "non-credit", HYBRID: "hybrid"}[kind]
    columns = "column" if len(lacking) == 1 else "columns"
    hint = "Found: " + ", ".join(f"“{h.text}”" for h in reading.headings if h.key) + "."
    if reading.ignored:
        hint += " Not recognized: " + ", ".join(f"“{text}”" for text in reading.ignored) + "."
    raise ListUnreadable(
        f"This {name} list has no {columns} for {', '.join(lacking)}.",
        f"{hint} Add or rename the {columns}, or use the template.",
    )


def _problems(reading: SheetReading, facts: Facts, rules: ListRules) -> tuple[str, ...]:
    """What is odd about the list as a whole, in sentences; none of it blocks a line."""
    found = []
    named = reading.block.get("program", "")
    if facts.program and named and words_of(named) != words_of(facts.program.title):
        found.append(f"The list says that it is for “{named}”, not “{facts.program.title}”.")
    attested = reading.block.get("attested", "")
    if attested and read_answer(attested, rules.yes, rules.no) == "N":
        found.append("The list itself says that not every learner met all requirements.")
    return tuple(found)

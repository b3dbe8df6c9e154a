"""Who stands on a sheet: only what tells a person, for rosters and extracts; nothing is judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bitterroot.learning.checks.engine import split_name
from bitterroot.learning.checks.facts import ListRules
from bitterroot.learning.checks.headings import FULL_NAME
from bitterroot.learning.checks.reading import ListUnreadable, SheetReading
from bitterroot.learning.checks.table import cell_text
from bitterroot.learning.checks.values import read_answer, read_email, read_id


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person of a sheet. `row` is the row in the sheet; what is not given is empty."""

    row: int
    student_id: str = ""
    email: str = ""
    family_name: str = ""
    given_name: str = ""
    consent: bool = False

    @property
    def identity(self) -> str:
        """The student id where there is one, else the address."""
        return self.student_id or self.email


def people_of(reading: SheetReading, rules: ListRules) -> list[PersonRow]:
    """The people of a sheet, each once, in order.

    Raises ListUnreadable, with the rows, where someone has neither a student id nor an address
    or where one cannot be read.
    """
    found: dict[str, PersonRow] = {}
    bad: list[int] = []
    for person in _read(reading, rules, bad):
        found[person.identity] = person
    if bad:
        rows = ", ".join(map(str, bad[:10])) + (", …" if len(bad) > 10 else "")
        raise ListUnreadable(
            f"No student ID and no e-mail address can be read in row {rows}.",
            "Fill in one of them; the student ID has the form of the institution.",
        )
    return list(found.values())


def _read(reading: SheetReading, rules: ListRules, bad: list[int]) -> Iterator[PersonRow]:
    keys, most = reading.keys, rules.lists.limits.cell_characters
    id_rule = rules.policy.institution.student_id
    for row, cells in reading.rows:

        def text(key: str, cells: list[object] = cells) -> str:
            at = keys.get(key)
            return cell_text(cells[at])[:most].strip() if at is not None and at < len(cells) else ""

        student_id = read_id(text("student_id") or text("learner_ref"))
        email = read_email(text("email")) if text("email") else ""
        fits = not student_id or id_rule.fits(student_id)
        if not (student_id or email) or email is None or not fits:
            bad.append(row)
            continue
        given, family = text("first_name"), text("last_name")
        if not family and (whole := text(FULL_NAME)):
            given, family = split_name(whole)
        consent = read_answer(text("consent"), rules.yes, rules.no) == "Y"
        yield PersonRow(row, student_id[:40], email[:254], family[:120], given[:120], consent)

"""Looking students up in the extract of the student system, for checks alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bitterroot.learning.models import StudentRecord


class Extract(Mapping[str, str]):
    """Family name by student id. Looks up a few ids one by one; asked for more, reads all once."""

    FEW = 10

    def __init__(self) -> None:
        self._asked: dict[str, str | None] = {}
        self._all: dict[str, str] | None = None

    def __getitem__(self, student_id: str) -> str:
        if self._all is None and student_id not in self._asked:
            if len(self._asked) >= self.FEW:
                self._all = dict(StudentRecord.objects.values_list("student_id", "family_name"))
            else:
                found = StudentRecord.objects.filter(student_id=student_id)
                self._asked[student_id] = found.values_list("family_name", flat=True).first()
        name = self._asked.get(student_id) if self._all is None else self._all.get(student_id)
        if name is None:
            raise KeyError(student_id)
        return name

    def __iter__(self) -> Iterator[str]:
        return iter(StudentRecord.objects.values_list("student_id", flat=True))

    def __len__(self) -> int:
        return StudentRecord.objects.count()


def extract() -> Extract | None:
    """What was imported last; None where nothing was, and then nothing is checked by it."""
    return Extract() if StudentRecord.objects.exists() else None

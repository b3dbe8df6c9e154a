"""By which words a program is like another."""

from typing import ClassVar

from django.db import models

from bitterroot.programs.models.program import Program

LONGEST = 200


class ProgramTerm(models.Model):
    """One word of a program's title, or one of its skills; folded."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="terms")
    term = models.CharField(max_length=LONGEST)

    class Meta:
        constraints: ClassVar = [
            # Begins with the term: all programs of one are read from it alone.
            models.UniqueConstraint(fields=["term", "program"], name="term_once"),
        ]

    def __str__(self) -> str:
        return self.term

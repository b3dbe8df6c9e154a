"""Figures as they were counted once, so that nobody waits while they are counted again."""

from typing import ClassVar

from django.db import models


class KeptFigures(models.Model):
    """One report: what its page shows, and its files. All three say the same.

    Nothing hangs on a row; it is counted again each night and whenever somebody asks for it.
    """

    scope = models.CharField(max_length=64)  # "all", or the digest of the keys of its units
    year = models.CharField(max_length=20)  # label of the academic year
    made_at = models.DateTimeField()
    shown = models.TextField()  # canonical JSON, see figures/keeping.py
    pdf = models.BinaryField()
    workbook = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scope", "year"], name="figures_kept_once")
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.year}"

"""The words by which things are found."""

from typing import ClassVar

from django.db import models


class Entry(models.Model):
    """One thing that can be found: `kind` and `ref` are its owner's, the texts are folded."""

    kind = models.CharField(max_length=30)
    ref = models.CharField(max_length=80)
    title = models.TextField()
    text = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "ref"], name="found_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.ref}"

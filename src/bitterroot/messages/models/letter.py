"""An office's own words for a letter, in versions, and whether it reads before sending."""

from typing import ClassVar

from django.db import models

from bitterroot.people.models import Person


class LetterText(models.Model):
    """A version of a letter's words; never changed. `shipped`: the office went back to ours."""

    letter = models.CharField(max_length=60)
    n = models.PositiveIntegerField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    shipped = models.BooleanField(default=False)
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-n"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["letter", "n"], name="letter_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.letter}, version {self.n}"


class LetterRule(models.Model):
    """What an office laid down for a letter. Without a row, or a text, it goes out as shipped."""

    letter = models.CharField(max_length=60, primary_key=True)
    text = models.ForeignKey(
        LetterText, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    read_first = models.BooleanField(default=False)
    changed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.letter

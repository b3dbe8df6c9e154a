"""The only rows of the screens: how often someone has just asked (`limits`), what was sent (`once`)."""

from django.db import models


class Count(models.Model):
    """How often within one span of time. `key` is a keyed hash: it names neither who nor what."""

    key = models.CharField(max_length=64, primary_key=True)
    n = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField(db_index=True)  # the row means nothing afterwards, and goes

    def __str__(self) -> str:
        return f"{self.n} until {self.ends_at}"


class Sent(models.Model):
    """A page that was sent, for a day. `key` is a keyed hash: it names neither who nor what."""

    key = models.CharField(max_length=64, primary_key=True)
    done = models.BooleanField(default=False)
    location = models.TextField(blank=True, default="")  # where it led
    ends_at = models.DateTimeField(db_index=True)  # the row means nothing afterwards, and goes

    def __str__(self) -> str:
        return f"{'done' if self.done else 'being done'} until {self.ends_at}"

"""The secret address under which a person's calendar program reads their days."""

from django.db import models

from bitterroot.people.models import Person


class CalendarFeed(models.Model):
    """One feed a person. The address holds a token of which only the SHA-256 is kept."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="calendar_feed")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"calendar feed of {self.person}"

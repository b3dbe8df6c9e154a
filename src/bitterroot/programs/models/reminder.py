"""What was reminded of: a row is written once, however often the sweep runs."""

from django.db import models

from bitterroot.programs.models.program import Program


class Reminder(models.Model):
    """One reminder, by a key that names what it is about, the step before or after, and the day due."""

    key = models.CharField(max_length=120, unique=True)
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="reminders")
    kind = models.CharField(max_length=30)  # ReminderKind
    year = models.PositiveSmallIntegerField(default=0)  # pilot year, for reviews
    due_on = models.DateField()
    days = models.SmallIntegerField()  # days from the due day; negative before it
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key

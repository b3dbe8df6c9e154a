"""Times in which the clock of a case stood, and what each change of the calendar moved."""

from typing import ClassVar

from django.db import models

from bitterroot.governance.models.case import Case, PolicyVersion


class Hold(models.Model):
    """A time in which a case was on hold: no day of it counts for what is due."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="holds")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)  # the office looks at it again

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(until=None), name="one_open_hold"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case} on hold since {self.since}"


class CalendarChange(models.Model):
    """An academic calendar came into force, and days moved with it. The last row is in force.

    `moved` has one row for each: what, title, about ("run:…"), before and after as ISO days
    (`after` is empty where the calendar does not reach that far).
    """

    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    calendar = models.CharField(max_length=64)  # digest of the calendar alone
    at = models.DateTimeField()
    by_name = models.CharField(max_length=200)
    moved = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"calendar of {self.policy_id[:12]}: {len(self.moved)} moved"

"""Units, and the capacities that persons hold in them from one day to another."""

from typing import ClassVar

from django.db import models

from bitterroot.people.enums import Role
from bitterroot.people.models.person import Person


class Unit(models.Model):
    """A college, school, department or office, as the policy in force names it."""

    key = models.SlugField(max_length=80, primary_key=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=30)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts"
    )

    def __str__(self) -> str:
        return self.name


class RoleAssignment(models.Model):
    """A person holds a role, in one unit or (unit empty) in the institution, on certain days."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=30, choices=Role)
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="assignments"
    )
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)  # last day, inclusive
    delegate = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="delegations"
    )
    delegate_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="assignment_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} as {self.role}"

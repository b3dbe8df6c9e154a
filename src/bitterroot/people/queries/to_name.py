"""Offices that nobody holds, for whoever runs the system: what arrives there waits for no one."""

from datetime import datetime, time

from django.utils import timezone

from bitterroot.people.duties import Duty
from bitterroot.people.enums import Role
from bitterroot.people.models import Person
from bitterroot.people.queries import assignments

#: What to do -> offices of which one must be held, and what happens while none is.
NEEDED = {
    "Name a program officer": ({Role.PROGRAM_OFFICER}, "Nobody receives what is proposed"),
    "Name a registrar or an issuing officer": (
        {Role.REGISTRAR, Role.ISSUING_OFFICER},
        "Nobody issues badges: for credit the registrar does, for the others an issuing officer",
    ),
}


def waiting_for(person: Person) -> list[Duty]:
    """What a system administrator does about it. One query for everyone else."""
    since = (
        assignments()
        .filter(person=person, role=Role.SYSTEM_ADMIN)
        .order_by("starts_on")
        .values_list("starts_on", flat=True)
        .first()
    )
    if since is None:
        return []
    held = set(assignments().values_list("role", flat=True).distinct())
    began = timezone.make_aware(datetime.combine(since, time()))
    return [
        Duty(title, why, "office:add_person", (), began, "Add a person")
        for title, (roles, why) in NEEDED.items()
        if not roles & held
    ]

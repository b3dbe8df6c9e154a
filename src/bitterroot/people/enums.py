"""Offices that a person holds, and the states of a person's address."""

from django.db.models import TextChoices


class Role(TextChoices):
    """Capacities that this release knows; titles and scopes come from the policy."""

    PROPOSER = "proposer", "Proposer"
    INSTRUCTOR = "instructor", "Instructor"
    SUPERVISOR = "supervisor", "Supervisor"
    HEAD = "head", "Head of unit"
    DEAN = "dean", "Dean"
    GRADUATE_DEAN = "graduate_dean", "Graduate dean"
    PROVOST = "provost", "Provost"
    PROGRAM_OFFICER = "program_officer", "Program officer"
    ISSUING_OFFICER = "issuing_officer", "Issuing officer"
    REGISTRAR = "registrar", "Registrar officer"
    MARKETING = "marketing", "Marketing officer"
    AUDITOR = "auditor", "Auditor"
    SYSTEM_ADMIN = "system_admin", "System administrator"


class AddressKind(TextChoices):
    CAMPUS = "campus", "Campus"
    PERSONAL = "personal", "Personal"

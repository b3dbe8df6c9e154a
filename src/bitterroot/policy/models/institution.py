"""The institution: its names, its units, the roles that people hold in it."""

import re
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import field_validator

from bitterroot.policy.models.base import Keyed, Part


class Office(Part):
    """An office that acts in a process: how it is called and reached."""

    name: str
    short_name: str
    email: str
    officer_title: str


class StudentId(Part):
    """The number that identifies a student, and how one looks."""

    label: str
    pattern: str
    example: str

    @field_validator("pattern")
    @classmethod
    def _readable(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"no regular expression: {error}") from None
        return pattern

    def fits(self, text: str) -> bool:
        """Whether `text`, already stripped, is shaped like an id."""
        return re.fullmatch(self.pattern, text) is not None


class Image(Part):
    """An image of the institution: a file beside the policy, and its text for those who listen."""

    file: str | None = None
    alt: str


class Institution(Part):
    """Who issues. `email_domains` are those of campus addresses, lower case. `login_name` is what its
    people call the name with which they sign in."""

    name: str
    short_name: str
    sentence: str
    locale: str
    time_zone: str
    country: str
    place: str
    address_of_web_site: str
    program_office: Office
    registrar_office: Office
    student_id: StudentId
    login_name: str = "user name"
    email_domains: tuple[str, ...]
    linkedin_organization_id: str | None = None
    logo: Image
    seal: Image
    notation_pattern: str

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"unknown time zone '{name}'") from None
        return name

    def is_campus_email(self, address: str) -> bool:
        """Whether the address is of the campus (and so will close when its holder leaves)."""
        return address.rpartition("@")[2].lower() in self.email_domains


class Unit(Keyed):
    """A part of the institution."""

    name: str
    kind: Literal["university", "college", "school", "department", "center", "office"]
    parent: str | None = None
    former_names: tuple[str, ...] = ()


class Role(Keyed):
    """What a person may be, within a scope, from a day to a day."""

    title: str
    scope: Literal["institution", "unit", "body", "program"]
    sentence: str

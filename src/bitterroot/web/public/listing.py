"""What the public reads of a program: plain values from its approved content."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django.conf import settings

from bitterroot.policy import load_policy
from bitterroot.programs.enums import Kind, ProgramState, Track
from bitterroot.programs.models import BadgeTemplate, Program, ProgramVersion
from bitterroot.programs.queries import label
from bitterroot.programs.queries.versions import newest_in_force

FORM = "pilot-proposal"
_VALID = "Badges that were earned in it stay valid and can be verified."
ENDED = {
    **dict.fromkeys(
        (ProgramState.INTENT_REMOVE, ProgramState.PILOT_LAPSED, ProgramState.TEACH_OUT),
        f"This program takes no new learners. Those who are enrolled finish and get their badge. {_VALID}",
    ),
    ProgramState.SUSPENDED: f"This program is suspended: nobody can enroll for now. {_VALID}",
    ProgramState.CLOSED: f"This program is closed. {_VALID}",
    ProgramState.ARCHIVED: f"This program is closed. {_VALID}",
}


@lru_cache(maxsize=64)
def labels(field: str) -> dict[str, str]:
    """The choices of a field of the proposal form as people read them."""
    form = load_policy(settings.POLICY_DIR).forms[FORM]
    found = (f for section in form.sections for f in section.fields if f.key == field)
    return {choice.key: choice.label for f in found for choice in f.choices}


def plain_number(value: Any) -> str:
    """`9` rather than `9.0`; nothing for what is no number."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return ""
    return f"{number.normalize():f}" if number.is_finite() else ""


@dataclass(frozen=True, slots=True)
class Listing:
    """One program as the catalog and its page show it."""

    program: Program
    version: ProgramVersion
    template: BadgeTemplate | None
    said: Mapping[str, Any]  # the approved answers

    @property
    def address(self) -> str:
        return f"/programs/{self.program.slug}"

    @property
    def title(self) -> str:
        return self.program.title

    @property
    def stage(self) -> str:
        """`Pilot`, `Established` or how it ended: never left out where a program is shown."""
        return label(self.program)

    @property
    def ended(self) -> str:
        """What became of a program that takes nobody any more; empty while it does."""
        return ENDED.get(ProgramState(self.program.state), "")

    @property
    def stage_tone(self) -> str:
        return {"Pilot": "rose", "Established": "pine"}.get(self.stage, "warn")

    @property
    def kind(self) -> str:
        return Kind(self.program.kind).label

    @property
    def track(self) -> str:
        """What kind of product it is; a badge for taking part is never called otherwise."""
        if not self.assessed and self.program.track == Track.BADGE:
            return "Recognition badge"
        return self.program.get_track_display()

    @property
    def assessed(self) -> bool:
        """Whether its badge stands for work that was assessed."""
        return self.template is None or self.template.assessed

    @property
    def description(self) -> str:
        return str(self.said.get("badge_description") or self.said.get("description") or "")

    @property
    def size(self) -> str:
        """`9 credits`, `40 hours`, or both for a hybrid."""
        parts = []
        if credits := plain_number(self.said.get("total_credits")):
            parts.append(f"{credits} credit" + ("" if credits == "1" else "s"))
        if hours := plain_number(self.said.get("total_hours")):
            parts.append(f"{hours} hours")
        return " or ".join(parts)

    @property
    def columns(self) -> dict[str, bool]:
        """Which columns of its components say anything: a course without credit has no credits."""
        rows = self.said.get("components") or []
        empty = (None, "", 0)
        return {
            key: any(row.get(key) not in empty for row in rows)
            for key in ("code", "credits", "hours")
        }

    @property
    def hours(self) -> Decimal:
        """A size to compare by: hours, a credit counted as 15 of them (our rule of thumb)."""
        hours = plain_number(self.said.get("total_hours"))
        if hours:
            return Decimal(hours)
        return Decimal(plain_number(self.said.get("total_credits")) or 0) * 15

    @property
    def modality(self) -> str:
        return labels("modality").get(str(self.said.get("modality")), "")

    @property
    def levels(self) -> str:
        found = labels("levels")
        return ", ".join(found.get(key, key) for key in self.said.get("levels") or [])

    @property
    def price_number(self) -> Decimal | None:
        """Dollars, 0 if it is free, None where nothing beyond tuition is asked."""
        found = plain_number(self.said.get("price"))
        if not found:
            free = self.said.get("financial_model") == "free"
            return Decimal(0) if free else None
        return Decimal(found)

    @property
    def price(self) -> str:
        number = self.price_number
        if number is None:
            return "Tuition" if self.program.kind != Kind.NONCREDIT else "Ask the contact"
        return f"${number:,.2f}".removesuffix(".00") if number else "Free"

    @property
    def skills(self) -> list[str]:
        found = self.said.get("badge_skills") or self.said.get("skills") or []
        return [str(skill) for skill in found]

    @property
    def contact(self) -> str:
        return str(self.said.get("badge_contact") or self.said.get("contact_email") or "")

    @property
    def validity(self) -> str:
        if self.template is not None and self.template.valid_months:
            return f"{self.template.valid_months} months"
        return "Without end"

    @property
    def minimum_grade(self) -> str:
        key = str(self.said.get("minimum_grade") or "")
        return labels("minimum_grade").get(key, key).replace("-", "−")

    @property
    def alt_text(self) -> str:
        return self.template.alt_text if self.template else ""


def listing_of(program: Program) -> Listing:
    """The newest approved content of a program whose versions and templates are prefetched."""
    versions = list(program.versions.all())
    version = newest_in_force(versions)
    awards = [t for v in versions if v.n <= version.n for t in v.templates.all()]
    template = max(awards, key=lambda t: t.n, default=None)
    return Listing(program, version, template, version.content)

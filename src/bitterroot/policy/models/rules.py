"""Smaller rules of the institution: titles, taxonomy, pilot, awards, pages."""

import re
from decimal import Decimal
from typing import Literal

from pydantic import Field as Attr
from pydantic import model_validator

from bitterroot.policy.models.base import Keyed, Ordered, Part


class Named(Part):
    """A key with its label and a sentence that explains it."""

    key: str
    label: str
    sentence: str = ""


class BadgeLevel(Named):
    """A level of badges, and the shape that its image has."""

    shape: Literal["circle", "hexagon", "shield", "square"]


class Taxonomy(Part):
    """How programs and badges are sorted."""

    kinds: Ordered[Named]
    tracks: Ordered[Named]
    levels: Ordered[Named]
    badge_types: Ordered[Named]
    badge_levels: Ordered[BadgeLevel]

    def label(self, sort: str, key: str) -> str:
        """The label of a key of a sort such as `kinds`; the key itself where unknown."""
        named: tuple[Named, ...] = getattr(self, sort)
        return next((thing.label for thing in named if thing.key == key), key)

    def shape(self, level: str) -> str:
        """The shape of a badge level's image; `circle` where the level is unknown."""
        return next((each.shape for each in self.badge_levels if each.key == level), "circle")


class TitleRules(Part):
    """What a title may be. Banned words are matched as whole words in any case."""

    max_length: int = Attr(ge=10)
    short_max_length: int = Attr(ge=5)
    banned_words: tuple[str, ...] = ()
    sentence: str = ""

    def problems(self, title: str, *, short: bool = False) -> list[str]:
        """What is wrong with a title, in sentences; empty where it is fine."""
        longest = self.short_max_length if short else self.max_length
        found = []
        if len(title) > longest:
            found.append(f"At most {longest} characters; this has {len(title)}.")
        for word in self.banned_words:
            if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", title, re.IGNORECASE):
                found.append(f"A title may not contain “{word}”. {self.sentence}".strip())
        return found


class CreditRules(Part):
    """How many academic credits a program may carry, where it carries any."""

    minimum: float = Attr(gt=0)
    maximum: float = Attr(gt=0)
    sentence: str = ""

    @model_validator(mode="after")
    def _in_order(self) -> "CreditRules":
        if self.minimum > self.maximum:
            raise ValueError(f"no program fits between {self.minimum} and {self.maximum} credits")
        return self

    def problem(self, credits: object) -> str:
        """What is wrong with an amount of credits, in a sentence; empty where it is fine."""
        if isinstance(credits, int | float | Decimal) and not (
            self.minimum <= credits <= self.maximum
        ):
            span = f"{self.minimum:g} to {self.maximum:g}"
            return f"A program carries {span} credits. {self.sentence}".strip()
        return ""


class ConsultationRule(Part):
    """Whether a consultation must precede a proposal, and how old it may be."""

    required: bool
    within_months: int = Attr(ge=1)
    waiver_needs_reason: bool = True


class PilotRules(Part):
    """The pilot's clock; days are calendar days. See `deadlines.py` for the meaning of A and B."""

    years: int = Attr(ge=1, le=6)
    rule: Literal["A", "B"]
    review_season: str
    intent_season: str
    review_opens_days_before: int
    review_escalates_to_head_days_after: int
    review_escalates_to_dean_days_after: int
    review_reminder_days_before: tuple[int, ...] = (30, 14, 7, 1)
    intent_reminder_days_before: tuple[int, ...]
    full_reminder_days_before: tuple[int, ...] = (60, 30, 14, 3)
    teach_out_reminder_days_before: tuple[int, ...] = (90, 30)
    college_sign_off_days_after: int
    subcommittee_days_after: int
    unit_review_years: int = Attr(default=7, ge=1, le=12)  # from established to the unit's review


class Reason(Named):
    """A reason for revoking; `public` is what the verification page may say."""

    public: str


class AwardRules(Part):
    """What holds for awards once issued."""

    transcript_before_award: Literal["before", "after", "independent"]
    second_person_revokes: bool
    reinstate_within_days: int = Attr(ge=0)
    reinstating_needs_people: int = Attr(ge=1)
    revocation_reasons: Ordered[Reason]
    claim_reminder_days: tuple[int, ...]
    appeal_within_days: int

    def reason(self, key: str) -> Reason:
        """The reason with that key; KeyError if there is none."""
        for reason in self.revocation_reasons:
            if reason.key == key:
                return reason
        raise KeyError(key)


class SigningRules(Part):
    """Reminders after a request to sign, and when it is told to a head; days from the request."""

    reminder_days: tuple[int, ...]
    escalate_days: int
    link_reminder_days: tuple[int, ...]


class Page(Keyed):
    """A page of text (Markdown) with its version. A draft of ours asks to be replaced."""

    title: str
    version: str
    draft: bool = False
    body: str


class Text(Keyed):
    """A short text shown to people, in plain text."""

    body: str


__all__ = [
    "AwardRules",
    "BadgeLevel",
    "ConsultationRule",
    "CreditRules",
    "Named",
    "Page",
    "PilotRules",
    "Reason",
    "SigningRules",
    "Taxonomy",
    "Text",
    "TitleRules",
]

"""Smaller rules of the institution: titles, taxonomy, pilot, awards, pages."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from pydantic import Field as Attr
from pydantic import model_validator

from bitterroot.policy.models.base import Keyed, Ordered, Part, When
from bitterroot.policy.models.words import CLASSES, BusinessDays, ChangeClass


class Named(Part):
    """A key with its label and a sentence that explains it."""

    key: str
    label: str
    sentence: str = ""


class Track(Named):
    """A product that may be proposed; `compares` sets it beside the others, line by line."""

    compares: dict[str, str] = Attr(default_factory=dict)


class Answer(Named):
    """An answer to a question that helps to choose, and the tracks that it speaks for."""

    fits: tuple[str, ...] = Attr(min_length=1)


class Question(Named):
    """A question that helps to choose a track."""

    answers: Ordered[Answer] = Attr(min_length=2)


class BadgeType(Named):
    """A type of badges; `unassessed` says that it fits where nothing was assessed."""

    unassessed: bool = False


class BadgeLevel(Named):
    """A level of badges, and the shape that its image has.

    An `unassessed` level is the one of badges for taking part, and of no others.
    """

    shape: Literal["circle", "hexagon", "shield", "square"]
    unassessed: bool = False


class Taxonomy(Part):
    """How programs and badges are sorted."""

    kinds: Ordered[Named]
    tracks: Ordered[Track] = Attr(min_length=1)
    choosing: Ordered[Question] = ()
    levels: Ordered[Named]
    badge_types: Ordered[BadgeType]
    badge_levels: Ordered[BadgeLevel]

    def label(self, sort: str, key: str) -> str:
        """The label of a key of a sort such as `kinds`; the key itself where unknown."""
        named: tuple[Named, ...] = getattr(self, sort)
        return next((thing.label for thing in named if thing.key == key), key)

    @property
    def participation(self) -> tuple[str, str]:
        """Keys of the type and the level of a badge for which nothing was assessed."""
        types = [each.key for each in self.badge_types if each.unassessed]
        levels = [each.key for each in self.badge_levels if each.unassessed]
        return (types or [""])[0], (levels or [""])[0]

    def suggested(self, answers: Mapping[str, str]) -> list[str]:
        """The tracks for which the answers speak (question to answer), those of most first.

        Empty where nothing is answered; a track for which no answer speaks is left out.
        """
        votes = [
            track
            for question in self.choosing
            for answer in question.answers
            if answers.get(question.key) == answer.key
            for track in answer.fits
        ]
        known = [track.key for track in self.tracks if track.key in votes]
        return sorted(known, key=lambda key: -votes.count(key))

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
    #: Days in which whoever asks to see, correct or erase their record has an answer (FERPA: 45).
    answer_records_within_days: int = 45
    #: Whether learners are written to when a badge that they hold gets a new version.
    tells_earners_of_new_versions: bool = False
    #: Badges carry a second status entry, by which they can be suspended: all, none, or those whose
    #: form says so (`badge_suspendable`). Verifiable Credentials 2.0 allows two entries; the JSON
    #: Schema of Open Badges 3.0 knows one alone.
    badges_can_be_suspended: bool | Literal["where asked"] = False
    #: Whose approval stands in a badge as a signed endorsement, and whether with the person's name.
    endorsements: Literal["none", "last decision", "all decisions"] = "all decisions"
    endorsements_name_people: bool = False
    #: What a badge says more: the European elements of its form, its Credential Registry identifier.
    blocks: tuple[Literal["european", "ctdl"], ...] = ()

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


class AgreementRules(Part):
    """What holds for an agreement (MOU) towards its end; days are calendar days.

    Issuing goes on in any case: those who learned under an agreement get their badge.
    """

    expiring_days: int = Attr(default=90, ge=1, le=730)
    reminder_days_before: tuple[int, ...] = (90, 60, 30)
    expired_blocks_offerings: bool = True


class ConcurrenceRules(Part):
    """When heads of other units are asked whether they concur, and how long they have.

    Whoever does not answer in time is noted so. With `office_waits` a proposal is taken into
    review once everyone has answered or the time is over.
    """

    answer_within: BusinessDays = Attr(default=10, ge=1, le=60)
    required_when: When = None
    office_waits: bool = True


class BundleRules(Part):
    """Where proposals that are bound together wait until all are there.

    `decisions`: wherever a body acts or an office decides. `bodies`: before bodies alone.
    """

    wait: Literal["decisions", "bodies", "nothing"] = "decisions"


class ChangeRules(Part):
    """How heavy the change of an answer is; one that is named nowhere is as heavy as `otherwise`.

    `rows` names answers made of rows: adding a row or taking one away is as heavy as it says,
    whatever rewording one is.
    """

    editorial: tuple[str, ...] = ()
    minor: tuple[str, ...] = ()
    major: tuple[str, ...] = ()
    rows: dict[str, ChangeClass] = Attr(default_factory=dict)
    otherwise: ChangeClass = "minor"

    def weight(self, key: str, before: object, after: object) -> ChangeClass:
        """How heavy it is that the answer `before` becomes `after`."""
        listed = next((each for each in CLASSES if key in getattr(self, each)), self.otherwise)
        old, new = (len(each) if isinstance(each, list) else 0 for each in (before, after))
        if key in self.rows and old != new:
            return max(listed, self.rows[key], key=CLASSES.index)
        return listed


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
    "AgreementRules",
    "AwardRules",
    "BadgeLevel",
    "ChangeRules",
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

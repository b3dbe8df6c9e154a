"""The whole policy: every rule of an institution, as one frozen value with a hash."""

import datetime as dt
import hashlib
import json
import string
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import Any, Literal

from pydantic import Field as Attr
from pydantic import ValidationError

from bitterroot.policy.models.base import ByKey, Part
from bitterroot.policy.models.bodies import Body, Rubric
from bitterroot.policy.models.calendar import Calendar
from bitterroot.policy.models.forms import FieldProblem, Form
from bitterroot.policy.models.institution import Institution, Role, Unit
from bitterroot.policy.models.lists import ListPolicy
from bitterroot.policy.models.process import Begins, ChangeClass, Process
from bitterroot.policy.models.rules import (
    AgreementRules,
    AwardRules,
    BundleRules,
    ChangeRules,
    ConcurrenceRules,
    ConsultationRule,
    CreditRules,
    Page,
    PilotRules,
    SigningRules,
    Taxonomy,
    Text,
    TitleRules,
)
from bitterroot.policy.problems import PolicyError

#: What a transcript notation's pattern may mention.
NOTATION_WORDS = ("title", "short_title", "credits", "term", "level", "date")

#: Fields that are titles, and whether each is a short one.
_TITLES = {"title": False, "short_title": True, "badge_name": False, "badge_short_name": True}


class Policy(Part):
    """An institution's rules at one version. Everything in it is immutable."""

    version: str
    effective_from: dt.date
    title: str
    institution: Institution
    units: ByKey[Unit]
    roles: ByKey[Role]
    calendar: Calendar
    bodies: ByKey[Body] = Attr(default_factory=dict)
    rubrics: ByKey[Rubric] = Attr(default_factory=dict)
    processes: ByKey[Process]
    forms: ByKey[Form]
    lists: ListPolicy
    routing: dict[Literal["credit", "noncredit", "hybrid"], str]
    titles: TitleRules
    credits: CreditRules | None = None
    taxonomy: Taxonomy
    consultation: ConsultationRule
    signing: SigningRules
    pilot: PilotRules
    awards: AwardRules
    agreements: AgreementRules = Attr(default_factory=AgreementRules)
    bundles: BundleRules = Attr(default_factory=BundleRules)
    concurrence: ConcurrenceRules = Attr(default_factory=ConcurrenceRules)
    changes: ChangeRules = Attr(default_factory=ChangeRules)
    pages: ByKey[Page]
    texts: ByKey[Text]

    def document(self) -> dict[str, Any]:
        """The policy as JSON-able data, complete; what a running case keeps."""
        return self.model_dump(mode="json", by_alias=True)

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Policy":
        """The policy that `document()` gave; raises PolicyError where it is none."""
        from bitterroot.policy.loading import problems_of  # it leans on this module

        try:
            return cls.model_validate(document)
        except ValidationError as error:
            raise PolicyError(problems_of(error, document)) from None

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of the document in canonical form (sorted keys, no spaces, UTF-8)."""
        text = json.dumps(
            self.document(), sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )
        return hashlib.sha256(text.encode()).hexdigest()

    def form_problems(
        self,
        form: str,
        values: Mapping[str, Any],
        facts: Collection[str] | None = None,
        *,
        sections: Iterable[str] | None = None,
    ) -> list[FieldProblem]:
        """`Form.problems`, with the units and terms of this policy and its rules for titles."""
        chosen = self.forms[form]
        found = chosen.problems(
            values,
            facts,
            sections=sections,
            units=self.units.keys(),
            terms={term.key for term in self.calendar.terms},
        )
        if sections is not None:
            return found
        tidy = chosen.clean(values)
        for key, short in _TITLES.items():
            if key in chosen.fields and isinstance(tidy.get(key), str):
                said = {problem.message for problem in found if problem.field == key}
                found += [
                    FieldProblem(chosen.section_of[key], key, message)
                    for message in self.titles.problems(tidy[key], short=short)
                    if message not in said
                ]
        if self.credits and (problem := self.credits.problem(tidy.get("total_credits"))):
            section = chosen.section_of["total_credits"]
            found.append(FieldProblem(section, "total_credits", problem))
        return found

    @cached_property
    def has_pilots(self) -> bool:
        """Whether any process approves programs on trial first."""
        return any(
            effect == "approve pilot"
            for process in self.processes.values()
            for _, effect in process.effects()
        )

    def process_for(
        self, begins: Begins, *, track: str | None = None, change: ChangeClass | None = None
    ) -> Process | None:
        """The process by which that begins; None where the policy knows none.

        For a `track` without a process of its own it is the one that names no track.
        """
        found = [
            each
            for each in self.processes.values()
            if each.begins == begins and each.change == change and each.track in (track, None)
        ]
        return max(found, key=lambda each: each.track is not None, default=None)

    def college_of(self, unit: str) -> Unit | None:
        """The college or school that a unit belongs to (itself, if it is one), or None."""
        return next((each for each in self.ancestry(unit) if each.kind == "college"), None) or next(
            (each for each in self.ancestry(unit) if each.kind == "school"), None
        )

    def ancestry(self, unit: str) -> list[Unit]:
        """The unit and every unit above it, from the bottom up; KeyError where unknown."""
        line = [self.units[unit]]
        while line[-1].parent:
            line.append(self.units[line[-1].parent])
        return line

    def notation(self, words: Mapping[str, object]) -> str:
        """The text that goes on a transcript; words it may mention are NOTATION_WORDS."""
        return self.institution.notation_pattern.format_map(
            {word: words.get(word, "") for word in NOTATION_WORDS}
        )


def pattern_words(pattern: str) -> list[str]:
    """The words in braces in a pattern; raises ValueError where the braces do not match.

    A word with an attribute, an index or a format counts as written, so that it is unknown.
    """
    found = []
    for _, word, spec, conversion in string.Formatter().parse(pattern):
        if word is not None:
            found.append(
                word + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
            )
    return found

"""What changes from copy to copy beyond the ids: titles, keys of units and bodies, hashes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models

from bitterroot.cli.scale.campuses import Campuses, on_campus
from bitterroot.cli.scale.rows import Change, Copy, Model, Pattern, titled
from bitterroot.governance.models import (
    Case,
    Condition,
    Conflict,
    Meeting,
    Minutes,
    Seat,
    SignatureRequest,
    Snapshot,
    StepRun,
    Vote,
)
from bitterroot.issuing.models import Award, AwardDocument, TranscriptNotation
from bitterroot.messages.models import Mail
from bitterroot.people.models import Unit
from bitterroot.programs.models import Program, ProgramVersion, Reminder
from bitterroot.proposals.models import Consultation, Proposal
from bitterroot.record.canonical import digest
from bitterroot.record.domain.events import GENESIS
from bitterroot.record.models import Event

#: What an event's `about` names by a whole number.
_NUMBERED: dict[str, Model] = {
    "condition": Condition, "conflict": Conflict, "minutes": Minutes, "notation": TranscriptNotation,
    "reminder": Reminder, "snapshot": Snapshot, "vote": Vote,
}  # fmt: skip
LIST_LENGTH = 131_072  # of a status list: the copies' indices lie beyond it
_MAIL = re.compile(r"(\w+):(\d+):(.*)")


def _size(model: Model) -> int:
    return int(model._base_manager.aggregate(top=models.Max("pk"))["top"] or 0) + 1


def own_changes(campuses: Campuses) -> dict[tuple[Model, str], Change]:
    """The fields that change by a rule of their own."""
    keys = "|".join(sorted(map(re.escape, campuses.units), key=len, reverse=True))
    quoted = re.compile(f'"({keys})"')
    sizes = {word: _size(model) for word, model in _NUMBERED.items()}
    events = _size(Event)

    def unit(value: str, copy: Copy) -> str:
        return on_campus(value, copy.campus) if value in campuses.units else value

    def with_units(value: str, copy: Copy) -> str:
        text = copy.text(value)
        if not copy.campus:
            return text
        return quoted.sub(lambda found: f'"{on_campus(found[1], copy.campus)}"', text)

    def about(value: str, copy: Copy) -> str:
        word, _, rest = value.partition(":")
        if word in sizes and rest.isdecimal():
            return f"{word}:{int(rest) + copy.n * sizes[word]}"
        return copy.text(value)

    def mail(value: str, copy: Copy) -> str:
        found = _MAIL.fullmatch(value)
        if found is None:
            text = copy.text(value)
            return text if text != value else f"{value[:190]}~{copy.n}"
        moved = int(found[2]) + copy.n * events
        return f"{found[1]}:{moved}:{copy.text(found[3])}"

    own: dict[tuple[Model, str], Change] = {
        (Case, "policy"): lambda value, copy: campuses.versions[copy.campus],
        (Snapshot, "content"): with_units,
        (ProgramVersion, "content"): with_units,
        (Proposal, "values"): with_units,
        (Consultation, "values"): with_units,
        (Event, "about"): about,
        (Mail, "key"): mail,
        (Mail, "body"): lambda value, copy: value,
        (Award, "status_index"): lambda value, copy: value + copy.n * LIST_LENGTH,
        (Award, "claim_digest"): _digest,
        (SignatureRequest, "link_digest"): _digest,
        (AwardDocument, "body"): lambda value, copy: b"{}",
    }
    for of_title in (Case, Proposal, Program, Consultation):
        own[of_title, "title"] = titled
    for of_body in (StepRun, Seat, Meeting):
        own[of_body, "body"] = lambda value, copy: copy.bodies.get(value, value)
    for model in apps.get_models(include_auto_created=True):
        for each in model._meta.local_concrete_fields:
            if isinstance(each, models.ForeignKey) and each.related_model is Unit:
                own[model, each.name] = unit
    return own


def _digest(value: str, copy: Copy) -> str:
    return f"{copy.n:08d}{value[8:]}" if value else value


@dataclass(slots=True)
class EventPattern(Pattern):
    """Events, in the order of their chains: each carries the hash of the one before."""

    def written(self, copy: Copy) -> Iterator[list[Any]]:
        place = {name: n for n, name in enumerate(self.columns)}
        body = [place[name] for name in (
            "stream", "seq", "at", "verb", "about", "actor", "actor_name", "capacity", "data",
            "seal", "previous",
        )]  # fmt: skip
        stream, previous = "", GENESIS
        for row in Pattern.written(self, copy):
            previous = previous if row[place["stream"]] == stream else GENESIS
            stream = row[place["stream"]]
            row[place["previous"]] = previous
            said = [row[n] for n in body]
            said[2] = _moment(said[2])
            row[place["hash"]] = previous = digest(said)
            yield row


def _moment(stored: Any) -> str:
    """A stored moment as the record hashes it."""
    if isinstance(stored, datetime):
        return stored.isoformat()
    return f"{str(stored).replace(' ', 'T')}+00:00"

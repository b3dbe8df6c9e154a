"""Bodies that decide together, and the rubrics by which they review."""

import datetime as dt
from collections.abc import Collection
from typing import Literal

from pydantic import Field as Attr

from bitterroot.policy.models.base import ByKey, Keyed, When
from bitterroot.policy.models.words import BusinessDays, Passes, Quorum, Sits


class Body(Keyed):
    """A committee, council or senate: how many sit in it and how it decides.

    `quorum` is a share of the voting seats without those recused, or a number of members.
    `tie` says what an even count means; `chair_votes` whether the chair counts among the
    voters; `abstentions_count` whether an abstention belongs to the base of the majority.
    `window_days` is how long an electronic ballot stays open, `cut_off_days` how long before a
    meeting its agenda closes (both business days). `sits` names months, or says `always`.
    `shows` is what of a ballot may be read; with `holds_back` the secretary releases a result.
    `public` is what strangers may read of its approvals: that it decided, or the count as well.
    With `public_meetings` anyone reads when it meets, its published agendas and approved minutes, of
    meetings on the day `public_since` and after it: what was said inside before does not turn public.
    `consent` says whether the body takes items on consent. `unit` is the body's own unit.
    `deputies` says whether another may sit and vote for a member who is away.
    """

    title: str
    sentence: str = ""
    seats: int
    quorum: Quorum = "majority"
    passes: Passes = "simple majority"
    tie: Literal["fails", "chair decides"] = "fails"
    chair_votes: bool = True
    abstentions_count: bool = False
    electronic: bool = False
    window_days: BusinessDays = Attr(alias="window", default=5, ge=1)
    sits: Sits = "always"
    cut_off_days: BusinessDays = Attr(alias="cut off", default=5, ge=0)
    shows: Literal["names", "counts"] = "counts"
    holds_back: bool = False
    public: Literal["decision", "tally"] = "decision"
    public_meetings: bool = False
    public_since: dt.date | None = None
    unit: str | None = None
    consent: bool = False
    deputies: bool = True

    def meets_in_public(self, day: dt.date) -> bool:
        """Whether anyone reads of a meeting on that day."""
        return self.public_meetings and (self.public_since is None or day >= self.public_since)

    @property
    def voters(self) -> int:
        """How many seats vote."""
        return self.seats - (0 if self.chair_votes else 1)


class Criterion(Keyed):
    """One question that a reviewer scores."""

    label: str
    help: str = ""
    when: When = None


class Rubric(Keyed):
    """Criteria, each scored 0 up to the last word of `scale`; a low score asks for a comment.

    `comment_below` is the score from which on no comment is asked for.
    """

    title: str
    about: str = ""
    scale: tuple[str, ...] = Attr(min_length=2, max_length=11)
    comment_below: int = Attr(default=0, ge=0)
    criteria: ByKey[Criterion] = Attr(min_length=1)

    def criteria_for(self, facts: Collection[str]) -> list[Criterion]:
        """The criteria that are asked where these facts hold, in order."""
        return [c for c in self.criteria.values() if c.when is None or c.when.holds(facts)]

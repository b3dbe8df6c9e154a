"""The kinds of step, each one model with its own `kind`; a new kind is added here, to `Step`.

A step whose `when` does not hold is skipped. Steps run in the order in which they stand unless
`then` says otherwise; what an outcome does is said at `Outcome`.
"""

from collections.abc import Collection
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Tag
from pydantic import Field as Attr

from bitterroot.policy.models.base import ByKey, Keyed, Part, When
from bitterroot.policy.models.words import (
    BusinessDays,
    MaybeBusinessDays,
    MaybeQuorum,
    Passes,
    Who,
)
from bitterroot.policy.problems import one_of

#: Outcomes after which a case goes on; `decline` ends it, the others send it elsewhere.
PASSING = ("approve", "approve with conditions", "passed", "noted", "ended", "confirmed")


class Requirement(Part):
    """What must hold before a case may leave a step; `otherwise` tells people what to do."""

    that: When = Attr(default=...)
    when: When = None
    otherwise: str


class BaseStep(Keyed):
    """What every kind of step has. `then` is the next step's key, if not the next in order."""

    title: str
    about: str = ""
    when: When = None
    requires: tuple[Requirement, ...] = ()
    then: str | None = None

    def applies(self, facts: Collection[str]) -> bool:
        """Whether a case with these facts stops here rather than skip the step."""
        return self.when is None or self.when.holds(facts)

    def unmet(self, facts: Collection[str]) -> list[Requirement]:
        """The requirements that do not hold, in order."""
        return [
            requirement
            for requirement in self.requires
            if (requirement.when is None or requirement.when.holds(facts))
            and not (requirement.that and requirement.that.holds(facts))
        ]


class FormStep(BaseStep):
    """Someone fills in a form and submits it."""

    kind: Literal["form"]
    form: str
    by: tuple[Who, ...]
    submit_by: Who


class Signer(Part):
    """One who signs: in which capacity, when asked at all, and what the signature covers.

    `covers` is `all` or keys of the form's sections; the signature is void when a material
    field there changes. `due_days` are business days from the request. `by_link` signers need
    no account.
    """

    capacity: Who = Attr(alias="who")
    title: str
    when: When = None
    covers: Literal["all"] | tuple[str, ...] = "all"
    due_days: BusinessDays = Attr(alias="due", ge=1)
    by_link: bool = False


class SignStep(BaseStep):
    """People sign the frozen packet, in order. `on_return` is the step a return goes to.

    With `expires_days` a request that nobody answers expires so many business days after the day on
    which it is due, and the packet goes back as with a return; without it, a request never does.
    """

    kind: Literal["sign"]
    form: str
    statement: str
    signers: tuple[Signer, ...] = Attr(alias="in order", min_length=1)
    on_return: str
    expires_days: BusinessDays | None = Attr(alias="expires", default=None, ge=1)

    def signers_for(self, facts: Collection[str]) -> list[Signer]:
        """Who is asked where these facts hold, in order."""
        return [s for s in self.signers if s.when is None or s.when.holds(facts)]


class Outcome(Keyed):
    """One way to decide. Its key is one of the words that a kind of step knows.

    After a passing one the case goes on: `to` the step named, else to the next in order; it
    ends with an `effect` (an upper room gives it meaning) or when no step follows. With both, the
    effect waits for the step named, where that applies, and is at once where not. `decline`
    ends it. `return` goes `to` an earlier step, or to another of `or_to` where the deciders say
    so. `refer` lays the item before one of `bodies`; it comes back with that body's advice.
    `postpone` keeps it here for another day. With `conditions`, the decision carries conditions
    and nothing follows until every one is closed. `reason` says that a reason must be given.
    """

    label: str
    sentence: str
    effect: str | None = None
    to: str | None = None
    or_to: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    conditions: bool = False
    reason: bool = False
    when: When = None

    @property
    def passes(self) -> bool:
        """Whether the case goes on, or ends well, with it."""
        return self.key in PASSING

    @property
    def ways(self) -> tuple[str, ...]:
        """The steps that it may send the case to, the usual one first."""
        return tuple(dict.fromkeys(way for way in (self.to, *self.or_to) if way))


class DecideStep(BaseStep):
    """One office decides. `checklist` is what it looks at first."""

    kind: Literal["decide"]
    by: Who
    due_days: BusinessDays = Attr(alias="due", ge=1)
    checklist: tuple[str, ...] = ()
    outcomes: ByKey[Outcome] = Attr(min_length=1)


class ReviewStep(BaseStep):
    """Members of a body each score the packet by a rubric, until `at_least` sheets are in."""

    kind: Literal["review"]
    rubric: str
    body: str
    at_least: int = Attr(default=1, ge=1)
    due_days: BusinessDays = Attr(alias="due", ge=1)
    outcomes: ByKey[Outcome] = Attr(
        default={"ended": Outcome(key="ended", label="Reviewed", sentence="The reviews are in.")}
    )


class VoteStep(BaseStep):
    """A body votes, by its own rule unless `quorum` or `passes` say otherwise here.

    With `readings: 2` the meeting before the one that decides reads the matter, and lets it rest;
    the body may send it back, refer, postpone or decline it at once.
    """

    kind: Literal["vote"]
    body: str
    rubric: str | None = None
    agenda: Literal["consent", "action"] = "action"
    quorum: MaybeQuorum = None
    passes: Passes | None = None
    readings: int = Attr(default=1, ge=1, le=3)
    due_days: MaybeBusinessDays = Attr(alias="due", default=None, ge=1)
    outcomes: ByKey[Outcome] = Attr(min_length=1)


class NoObjectionStep(BaseStep):
    """Passes by itself after a period, unless a member of a body or a holder of `by` objects.

    An `audience` reads what is posted and may comment on it; it does not object.
    """

    kind: Literal["no objection"]
    body: str | None = None
    by: Who | None = None
    audience: Literal["campus", "public"] | None = None
    due_days: BusinessDays = Attr(alias="days", ge=1)
    outcomes: ByKey[Outcome] = Attr(min_length=1)


class InformStep(BaseStep):
    """A body is told. The case waits only where the body is to `acknowledge` it."""

    kind: Literal["inform"]
    body: str
    acknowledge: bool = False
    due_days: MaybeBusinessDays = Attr(alias="due", default=None, ge=1)
    outcomes: ByKey[Outcome] = Attr(
        default={"noted": Outcome(key="noted", label="Noted", sentence="The body was told.")}
    )


class CommentStep(BaseStep):
    """An audience may comment for a period; then the case goes on."""

    kind: Literal["comment"]
    audience: Literal["authors", "body", "campus", "public"]
    body: str | None = None
    due_days: BusinessDays = Attr(alias="days", ge=1)
    outcomes: ByKey[Outcome] = Attr(
        default={"ended": Outcome(key="ended", label="Ended", sentence="The comment period ended.")}
    )


class RecordStep(BaseStep):
    """Someone confirms a fact, such as that the system office was told."""

    kind: Literal["record"]
    by: Who
    fact: str
    due_days: MaybeBusinessDays = Attr(alias="due", default=None, ge=1)
    outcomes: ByKey[Outcome] = Attr(
        default={"confirmed": Outcome(key="confirmed", label="Confirm", sentence="It is done.")}
    )


BRANCHING = ("review", "decide", "vote", "no objection", "inform", "comment", "record")
KINDS = ("form", "sign", *BRANCHING, "all of", "any of")


def _kind_among(kinds: Collection[str]) -> Any:
    def kind(step: Any) -> str | None:
        named = step.get("kind") if isinstance(step, dict) else getattr(step, "kind", None)
        return f"kind:{named}" if named in kinds else None

    return kind


#: What may stand beside others in `all of` or `any of`.
Branch = Annotated[
    Annotated[ReviewStep, Tag("kind:review")]
    | Annotated[DecideStep, Tag("kind:decide")]
    | Annotated[VoteStep, Tag("kind:vote")]
    | Annotated[NoObjectionStep, Tag("kind:no objection")]
    | Annotated[InformStep, Tag("kind:inform")]
    | Annotated[CommentStep, Tag("kind:comment")]
    | Annotated[RecordStep, Tag("kind:record")],
    Discriminator(
        _kind_among(BRANCHING),
        custom_error_type="step_kind",
        custom_error_message="a branch's kind is missing or unknown",
        custom_error_context={"expected": one_of(BRANCHING)},
    ),
]


class _Branching(BaseStep):
    branches: ByKey[Branch] = Attr(min_length=1)

    def branches_for(self, facts: Collection[str]) -> list[Branch]:
        """The branches that are open to a case with these facts, in order."""
        return [branch for branch in self.branches.values() if branch.applies(facts)]


class AllOfStep(_Branching):
    """Several at the same time; the case goes on when every one has passed. One decline declines."""

    kind: Literal["all of"]


class AnyOfStep(_Branching):
    """Several at the same time; the first that passes carries the case on, the rest is void."""

    kind: Literal["any of"]


Step = Annotated[
    Annotated[FormStep, Tag("kind:form")]
    | Annotated[SignStep, Tag("kind:sign")]
    | Annotated[ReviewStep, Tag("kind:review")]
    | Annotated[DecideStep, Tag("kind:decide")]
    | Annotated[VoteStep, Tag("kind:vote")]
    | Annotated[NoObjectionStep, Tag("kind:no objection")]
    | Annotated[InformStep, Tag("kind:inform")]
    | Annotated[CommentStep, Tag("kind:comment")]
    | Annotated[RecordStep, Tag("kind:record")]
    | Annotated[AllOfStep, Tag("kind:all of")]
    | Annotated[AnyOfStep, Tag("kind:any of")],
    Discriminator(
        _kind_among(KINDS),
        custom_error_type="step_kind",
        custom_error_message="a step's kind is missing or unknown",
        custom_error_context={"expected": one_of(KINDS)},
    ),
]

#: Steps that end with one of their outcomes.
Deciding = (
    ReviewStep,
    DecideStep,
    VoteStep,
    NoObjectionStep,
    InformStep,
    CommentStep,
    RecordStep,
)
#: Which outcomes a kind of step may have.
WORDS: dict[str, tuple[str, ...]] = {
    "review": ("ended",),
    "decide": ("approve", "approve with conditions", "return", "postpone", "decline"),
    "vote": ("approve", "approve with conditions", "return", "refer", "postpone", "decline"),
    "no objection": ("passed", "objected"),
    "inform": ("noted",),
    "comment": ("ended",),
    "record": ("confirmed", "return", "decline"),
}

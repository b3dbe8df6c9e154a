"""The budget of a non-credit proposal, worked out from its answers. Amounts are of one run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from bitterroot.policy.models.forms import Form

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Share:
    """What a party gets of what is left with the learners expected, nothing where nothing is."""

    party: str
    percent: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Budget:
    """`break_even` is the fewest learners who carry the costs; None where no number does."""

    price: Decimal
    fixed: Decimal
    each: Decimal
    expected: int
    shares: tuple[Share, ...]

    @property
    def break_even(self) -> int | None:
        margin = self.price - self.each
        if self.fixed <= 0 and margin >= 0:
            return 0
        if margin <= 0:
            return None
        return int((self.fixed / margin).to_integral_value(ROUND_CEILING))

    @property
    def left(self) -> Decimal:
        """What is left once the costs are paid, with the learners expected; may be below zero."""
        return self.expected * (self.price - self.each) - self.fixed

    @property
    def lacking(self) -> Decimal:
        """What is missing where the learners expected do not carry the costs."""
        return max(-self.left, Decimal(0))

    @property
    def carries(self) -> bool:
        """Whether the learners expected carry the costs."""
        return self.break_even is not None and self.expected >= self.break_even

    @property
    def percent(self) -> Decimal:
        """What the shares make together."""
        return sum((share.percent for share in self.shares), Decimal(0))


def has_budget(form: Form) -> bool:
    """Whether the form asks for a budget that is worked out."""
    return "break_even" in form.fields


def budget_of(values: Mapping[str, Any]) -> Budget | None:
    """The budget that the answers make; None while price, learners or costs are still missing."""
    price, expected = _number(values.get("price")), _number(values.get("expected_enrollment"))
    costs = values.get("fixed_costs") or []
    if price is None or expected is None or not costs:
        return None
    bare = Budget(price, _sum(costs), _sum(values.get("learner_costs") or []), int(expected), ())
    left = max(bare.left, Decimal(0))
    shares = tuple(
        Share(
            str(row.get("party") or ""),
            percent,
            (left * percent / 100).quantize(CENT, ROUND_HALF_UP),
        )
        for row in values.get("revenue_split") or []
        if (percent := _number(row.get("percent"))) is not None
    )
    return Budget(bare.price, bare.fixed, bare.each, bare.expected, shares)


def faults_of(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What does not add up: the field and a sentence, in the order of the form."""
    budget = budget_of(values)
    if budget is None:
        return []
    found = []
    if not budget.carries and not values.get("shortfall"):
        found.append(("shortfall", _why_short(budget)))
    if values.get("revenue_split") and budget.percent != 100:
        found.append(("revenue_split", f"The shares make {budget.percent:f} percent, not 100."))
    return found


def _why_short(budget: Budget) -> str:
    if budget.break_even is None:
        return "At this price no number of learners carries the costs: say who bears the rest."
    return (
        f"{budget.break_even} learners are needed to carry the costs, and {budget.expected} are"
        " expected: say who bears the rest."
    )


def _sum(rows: Iterable[Mapping[str, Any]]) -> Decimal:
    return sum((_number(row.get("amount")) or Decimal(0) for row in rows), Decimal(0))


def _number(value: Any) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None

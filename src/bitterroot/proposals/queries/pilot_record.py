"""What a pilot has shown, as plain values: the record that its full proposal carries."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from bitterroot.governance.models import Condition
from bitterroot.programs.domain.review import figures_of
from bitterroot.programs.enums import REVIEW_GIVEN, IntentState, Rating, ReviewState
from bitterroot.programs.models import Program, ProgramReview, ProgramVersion
from bitterroot.programs.queries.pilots import Year, pilot_of, standing
from bitterroot.programs.queries.versions import version_on
from bitterroot.record import clock

#: Counts of a pilot year, in the order in which they are read.
COUNTS = ("offerings", "enrolled", "completed", "withdrawn", "issued", "claimed", "public")


def version_in_force(program: Program) -> ProgramVersion | None:
    """The approved version that holds today, with the decision that approved it."""
    return version_on(program)


def pilot_record(program: Program) -> dict[str, Any]:
    """Version, years with review, rating and figures, totals, conditions and notice of a pilot.

    Days are ISO texts, counts are whole numbers or None where nobody keeps them. Figures of a
    review that was handed in are those that it froze; of other years, and of one that was returned
    to its lead, they are counted now.
    """
    pilot = pilot_of(program)
    stand = standing(pilot) if pilot else None
    today = clock.today()
    years = [_year(year) for year in (stand.years if stand else ()) if year.first <= today]
    version = version_in_force(program)
    return {
        "version": {
            "n": version.n,
            "approved_on": _day(version.decision.decided_on),
            "body": version.decision.body,
        }
        if version
        else None,
        "years": years,
        "total": {name: _sum(year["figures"].get(name) for year in years) for name in COUNTS},
        "conditions": [_condition(each) for each in conditions_of(program)],
        "notice": _notice(stand.intent) if stand and stand.intent else None,
    }


def conditions_of(program: Program) -> list[Condition]:
    """Every condition under which the program was approved, oldest first, met or open."""
    decisions = program.versions.values("decision")
    found = Condition.objects.filter(decision__in=decisions).select_related("decision")
    return list(found.order_by("pk"))


def _year(year: Year) -> dict[str, Any]:
    review = year.review
    said: Mapping[str, Any] = review.values if review else {}
    return {
        "year": year.number,
        "label": year.label,
        "state": ReviewState(review.state).label if review else "",
        "rating": Rating(review.rating).label if review and review.rating else "",
        "comments": review.comments if review else "",
        "submitted_on": _day(review.submitted_at) if review else "",
        "recommendation": str(said.get("recommendation") or ""),
        "issues": str(said.get("issues") or ""),
        "figures": _figures(review) if review else {},
    }


def _figures(review: ProgramReview) -> dict[str, int | None]:
    kept = review.figures if review.state in REVIEW_GIVEN else None  # one that came back is open
    counted = dict(kept or figures_of(review).document())
    for key in ("enrolled", "withdrawn"):  # the lead knows what the record does not keep
        if isinstance(review.values.get(key), int):
            counted[key] = review.values[key]
    return {name: counted.get(name) for name in COUNTS}


def _sum(counts: Any) -> int | None:
    known = [count for count in counts if isinstance(count, int)]
    return sum(known) if known else None


def _condition(row: Condition) -> dict[str, str]:
    return {
        "text": row.text,
        "set_by": row.decision.body,
        "due_on": _day(row.due_on),
        "met_on": _day(row.closed_at),
        "evidence": row.evidence,
    }


def _notice(intent: Any) -> dict[str, str]:
    return {
        "choice": intent.choice,
        "reason": str(intent.values.get("reason") or ""),
        "signed_on": _day(intent.head_signed_at),
        "acknowledged_on": _day(intent.acknowledged_at),
        "state": IntentState(intent.state).label,
    }


def _day(moment: date | datetime | None) -> str:
    if moment is None:
        return ""
    day = timezone.localtime(moment).date() if isinstance(moment, datetime) else moment
    return day.isoformat()

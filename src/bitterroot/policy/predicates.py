"""Predicates: the named facts that a policy's conditions may speak of.

Each is defined once, with a sentence. Most are read from the values of a form (a proposal's
snapshot, a tracking list's heading); a few cannot be seen there and are told by the room that
runs the case. Keys named here are those that `relied_on.py` keeps in the forms.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Predicate:
    """A named fact; `test` is None where a room must tell it."""

    name: str
    sentence: str
    test: Callable[[Values], bool] | None = None

    @property
    def told(self) -> bool:
        """Whether a room tells this fact, rather than the values."""
        return self.test is None


PREDICATES: dict[str, Predicate] = {}

#: Facts of which no two hold of one thing.
EXCLUSIVE = (
    frozenset({"credit", "noncredit", "hybrid"}),
    frozenset({"micro-credential track", "badge track", "noncredit track"}),
    frozenset({"assessed", "unassessed"}),
    frozenset({"editorial change", "minor change", "major change"}),
)
#: Facts that hold exactly where one of others does.
MEANS = {
    "credit-bearing": frozenset({"credit", "hybrid"}),
    "noncredit-bearing": frozenset({"noncredit", "hybrid"}),
    "partnered": frozenset({"interdisciplinary", "third-party"}),
}


def _read(name: str, sentence: str, test: Callable[[Values], bool]) -> None:
    PREDICATES[name] = Predicate(name, sentence, test)


def _told(name: str, sentence: str) -> None:
    PREDICATES[name] = Predicate(name, sentence)


def facts_of(values: Values, told: Iterable[str] = ()) -> frozenset[str]:
    """The names of all predicates that hold for these values, with those that were told.

    Raises KeyError when `told` names a predicate that is not one to be told.
    """
    given = frozenset(told)
    for name in given:
        if not (name in PREDICATES and PREDICATES[name].told):
            raise KeyError(f"no predicate '{name}' that a room may tell")
    seen = {p.name for p in PREDICATES.values() if p.test is not None and p.test(values)}
    return given | seen


def _is(key: str, *wanted: str) -> Callable[[Values], bool]:
    return lambda values: values.get(key) in wanted


def _has(key: str, wanted: str) -> Callable[[Values], bool]:
    def test(values: Values) -> bool:
        chosen = values.get(key)
        return isinstance(chosen, list | tuple | set | frozenset) and wanted in chosen

    return test


def _yes(key: str) -> Callable[[Values], bool]:
    return lambda values: values.get(key) is True


def _any(key: str) -> Callable[[Values], bool]:
    return lambda values: bool(values.get(key))


def _positive(key: str) -> Callable[[Values], bool]:
    def test(values: Values) -> bool:
        try:
            return Decimal(str(values.get(key) or 0)) > 0
        except InvalidOperation:
            return False

    return test


_read("credit", "The program awards academic credit only.", _is("kind", "credit"))
_read("noncredit", "The program awards no academic credit.", _is("kind", "noncredit"))
_read("hybrid", "The program has a credit and a non-credit cohort.", _is("kind", "hybrid"))
_read("credit-bearing", "Some learner can earn academic credit.", _is("kind", "credit", "hybrid"))
_read(
    "noncredit-bearing",
    "Some learner takes part without academic credit.",
    _is("kind", "noncredit", "hybrid"),
)
_read("micro-credential track", "A micro-credential program.", _is("track", "micro-credential"))
_read("badge track", "A stand-alone digital badge.", _is("track", "badge"))
_read("noncredit track", "A non-credit course or program.", _is("track", "noncredit"))
_read("undergraduate level", "Open at undergraduate level.", _has("levels", "undergraduate"))
_read("graduate level", "Open at graduate level.", _has("levels", "graduate"))
_read("professional level", "Professional development.", _has("levels", "professional"))
_read("interdisciplinary", "More than one unit of ours carries it.", _yes("interdisciplinary"))
_read("third-party", "An organization outside carries part of it.", _yes("third_party"))
_read(
    "partnered",
    "Another unit or an organization outside carries part of it.",
    lambda values: _yes("interdisciplinary")(values) or _yes("third_party")(values),
)
_read(
    "asks for resources",
    "It needs money, space, library holdings or systems that are not there.",
    _yes("resources_needed"),
)
_read(
    "asks the system",
    "The university system wants a report, or decides as well.",
    _is("system_level", "report", "level-1", "level-2"),
)
_read("affects other units", "Units other than its own are affected.", _any("affected_units"))
_read("overlaps", "A similar program exists.", _yes("overlap_found"))
_read("stackable", "It counts toward another credential.", _is("stackability", "stackable"))
_read("online", "Taught online, wholly or in part.", _is("modality", "online", "blended"))
_read("assessed", "Learners' work is assessed against outcomes.", _is("assessed", "assessed"))
_read("unassessed", "Taking part is recognized without assessment.", _is("assessed", "unassessed"))
_read("expires", "The badge is valid for a period only.", _is("badge_validity", "period"))
_read("paid", "Learners pay a price.", _positive("price"))
_read("shows evidence", "Evidence may be shown with a badge.", _is("evidence", "public", "learner"))
_read("wants marketing help", "Help with marketing is wanted.", _yes("marketing_help"))
_read("declares a conflict", "A conflict of interest is declared.", _yes("conflict"))
_read("syllabus attached", "At least one syllabus is attached.", _any("syllabus"))
_read("mou attached", "A memorandum of understanding is attached.", _any("mou_files"))
_read("mou in progress", "A memorandum is being drawn up.", _is("mou_state", "in progress"))
_read(
    "signer objects",
    "The signer does not sign but returns or declines.",
    _is("choice", "return", "decline"),
)
_read("is to continue", "The notice asks to continue after the pilot.", _is("choice", "continue"))
_read("is to be removed", "The notice asks to end the program.", _is("choice", "remove"))
_read("waived", "The office waives the consultation.", _yes("waived"))
_read(
    "registrar holds back",
    "The registrar does not issue yet, or not at all.",
    _is("decision", "hold", "refuse"),
)
_read("wants the badge", "The learner takes the badge.", _is("answer", "accept"))

_told("consultation held", "A consultation was held within the time that the policy asks.")
_told("consultation waived", "The office waived the consultation and gave a reason.")
_told("procedures attested", "The lead attested the version of the procedures now in force.")
_told("mou executed", "Every party has signed the memorandum of understanding.")
_told("full proposal", "The program is proposed for good, after a pilot.")
_told("established", "The program is established; it is no pilot any more.")
_told("editorial change", "What is changed is editorial only.")
_told("minor change", "The heaviest thing that is changed is minor.")
_told("major change", "Something major is changed.")
_told("every condition closed", "No condition of the decision is open.")

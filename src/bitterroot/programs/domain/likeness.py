"""The words by which programs are like each other: those of the title, and the skills."""

from collections.abc import Iterable, Mapping
from typing import Any

from bitterroot.programs.models import Program, ProgramTerm
from bitterroot.programs.models.term import LONGEST

SMALL = {"and", "for", "the", "with", "of", "in", "to", "a", "an", "on", "from"}


def terms_of(title: str, skills: Iterable[Any] | None) -> frozenset[str]:
    """Words of the title that say something, and each skill as a whole.

    >>> sorted(terms_of("Water and Data-Driven Farming", ["Soil sampling"]))
    ['data', 'driven', 'farming', 'soil sampling', 'water']
    """
    words = title.lower().replace("-", " ").split()
    said = {word for word in words if len(word) > 2 and word not in SMALL}
    named = {str(skill).lower() for skill in skills or ()}
    return frozenset(term[:LONGEST] for term in said | named if term)


def keep_terms(program: Program, values: Mapping[str, Any]) -> None:
    """Let the program be like others by its title and these answers' skills; what it had is gone."""
    wanted = terms_of(program.title, values.get("skills"))
    kept = dict(program.terms.values_list("term", "pk"))
    if gone := [pk for term, pk in kept.items() if term not in wanted]:
        ProgramTerm.objects.filter(pk__in=gone).delete()
    missing = sorted(wanted - kept.keys())
    ProgramTerm.objects.bulk_create(ProgramTerm(program=program, term=term) for term in missing)

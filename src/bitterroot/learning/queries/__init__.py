"""Reads about offerings, tracking lists and requests that more than one screen uses."""

from bitterroot.learning.queries.lists import (
    ListCounts,
    counts_of,
    lists_of,
    offerable_programs,
    offerings_of,
    own_requests,
    usual_instructors,
    visible_list,
    visible_offering,
)
from bitterroot.learning.queries.waiting import waiting_for

__all__ = [
    "ListCounts",
    "counts_of",
    "lists_of",
    "offerable_programs",
    "offerings_of",
    "own_requests",
    "usual_instructors",
    "visible_list",
    "visible_offering",
    "waiting_for",
]

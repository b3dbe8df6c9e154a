"""Lists of which a page shows a few rows with much that belongs to them.

The keys of the few are found first, within the same query, and what belongs to the rows is joined
to those alone. A database that sorts before it takes a few joins all otherwise.
"""

from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


def with_all(part: QuerySet[Row], shown: QuerySet[Row]) -> QuerySet[Row]:
    """The rows of a slice, in its order, with all that `shown` has of each."""
    return shown.filter(pk__in=part.values("pk")).order_by(*part.query.order_by)


FEW = 2_000


def looked_up(found: QuerySet[Row]) -> QuerySet[Row] | list[Any]:
    """The keys of what a search finds, in its order, by one look; itself where they are too many.

    A search that reads a whole table would else read it twice: to count, and for a page.
    """
    keys = list(found.values_list("pk", flat=True)[: FEW + 1])
    return keys if len(keys) <= FEW else found


class ByKeys(Paginator):  # type: ignore[type-arg]  # which is generic to the type checker alone
    """Pages of what was `found` (rows, or their keys); each row has what `shown` has of it."""

    def __init__(
        self, found: QuerySet[Row] | list[Any], shown: QuerySet[Row], per_page: int
    ) -> None:
        super().__init__(found, per_page)
        self._found, self._shown = found, shown

    def page(self, number: int | str) -> Page[Any]:
        """See the class."""
        page = super().page(number)
        start = (page.number - 1) * self.per_page
        if isinstance(self._found, list):
            keys = self._found[start : start + self.per_page]
            rows = {row.pk: row for row in self._shown.filter(pk__in=keys)}
            page.object_list = [rows[key] for key in keys if key in rows]
        else:
            page.object_list = with_all(self._found[start : start + self.per_page], self._shown)
        return page

"""Tables that leave the house as CSV, sent row by row: memory stays flat however long they are."""

from collections.abc import Iterable, Sequence

from django.http import StreamingHttpResponse

from bitterroot.learning.interfaces.lists.exports import A_PIECE, csv_pieces

__all__ = ["A_PIECE", "csv_answer"]


def csv_answer(table: Iterable[Sequence[str]], name: str) -> StreamingHttpResponse:
    """A download called `name`. `table` is read while it is sent, after the view is done."""
    answer = StreamingHttpResponse(csv_pieces(table), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer

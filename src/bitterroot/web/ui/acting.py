"""How a screen calls a verb: what the verb refuses is said to the person, and nothing is lost.

done = attempt(request, lambda: sign(by=…, signature=…, typed_name=…), "Signed.")
if done:
    return redirect(…)
return render(request, …, {"problems": done.problems}, status=done.status)
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bitterroot.people.errors import NotPossible, Refused

T = TypeVar("T")


@dataclass(frozen=True)
class Attempt(Generic[T]):
    """What came of calling a verb. True when it was done; `value` is then what it returned."""

    value: T | None = None
    done: bool = True
    message: str = ""
    problems: list[tuple[str, str]] = field(default_factory=list)  # (field, sentence)
    status: int = 200  # for the page shown again: 403 refused, 409 not possible now

    def __bool__(self) -> bool:
        return self.done


def attempt(request: HttpRequest, verb: Callable[[], T], said: str = "") -> Attempt[T]:
    """Call `verb`; tell the person `said` when it is done, or why it was not."""
    try:
        value = verb()
    except Refused as error:
        _refuse(request, error)
        return Attempt(None, False, str(error), [], 403)
    except NotPossible as error:
        _refuse(request, error)
        return Attempt(None, False, str(error), error.problems, 409)
    if said:
        messages.success(request, said)
    return Attempt(value)


def _refuse(request: HttpRequest, error: Exception) -> None:
    messages.error(request, str(error))
    request.was_refused = True  # type: ignore[attr-defined]  # it may be sent again (`web.once`)


class RefusalMiddleware:
    """A refusal that no screen caught becomes a page that says why, never a fault."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer `Refused` with 403 and `NotPossible` with 409; leave the rest alone."""
        if isinstance(error, Refused):
            context = {"title": "You may not do this", "text": str(error)}
            return render(request, "ui/error.html", context, status=403)
        if isinstance(error, NotPossible):
            context = {"title": "This is not possible now", "text": str(error)}
            context["problems"] = error.problems  # type: ignore[assignment]
            return render(request, "ui/error.html", context, status=409)
        return None

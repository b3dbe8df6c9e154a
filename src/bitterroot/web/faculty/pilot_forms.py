"""Forms F and G on a page: bound to their answers, read back, saved as one types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bitterroot.people.errors import NotPossible
from bitterroot.policy import Form, Policy
from bitterroot.policy.predicates import facts_of
from bitterroot.web.ui.acting import Attempt, attempt
from bitterroot.web.ui.policy_forms import Sent, bind, named, names_for, read

R = TypeVar("R")


class Row(Protocol):
    """A review or a notice."""

    values: dict[str, Any]
    revision: int


def sent_of(request: HttpRequest, form: Form, row: Row) -> tuple[Sent, int]:
    """What the page sent, and the revision that it was written on."""
    text = request.POST.get("revision", "")
    revision = int(text) if text.isdecimal() and len(text) < 9 else row.revision
    return read(form.fields.values(), request.POST), revision


def sections_of(
    request: HttpRequest,
    policy: Policy,
    form: Form,
    values: Mapping[str, Any],
    *,
    told: Mapping[str, Any] | None = None,
    files: Mapping[str, list[Any]] | None = None,
    problems: list[tuple[str, str]] | None = None,
) -> list[dict[str, Any]]:
    """The sections of the form with their fields bound, those not asked named apart."""
    errors: dict[str, list[str]] = {}
    for key, sentence in problems or []:
        errors.setdefault(key, []).append(sentence)
    facts, names = facts_of(values), names_for(policy)
    found = []
    for section in form.sections:
        fields = bind(
            section.fields,
            values,
            names,
            facts=facts,
            errors=errors,
            told=told,
            files=files,
            more=request.GET.get("more", ""),
        )
        asked = {field.key for field in fields}
        found.append(
            {
                "section": section,
                "fields": fields,
                "not_asked": [f.key for f in section.fields if f.key not in asked],
            }
        )
    return found


def autosaved(
    request: HttpRequest, save: Callable[[], Row], form: Form, policy: Policy
) -> HttpResponse:
    """Save what was typed; the answer replaces the revision, and fields that came or went."""
    try:
        row = save()
    except NotPossible as error:
        return render(request, "faculty/edit/_unsaved.html", {"error": error})
    asked = set(request.POST.getlist("asked"))
    sections = sections_of(request, policy, form, row.values)
    fields = [field for each in sections for field in each["fields"]]
    now = {field.key for field in fields}
    context = {
        "row": row,
        "appeared": [f for f in fields if f.key not in asked and f.field.type != "computed"],
        "vanished": [key for key in form.fields if key in asked and key not in now],
    }
    return render(request, "faculty/pilot/_saved.html", context)


def written(
    request: HttpRequest, save: Callable[[], R], send: Callable[[R], R], told: str
) -> tuple[R | None, Attempt[R]]:
    """Save; where another button than that was pressed, then `send`, and say `told`.

    What was saved, if it was, and what came of the last of the two.
    """
    sending = request.POST.get("act", "save") != "save"
    done = attempt(request, save, "" if sending else "Saved.")
    saved = done.value
    if saved is None or not sending:
        return saved, done
    return saved, attempt(request, lambda: send(saved), told)


def said(form: Form, problems: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Problems for the list on top, each naming its question."""
    return named(form.fields.values(), problems)

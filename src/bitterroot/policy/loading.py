"""Loading a policy: read the files, fill in what they refer to, validate, cross-check."""

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bitterroot.policy.checks import cross_check
from bitterroot.policy.models.policy import Policy
from bitterroot.policy.problems import PolicyError, Problem, one_of
from bitterroot.policy.schema import names_at
from bitterroot.policy.source import SHIPPED, Path_, Source, read_folder, way

INSTITUTIONS = SHIPPED


def load_policy(name_or_path: str | Path, *, effects: Collection[str] | None = None) -> Policy:
    """The policy of a shipped institution (`montana`) or of a folder.

    `effects` are those that the upper rooms offer; a policy that names another does not load.
    Raises PolicyError with every problem found.
    """
    policy, source = _load(_folder(name_or_path))
    if effects is not None:
        _check_effects(policy, effects, source)
    return policy


def _folder(name_or_path: str | Path) -> Path:
    shipped = {folder.name: folder for folder in INSTITUTIONS.iterdir() if folder.is_dir()}
    if isinstance(name_or_path, str) and name_or_path in shipped:
        return shipped[name_or_path]
    path = Path(name_or_path)
    if path.is_dir():
        return path
    known = sorted(shipped)
    message = "there is no such policy"
    expected = f"a folder, or {one_of(known, str(name_or_path))}"
    raise PolicyError([Problem(str(name_or_path), 0, "", message, expected)])


def _load(folder: Path) -> tuple[Policy, Source]:
    if folder.parent == INSTITUTIONS:
        return _load_shipped(folder)
    return _load_now(folder)


@lru_cache(maxsize=8)
def _load_shipped(folder: Path) -> tuple[Policy, Source]:
    """Shipped policies do not change while a program runs."""
    return _load_now(folder)


def _load_now(folder: Path) -> tuple[Policy, Source]:
    source = read_folder(folder)
    if source.problems:
        raise PolicyError(_in_file_order(source.problems))
    _include_sections(source)
    _take_sections(source)
    _fill_choices(source)
    if source.problems:
        raise PolicyError(_in_file_order(source.problems))
    try:
        policy = Policy.model_validate(source.document)
    except ValidationError as error:
        raise PolicyError(problems_of(error, source.document, source)) from None
    for path, message, expected in cross_check(policy):
        source.complain(_as_written(path, source.document), message, expected)
    if source.problems:
        raise PolicyError(_in_file_order(source.problems))
    return policy, source


def _check_effects(policy: Policy, effects: Collection[str], source: Source) -> None:
    problems = []
    for process in policy.processes.values():
        for path, effect in process.effects():
            if effect not in effects:
                where: Path_ = ("processes", process.key, *path)
                file, line = source.place(where)
                problems.append(
                    Problem(
                        file,
                        line,
                        way(where),
                        f"unknown effect '{effect}'",
                        one_of(sorted(effects), effect),
                    )
                )
    if problems:
        raise PolicyError(_in_file_order(problems))


def _in_file_order(problems: Iterable[Problem]) -> list[Problem]:
    """Each once; what forms borrow from one another is told where it was written, if it can be."""
    told: dict[object, Problem] = {}
    for problem in sorted(set(problems), key=lambda p: (_is_borrowed(p), p.path)):
        borrowed = _is_borrowed(problem)
        said = (problem.file, problem.line, problem.message)
        if not (borrowed and said in told):
            told[said if said not in told else (*said, problem.path)] = problem
    return sorted(told.values(), key=lambda p: (p.file, p.line, p.path, p.message))


def _is_borrowed(problem: Problem) -> bool:
    """Whether the problem is told of a form that took its fields from another form's file."""
    sort, _, rest = problem.path.partition(" > ")
    return sort == "forms" and problem.file != f"forms/{rest.partition(' > ')[0]}.yaml"


def _include_sections(source: Source) -> None:
    """Put the fields of an included form into the section that includes it."""
    forms = source.document.get("forms", {})
    for key, form in forms.items():
        sections = form.get("sections") if isinstance(form, dict) else None
        for name, section in (sections if isinstance(sections, dict) else {}).items():
            wanted = section.get("include") if isinstance(section, dict) else None
            if not isinstance(wanted, str):
                continue
            path: Path_ = ("forms", key, "sections", name)
            if wanted not in forms or wanted == key:
                message = f"unknown form '{wanted}'"
                source.complain((*path, "include"), message, one_of(sorted(forms), wanted))
            elif "fields" in section:
                source.complain(path, "give 'include' or 'fields', not both")
            else:
                section["fields"] = _borrow_fields(source, wanted, (*path, "fields"))


def _borrow_fields(source: Source, form: str, into: Path_) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    sections = source.document["forms"][form].get("sections")
    for name, section in (sections if isinstance(sections, dict) else {}).items():
        given = section.get("fields") if isinstance(section, dict) else None
        if isinstance(given, dict):
            fields.update(given)
            source.share(("forms", form, "sections", name, "fields"), into)
    return fields


def _take_sections(source: Source) -> None:
    """Put the sections of the form named by `sections from` before a form's own."""
    for key in source.document.get("forms", {}):
        _take_sections_of(source, key, ())


def _take_sections_of(source: Source, key: str, takers: tuple[str, ...]) -> None:
    """Let the form take its sections, after the form that it names took its own."""
    forms = source.document["forms"]
    form = forms[key]
    wanted = form.get("sections from") if isinstance(form, dict) else None
    if wanted is None:
        return
    path: Path_ = ("forms", key, "sections from")
    if wanted not in forms:
        del form["sections from"]
        source.complain(path, f"unknown form '{wanted}'", one_of(sorted(forms), str(wanted)))
        return
    if wanted in (key, *takers):
        del form["sections from"]
        source.complain(path, f"'{wanted}' would take its sections from itself", "another form")
        return
    _take_sections_of(source, wanted, (key, *takers))
    form.pop("sections from", None)
    taken, own = forms[wanted].get("sections"), form.get("sections")
    if isinstance(taken, dict) and isinstance(own, dict):
        form["sections"] = {**taken, **own}
        source.share(("forms", wanted, "sections"), ("forms", key, "sections"))


def _fill_choices(source: Source) -> None:
    """Replace `choices from: kinds` by the taxonomy's keys and labels."""
    taxonomy = source.document.get("taxonomy")
    sorts = taxonomy if isinstance(taxonomy, dict) else {}
    for form, content in source.document.get("forms", {}).items():
        _fill_choices_in(source, sorts, content, ("forms", form))


def _fill_choices_in(source: Source, sorts: Mapping[str, Any], value: Any, path: Path_) -> None:
    if not isinstance(value, dict):
        return
    wanted = value.get("choices from")
    if isinstance(wanted, str):
        if isinstance(sorts.get(wanted), dict):
            del value["choices from"]
            value["choices"] = {
                key: {"label": thing.get("label", key), "help": thing.get("sentence", "")}
                for key, thing in sorts[wanted].items()
                if isinstance(thing, dict)
            }
        else:
            place = (*path, "choices from")
            source.complain(place, f"unknown sort '{wanted}'", one_of(sorted(sorts), wanted))
    for key, inside in value.items():
        _fill_choices_in(source, sorts, inside, (*path, key))


def problems_of(
    error: ValidationError, document: Mapping[str, Any], source: Source | None = None
) -> list[Problem]:
    """Validation errors as problems; without a source, files are unknown and lines are 0."""
    found = []
    details = error.errors(include_url=False)
    for detail in details:
        if detail["type"] == "too_short" and _has_faulty_items(detail["loc"], details):
            continue  # what is in it was written, and is complained of itself
        written = _as_written(tuple(detail["loc"]), document)
        message, expected = _say(detail)
        if detail["type"] in {"missing", "extra_forbidden"}:
            parent = written[:-1]
            place = written if detail["type"] == "extra_forbidden" else parent
            path = parent
        else:
            place = path = written
        file, line = source.place(place) if source else ("policy", 0)
        found.append(Problem(file, line, way(path), message, expected))
    return _in_file_order(found)


def _has_faulty_items(loc: tuple[str | int, ...], details: Iterable[Any]) -> bool:
    """Whether something inside the list or mapping at `loc` is wrong too."""
    return any(len(each["loc"]) > len(loc) and each["loc"][: len(loc)] == loc for each in details)


def _as_written(loc: Iterable[str | int], document: Any) -> Path_:
    """A place in the model as a path in the files: mappings there have no numbers, unions no tags."""
    path: list[str | int] = []
    at = document
    for part in loc:
        if isinstance(part, str) and part.startswith("kind:"):
            continue
        if isinstance(part, int) and isinstance(at, Mapping):
            part = list(at)[part] if part < len(at) else str(part)
        path.append(part)
        if isinstance(at, Mapping):
            at = at.get(part)
        elif isinstance(at, list) and isinstance(part, int) and part < len(at):
            at = at[part]
        else:
            at = None
    return tuple(path)


def _say(detail: Any) -> tuple[str, str]:
    """What is wrong and what was expected, from one of pydantic's error details."""
    kind, given, context = detail["type"], detail.get("input"), detail.get("ctx", {})
    name = str(detail["loc"][-1]) if detail["loc"] else ""
    if kind == "extra_forbidden":
        return f"unknown key '{name}'", one_of(names_at(detail["loc"][:-1]), name)
    if kind == "missing":
        return f"'{name}' is missing", ""
    if kind in _EXPECTED:
        return f"{_brief(given)} does not fit here", _EXPECTED[kind]
    if kind == "literal_error":
        return f"{_brief(given)} does not fit here", str(context.get("expected", ""))
    if kind == "value_error":
        return str(context.get("error", detail["msg"])), ""
    return detail["msg"][:1].lower() + detail["msg"][1:], str(context.get("expected", ""))


_EXPECTED = {
    "string_type": "text (in quotes, if it looks like a number or a date)",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "date_type": "a date such as 2026-08-31",
    "date_parsing": "a date such as 2026-08-31",
    "date_from_datetime_parsing": "a date such as 2026-08-31",
    "date_from_datetime_inexact": "a date such as 2026-08-31",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "names with values",
    "model_type": "names with values",
    "model_attributes_type": "names with values",
}


def _brief(value: Any) -> str:
    text = str(value)
    return f"'{text if len(text) <= 60 else text[:59] + '…'}'"

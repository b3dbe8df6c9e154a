"""What differs between two policies, in lines that people can read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from bitterroot.policy.models.policy import Policy

_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `before` and `after` are the values as text, blank where there is none."""

    kind: Literal["added", "removed", "changed", "moved"]
    path: str
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        match self.kind:
            case "added":
                return f"{self.path}: added{f' ({self.after})' if self.after else ''}"
            case "removed":
                return f"{self.path}: removed{f' ({self.before})' if self.before else ''}"
            case "moved":
                return f"{self.path}: now in the order {self.after}"
        return f"{self.path}: {self.before or 'nothing'} → {self.after or 'nothing'}"


def diff(old: Policy, new: Policy) -> list[Change]:
    """Every difference between two policies, in the order of the document."""
    return list(_compare((), old.document(), new.document()))


def _compare(path: tuple[str, ...], old: Any, new: Any) -> Iterator[Change]:
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _compare_named(path, old, new)
    elif _is_keyed(old, new):
        before = {thing["key"]: thing for thing in old}
        after = {thing["key"]: thing for thing in new}
        yield from _compare_named(path, before, after)
        kept = [key for key in before if key in after]
        order = [key for key in after if key in before]
        if kept != order:
            yield Change("moved", _way(path), ", ".join(kept), ", ".join(order))
    elif isinstance(old, list) and isinstance(new, list) and _are_plain(old + new):
        yield from _compare_plain_lists(path, old, new)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _compare_named(
            path,
            {str(n): item for n, item in enumerate(old, start=1)},
            {str(n): item for n, item in enumerate(new, start=1)},
        )
    else:
        yield Change("changed", _way(path), _brief(old), _brief(new))


def _compare_named(
    path: tuple[str, ...], old: dict[str, Any], new: dict[str, Any]
) -> Iterator[Change]:
    for name in [*old, *(name for name in new if name not in old)]:
        inside = (*path, name)
        if name not in new:
            yield Change("removed", _way(inside), before=_brief(old[name]))
        elif name not in old:
            yield Change("added", _way(inside), after=_brief(new[name]))
        else:
            yield from _compare(inside, old[name], new[name])


def _compare_plain_lists(path: tuple[str, ...], old: list[Any], new: list[Any]) -> Iterator[Change]:
    for item in old:
        if item not in new:
            yield Change("removed", _way(path), before=_brief(item))
    for item in new:
        if item not in old:
            yield Change("added", _way(path), after=_brief(item))
    if [item for item in old if item in new] != [item for item in new if item in old]:
        yield Change("moved", _way(path), _brief(old), _brief(new))


def _is_keyed(*lists: Any) -> bool:
    return all(
        isinstance(each, list) and all(isinstance(item, dict) and "key" in item for item in each)
        for each in lists
    ) and any(lists)


def _are_plain(items: list[Any]) -> bool:
    return not any(isinstance(item, dict | list) for item in items)


def _way(path: tuple[str, ...]) -> str:
    return " > ".join(path)


def _brief(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return str(value.get("label") or value.get("title") or value.get("name") or "")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        value = ", ".join(_brief(item) for item in value)
    text = " ".join(str(value).split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"

"""Reading a policy's folder: YAML and Markdown into one document, and where each value stands.

Only plain data is read: no tags, no anchors, no merges. A repeated key is a mistake.
"""

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bitterroot.policy.problems import Problem, one_of

Path_ = tuple[str | int, ...]

#: Which part of the policy each file of the folder is; `policy.yaml` holds the rest.
FILES = {
    "policy.yaml": (),
    "institution.yaml": ("institution",),
    "units.yaml": ("units",),
    "roles.yaml": ("roles",),
    "calendar.yaml": ("calendar",),
    "lists.yaml": ("lists",),
    "texts.yaml": ("texts",),
    "bodies.yaml": ("bodies",),
    "rubrics.yaml": ("rubrics",),
}
#: Files that an institution may do without.
OPTIONAL = ("bodies.yaml", "rubrics.yaml")
#: Folders that hold one file for each form, process or page, and the ending of those files.
FOLDERS = {"forms": ".yaml", "processes": ".yaml", "pages": ".md"}
_LARGEST = 1_000_000
#: The institutions that ship.
SHIPPED = Path(__file__).parent / "institutions"


@dataclass
class Source:
    """What was read: the document, the place of each value, and mistakes found on the way."""

    document: dict[str, Any] = field(default_factory=dict)
    places: dict[Path_, tuple[str, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def place(self, path: Path_) -> tuple[str, int]:
        """File and line of the value at the path, or of the nearest thing that holds it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, ("policy.yaml", 0))

    def complain(self, path: Path_, message: str, expected: str = "") -> None:
        file, line = self.place(path)
        self.problems.append(Problem(file, line, way(path), message, expected))

    def share(self, origin: Path_, into: Path_) -> None:
        """Let what was copied from one place to another be found where it was written."""
        for path, place in list(self.places.items()):
            if path[: len(origin)] == origin:
                self.places.setdefault(into + path[len(origin) :], place)


def way(path: Path_) -> str:
    """A path as people read it; items of a list count from 1."""
    return " > ".join(str(part + 1) if isinstance(part, int) else part for part in path)


def read_folder(folder: Path) -> Source:
    """Read every file of a policy's folder; mistakes are in the source's problems.

    What a policy `based on` another does not say is taken from there: see `_fall_back`.
    """
    source = Source()
    for name, path in FILES.items():
        if (folder / name).is_file():
            _read_yaml(source, folder, folder / name, path)
    for name, ending in FOLDERS.items():
        source.document.setdefault(name, {})
        for file in sorted((folder / name).glob("*")):
            if file.suffix != ending:
                relative = file.relative_to(folder).as_posix()
                source.problems.append(
                    Problem(relative, 0, "", "this file is not read", f"a name ending in {ending}")
                )
            elif ending == ".md":
                _read_page(source, folder, file)
            else:
                _read_yaml(source, folder, file, (name, file.stem))
    known = [*FILES, *FOLDERS]
    for file in sorted(folder.iterdir()):
        if (
            file.name not in known
            and not file.name.startswith((".", "_"))
            and file.suffix != ".svg"
        ):
            source.problems.append(
                Problem(file.name, 0, "", "this file is not read", one_of(known, file.name))
            )
    base = source.document.pop("based on", None)
    if base is not None:
        _fall_back(source, folder, str(base))
    else:
        source.problems += [
            Problem(name, 0, "", "this file is missing")
            for name in FILES
            if name not in OPTIONAL and not (folder / name).is_file()
        ]
    return source


def _fall_back(source: Source, folder: Path, base: str) -> None:
    """Take from a shipped institution what is not said here.

    That is each file that is not there, each form and page that is not there, each rule of
    `policy.yaml` that is not there, and all processes where there is none.
    """
    shipped = [each.name for each in SHIPPED.iterdir() if each.is_dir()]
    if base not in shipped or folder.resolve() == (SHIPPED / base).resolve():
        source.complain(("based on",), f"unknown institution '{base}'", one_of(shipped, base))
        return
    lent = read_folder(SHIPPED / base)
    for path, (file, line) in lent.places.items():
        if not _said_here(source, path):
            source.places.setdefault(path, (f"{base}/{file}", line))
    for name, content in lent.document.items():
        own = source.document.get(name)
        if not own:
            source.document[name] = content
        elif name in ("forms", "pages"):
            source.document[name] = {**content, **own}


def _said_here(source: Source, path: Path_) -> bool:
    """Whether the thing at a path of the base is replaced by one of ours."""
    if not path:
        return True
    whole = path[:2] if path[0] in ("forms", "pages") else path[:1]
    return whole in source.places


def _read_yaml(source: Source, folder: Path, file: Path, path: Path_) -> None:
    relative = file.relative_to(folder).as_posix()
    text = _text(source, file, relative)
    if text is None:
        return
    value = _parse(source, relative, text, path, first_line=1)
    if value is None:
        return
    source.places.setdefault(path, (relative, 1))
    _put(source, path, value)


def _read_page(source: Source, folder: Path, file: Path) -> None:
    """A page: a block of YAML between lines of `---`, then Markdown."""
    relative = file.relative_to(folder).as_posix()
    text = _text(source, file, relative)
    if text is None:
        return
    path = ("pages", file.stem)
    parts = text.split("---\n", 2)
    if len(parts) != 3 or parts[0].strip():
        source.problems.append(
            Problem(relative, 1, way(path), "the heading block is missing", "lines between '---'")
        )
        return
    head = _parse(source, relative, parts[1], path, first_line=2)
    if head is not None:
        source.places.setdefault(path, (relative, 1))
        _put(source, path, {**head, "body": parts[2].strip() + "\n"})


def _text(source: Source, file: Path, relative: str) -> str | None:
    data = file.read_bytes()
    if len(data) > _LARGEST:
        source.problems.append(Problem(relative, 0, "", "the file is larger than a megabyte"))
        return None
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        source.problems.append(Problem(relative, line, "", "this is not UTF-8", "UTF-8 text"))
        return None


def _parse(
    source: Source, file: str, text: str, path: Path_, first_line: int
) -> dict[str, Any] | None:
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + first_line if mark else 0
        said = " ".join(filter(None, (error.context, error.problem)))
        source.problems.append(Problem(file, line, "", f"this is no YAML: {said}"))
        return None
    except YAMLError as error:
        source.problems.append(Problem(file, 0, "", f"this is no YAML: {error}"))
        return None
    if not isinstance(node, MappingNode):
        source.problems.append(
            Problem(file, 1, way(path), "there is nothing here", "names and values")
        )
        return None
    value: dict[str, Any] = _plain(source, file, node, path, first_line)
    return value


def _plain(source: Source, file: str, node: Node, path: Path_, first_line: int) -> Any:
    """The value of a YAML node as plain data, noting the place of everything in it."""
    if node.anchor:
        line = node.start_mark.line + first_line
        message = f"'&{node.anchor}': anchors and aliases are not read"
        source.problems.append(Problem(file, line, way(path), message, "the value itself"))
        return None
    if isinstance(node, ScalarNode):
        return _scalar(node)
    if isinstance(node, SequenceNode):
        items = []
        for number, item in enumerate(node.value):
            inside = (*path, number)
            source.places[inside] = (file, item.start_mark.line + first_line)
            items.append(_plain(source, file, item, inside, first_line))
        return items
    mapping: dict[str, Any] = {}
    for name, item in node.value:
        line = name.start_mark.line + first_line
        key = str(name.value) if isinstance(name, ScalarNode) else ""
        inside = (*path, key)
        if not key or key in mapping:
            message = f"'{key}' stands here twice" if key else "this name is not plain text"
            source.problems.append(Problem(file, line, way(path), message, "each name once"))
            continue
        source.places[inside] = (file, line)
        mapping[key] = _plain(source, file, item, inside, first_line)
    return mapping


def _scalar(node: ScalarNode) -> Any:
    """A scalar by its YAML 1.2 kind; what cannot be read as its kind stays text."""
    kind = str(node.tag).rpartition(":")[2]
    text: str = node.value
    try:
        match kind:
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int":
                return int(text.replace("_", ""), 10)
            case "float":
                return float(text.replace("_", ""))
            case "timestamp":
                return dt.date.fromisoformat(text)
    except ValueError:
        return text
    return text


def _put(source: Source, path: Path_, value: dict[str, Any]) -> None:
    if not path:
        for key in value:
            if key in {"forms", "processes", "pages"} or (key,) in FILES.values():
                source.complain((key,), f"'{key}' has a file or folder of its own", "it there")
        source.document.update(value)
        return
    target = source.document
    for part in path[:-1]:
        target = target.setdefault(str(part), {})
    target[str(path[-1])] = value

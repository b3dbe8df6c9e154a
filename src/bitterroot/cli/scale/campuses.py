"""The policy of a large system: the demo's units and bodies once more for each further campus.

Campus 0 is the demo university itself. The cases of another campus run under a version of the
policy whose processes name the bodies of that campus.
"""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bitterroot.governance.models import PolicyVersion
from bitterroot.policy import Policy, load_policy
from bitterroot.policy.loading import INSTITUTIONS
from bitterroot.record import clock

BASE = "montana"


def on_campus(key: str, campus: int) -> str:
    """The key of a unit or body on a campus."""
    return f"{key}-{campus}" if campus else key


def write_policy(folder: Path, campuses: int) -> None:
    """A copy of the demo's policy in `folder` with units and bodies for so many campuses."""
    shutil.copytree(INSTITUTIONS / BASE, folder)
    units, bodies = _read(folder / "units.yaml"), _read(folder / "bodies.yaml")
    more_units, more_bodies = dict(units), dict(bodies)
    for campus in range(1, campuses):
        for key, unit in units.items():
            if unit.get("parent"):
                more_units[on_campus(key, campus)] = _unit(unit, units, campus)
        for key, body in bodies.items():
            more = {**body, "title": f"{body['title']}, campus {campus}"}
            if "unit" in body:
                more["unit"] = on_campus(body["unit"], campus)
            more_bodies[on_campus(key, campus)] = more
    yaml = YAML(typ="safe", pure=True)
    yaml.representer.ignore_aliases = lambda *_: True  # a policy says each value itself
    for name, content in (("units", more_units), ("bodies", more_bodies)):
        yaml.dump(content, folder / f"{name}.yaml")


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = YAML(typ="safe").load(path)
    return content


def _unit(unit: dict[str, Any], units: dict[str, Any], campus: int) -> dict[str, Any]:
    parent = unit["parent"]
    if units[parent].get("parent"):
        parent = on_campus(parent, campus)
    more = {**unit, "name": f"{unit['name']}, campus {campus}", "parent": parent}
    more.pop("former names", None)
    return more


@dataclass(frozen=True, slots=True)
class Campuses:
    """What has another key on each campus, and the policy version that its cases run under."""

    units: frozenset[str]
    bodies: frozenset[str]
    versions: tuple[str, ...]  # hash of the policy version by campus; the first is the demo's own


def adopt_campuses(folder: Path, campuses: int, demo_version: str) -> Campuses:
    """Keep a policy version for each further campus; gives what its rows have to name."""
    shipped = load_policy(BASE)
    document = load_policy(folder).document()
    versions = [demo_version]
    bodies = frozenset(shipped.bodies)
    for campus in range(1, campuses):
        own = json.loads(json.dumps(document))
        own["processes"] = _renamed(own["processes"], bodies, campus)
        policy = Policy.from_document(own)
        PolicyVersion.objects.create(
            sha256=policy.sha256, version=policy.version, effective_from=policy.effective_from,
            document=own, loaded_at=clock.now(),
        )  # fmt: skip
        versions.append(policy.sha256)
    units = frozenset(key for key, unit in shipped.units.items() if unit.parent)
    return Campuses(units, bodies, tuple(versions))


def _renamed(part: Any, bodies: frozenset[str], campus: int, key: str = "") -> Any:
    """A part of a process in which `body` and `bodies` name those of the campus."""
    if isinstance(part, dict):
        return {name: _renamed(value, bodies, campus, name) for name, value in part.items()}
    if isinstance(part, list):
        return [_renamed(value, bodies, campus, key) for value in part]
    if key in ("body", "bodies") and part in bodies:
        return on_campus(part, campus)
    return part

"""A world in which many tests begin is built once in a process; later tests get its very rows.

`@kept` under `@pytest.fixture` marks a fixture that builds such a world by the product's verbs. The
rows that it wrote are remembered, and written again for the next test that begins at the same
moment, under the same policy and settings, from the same record. What differs is built anew.
"""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple, ParamSpec, TypeVar

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import Model

from bitterroot.governance import policies
from bitterroot.issuing.domain import batch
from bitterroot.issuing.interfaces import baked, keystore
from bitterroot.people.actor import Actor, person
from bitterroot.record import clock

P = ParamSpec("P")
T = TypeVar("T")
Rows = dict[str, dict[Any, str]]  # of each table, by key, as the database writes them


class Cast(SimpleNamespace):
    """The people of a world by their keys, and what else it has."""

    def by(self, key: str) -> Actor:
        """The person who acts."""
        return person(getattr(self, key))


class World(NamedTuple):
    """What a fixture wrote and gave, from a record that looked like `begun`."""

    begun: Any
    rows: Rows
    changed: Rows  # rows that were there before
    value: Any
    added_to: str | None  # the fixture that it was handed, added to and gave
    keys: dict[Path, bytes]  # the files of the keys that it signs with


_worlds: dict[Any, World] = {}


def kept(build: Callable[P, T]) -> Callable[P, T]:
    """See the module."""

    @wraps(build)
    def fixture(*args: P.args, **kwargs: P.kwargs) -> T:
        if not connection.in_atomic_block:
            return build(*args, **kwargs)  # what is really committed leaves signed tails as well
        key, begun = _key(build), _record()
        world = _worlds.get(key)
        if world is None:
            before = _all_rows()
            value = build(*args, **kwargs)
            rows, changed = _difference(before, _all_rows())
            # Others may add to what the fixture gave: they get it, a copy is kept.
            added_to = next((name for name, given in kwargs.items() if given is value), None)
            same = _each(value, lambda row: row)
            _worlds[key] = World(begun, rows, changed, same, added_to, _key_files())
            return value
        if world.begun != begun:
            return build(*args, **kwargs)
        _write(world)
        batch.press_for.cache_clear()
        baked._cut.cache_clear()
        _put_back(world.keys)
        again: T = _each(world.value, lambda row: type(row)._base_manager.get(pk=row.pk))
        if world.added_to is None:
            return again
        given: Any = kwargs[world.added_to]
        for name, each in vars(again).items():
            setattr(given, name, each)
        handed: T = given
        return handed

    return fixture


def _key(build: Callable[..., Any]) -> Any:
    named = ("HOME", "KEYS_ROOT", "HEADS_ROOT", "FILES_ROOT", "ORIGIN", "POLICY_DIR", "DEMO")
    said = tuple(str(getattr(settings, name, "")) for name in named)
    place = (build.__module__, build.__qualname__)
    return (*place, connection.vendor, clock.now(), policies.current().sha256, said)


def _key_files() -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in Path(settings.KEYS_ROOT).glob("key-*.key")}


def _put_back(keys: dict[Path, bytes]) -> None:
    """Other tests make keys of the same name: badges are signed by those whose halves the rows have."""
    if _key_files() != keys:
        for path, data in keys.items():
            path.unlink(missing_ok=True)
            path.write_bytes(data)
        keystore.load.cache_clear()


def _record() -> Any:
    """What was done so far: hashes of events tell it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), max(hash), min(hash), (SELECT count(*) FROM people_account)"
            " FROM record_event"
        )
        return cursor.fetchone()


def _tables() -> dict[str, tuple[str, list[str]]]:
    """Each table with its key's column and all columns."""
    return {
        model._meta.db_table: (
            str(model._meta.pk.column),
            [str(field.column) for field in model._meta.local_concrete_fields],
        )
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }


def _all_rows() -> Rows:
    found: Rows = {}
    with connection.cursor() as cursor:
        for table, (key, columns) in _tables().items():
            if connection.vendor == "postgresql":
                row = f'"{table}"::text'
            else:
                row = "||','||".join(f'quote("{column}")' for column in columns)
            cursor.execute(f'SELECT "{key}", {row} FROM "{table}"')
            found[table] = dict(cursor.fetchall())
    return found


def _difference(before: Rows, after: Rows) -> tuple[Rows, Rows]:
    new: Rows = {}
    changed: Rows = {}
    for table, rows in after.items():
        was = before[table]
        assert was.keys() <= rows.keys(), f"{table} lost rows"
        added = {key: row for key, row in rows.items() if key not in was}
        other = {key: row for key, row in rows.items() if was.get(key, row) != row}
        new |= {table: added} if added else {}
        changed |= {table: other} if other else {}
    return new, changed


def _write(world: World) -> None:
    tables = _tables()
    with connection.cursor() as cursor:
        for table, rows in world.changed.items():
            column = tables[table][0]
            for key in rows:
                cursor.execute(f'DELETE FROM "{table}" WHERE "{column}" = %s', [key])
            _insert(cursor, table, tables[table][1], list(rows.values()))
        for table, rows in world.rows.items():
            _insert(cursor, table, tables[table][1], list(rows.values()))


def _insert(cursor: Any, table: str, columns: list[str], rows: list[str]) -> None:
    if connection.vendor == "postgresql":
        sql = f'INSERT INTO "{table}" SELECT (%s::"{table}").*'
        cursor.executemany(sql, [[row] for row in rows])
        return
    names = ", ".join(f'"{column}"' for column in columns)
    values = "), (".join(rows)
    cursor.execute(f'INSERT INTO "{table}" ({names}) VALUES ({values})')


def _each(value: Any, read: Callable[[Model], Model]) -> Any:
    """A copy of what a fixture gave, its rows read by `read`."""
    if isinstance(value, Model):
        return read(value)
    if isinstance(value, SimpleNamespace):
        return type(value)(**{name: _each(each, read) for name, each in vars(value).items()})
    if isinstance(value, dict):
        return {name: _each(each, read) for name, each in value.items()}
    return value

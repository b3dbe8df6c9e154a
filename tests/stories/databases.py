"""The databases of stories: a file in the home folder, or a copy in a PostgreSQL cluster.

With `DATABASE_URL` of a PostgreSQL in the environment every installation has a database of its own
there, named after its home folder, copied by the server from the one of the prepared demo.
"""

import os
import sqlite3
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

SERVER = os.environ.get("DATABASE_URL", "")
ON_POSTGRESQL = SERVER.startswith("postgres")


def setting(home: Path) -> dict[str, str]:
    """What tells a command the database of `home`: nothing where it lies in the folder itself."""
    return {"DATABASE_URL": _url(home)} if ON_POSTGRESQL else {}


def _url(home: Path) -> str:
    return urlunsplit(urlsplit(SERVER)._replace(path=f"/{_name(home)}"))


def create(home: Path, like: Path | None = None) -> None:
    """Make the database of `home`, empty or a copy of the one of `like`, which nobody uses now."""
    if not ON_POSTGRESQL:
        return  # made with its folder, or copied with it
    template = f' TEMPLATE "{_name(like)}"' if like else ""
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{_name(home)}"{template}')


def drop(home: Path) -> None:
    """Forget the database of `home`, whoever still uses it."""
    if ON_POSTGRESQL:
        with psycopg.connect(SERVER, autocommit=True) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{_name(home)}" WITH (FORCE)')


def rows(home: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """What the database of `home` has now; `?` stands for each of `values`."""
    if ON_POSTGRESQL:
        with psycopg.connect(_url(home)) as database:
            return database.execute(sql.replace("?", "%s").encode(), values).fetchall()
    path = f"file:{home / 'bitterroot.sqlite3'}?mode=ro"
    connection = sqlite3.connect(path, uri=True, timeout=20)
    try:
        return connection.execute(sql, values).fetchall()
    finally:
        connection.close()


def tamper(home: Path, sql: str) -> None:
    """Change the database of `home` behind the product's back."""
    if ON_POSTGRESQL:
        with psycopg.connect(_url(home)) as database:
            database.execute(sql.encode())
        return
    with sqlite3.connect(home / "bitterroot.sqlite3", timeout=20) as connection:
        connection.execute(sql)
    connection.close()


def _name(home: Path) -> str:
    return "story_" + sha256(str(home).encode()).hexdigest()[:16]

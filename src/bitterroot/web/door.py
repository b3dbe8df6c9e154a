"""A door in front of Django: public credentials and status lists, straight from the database.

Django's request cycle costs ten times the query. The door answers GET and HEAD of stored bytes by
the bare driver, keeps each answer for about a second, and lets everything else through. What it
sends is byte for byte and header for header what the views send (tests compare them).
"""

import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from time import monotonic
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse

from bitterroot.web import stored

Start = Callable[..., Any]
App = Callable[[dict[str, Any], Start], Iterable[bytes]]
KEEP = 1.0  # seconds that an answer is kept in this process
MOST = 5_000  # answers kept at once, about 20 MB of credentials


class Door:
    """Wraps a WSGI application. Answers what it can, passes on the rest."""

    def __init__(self, app: App, ask: stored.Ask | None = None) -> None:
        self._app = app
        self._ask = ask or Driver().ask
        self._kept: dict[tuple[str, str], tuple[float, stored.Stored | None]] = {}
        self._common = common_headers()

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            asked = stored.wanted(environ["PATH_INFO"], environ.get("HTTP_ACCEPT", ""))
            found = self._find(asked) if asked else None
            if found is not None:
                return self._send(found, environ, start)
        return self._app(environ, start)

    def _find(self, asked: tuple[str, str]) -> stored.Stored | None:
        now = monotonic()
        kept = self._kept.get(asked)
        if kept is not None and now - kept[0] < KEEP:
            return kept[1]
        found = stored.find(*asked, self._ask)
        if len(self._kept) >= MOST:
            self._kept.clear()
        self._kept[asked] = (now, found)
        return found

    def _send(self, found: stored.Stored, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        headers = [*found.headers, *self._common]
        if stored.same(found.etag, environ.get("HTTP_IF_NONE_MATCH", "")):
            start("304 Not Modified", [h for h in headers if h[0] != "Content-Type"])
            return []
        start("200 OK", [*headers, ("Content-Length", str(len(found.body)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [found.body]


def common_headers() -> list[tuple[str, str]]:
    """What the middleware puts on every answer: asked from the middleware itself, once."""
    from django.utils.module_loading import import_string

    def bare(request: HttpRequest) -> HttpResponse:
        answer = HttpResponse()
        del answer["Content-Type"]
        return answer

    handler: Any = bare
    outer = ("SecurityMiddleware", "CSPMiddleware", "XFrameOptionsMiddleware")
    for name in reversed(settings.MIDDLEWARE):
        if name.endswith(outer):
            handler = import_string(name)(handler)
    request = HttpRequest()
    request.META.update({"SERVER_NAME": "localhost", "SERVER_PORT": "443"})
    if settings.SECURE_PROXY_SSL_HEADER:
        request.META[settings.SECURE_PROXY_SSL_HEADER[0]] = settings.SECURE_PROXY_SSL_HEADER[1]
    return list(handler(request).items())


def postgresql_parameters(database: Any) -> dict[str, Any]:
    """How Django connects to `database`, with every option of its URL; here it can only read."""
    found: dict[str, Any] = database.get_connection_params()
    for own in ("cursor_factory", "context"):  # of Django's cursors
        found.pop(own, None)
    role = database.settings_dict["OPTIONS"].get("assume_role")
    said = [found.get("options", ""), "-c default_transaction_read_only=on"]
    said += [f"-c role={role}"] if role else []
    return found | {"options": " ".join(filter(None, said)), "prepare_threshold": 0}


class Driver:
    """One connection a thread by the bare driver, made anew when it breaks."""

    def __init__(self) -> None:
        self._local = threading.local()
        self._database = settings.DATABASES["default"]

    def ask(self, sql: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
        """The first row. A broken connection is tried once more, then the error is raised."""
        if "sqlite" in self._database["ENGINE"]:
            return self._sqlite(sql, values)
        return self._postgresql(sql, values)

    def _sqlite(self, sql: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            address = f"file:{quote(str(self._database['NAME']))}?mode=ro"
            connection = sqlite3.connect(address, uri=True, timeout=20, isolation_level=None)
            self._local.connection = connection
        row = connection.execute(sql.replace("%s", "?"), values).fetchone()
        return None if row is None else tuple(row)

    def _postgresql(self, sql: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
        import psycopg

        try:
            return self._postgresql_connection().execute(sql, values).fetchone()  # type: ignore[arg-type]
        except psycopg.OperationalError:
            self._local.connection = None
            return self._postgresql_connection().execute(sql, values).fetchone()  # type: ignore[arg-type]

    def _postgresql_connection(self) -> Any:
        import psycopg

        connection = getattr(self._local, "connection", None)
        if connection is None or connection.closed:
            connection = psycopg.connect(
                **postgresql_parameters(connections["default"]), autocommit=True
            )
            self._local.connection = connection
        return connection

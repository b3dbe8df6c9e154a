"""How long each page takes and how often it asks the database."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bitterroot.cli.scale.pages import Page
from bitterroot.people.models import Account

BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True, slots=True)
class Measured:
    """Median seconds of one page (0 where it was not timed), its queries, status and size."""

    seconds: float
    queries: int
    status: int
    bytes: int


class _Stopwatch:
    """What a page takes: processor time of this process, and waiting for a database server.

    Wall-clock time would count what else the machine does meanwhile.
    """

    def __init__(self) -> None:
        self.waited = 0.0

    def __call__(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        wall, own = time.perf_counter(), time.process_time()
        try:
            return execute(sql, params, many, context)
        finally:
            spent = (time.perf_counter() - wall) - (time.process_time() - own)
            self.waited += max(spent, 0.0)

    def time(self, work: Callable[[], Any]) -> float:
        self.waited, started = 0.0, time.process_time()
        if connection.vendor == "sqlite":  # it works within this process
            work()
            return time.process_time() - started
        with connection.execute_wrapper(self):
            work()
        return time.process_time() - started + self.waited


class Visitor:
    """Opens pages as the people of the demo, each signed in once."""

    def __init__(self) -> None:
        self._clients: dict[str, Client] = {}
        self._watch = _Stopwatch()

    def client(self, who: str) -> Client:
        """A browser in which this person is signed in."""
        if who not in self._clients:
            client = self._clients[who] = Client(raise_request_exception=True)
            if who:
                client.force_login(Account.objects.get(username=who), backend=BACKEND)
        return self._clients[who]

    def measure(self, page: Page, times: int) -> Measured:
        """Open it once to warm what is kept for long, once to count, then for the time."""
        client = self.client(page.who)
        self._open(client, page)
        with CaptureQueriesContext(connection) as asked:
            status, size = self._open(client, page)
        queries = len(asked)  # before another request forgets them
        taken = [self._watch.time(lambda: self._open(client, page)) for _ in range(times)]
        return Measured(median(taken) if taken else 0.0, queries, status, size)

    def measure_all(self, pages: Sequence[Page], times: int) -> dict[Page, Measured]:
        """Each page in turn."""
        return {page: self.measure(page, times) for page in pages}

    def queries(self, page: Page) -> list[str]:
        """What the page asks, in order; to look for what it asks too often."""
        with CaptureQueriesContext(connection) as asked:
            self._open(self.client(page.who), page)
        return [f"{each['time']} {each['sql']}" for each in asked.captured_queries]

    @staticmethod
    def _open(client: Client, page: Page) -> tuple[int, int]:
        answer: Any = client.get(page.address, headers={"host": "localhost"})
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        answer.close()
        return answer.status_code, len(body)

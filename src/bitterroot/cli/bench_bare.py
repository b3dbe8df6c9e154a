"""The floor of `bench serve`: a WSGI function that does nothing but return its bytes."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

BODY = Path(os.environ["BITTERROOT_BENCH_BODY"]).read_bytes()
HEADERS = [("Content-Type", "application/vc+ld+json"), ("Content-Length", str(len(BODY)))]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The same 200 for everyone."""
    start_response("200 OK", HEADERS)
    return [BODY]

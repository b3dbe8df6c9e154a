"""How fast a public credential is served, beside a bare WSGI function with the same bytes."""

import http.client
import json
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from bitterroot.conf.home import home
from bitterroot.demo import building

PAIRS = 3
CLIENTS = 4  # keep-alive connections; the load and the server share the machine


def bench_serve(count: int = 20_000) -> dict[str, Any]:
    """Ask for one public credential `count` times, and for the same bytes from a bare function.

    `seconds` and `floor_seconds` are medians of three alternated pairs for `count` requests;
    `ratio` is seconds over floor. Each has one granian process with one blocking thread.
    """
    with _copy_of_demo() as (folder, path):
        environment = {**os.environ, "BITTERROOT_HOME": str(folder), "BITTERROOT_DEMO": "true"}
        environment["BITTERROOT_BENCH_BODY"] = str(folder / "body")
        with _server("bitterroot.conf.wsgi:application", environment) as ours:
            body = _get(ours, path)
            (folder / "body").write_bytes(body)
            with _server("bitterroot.cli.bench_bare:application", environment) as bare:
                if _get(bare, path) != body:
                    raise RuntimeError("the two servers do not answer with the same bytes")
                for port in (ours, bare):
                    _load(port, path, max(count // 20, 50))
                pairs = [(_load(ours, path, count), _load(bare, path, count)) for _ in range(PAIRS)]
    seconds, floor = median(p[0] for p in pairs), median(p[1] for p in pairs)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {
        "count": count,
        "seconds": round(seconds, 4),
        "floor_seconds": round(floor, 4),
        "ratio": round(seconds / floor, 3),
        "rate": round(count / seconds),
        "floor_rate": round(count / floor),
        "bytes": len(body),
        "peak_mb": round(peak, 1),
        "compared": {"bare WSGI function on granian, same bytes": round(floor, 4)},
    }


@contextmanager
def _copy_of_demo() -> Iterator[tuple[Path, str]]:
    """A demo in a folder of its own, copied or made, and the path of a public credential in it."""
    with tempfile.TemporaryDirectory(prefix="bitterroot-bench-") as folder:
        copy = Path(folder) / "demo"
        summary = building.read_summary()
        if summary is not None:
            shutil.copytree(home(), copy)
        else:
            environment = {**os.environ, "BITTERROOT_HOME": str(copy)}
            words = [sys.executable, "-m", "bitterroot.demo.building", "--quiet"]
            subprocess.run(words, env=environment, check=True)  # noqa: S603
            summary = json.loads((copy / building.SUMMARY).read_text(encoding="utf-8"))
        yield copy, f"{summary['awards']['public']['path']}.json"


@contextmanager
def _server(application: str, environment: dict[str, str]) -> Iterator[int]:
    """granian with `application` on a free port of loopback, for as long as the block runs."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
        "--port", str(port), "--workers", "1", "--blocking-threads", "1", "--no-log", application,
    ]  # fmt: skip
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the server did not start")


def _get(port: int, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers={"Accept": "application/json"})
    body = connection.getresponse().read()
    connection.close()
    return body


def _load(port: int, path: str, count: int) -> float:
    """Seconds for `count` requests over a few keep-alive connections, each answer read whole."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n\r\n".encode()
    each = max(count // CLIENTS, 1)
    threads = [threading.Thread(target=_ask, args=(port, request, each)) for _ in range(CLIENTS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return (time.perf_counter() - started) * count / (each * CLIENTS)


def _ask(port: int, request: bytes, count: int) -> None:
    """Send the request `count` times; every answer has the length of the first."""
    with socket.create_connection(("127.0.0.1", port), 20) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(request)
        size = _first_answer(connection)
        for _ in range(count - 1):
            connection.sendall(request)
            left = size
            while left > 0:
                chunk = connection.recv(min(left, 65536))
                if not chunk:
                    raise RuntimeError("the server hung up")
                left -= len(chunk)


def _first_answer(connection: socket.socket) -> int:
    """Read one whole answer; gives its size in bytes."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, _ = data.partition(b"\r\n\r\n")
    fields = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n")[1:])
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"the server answered {head[:40]!r}")
    size = len(head) + 4 + int(fields[b"content-length"])
    while len(data) < size:
        data += connection.recv(65536)
    return size

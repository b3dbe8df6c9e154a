"""granian with one blocking thread a process: Python runs one thread at a time anyway."""

import os


def serve(*, host: str, port: int, workers: int = 0) -> None:
    """Serve until told to stop. `workers` 0 means one process a core, at most four."""
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        "bitterroot.conf.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers or min(os.cpu_count() or 1, 4),
        blocking_threads=1,
        backlog=1024,
        respawn_failed_workers=True,
        log_enabled=False,
        websockets=False,
    ).serve()

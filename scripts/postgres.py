"""A throw-away PostgreSQL cluster for tests: own folder, own port on loopback, gone afterwards.

    python scripts/postgres.py COMMAND [ARGUMENT …]

runs COMMAND with DATABASE_URL set to a fresh, empty database. `initdb` refuses to run as root, so
root hands the cluster to the system user `postgres` (which Debian's package makes).
"""

import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SYSTEM_USER = "postgres"


def find_programs() -> Path | None:
    """The folder with `initdb` and `pg_ctl` of the newest PostgreSQL here, or None."""
    folders = [p for p in Path("/usr/lib/postgresql").glob("*/bin") if (p / "initdb").exists()]
    if folders:
        return max(folders, key=lambda p: int(p.parent.name) if p.parent.name.isdigit() else 0)
    found = shutil.which("initdb")
    return Path(found).parent if found else None


def free_port() -> int:
    """A port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def cluster() -> Iterator[str]:
    """Start a cluster and give the URL of a database in it. Raises RuntimeError without programs."""
    programs = find_programs()
    if programs is None:
        raise RuntimeError("PostgreSQL is not installed. On Debian: apt-get install -y postgresql")
    folder = Path(tempfile.mkdtemp(prefix="bitterroot-postgres-"))
    data, port, log = folder / "data", free_port(), folder / "log"
    if os.geteuid() == 0:
        shutil.chown(folder, SYSTEM_USER)
    # Nothing here outlives the tests, so nothing needs to reach the disk.
    options = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        " -c synchronous_commit=off -c full_page_writes=off -c max_wal_size=2GB"
    )
    try:
        _run([programs / "initdb", "-D", data, "-A", "trust", "-U", "bitterroot", "-E", "UTF8"])
        _run([programs / "pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start"])
        try:
            where = ["-h", "127.0.0.1", "-p", str(port), "-U", "bitterroot"]
            subprocess.run([programs / "createdb", *where, "bitterroot"], check=True)
            yield f"postgres://bitterroot@127.0.0.1:{port}/bitterroot"
        finally:
            _run([programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[Path | str]) -> None:
    """Run one of PostgreSQL's programs as a user that it accepts; its words are shown on failure."""
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["su", SYSTEM_USER, "-s", "/bin/sh", "-c", shlex.join(words)]
    # To a file, not a pipe: the server inherits it and would hold a pipe open for ever.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(words, stdout=output, stderr=subprocess.STDOUT, cwd="/", check=False)
        if done.returncode:
            output.seek(0)
            raise RuntimeError(f"{command[0]} failed:\n{output.read()}")


def main() -> int:
    """Run the command of the command line beside a fresh cluster."""
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        with cluster() as url:
            environment = os.environ | {"DATABASE_URL": url}
            return subprocess.run(sys.argv[1:], env=environment, check=False).returncode
    except RuntimeError as error:
        print(f"postgres: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())

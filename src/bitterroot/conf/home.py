"""Where this installation keeps what is its own: database, keys, files, heads.

One folder, `BITTERROOT_HOME`. In a checkout it is `var/demo` beside `pyproject.toml`; installed
from a wheel it is `var/demo` in the working directory. Tests have a folder of each process.
"""

import os
import sys
import tempfile
from functools import cache
from pathlib import Path


def project_root() -> Path:
    """The checkout that this package runs from, else the working directory."""
    checkout = Path(__file__).resolve().parents[3]
    return checkout if (checkout / "pyproject.toml").exists() else Path.cwd()


def home() -> Path:
    """The folder of this installation's own data (not created here)."""
    if "pytest" in sys.modules:
        return _home_of_tests()
    configured = os.environ.get("BITTERROOT_HOME")
    return Path(configured) if configured else project_root() / "var" / "demo"


@cache
def _home_of_tests() -> Path:
    """Never the developer's own. Settings load before any conftest could say so."""
    folder = tempfile.mkdtemp(prefix="bitterroot-tests-")
    os.environ["BITTERROOT_HOME"] = folder
    return Path(folder)


def keep_private() -> None:
    """Let what this process writes from now on be readable by its owner alone."""
    os.umask(0o077)

"""Where this installation keeps what is its own: database, keys, files, heads.

One folder, `BITTERROOT_HOME`. In a checkout it is `var/` beside `pyproject.toml`; installed
from a wheel it is `var/` in the working directory. The demo uses `var/demo`.
"""

import os
from pathlib import Path


def project_root() -> Path:
    """The checkout that this package runs from, else the working directory."""
    checkout = Path(__file__).resolve().parents[3]
    return checkout if (checkout / "pyproject.toml").exists() else Path.cwd()


def home() -> Path:
    """The folder of this installation's own data (not created here)."""
    configured = os.environ.get("BITTERROOT_HOME")
    return Path(configured) if configured else project_root() / "var" / "demo"

"""What all tests share: a home folder of their own, never the developer's."""

import os
import tempfile
from pathlib import Path

_home = Path(tempfile.mkdtemp(prefix="bitterroot-tests-"))
os.environ["BITTERROOT_HOME"] = str(_home)

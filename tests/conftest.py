"""What all tests share: the home folder of their process goes away with it."""

import shutil

import pytest

from bitterroot.conf.home import home


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the files, keys and heads that the tests of this process wrote."""
    shutil.rmtree(home(), ignore_errors=True)

"""The installations that the tests of a release share; each takes a minute to make."""

from __future__ import annotations

import pytest

from tests.release.environments import (
    Installation,
    install,
    lowest_versions,
    newest_python,
    oldest_python,
)


@pytest.fixture(scope="session")
def newest(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The newest version of everything."""
    return install(tmp_path_factory.mktemp("newest"), newest_python())


@pytest.fixture(scope="session")
def lowest(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The lowest version of everything that helm says it works with."""
    return install(tmp_path_factory.mktemp("lowest"), oldest_python(), lowest_versions())


@pytest.fixture(scope="session", params=["lowest", "newest"])
def installed(request: pytest.FixtureRequest) -> Installation:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Installation)
    return found

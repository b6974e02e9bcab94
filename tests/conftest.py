"""Settings that every test shares."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

# On a shared machine a slow example is no fault; where nobody can rerun a test, the examples are
# the same every time, so that a red run is red again.
settings.register_profile(
    "project", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("unattended", settings.get_profile("project"), derandomize=True)
settings.load_profile("unattended" if os.environ.get("CI") else "project")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the journeys: they take longest, and two workers should end at the same time."""
    items.sort(key=lambda item: item.path.parent.name != "browser")

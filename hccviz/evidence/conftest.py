"""Doctests leave out the build-time modules where their packages are not installed."""

from importlib.util import find_spec

collect_ignore = [
    folder
    for folder, package in (("search", "numba"), ("completion", "ortools"))
    if find_spec(package) is None
]

"""Subgroups: forest, two pinned subgroups, cut points, comparisons looked at."""

from hccviz.ui import shell

here = shell.here()
shell.heading("Subgroups", here)

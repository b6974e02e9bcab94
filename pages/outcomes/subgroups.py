"""Subgroups: forest, two pinned subgroups, cut points, comparisons looked at."""

from hccviz.ui import shell, subgroup_parts

here = shell.here()
shell.heading("Subgroups", here)
subgroup_parts.looks(here)

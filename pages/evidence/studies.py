"""Studies: what was printed, what the cohort gives, verdict."""

from hccviz.ui import shell

here = shell.here()
shell.heading("Studies", here)

"""Case: one patient over thirteen years."""

from hccviz.ui import shell

here = shell.here()
shell.heading("Case", here)

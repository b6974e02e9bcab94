"""Audit: which numbers cannot be true."""

from hccviz.ui import shell

here = shell.here()
shell.heading("Audit", here)

"""Regression: Cox and logistic models, effect of a number."""

from hccviz.ui import shell

here = shell.here()
shell.heading("Regression", here)

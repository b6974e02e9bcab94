"""Literature: TACE with radiotherapy in large HCC."""

from hccviz.ui import shell

here = shell.here()
shell.heading("Literature", here)

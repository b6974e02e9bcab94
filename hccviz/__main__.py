"""``python -m hccviz``."""

import sys

from hccviz.cli import main

if __name__ == "__main__":
    sys.exit(main())

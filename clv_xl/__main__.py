"""``python -m clv_xl`` is ``clv-xl``."""

import sys

from clv_xl.cli import main

if __name__ == "__main__":
    sys.exit(main())

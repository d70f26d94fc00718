"""Checks for the packages that examples/python needs; without them the test is skipped with one line."""

import os
import subprocess
import sys

SKIPPED = 77
DEBIANS = "/usr/bin/python3"
CHECK = "import snappy, nacl.bindings"


def require():
    """Continues in Debian's Python if this one lacks the packages and Debian's has them."""
    try:
        exec(CHECK, {})
    except ImportError:
        if sys.executable != DEBIANS and subprocess.run([DEBIANS, "-c", CHECK], stderr=subprocess.DEVNULL,
                                                        check=False).returncode == 0:
            os.execv(DEBIANS, [DEBIANS, *sys.argv])
        print("skipped: Python lacks snappy or nacl (python3-snappy, python3-nacl)")
        sys.exit(SKIPPED)

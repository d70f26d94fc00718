#!/usr/bin/env python3
"""pictures.py PROGRAM DIRECTORY: takes the pictures of the page that the README shows, of the live demonstration at a moment when
an actor has crashed and keys have no owner."""

import os
import pathlib
import re
import subprocess
import sys
import time

import browser

DEMO = pathlib.Path(__file__).resolve().parents[2] / "examples/live_demo.py"
LIMIT = 30  # seconds
PICTURES = [("page", 1280, 900, False, True), ("page-dark", 1280, 900, True, True), ("page-phone", 390, 844, False, False)]


def main():
    program, directory = sys.argv[1:]
    if not browser.CHROMIUM:
        raise SystemExit("pictures: there is no chromium")
    environment = {name: value for name, value in os.environ.items() if "DISPLAY" not in name}
    with subprocess.Popen([sys.executable, DEMO, program, "60"], stdout=subprocess.PIPE, text=True, env=environment) as demo:
        url = next(found[1] for line in demo.stdout if (found := re.search(r"(http://\S+#token=\w+)$", line)))
        page = browser.Browser(LIMIT)
        try:
            page.open(url)
            next(line for line in demo.stdout if "a gap" in line)
            page.until("document.getElementById('numbers').innerText.includes('1 gap')")
            page.look(1280, 900, calm=True)
            for name, width, height, dark, whole in PICTURES:
                page.look(width, height, dark, calm=True)
                time.sleep(0.5)  # the strip is drawn anew for its width
                page.picture(f"{directory}/{name}.png", whole)
        finally:
            page.close()
            demo.terminate()
            demo.wait()


if __name__ == "__main__":
    main()

"""A node whose page is open in a browser, for the tests of the page."""

import os
import re
import subprocess
import tempfile
import time

import browser
from program import ANSWER_TIME, PROGRAM, clean_environment, unittest
from scalesmall_client import Node

SKIPPED = 77
TOKEN = "0123456789abcdef0123456789abcdef"
ROWS = "[...document.querySelectorAll('#tree li')]"


class LookedAt(unittest.TestCase):
    """At the end of each case the console of the page must hold no error."""

    @classmethod
    def setUpClass(cls):
        cls.browser = browser.Browser(ANSWER_TIME)
        cls.addClassCleanup(cls.browser.close)

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = directory.name
        with open(f"{self.directory}/token", "w", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(TOKEN)
        self.processes = {}
        self.url, self.node = self.start("a", "--http", "0", "--http-token-file", f"{self.directory}/token")
        self.node.put("/v1/groups/shop/me")
        self.browser.errors.clear()

    def tearDown(self):
        errors = self.browser.errors[:]
        self.browser.ask("sessionStorage.clear()")
        self.browser.open("about:blank")
        self.assertEqual(errors, [])

    def start(self, name, *arguments):
        """Where a new node listens for HTTP, and a client of it."""
        path = f"{self.directory}/{name}.sock"
        process = subprocess.Popen([PROGRAM, "node", "--port", "0", "--multicast", "off", "--control", path, *arguments],
                                   stderr=subprocess.PIPE, text=True, env=clean_environment())
        self.processes[name] = process
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        last = r"HTTP on (\S+:\d+)" if "--http" in arguments else "(operated through)"
        for line in process.stderr:
            if found := re.search(last, line):
                return f"http://{found[1]}/", Node(path)
        raise EOFError("the node did not start")

    def open(self, fragment=""):
        self.browser.open(self.url + fragment)
        self.browser.until("document.getElementById('live').textContent === 'live'")
        self.browser.until("document.getElementById('group').value !== ''")
        self.browser.until(f"{ROWS}.length > 5")

    def text(self, selector):
        return self.browser.ask(f"document.querySelector('{selector}')?.innerText")

    def until_shown(self, selector, text):
        self.browser.until(f"[...document.querySelectorAll('{selector}')].some((x) => x.innerText.includes('{text}'))")

    def crash_at(self, path):
        """How long it took from the crash until the page showed the restart."""
        shown = self.browser.ask(f"document.querySelector('[data-path=\"{path}\"] .badge').textContent")
        begin = time.monotonic()
        self.node.post("/v1/tree/crash", path=path)
        self.browser.until(f"![undefined, '{shown}'].includes(document.querySelector('[data-path=\"{path}\"].flash .badge')?.textContent)")
        return time.monotonic() - begin


def main():
    if not browser.CHROMIUM:
        print("skipped: there is no chromium")
        raise SystemExit(SKIPPED)
    unittest.main()

#!/usr/bin/env python3
"""The page of a node, in Chromium without a screen."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import browser
from program import ANSWER_TIME, PROGRAM, SLOWNESS, clean_environment, unittest
from scalesmall_client import Node

SKIPPED = 77
TOKEN = "0123456789abcdef0123456789abcdef"
MARKUP = "<img src=x onerror=\"document.title='hacked'\">"
ROWS = "[...document.querySelectorAll('#tree li')]"
SOON = 0.5 * SLOWNESS


class Page(unittest.TestCase):
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
        self.browser.until(f"document.querySelector('{selector}')?.innerText.includes('{text}')")

    def crash_at(self, path):
        """How long it took from the crash until the page showed the restart."""
        shown = self.browser.ask(f"document.querySelector('[data-path=\"{path}\"] .badge').textContent")
        begin = time.monotonic()
        self.node.post("/v1/tree/crash", path=path)
        self.browser.until(f"![undefined, '{shown}'].includes(document.querySelector('[data-path=\"{path}\"].flash .badge')?.textContent)")
        return time.monotonic() - begin

    def test_what_a_node_knows_is_shown(self):
        _, other = self.start("b", "--peers", self.node.get("/v1/id"))
        other.put("/v1/groups/shop/me")
        self.node.put("/v1/groups/shop/me/ranges/0-2147483647", port=8080)
        other.put("/v1/groups/shop/me/ranges/2147483648-4294967295", port=8081)
        self.open()
        self.until_shown("#numbers", "100 % served")
        self.assertEqual(self.text("#node"), self.node.get("/v1/id"))
        self.until_shown("#verdict .good", "All is well")
        self.until_shown("#members tbody", other.get("/v1/id"))
        own, others = (self.browser.ask(f"(() => {{ const c = document.getElementById('strip'); return [...c.getContext('2d')"
                                        f".getImageData(c.width * {part}, 10, 1, 1).data]; }})()") for part in (0.25, 0.75))
        self.assertNotEqual(own, others)

        other.delete("/v1/groups/shop/me/ranges/2147483648-4294967295", port=8081)
        self.until_shown("#numbers", "1 gap")
        self.until_shown("#troubles .gap", "0x80000000–0xffffffff nobody")
        self.until_shown("#verdict .warn", "50 % of all keys")
        self.until_shown("#events", "range_removed")
        self.browser.ask("document.querySelector('[data-zoom=in]').click()")
        self.until_shown("#window", "0x60000000 to 0x9fffffff")
        self.browser.ask("(() => { document.getElementById('find-text').value = 'user:4711'; document.getElementById('find').requestSubmit(); })()")
        self.until_shown("#found", "user:4711 is served by nobody")

    def test_a_crash_is_seen_at_once_with_its_reason(self):
        self.open()
        took = min(self.crash_at("group_manager/receiver"), self.crash_at("group_manager/chatter/messenger"))
        print(f"a crash was seen after {1000 * took:.0f} ms", file=sys.stderr)
        self.assertLess(took, SOON)
        self.until_shown("[data-path=\"group_manager/receiver\"] .why", "ago")
        self.until_shown("#restarts", "2 restarts")
        self.until_shown("#events", "failed group_manager/receiver")

    def test_findings_and_the_log_are_shown(self):
        self.open()
        self.until_shown("#doctor", "this node is at a loopback address and knows no other node")
        self.until_shown("#doctor .note", "start it with --address")
        self.assertEqual(self.text("#doctor-count"), str(len(self.node.get("/v1/doctor"))))
        self.assertEqual(self.browser.ask("document.querySelectorAll('#log li').length"), 0)  # nothing is asked for while it is folded
        self.browser.ask("document.getElementById('log-fold').open = true")
        self.until_shown("#log", "operator uid=")
        self.node.post("/v1/tree/crash", path="group_manager/receiver")
        self.until_shown("#doctor", "actors were restarted")
        self.until_shown("#log .warning", "warning")
        self.browser.ask("(() => { const x = document.getElementById('log-level'); x.value = 'error'; x.dispatchEvent(new Event('change')); })()")
        self.browser.until("document.querySelectorAll('#log li').length === 0")

    def test_the_token_lets_the_page_crash_actors(self):
        self.open()
        self.assertTrue(self.browser.ask(f"{ROWS}.every((x) => x.querySelector('.crash').hidden)"))
        self.browser.ask("document.getElementById('lock').click()")
        self.unlock("wrong" * 8)
        self.until_shown("#unlock-error", "the token is not the one of this node")
        self.assertEqual([x for x in self.browser.errors if "401" not in x], [])  # the browser tells of the refusal
        self.browser.errors.clear()
        self.unlock(TOKEN)
        self.browser.until(f"{ROWS}.some((x) => !x.querySelector('.crash').hidden)")
        self.browser.ask("document.querySelector('[data-path=\"group_manager/receiver\"] .crash').click()")
        self.until_shown("#crash-path", "group_manager/receiver")
        self.browser.ask("document.querySelector('#crash [value=yes]').click()")
        self.until_shown("[data-path=\"group_manager/receiver\"] .badge", "1 restart")
        self.open("#token=" + TOKEN)
        self.browser.until("location.hash === ''")

    def unlock(self, token):
        self.browser.until("document.getElementById('unlock').open")
        self.browser.ask(f"(() => {{ document.getElementById('token').value = '{token}'; "
                         "document.querySelector('#unlock [value=yes]').click(); })()")

    def test_the_name_of_a_group_stays_text(self):
        self.node.put(f"/v1/groups/{browser_quote(MARKUP)}/me/ranges/0-9", port=80)
        self.open()
        self.browser.until("document.querySelectorAll('#group option').length === 2")
        self.assertEqual(self.browser.ask("document.getElementById('group').value"), MARKUP)
        self.until_shown("#troubles", "nobody")
        self.node.put(f"/v1/groups/{browser_quote(MARKUP)}/me/ranges/10-19", port=80)
        self.until_shown("#events", "<img src=x")
        self.until_shown("#verdict", "<img src=x")
        self.browser.ask("document.getElementById('log-fold').open = true")
        self.until_shown("#log", "<img src=x")
        self.assertEqual(self.browser.ask("document.querySelectorAll('img').length"), 1)
        self.assertNotIn("hacked", self.browser.ask("document.title"))

    def test_the_browser_takes_no_text_for_markup(self):
        self.open()
        self.assertEqual(self.browser.ask("(() => { try { document.body.innerHTML = '<b>x</b>'; return 'taken'; }"
                                          " catch (e) { return e.name; } })()"), "TypeError")
        self.browser.errors.clear()  # the browser tells of it

    def test_a_page_fits_a_phone(self):
        self.browser.look(360, 740, phone=True)
        self.addCleanup(self.browser.look, 1280, 900)
        self.open()
        self.until_shown("#numbers", "served")
        self.assertLessEqual(self.browser.ask("document.documentElement.scrollWidth"), 360)


def browser_quote(text):
    return "".join(f"%{x:02X}" for x in text.encode())


if __name__ == "__main__":
    if not browser.CHROMIUM:
        print("skipped: there is no chromium")
        sys.exit(SKIPPED)
    unittest.main()

#!/usr/bin/env python3
"""The page of a node, in Chromium without a screen."""

import sys

from looked_at import ROWS, TOKEN, LookedAt, main
from program import SLOWNESS

MARKUP = "<img src=x onerror=\"document.title='hacked'\">"
SOON = 0.5 * SLOWNESS
RESTARTS = "document.querySelector('[data-path=\"group_manager/receiver\"]:has(.badge:not([hidden]))')"


class Page(LookedAt):
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
        took = self.browser.ask(f"""new Promise((resolve) => {{
          const begin = performance.now();
          const look = () => {RESTARTS} ? resolve(performance.now() - begin) : requestAnimationFrame(look);
          document.querySelector('#crash [value=yes]').click();
          look();
        }})""")
        print(f"a button's crash was seen after {took:.0f} ms", file=sys.stderr)
        self.assertLess(took, 1000 * SOON)
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


def browser_quote(text):
    return "".join(f"%{x:02X}" for x in text.encode())


if __name__ == "__main__":
    main()

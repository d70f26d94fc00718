#!/usr/bin/env python3
"""How the page of a node looks by day and by night, on a phone and on a wide screen: all can be read, and nothing is cut off."""

import signal

from looked_at import TOKEN, LookedAt, main

# By WCAG 2.1, level AA. Texts of 24 px, or of 18.66 px in bold, are large.
CONTRAST, CONTRAST_OF_LARGE = 4.5, 3

# All texts that can be seen and that differ less from what is behind them.
UNREADABLE = """(() => {
  const parse = (text) => { const x = text.match(/[\\d.]+/g).map(Number); return [x[0], x[1], x[2], x[3] ?? 1]; };
  const over = (a, b) => [0, 1, 2].map((i) => a[i] * a[3] + b[i] * (1 - a[3])).concat(1);
  const light = (c) => { const [r, g, b] = c.slice(0, 3).map((x) => x / 255).map((x) => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  const behind = (element) => {
    if (!element) return [255, 255, 255, 1];
    const own = parse(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own : over(own, behind(element.parentElement));
  };
  const all = [];
  const look = (element, style, text) => {
    const back = behind(element), colour = parse(style.color), size = parseFloat(style.fontSize);
    for (let x = element; x; x = x.parentElement) colour[3] *= getComputedStyle(x).opacity;
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    all.push({text, contrast: contrast(over(colour, back), back), needed: large ? %s : %s});
  };
  for (const x of document.querySelectorAll('body *')) {
    if (!x.checkVisibility() || !x.getClientRects().length) continue;
    const own = [...x.childNodes].filter((n) => n.nodeType === Node.TEXT_NODE).map((n) => n.data.trim()).join('');
    const typed = x.matches('input, select');
    if (own || typed) look(x, getComputedStyle(x), own || x.id);
    if (x.placeholder) look(x, getComputedStyle(x, '::placeholder'), x.placeholder);
  }
  return {texts: all.length, least: Math.min(...all.map((x) => x.contrast)), bad: all.filter((x) => x.contrast < x.needed)};
})()""" % (CONTRAST_OF_LARGE, CONTRAST)

# What is wider than the window, but for what scrolls in a box of its own.
CUT_OFF = """(() => ({
  page: document.documentElement.scrollWidth - innerWidth, window: innerWidth,
  parts: [...document.querySelectorAll('body *')].filter((x) => x.checkVisibility() && !x.closest('.scroll table, .lines')
      && (x.getBoundingClientRect().right > innerWidth + 0.5 || x.getBoundingClientRect().left < -0.5)).map((x) => x.outerHTML.slice(0, 80)),
}))()"""

SCREENS = [("phone", 360, 740, True), ("small phone", 320, 568, True), ("wide", 1280, 900, False)]


class Look(LookedAt):
    def show_all_there_is(self):
        """A gap, an overlap, a member that is not there, failures, findings, the log, and names as long as they may be."""
        _, other = self.start("b", "--peers", self.node.get("/v1/id"))
        other.put("/v1/groups/shop/me/ranges/1073741824-3000000000", port=8081)
        self.node.put("/v1/groups/shop/me/ranges/0-2147483647", port=8080)
        self.node.put("/v1/groups/" + "W" * 255 + "/me/ranges/0-9", port=80)
        self.node.post("/v1/tree/crash", path="group_manager/receiver")
        self.open("#token=" + TOKEN)
        self.browser.until("document.querySelectorAll('#group option').length === 2")
        self.browser.ask("(() => { const x = document.getElementById('group'); x.value = 'shop'; x.dispatchEvent(new Event('change')); })()")
        self.until_shown("#numbers", "1 overlap")
        self.processes["b"].send_signal(signal.SIGKILL)
        self.node.post("/v1/tree/crash", path="group_manager/chatter/peer_db")
        self.browser.ask("document.getElementById('log-fold').open = true")
        self.until_shown("#numbers", "1 range unreachable")
        self.until_shown("#members tbody tr.unreachable", "unreachable")
        self.until_shown("#verdict", "cannot be reached")
        self.until_shown("#events .trouble", "failed")
        self.until_shown("#log .warning", "warning")
        self.until_shown("#doctor", "actors were restarted")
        self.browser.until("document.querySelector('#tree .crash:not([hidden])')")
        self.browser.ask("import('/page/dom.js').then((x) => x.toast('group_manager was not crashed'))")

    def assert_fits_and_can_be_read(self, screen):
        self.browser.ask("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))")
        cut_off = self.browser.ask(CUT_OFF)
        self.assertEqual((cut_off["page"], cut_off["window"], cut_off["parts"]), (0, screen, []))
        seen = self.browser.ask(UNREADABLE)
        self.assertEqual(seen["bad"], [])
        self.assertGreater(seen["texts"], 10)
        return seen

    def test_all_can_be_read_and_nothing_is_cut_off(self):
        self.addCleanup(self.browser.look, 1280, 900)
        self.show_all_there_is()
        backgrounds = set()
        for dark in (False, True):
            for name, width, height, phone in SCREENS:
                with self.subTest(screen=name, dark=dark):
                    self.browser.look(width, height, dark, phone, calm=True)
                    seen = self.assert_fits_and_can_be_read(width)
                    self.assertGreater(seen["texts"], 100)
                    backgrounds.add(self.browser.ask("getComputedStyle(document.body).backgroundColor"))
                    for dialog in ("crash", "unlock"):
                        self.browser.ask(f"document.getElementById('{dialog}').showModal()")
                        self.assert_fits_and_can_be_read(width)
                        self.browser.ask(f"document.getElementById('{dialog}').close()")
        self.assertEqual(len(backgrounds), 2)

    def test_the_strip_of_keys_follows_the_night(self):
        self.node.put("/v1/groups/shop/me/ranges/0-2147483647", port=8080)
        self.addCleanup(self.browser.look, 1280, 900)
        self.open()
        self.until_shown("#numbers", "1 gap")
        pixel = ("(() => { const c = document.getElementById('strip'), all = c.getContext('2d').getImageData(c.width * 0.6, 4, c.width * 0.3, 40).data;"
                 " let sum = 0; for (let i = 0; i < all.length; i += 4) sum += all[i] + all[i + 1] + all[i + 2]; return sum / (all.length / 4 * 3); })()")
        self.assertGreater(self.browser.ask(pixel), 150)  # of 255
        self.browser.look(1280, 900, dark=True)
        self.browser.until(f"{pixel} < 120")


if __name__ == "__main__":
    main()

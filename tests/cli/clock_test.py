#!/usr/bin/env python3
"""Nodes whose wall clock is wrong when they start, and is put right later."""

import os
import tempfile

from program import SLOWNESS, Test, time, unittest

YEAR = 365 * 86_400
ALONE = ("--port", "0", "--multicast", "off")
MEET_TIME = 10 * SLOWNESS


class Clock(Test):
    def start(self, shift):
        """Returns a node that starts with its clock shifted, and a function that shifts it anew."""
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        path = os.path.join(directory.name, "shift")

        def put(seconds):
            with open(path, "w", encoding="ascii") as file:
                file.write(str(seconds))

        put(shift)
        shell = self.shell(*ALONE, variables={"LD_PRELOAD": os.environ["SCALESMALL_CLOCK"], "SHIFT_FILE": path})
        return shell, put

    def meet(self, shift):
        first = self.shell(*ALONE)
        first.ask("join g")
        second, put = self.start(shift)
        second.ask(f"join g {first.id()}")
        second.ask("add_item g 1 1 1")
        return first, second, put

    def test_far_in_the_past(self):
        now = int(time.time())
        for shift in (-now, -now - 5 * YEAR, -now + 7, -20 * YEAR):
            with self.subTest(shift):
                first, second, put = self.meet(shift)
                first.ask(f"await members g 2 {MEET_TIME}")
                first.ask(f"await topology g add 1 {MEET_TIME}")
                self.assertGreater(first.ask("topology g add")[0]["incarnation"], 0)
                put(0)
                second.ask("add_item g 2 2 1")
                first.ask(f"await topology g add 2 {MEET_TIME}")

    def test_far_in_the_future_until_it_is_put_right(self):
        first, second, put = self.meet(14 * YEAR)
        end = time.monotonic() + MEET_TIME
        while not (first.log and second.log) and time.monotonic() < end:
            time.sleep(0.1)
        self.assertIn(f"the clock of {second.id()} is more than ten years ahead", "".join(first.log))
        self.assertIn(f"the clock of {first.id()} is more than ten years behind", "".join(second.log))
        self.assertEqual(len(first.ask("members g")), 1)
        put(0)
        first.ask(f"await members g 2 {MEET_TIME}")
        first.ask(f"await topology g add 1 {MEET_TIME}")
        self.assertIn("put right", "".join(second.log))


if __name__ == "__main__":
    unittest.main()

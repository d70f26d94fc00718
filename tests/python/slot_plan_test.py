#!/usr/bin/env python3
"""The plan by examples/python/slot_plan.py against the one by the nodes' code, and against the vectors of docs/assignment.md."""

import os
import random
import subprocess
import unittest

from scalesmall_wire.records import NetId, Stamp, clock_bytes, mixed
from slot_plan import cost, slot_plan

CASES = 1000


def drawn(rng):
    """Members, replicas and slots: mostly few, so that caps, zones and ties matter."""
    members = {}
    most = rng.choice((1, 2, 4, 4, 100, 65535))
    zones = rng.choice(((0,), (0,), (1, 2), (1, 2, 3), (0, 7), (5,)))
    for _ in range(rng.randint(0, 8)):
        host = rng.choice((f"10.0.0.{rng.randint(1, 99)}", f"[fe80::{rng.randint(1, 99):x}]"))
        members[NetId.parse(f"{host}:{rng.choice((80, 29999))}")] = (rng.choice(zones), rng.randint(1, most))
    return members, rng.choice((1, 2, 2, 2, 3, 4, 255)), 2**rng.randint(0, 5)


def line_of(members, replicas, slots):
    return f"{replicas} {slots}" + "".join(f" {n}/{zone}/{capacity}" for n, (zone, capacity) in members.items())


class SlotPlan(unittest.TestCase):
    def plans(self, inputs):
        lines = "".join(line_of(*x) + "\n" for x in inputs)
        done = subprocess.run([os.environ["PRINT_PLANS"]], input=lines, capture_output=True, text=True, check=True)
        return done.stdout.split("\n")[:-1]

    def test_vectors_of_the_specification(self):
        for member, slots, slot, capacity, expected in (("10.0.0.1:29999", 1, 0, 1, 32318702699413504),
                                                        ("10.0.0.1:29999", 1024, 0, 1, 80572920904024064),
                                                        ("10.0.0.1:29999", 1024, 1023, 1, 89144193947009024),
                                                        ("10.0.0.1:29999", 1024, 1023, 3, 29714731315669674),
                                                        ("[fe80::1]:80", 4096, 17, 65535, 1370323140255)):
            seed = mixed(clock_bytes(NetId.parse(member), Stamp(0, 0)))
            self.assertEqual(cost(seed, slot, slots, capacity), expected)

    def test_both_make_the_same_plans(self):
        rng = random.Random(18)
        inputs = [drawn(rng) for _ in range(CASES)]
        plans = self.plans(inputs)
        self.assertEqual(len(plans), CASES)
        for x, plan in zip(inputs, plans):
            numbers = {n: str(i) for i, n in enumerate(x[0])}
            expected = " ".join(",".join(numbers[n] for n in owners) for owners in slot_plan(*x)).rstrip()
            self.assertEqual(plan, expected, line_of(*x))


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""One node and its shell: the answers of commands, as JSON and as text."""

import hashlib
import json
import subprocess

from program import ANSWER_TIME, PROGRAM, Test, clean_environment, run, unittest

ALONE = ("--port", "0", "--multicast", "off")

MALFORMED = [
    ("fly", "unknown_command"),
    ("join", "invalid_argument"),
    ('join ""', "invalid_argument"),
    ("join " + "g" * 256, "invalid_argument"),
    ("join g 127.0.0.1", "invalid_argument"),
    ("join g 127.0.0.1:65536", "invalid_argument"),
    ("add_item g 2 1 3", "invalid_argument"),
    ("add_item g 0 4294967296 3", "invalid_argument"),
    ("add_item g 0 1 65536", "invalid_argument"),
    ("add_item g 0 1 2 3", "invalid_argument"),
    ("add_item g 0 1 0", "invalid_argument"),
    ("add_items g 0 0..1", "invalid_argument"),
    ("add_items g 80 0..1 0..1", "invalid_argument"),
    ("topology g put", "invalid_argument"),
    ("await members g 1 0.05", "timeout"),
    ("leave g", "not_found"),
    ("remove_item g 0 1 2", "not_found"),
    ("crash group_manager/nobody", "not_found"),
    ("join " + "g" * 70_000, "invalid_argument"),
]


class Commands(Test):
    def test_session_of_the_original(self):
        shell = self.shell(*ALONE)
        me = shell.id()

        def item(op, start, end, port, clock):
            return {"member": me, "op": op, "start": start, "end": end, "port": port,
                    "incarnation": incarnation, "clock": clock}

        self.assertEqual(shell.ask("join Group1"), "ok")
        joined = shell.ask("topology Group1")
        incarnation = joined[0]["incarnation"]
        self.assertGreater(incarnation, 1_700_000_000)
        get = item("get", 0, 4294967295, 0, 1)
        self.assertEqual(joined, [get])
        self.assertEqual(list(joined[0]), list(get))

        add = item("add", 15, 255, 11223, 2)
        self.assertEqual(shell.ask("add_item Group1 0xf 0xff 11223"), add)
        self.assertEqual(shell.ask("topology Group1"), [get, add])
        self.assertEqual(shell.ask("topology Group1 add"), [add])
        self.assertEqual(shell.ask("members Group1"), [me])
        self.assertEqual(shell.ask("my_groups"), ["Group1"])

        self.assertEqual(shell.ask("leave Group1"), "ok")
        self.assertEqual(shell.ask("topology Group1"),
                         [item("rmv", 0, 4294967295, 0, 3), item("rmv", 15, 255, 11223, 3)])
        self.assertEqual(shell.ask("members Group1"), [])
        self.assertEqual(shell.ask("groups"), ["Group1"])
        self.assertEqual(shell.ask("my_groups"), [])
        self.assert_refused("not_found", shell, "leave Group1")

    def test_remove_item_does_not_leave_the_group(self):
        shell = self.shell(*ALONE)
        me = shell.id()
        shell.ask("add_item Group1 0 0xffffffff 11223")
        self.assertEqual(shell.ask("members Group1"), [me])
        shell.ask("join Group1")
        shell.ask("add_item Group1 0 0xffffffff 11223")
        shell.ask("remove_item Group1 0 0xffffffff 11223")
        self.assertEqual([x["op"] for x in shell.ask("topology Group1")], ["get"])
        self.assertEqual(shell.ask("members Group1"), [me])

    def test_owners_coverage_and_watch(self):
        shell = self.shell(*ALONE)
        me = shell.id()
        key = int.from_bytes(hashlib.sha256("straße".encode()).digest()[:4], "big")
        shell.ask(f"add_item g {key} {key} 80")
        owner = {"member": me, "start": key, "end": key, "port": 80}
        self.assertEqual(shell.ask('owners g "straße"'), [owner])
        self.assertEqual(shell.ask(f"owners g {key:#x}"), [owner])
        self.assertEqual(shell.ask(f"owners g {key + 1}"), [])
        self.assertEqual([(x["start"], x["end"], x["members"], x["owners"]) for x in shell.ask("coverage g")],
                         [(0, key - 1, 0, []), (key, key, 1, [{"member": me, "port": 80}]),
                          (key + 1, 4294967295, 0, [])])
        told = shell.ask("watch g 0.5")
        self.assertEqual([x["event"] for x in told], ["snapshot", "member_joined", "range_added"])
        self.assertEqual({k: told[2][k] for k in owner}, owner)
        self.assertEqual(shell.ask("watch unknown 0.2"), [{"event": "snapshot"}])
        people = run("shell", *ALONE, text="add_item g 0 0x7fffffff 80\ncoverage g\nwatch g 0.1\n").stdout
        self.assertIn("50.0 % of all keys have an owner; 1 gap, 0 overlaps", people)
        self.assertRegex(people, r"\nsnapshot\nmember_joined 127\.0\.0\.1:\d+\nrange_added 127.*port 80\n$")

    def test_a_part_of_a_group(self):
        wide, narrow, newcomer = (self.shell(*ALONE) for _ in range(3))
        for start in range(0, 1000, 10):
            wide.ask(f"add_item g {start} {start + 9} 80")
        narrow.ask(f"join g {wide.id()} --range 400..409")
        self.assertEqual(narrow.ask("await topology g add 1"), 1)
        self.assertEqual([(x["op"], x["start"]) for x in narrow.ask("topology g") if x["member"] == wide.id()],
                         [("get", 0), ("add", 400)])
        self.assertEqual(wide.ask("await members g 2"), 2)
        newcomer.ask(f"join g {narrow.id()}")
        self.assertEqual(newcomer.ask("await topology g add 100"), 100)

    def test_nothing_known(self):
        shell = self.shell(*ALONE)
        for command in ("members nobody", "topology nobody", "groups", "my_groups"):
            self.assertEqual(shell.ask(command), [], command)
        self.assertEqual(shell.ask("await members nobody 0"), 0)

    def test_malformed(self):
        shell = self.shell(*ALONE)
        for command, code in MALFORMED:
            with self.subTest(command[:40]):
                self.assert_refused(code, shell, command)
        self.assertEqual(shell.ask("groups"), [])
        shell.close()
        self.assert_stops(shell, status=1)

    def test_bytes_that_are_not_text(self):
        done = subprocess.run([PROGRAM, "shell", "--json", *ALONE], input=b"join \xff\xfe\n\0\njoin \"a\x07\"\nmy_groups\n",
                              capture_output=True, timeout=ANSWER_TIME, env=clean_environment(), check=False)
        answers = [json.loads(line) for line in done.stdout.decode().splitlines()]
        self.assertEqual([a.get("error", {}).get("code") for a in answers],
                         ["invalid_argument", "unknown_command", "invalid_argument", None])
        self.assertEqual(answers[3]["result"], [])
        self.assertEqual(done.returncode, 1)

    def test_tree(self):
        rows = self.shell(*ALONE).ask("tree")
        self.assertEqual(rows[0]["path"], "group_manager")
        for row in rows:
            self.assertEqual(list(row), ["path", "kind", "state", "restarts", "last_failure_at", "last_reason"])
            self.assertIn(row["kind"], ("worker", "supervisor"))
            self.assertEqual((row["state"], row["restarts"]), ("running", 0))
            self.assertEqual((row["last_failure_at"], row["last_reason"]), (None, None))
        paths = {row["path"] for row in rows}
        self.assertLessEqual({"group_manager/topology_db", "group_manager/receiver", "group_manager/chatter",
                              "group_manager/chatter/peer_db", "group_manager/chatter/broadcaster"}, paths)

    def test_text_output(self):
        done = run("shell", *ALONE, text="# a comment\n\njoin Group1\nadd_item Group1 0xf 0xff 11223\n"
                                         "topology Group1 add\nmembers nobody\nleave nobody\nhelp leave\nquit\nmy_id\n")
        lines = done.stdout.splitlines()
        self.assertEqual(lines[0], "ok")
        self.assertEqual(lines[1].split(), ["member", "op", "start", "end", "port", "incarnation", "clock"])
        self.assertEqual(lines[2].split()[1:5], ["add", "15", "255", "11223"])
        self.assertEqual(lines[1].index("op"), lines[2].index("add"))
        self.assertEqual(lines[1:3], lines[3:5])
        self.assertEqual(lines[5], "(none)")
        self.assertTrue(lines[6].startswith("error: not_found: "), lines[6])
        self.assertTrue(lines[7].startswith("leave GROUP  "), lines[7])
        self.assertEqual(len(lines), 8)
        self.assertEqual(done.returncode, 1)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""A running node that is asked and operated from outside by the verbs of the program."""

import json
import os
import re
import tarfile
import time

from operated import Operated
from program import ANSWER_TIME, free_port, unittest


class Ops(Operated):
    def test_changes(self):
        node, _ = self.operated()
        self.assert_done("join", "shop", "--range", "0..99")
        self.assert_done("add-items", "shop", "80", "0..9", "20..29")
        self.assert_done("set-items", "shop", "80", "20..29")
        self.assertIn(b"20     29", self.assert_done("topology", "shop", "add"))
        self.assert_done("remove-item", "shop", "20", "29", "80")
        self.assert_done("send", "shop", "news", "it rains")
        self.assert_done("crash", "group_manager/receiver")
        self.assert_done("leave", "shop")
        headers = {"Content-Type": "application/json"}
        self.assertEqual(self.ask("PUT", "/v1/groups/g/me/ranges/0-9", '{"port": 80}', headers)[0], 200)
        self.assertEqual(self.ask("DELETE", "/v1/groups/g/me")[0], 200)
        self.assertEqual(self.assert_done("stop", "--leave"), b"ok\n")
        self.assertEqual(node.end(), 0)
        log = "".join(node.log)
        who = f"operator uid={os.getuid()} pid="
        for line in ("join shop --range 0..99", "crash group_manager/receiver", "leave shop", "stop --leave"):
            self.assertRegex(log, f"{who}\\d+ {re.escape(line)}\n")
        self.assertEqual(os.listdir(self.directory), [])

    def test_events_are_followed(self):
        self.operated()
        events = self.follow("events", "--json", "--type", "group,operator,tree")
        self.assertEqual(json.loads(events.stdout.readline())["event"], "reset")
        words = self.follow("events", "--group", "shop")
        watched = self.follow("watch", "shop")
        self.assertEqual(watched.stdout.readline(), "reset\n")
        self.assert_done("add-item", "shop", "0", "9", "80")
        seen = []
        while not {"range_added", "done"} <= set(seen):
            seen.append(json.loads(events.stdout.readline())["event"])
        self.assertRegex(words.stdout.readline(), r"^20\d\d-.*Z group snapshot group=shop complete=true$")
        for line in ("snapshot", r"member_joined 127\.0\.0\.1:\d+", r"range_added 127\.0\.0\.1:\d+ 0\.\.9 port 80"):
            self.assertRegex(watched.stdout.readline(), f"^{line}\n$")
        self.assert_done("crash", "group_manager/receiver")
        while (event := json.loads(events.stdout.readline()))["event"] != "restarted":
            self.assertIn(event["event"], ("failed", "stopped", "started", "done", "member_joined", "range_added"))
        self.assert_done("stop")
        for process in (events, words, watched):
            process.stdout.read()
            self.assertEqual(process.wait(ANSWER_TIME), 3)

    def test_a_command_runs_for_what_happens(self):
        self.operated()
        heard = f"{self.directory}/heard"
        os.mkfifo(heard)
        self.follow("watch", "shop", "--exec", f'echo "$SCALESMALL_GROUP $SCALESMALL_SOCKET $(wc -l)" > {heard}; exit 7')
        with open(heard, encoding="ascii") as lines:
            self.assertEqual(lines.read(), f"shop {self.socket} 1\n")
        self.assert_done("add-items", "shop", "80", "0..9", "20..29")
        with open(heard, encoding="ascii") as lines:
            self.assertRegex(lines.read(), f"^shop {self.socket} [1-4]\n$")

    def test_a_count_is_awaited(self):
        self.operated()
        self.assertIn("still 0 after 10 ms", self.assert_ends_with(4, "await", "members", "shop", "1", "0.01"))
        waiting = self.follow("await", "topology", "shop", "add", "2", str(ANSWER_TIME))
        self.assert_done("add-items", "shop", "80", "0..9", "20..29")
        self.assertEqual(waiting.communicate(timeout=ANSWER_TIME)[0], "2\n")
        self.assertEqual(waiting.returncode, 0)
        self.assertEqual(self.assert_done("await", "members", "shop", "1"), b"1\n")
        self.assertEqual(self.assert_done("await", "topology", "shop", "add", "1", "0"), b"2\n")  # it was passed
        self.assertIn("still 2 after", self.assert_ends_with(4, "await", "topology", "shop", "add", "1", "0.01", "--at-most"))
        leaving = self.follow("await", "members", "shop", "0", str(ANSWER_TIME), "--at-most")
        self.assert_done("leave", "shop")
        self.assertEqual(leaving.communicate(timeout=ANSWER_TIME)[0], "0\n")

    def test_services_by_plan_are_begun_drained_and_taken_over(self):
        node, _ = self.operated("--liveness", "on", "--serve", "own 8080 --slots 4 --expect 1")  # as a program does itself
        self.assert_done("serve", "shop", "8081", "--slots", "4", "--expect", "1")
        self.assertIn("already", self.assert_ends_with(1, "serve", "shop", "8081"))
        for verb in ("drain", "takeover"):
            self.assertIn("does not serve", self.assert_ends_with(1, verb, "none"))
        for group in ("own", "shop"):
            self.until_at_rest(group)
            self.assertEqual(self.assert_done("plan", group, "--json"), self.ask("GET", f"/v1/groups/{group}/plan")[2])
            self.assertIn(b"4 slots, replicas 1", self.assert_done("plan", group))
            self.assert_done("takeover", group)
            self.assertIn("it goes on", self.assert_ends_with(4, "drain", group, "0.01"))  # nobody else is there
        self.assertEqual(self.ask("DELETE", "/v1/groups/own/me/plan?seconds=0")[0], 503)
        self.assertEqual(self.assert_done("reachability", "--json"), self.ask("GET", "/v1/reachability")[2])
        self.assert_done("stop")
        self.assertEqual(node.end(), 0)
        for line in ("serve shop 8081 --slots 4 --expect 1", "takeover shop", "drain own 0.01: refused, not all slots"):
            self.assertIn(f" {line}", "".join(node.log))

    def until_at_rest(self, group):
        self.assert_done("await", "topology", group, "add", "4", str(ANSWER_TIME))
        end = time.monotonic() + ANSWER_TIME
        while any(x["loading"] for x in json.loads(self.ask("GET", f"/v1/groups/{group}/plan")[2])["members"]):
            self.assertLess(time.monotonic(), end)

    def test_groups_include_others(self):
        self.operated()
        self.assert_done("include", "all", "a/b %ü")
        self.assertEqual(json.loads(self.assert_done("included", "all", "--json")), ["a/b %ü"])
        self.assert_done("exclude", "all", "a/b %ü")
        self.assertEqual(json.loads(self.assert_done("included", "all", "--json")), [])

    def test_the_log_is_followed_at_another_level(self):
        node, _ = self.operated()
        logs = self.follow("logs", "--json", "--level", "debug")
        self.assert_done("join", "shop")
        seen = {json.loads(logs.stdout.readline())["level"]}
        self.assert_done("crash", "group_manager/receiver")
        while not {"debug", "info", "warning"} <= seen:
            seen.add(json.loads(logs.stdout.readline())["level"])
        self.assert_done("log-level", "error", "--for", "1000")
        self.assert_done("log-level", "info")
        self.assert_done("leave", "shop")
        node.read_until("operator uid=.* (leave shop)")
        self.assert_done("log-level", "error", "--for", "0.01")
        self.assertIn("LEVEL", self.assert_ends_with(2, "log-level", "loud"))

    def test_a_shell_is_attached(self):
        self.operated()
        lines = "add-item shop 0 9 80\nmembers shop\nowners shop 5\nsleep 1\nevents\nawait members shop 1\nquit\nmembers shop\n"
        ran = self.verb("attach", input=lines.encode())
        self.assertEqual(ran.returncode, 0, ran.stderr)
        out = ran.stdout.decode()
        self.assertRegex(out, r"127\.0\.0\.1:\d+\s+0\s+9\s+80")
        self.assertIn('"sleep" is not a verb for a running node', out)
        self.assertTrue(out.endswith("\n1\n"), out)
        self.assertIn(b"events needs a terminal of its own", ran.stderr)

    def test_a_bundle_holds_no_key(self):
        self.operated()
        key = f"{self.directory}/key"
        secret = "5" * 32 + "7" * 32
        with open(key, "w", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(secret + "\n")
        self.assertEqual(len(json.loads(self.assert_done("keys", "add", key, "--json"))), 1)
        self.assert_done("join", "shop")
        bundle = f"{self.directory}/bundle.tar"
        self.assertIn(b"status.json\n", self.assert_done("debug", bundle, "0"))
        self.assertEqual(os.stat(bundle).st_mode & 0o777, 0o600)
        with tarfile.open(bundle) as files:
            content = {x.name: files.extractfile(x).read() for x in files}
        self.assertEqual(json.loads(content["my_groups.json"]), ["shop"])
        self.assertIn(b"keys add", content["log.jsonl"])
        self.assertLessEqual({"tree.json", "metrics.txt", "counters_first.json", "counters_second.json", "doctor.json",
                              "group_0_topology.json"}, set(content))
        self.assertNotIn(secret.encode(), b"".join(content.values()))
        self.assert_ends_with(2, "debug", bundle, "0")

    def test_members_are_pinged_and_a_node_is_examined(self):
        self.operated()
        self.assert_done("join", "shop")
        self.assertEqual(json.loads(self.assert_done("ping", "--check", "--json"))["well"], True)
        self.assertIn(b"asked 0", self.assert_done("ping", "shop"))
        self.assertIn("never heard", self.assert_ends_with(1, "ping", "none"))
        self.assertIn(b"address: this node is at a loopback address", self.assert_done("doctor"))
        self.assertEqual(self.verb("doctor", "--check").returncode, 4)

    def test_doctor_names_those_of_another_cluster(self):
        at_seed = f"{self.directory}/seed.sock"
        seeding = self.node("--cluster", "red", "--control", at_seed)
        seed = seeding.read_until(r"listening on (\S+)")
        node, _ = self.operated("--cluster", "blue", "--peers", seed)
        if "has another cluster name" not in "".join(node.log):
            node.read_until("(has another cluster name)")
        self.assertIn(b"came from another cluster; those of 127.0.0.1 still are\n  compare --cluster", self.assert_done("doctor"))
        seeding.read_until("127.0.0.1 (connects and closes)")
        self.assertIn(b"cluster: 127.0.0.1 connects and closes without a word\n  compare --cluster",
                      self.assert_done("doctor", "--socket", at_seed))

    def test_statuses(self):
        self.assertIn("no node answers", self.assert_ends_with(3, "status"))
        self.operated("--peers", f"127.0.0.1:{free_port()}")
        self.assertIn("GROUP is missing", self.assert_ends_with(2, "members"))
        self.assertIn("no such item", self.assert_ends_with(1, "remove-item", "shop", "0", "9", "80"))
        for words in (("health", "--ready"), ("status", "--check")):
            self.assertEqual(self.verb(*words).returncode, 4, words)
        self.assertEqual(self.verb("health").returncode, 0)
        self.assertEqual(self.verb("status").returncode, 0)

    @unittest.skipUnless(os.getuid() == 0, "only root can become somebody else")
    def test_another_user_is_refused(self):
        self.operated()
        self.assertEqual(os.stat(self.socket).st_mode & 0o7777, 0o660)
        self.assertIn("may not be used", self.assert_ends_with(5, "status", user=65534, group=65534, extra_groups=[]))

    def test_a_node_is_found_by_itself(self):
        session = {"XDG_RUNTIME_DIR": self.directory, "SCALESMALL_SOCKET": ""}
        found = {}
        self.assert_ends_with(3, "status", variables=session)
        first = self.node(variables=session)
        found["first"] = first.read_until("operated through (.*)")
        self.assertIn(self.directory + "/scalesmall/127.0.0.1-", found["first"])
        self.assertEqual(self.verb("status", variables=session).returncode, 0)
        found["second"] = self.node(variables=session).read_until("operated through (.*)")
        several = self.verb("status", variables=session)
        self.assertEqual(several.returncode, 2)
        for path in found.values():
            self.assertIn(path, several.stderr.decode())
        self.assertEqual(self.verb("stop", "--socket", found["second"], variables=session).returncode, 0)
        self.assertEqual(self.verb("status", "--socket", found["first"], variables=session).returncode, 0)

    def test_no_escape_sequence_gets_through(self):
        node, _ = self.operated()
        evil = "\x1b[31mred"
        self.assertNotIn("\x1b", self.assert_ends_with(2, "join", evil))
        self.assertNotIn("\x1b", self.assert_ends_with(1, "crash", evil))
        self.assertNotIn(b"\x1b", self.verb("crash", evil, "--json").stdout)
        self.assert_done("stop")
        self.assertEqual(node.end(), 0)
        self.assertNotIn("\x1b", "".join(node.log))


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""A running node that is asked and operated from outside: the unix socket, HTTP by TCP, and the verbs of the program."""

import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tarfile
import tempfile

from program import ANSWER_TIME, PROGRAM, STOP_TIME, clean_environment, free_port, signal, unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOKEN = "0123456789abcdef0123456789abcdef"
READING = [("status",), ("my_id",), ("groups",), ("my_groups",), ("peers",), ("tree",), ("counters",), ("keys", "list"),
           ("members", "shop"), ("topology", "shop"), ("topology", "shop", "add"), ("owners", "shop", "5"),
           ("owners", "shop", "user:1", "--all"), ("coverage", "shop"), ("doctor",), ("members", "a/b %ü"), ("owners", "a/b %ü", "--text", "5")]
PATHS = ["/v1/status", "/v1/id", "/v1/groups", "/v1/my_groups", "/v1/peers", "/v1/tree", "/v1/counters", "/v1/keys",
         "/v1/groups/shop/members", "/v1/groups/shop/topology", "/v1/groups/shop/topology?op=add",
         "/v1/groups/shop/owners?key=5", "/v1/groups/shop/owners?text=user:1&all=true", "/v1/groups/shop/coverage", "/v1/doctor",
         "/v1/groups/a%2Fb%20%25%C3%BC/members", "/v1/groups/a%2Fb%20%25%C3%BC/owners?text=5"]


class Node:
    """A running `scalesmall node` with its log."""

    def __init__(self, *arguments, variables=None):
        self.process = subprocess.Popen([PROGRAM, "node", "--port", "0", "--multicast", "off", *arguments],
                                        stderr=subprocess.PIPE, text=True, env=clean_environment() | (variables or {}))
        self.log = []

    def read_until(self, pattern):
        """Returns the first group of a line of the log."""
        for line in self.process.stderr:
            self.log.append(line)
            if found := re.search(pattern, line):
                return found[1]
        raise EOFError("".join(self.log))

    def end(self):
        """The exit status, once the log has been read."""
        self.log.extend(self.process.stderr)
        return self.process.wait(ANSWER_TIME)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()


class SocketConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=ANSWER_TIME)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def exchange(connection, method, target, body=None, headers=None):
    """(status, headers, body) of one request."""
    with contextlib.closing(connection):
        connection.request(method, target, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()


def say(address, text):
    """The status of the answer to these bytes."""
    with socket.create_connection(address, ANSWER_TIME) as connection:
        connection.sendall(text)
        return int(connection.makefile("rb").readline().split()[1])


class Ops(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = directory.name
        os.chmod(self.directory, 0o755)
        self.socket = f"{self.directory}/node.sock"

    def node(self, *arguments, variables=None):
        node = Node(*arguments, variables=variables)
        self.addCleanup(node.kill)
        return node

    def operated(self, *arguments):
        """A node with a socket and a port, and the port."""
        node = self.node("--control", self.socket, "--http", "0", *arguments)
        return node, int(node.read_until(r"HTTP on 127\.0\.0\.1:(\d+)"))

    def verb(self, *words, variables=None, **how):
        return subprocess.run([PROGRAM, *words], capture_output=True, timeout=ANSWER_TIME, check=False,
                              env=clean_environment() | {"SCALESMALL_SOCKET": self.socket} | (variables or {}), **how)

    def assert_done(self, *words):
        ran = self.verb(*words)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        return ran.stdout

    def assert_ends_with(self, status, *words, **how):
        ran = self.verb(*words, **how)
        self.assertEqual(ran.returncode, status, (words, ran.stdout, ran.stderr))
        self.assertEqual(ran.stderr.count(b"\n"), 1, ran.stderr)
        return ran.stderr.decode()

    def ask(self, method, target, body=None, headers=None):
        return exchange(SocketConnection(self.socket), method, target, body, headers)

    def assert_start_refused(self, sentence, *arguments):
        node = self.node(*arguments)
        self.assertEqual(node.end(), 2, node.log)
        self.assertIn(sentence, "".join(node.log))

    def test_verbs_and_http_give_the_same_bytes(self):
        self.operated()
        for group in ("shop", "a/b %ü"):
            self.assert_done("join", group)
            self.assert_done("add-item", group, "0", "0x7fffffff", "8080")
        self.assertEqual(len(READING), len(PATHS))
        for words, path in zip(READING, PATHS):
            status, headers, body = self.ask("GET", path)
            self.assertEqual((status, headers["Content-Type"]), (200, "application/json"), path)
            self.assertEqual(self.assert_done(*words, "--json"), body, path)
            json.loads(body)
            self.assertTrue(self.assert_done(*words).endswith(b"\n"), words)
        metrics = self.ask("GET", "/metrics")
        if promtool := shutil.which("promtool"):
            subprocess.run([promtool, "check", "metrics"], input=metrics[2], check=True, timeout=ANSWER_TIME)
        self.assertEqual(metrics[1]["Content-Type"], "text/plain; version=0.0.4; charset=utf-8")
        self.assertIn(b'scalesmall_group_covered_ratio{group="shop"} 0.5\n', metrics[2])
        self.assertIn(b'scalesmall_group_members{group="shop"} 1\n', self.assert_done("metrics"))

    def test_alerts_and_dashboard_name_metrics_that_exist(self):
        self.operated()
        known = set(re.findall(r"^# TYPE (\w+) ", self.assert_done("metrics").decode(), re.MULTILINE))
        dashboard = json.loads((ROOT / "contrib/grafana/scalesmall.json").read_text())
        places = {"alerts": re.findall(r"^ +expr: (.*)", (ROOT / "contrib/prometheus/alerts.yml").read_text(), re.MULTILINE),
                  "dashboard": [x["expr"] for panel in dashboard["panels"] for x in panel["targets"]]
                  + [x["query"] for x in dashboard["templating"]["list"]]}
        for place, expressions in places.items():
            named = set(re.findall(r"\b(?:scalesmall|process)_\w+", " ".join(expressions)))
            self.assertGreater(len(named), 5, place)
            self.assertEqual(named - known, set(), place)

    @unittest.skipUnless(shutil.which("promtool"), "needs promtool")
    def test_alerts(self):
        for words in (("check", "rules", "alerts.yml"), ("test", "rules", "alerts_test.yml")):
            subprocess.run(["promtool", *words], cwd=ROOT / "contrib/prometheus", check=True, timeout=ANSWER_TIME)

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

    def follow(self, *words):
        """A verb that runs on, and what it writes."""
        process = subprocess.Popen([PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   env=clean_environment() | {"SCALESMALL_SOCKET": self.socket})
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

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

    def test_tcp_reads_and_a_browser_is_not_misled(self):
        _, port = self.operated()
        own = {"Host": f"127.0.0.1:{port}"}
        as_json = {"Content-Type": "application/json"}
        cases = [
            (200, "GET", "/v1/groups", None, own),
            (200, "GET", "/v1/groups", None, {"Host": f"localhost:{port}", "Origin": f"http://localhost:{port}"}),
            (200, "HEAD", "/v1/groups", None, own),
            (421, "GET", "/v1/groups", None, {"Host": "evil.example"}),
            (421, "GET", "/metrics", None, {"Host": f"evil.example:{port}"}),
            (403, "GET", "/v1/groups", None, own | {"Origin": "http://evil.example"}),
            (403, "POST", "/v1/stop", "{}", own | {"Origin": "null", "Content-Type": "text/plain"}),
            (403, "POST", "/v1/stop", "{}", own | {"Sec-Fetch-Site": "cross-site"}),
            (403, "PUT", "/v1/groups/g/me", "{}", own | as_json),
            (403, "DELETE", "/v1/groups/g/me", None, own),
            (401, "PUT", "/v1/groups/g/me", "{}", own | as_json | {"Authorization": "Bearer " + TOKEN}),
            (400, "GET", "/v1/groups/%zz/members", None, own),
            (400, "GET", "/v1/groups/g/members?reachable=%1", None, own),
            (400, "GET", "/v1/groups/%1B%5B31m/members", None, own),
            (404, "GET", "/v1/nothing", None, own),
            (404, "GET", "/v1/../metrics", None, own),
            (405, "DELETE", "/v1/groups", None, own),
            (405, "OPTIONS", "/v1/groups", None, own),
        ]
        for status, method, target, body, headers in cases:
            with self.subTest(status=status, method=method, target=target, headers=headers):
                answer = exchange(http.client.HTTPConnection("127.0.0.1", port, ANSWER_TIME), method, target, body, headers)
                self.assertEqual(answer[0], status, answer)
                self.assertFalse([x for x in answer[1] if x.startswith("Access-Control")])
        self.assertEqual(exchange(http.client.HTTPConnection("127.0.0.1", port), "DELETE", "/v1/groups/g/topology", None,
                                  own)[1]["Allow"], "GET, HEAD")
        address = ("127.0.0.1", port)
        for status, text in ((400, b"GET /v1/groups HTTP/1.1\r\n\r\n"), (421, b"GET /v1/groups HTTP/1.0\r\n\r\n"),
                             (421, b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n")):
            self.assertEqual(say(address, text), status, text)

    def test_a_token_lets_tcp_change(self):
        path = f"{self.directory}/token"
        with open(path, "w", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(TOKEN + "\n")
        _, port = self.operated("--http-token-file", path)
        headers = {"Content-Type": "application/json", "Authorization": "Bearer " + TOKEN}
        put = lambda more: exchange(http.client.HTTPConnection("127.0.0.1", port), "PUT", "/v1/groups/g/me", "{}", headers | more)
        self.assertEqual(put({})[0], 200)
        self.assertEqual(put({"Content-Type": "text/plain"})[0], 415)
        self.assertEqual(put({"Authorization": "Bearer " + TOKEN[1:]})[0], 401)
        self.assertEqual(put({"Authorization": ""})[0], 403)

    def say(self, text):
        """The status of the answer to these bytes by the socket, which may come before all of them are read."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(ANSWER_TIME)
            connection.connect(self.socket)
            with contextlib.suppress(BrokenPipeError):
                connection.sendall(text)
            return int(connection.makefile("rb").readline().split()[1])

    def test_what_is_too_long_is_refused(self):
        self.operated()
        put = b"PUT /v1/groups/g/me HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        self.assertEqual(self.say(put + b"Content-Length: 65537\r\n\r\n"), 413)
        self.assertEqual(self.say(put + b"Content-Length: 65536\r\n\r\n" + b" " * 65534 + b"{}"), 200)
        self.assertEqual(self.say(put + b"Transfer-Encoding: chunked\r\n\r\n"), 411)
        self.assertIn(self.say(b"GET /v1/groups/" + b"g" * 40000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"), (413, 414))
        self.assertIn(self.say(b"GET /v1/groups HTTP/1.1\r\nHost: x\r\nA: " + b"x" * 40000 + b"\r\n\r\n"), (413, 431))
        self.assertEqual(self.ask("GET", "/v1/groups/" + "g" * 256 + "/members")[0], 400)

    def test_half_open_connections_leave_room_for_the_operator(self):
        _, port = self.operated()
        with contextlib.ExitStack() as held:
            for _ in range(80):
                half = held.enter_context(socket.create_connection(("127.0.0.1", port), ANSWER_TIME))
                with contextlib.suppress(OSError):  # one too many of one address is closed
                    half.sendall(b"GET /v1/gr")
            self.assert_done("status")

    def test_a_socket_of_the_dead_is_taken_over_and_no_other(self):
        node, port = self.operated()
        self.assert_start_refused(f'--control: "{self.socket}" is in use', "--control", self.socket)
        self.assert_start_refused(f"--http: cannot listen on 127.0.0.1:{port}", "--control", "off", "--http", str(port))
        self.assert_done("status")
        node.process.send_signal(signal.SIGKILL)
        node.process.wait(ANSWER_TIME)
        self.assertTrue(os.path.exists(self.socket))
        self.operated()
        self.assert_done("status")

    def test_bad_settings(self):
        long_path = f"{self.directory}/{'x' * 100}"
        self.assert_start_refused(f'--control: "{long_path}" is too long', "--control", long_path)
        token = f"{self.directory}/token"
        with open(token, "w", encoding="ascii") as file:
            file.write(TOKEN)
        os.chmod(token, 0o644)
        self.assert_start_refused("is open to others", "--control", "off", "--http", "0", "--http-token-file", token)
        self.assert_start_refused("--http: ", "--control", "off", "--http", "10.0.0.1:80")
        os.mkdir(f"{self.directory}/scalesmall")
        os.chmod(f"{self.directory}/scalesmall", 0o777)
        node = self.node(variables={"XDG_RUNTIME_DIR": self.directory})
        node.read_until("cannot be operated from outside: (.* others than its user may change it)")
        self.assertEqual(os.listdir(f"{self.directory}/scalesmall"), [])

    def test_no_escape_sequence_gets_through(self):
        node, _ = self.operated()
        evil = "\x1b[31mred"
        self.assertNotIn("\x1b", self.assert_ends_with(2, "join", evil))
        self.assertNotIn("\x1b", self.assert_ends_with(1, "crash", evil))
        self.assertNotIn(b"\x1b", self.verb("crash", evil, "--json").stdout)
        self.assert_done("stop")
        self.assertEqual(node.end(), 0)
        self.assertNotIn("\x1b", "".join(node.log))

    def test_the_end_of_a_node_is_not_delayed(self):
        node, port = self.operated()
        with socket.create_connection(("127.0.0.1", port)) as half:
            half.sendall(b"GET /")
            node.process.send_signal(signal.SIGTERM)
            self.assertEqual(node.process.wait(STOP_TIME), 0)


if __name__ == "__main__":
    unittest.main()

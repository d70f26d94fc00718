#!/usr/bin/env python3
"""A running node that is asked by HTTP: by the unix socket and by TCP, by programs, browsers and strangers."""

import contextlib
import http.client
import json
import os
import pathlib
import re
import resource
import selectors
import shutil
import socket
import subprocess
import sys
import time

from operated import Operated, exchange
from program import ANSWER_TIME, SLOWNESS, STOP_TIME, free_port, signal, unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOKEN = "0123456789abcdef0123456789abcdef"
READING = [("status",), ("my_id",), ("groups",), ("my_groups",), ("peers",), ("tree",), ("counters",), ("keys", "list"),
           ("members", "shop"), ("topology", "shop"), ("topology", "shop", "add"), ("owners", "shop", "5"),
           ("owners", "shop", "user:1", "--all"), ("coverage", "shop"), ("map", "shop", "--columns", "8"), ("included", "shop"),
           ("doctor",), ("members", "a/b %ü"), ("owners", "a/b %ü", "--text", "5")]
PATHS = ["/v1/status", "/v1/id", "/v1/groups", "/v1/my_groups", "/v1/peers", "/v1/tree", "/v1/counters", "/v1/keys",
         "/v1/groups/shop/members", "/v1/groups/shop/topology", "/v1/groups/shop/topology?op=add",
         "/v1/groups/shop/owners?key=5", "/v1/groups/shop/owners?text=user:1&all=true", "/v1/groups/shop/coverage",
         "/v1/groups/shop/map?columns=8", "/v1/groups/shop/included", "/v1/doctor",
         "/v1/groups/a%2Fb%20%25%C3%BC/members", "/v1/groups/a%2Fb%20%25%C3%BC/owners?text=5"]

# As in ops/http/bounds.hpp.
STREAMS_MAX = 32
OF_ADDRESS_MAX = 16
# Sanitizers keep freed memory for a while, up to 256 MB.
FLOOD_KB = 16 * 1024 * (1 if SLOWNESS == 1 else 20)


def resident_kb(node):
    status = pathlib.Path(f"/proc/{node.process.pid}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))


def paths_that_read():
    """All that answer JSON to GET, but for the health that a verb shows in words."""
    paths = json.loads((ROOT / "docs/openapi.json").read_text())["paths"]
    answers = {path: x["get"]["responses"]["200"].get("content", {}) for path, x in paths.items() if "get" in x}
    return {path for path, content in answers.items() if path.startswith("/v1/") and "application/json" in content}


def say(address, text):
    """The status of the answer to these bytes."""
    with socket.create_connection(address, ANSWER_TIME) as connection:
        connection.sendall(text)
        return int(connection.makefile("rb").readline().split()[1])


class Http(Operated):
    def test_verbs_and_http_give_the_same_bytes(self):
        self.operated()
        for group in ("shop", "a/b %ü"):
            self.assert_done("join", group)
            self.assert_done("add-item", group, "0", "0x7fffffff", "8080")
        self.assertEqual(len(READING), len(PATHS))
        read = {re.sub(r"/groups/[^/]+/", "/groups/{GROUP}/", x.partition("?")[0]) for x in PATHS}
        elsewhere = {"/v1/groups/{GROUP}/plan", "/v1/reachability"}  # in ops_test.py
        self.assertEqual(paths_that_read() - read, elsewhere)
        for words, path in zip(READING, PATHS):
            status, headers, body = self.ask("GET", path)
            self.assertEqual((status, headers["Content-Type"]), (200, "application/json"), path)
            self.assertEqual(self.assert_done(*words, "--json"), body, path)
            json.loads(body)
            self.assertTrue(self.assert_done(*words).endswith(b"\n"), words)
            tag = headers["ETag"]
            if path != "/v1/counters":  # each request changes them
                known = self.ask("GET", path, headers={"If-None-Match": tag})
                self.assertEqual((known[0], known[1]["ETag"], known[2]), (304, tag, b""), path)
            self.assertEqual(self.ask("GET", path, headers={"If-None-Match": '"other"'})[0], 200, path)
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

    def test_a_flood_holds_bounded_memory_and_changes_go_on(self):
        node, port = self.operated()
        other = self.node("--peers", json.loads(self.assert_done("my-id", "--json")), "--control", f"{self.directory}/other.sock")
        other.read_until("(operated through)")
        self.assert_done("join", "shop", "--socket", f"{self.directory}/other.sock")
        self.assert_done("await", "members", "shop", "1", str(ANSWER_TIME))
        before = resident_kb(node)
        gossip = json.loads(self.assert_done("my-id", "--json")).rsplit(":", 1)
        resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
        with contextlib.ExitStack() as held:
            for _ in range(STREAMS_MAX):  # nobody reads them
                stream = held.enter_context(socket.socket(socket.AF_UNIX))
                stream.settimeout(ANSWER_TIME)
                stream.connect(self.socket)
                stream.sendall(b"GET /v1/events?group=shop HTTP/1.0\r\n\r\n")
                self.assertEqual(stream.recv(12)[9:], b"200")
            self.assertEqual(self.ask("GET", "/v1/events")[0], 503)
            for _ in range(64):
                held.enter_context(socket.create_connection((gossip[0], int(gossip[1])), ANSWER_TIME)).sendall(b"sm\x01")
            self.hold_half_open(held, ("127.0.0.1", port), 1000)
            ranges = [f"{x}..{x}" for x in range(0, 400, 2)]
            for number in range(12):
                self.assert_done("set-items", "shop", str(1 + number), *ranges)
            self.assert_done("await", "topology", "shop", "add", str(len(ranges)), str(ANSWER_TIME), "--socket", f"{self.directory}/other.sock")
            grown = resident_kb(node) - before
            print(f"the flood took {grown} kB", file=sys.stderr)
            self.assertLess(grown, FLOOD_KB)
        self.until_answered(port)

    def until_answered(self, port):
        """The node may not have noticed yet that others are gone."""
        end = time.monotonic() + ANSWER_TIME
        while time.monotonic() < end:
            with contextlib.suppress(ConnectionError, http.client.HTTPException):
                answer = exchange(http.client.HTTPConnection("127.0.0.1", port, ANSWER_TIME), "GET", "/v1/id")
                return self.assertEqual(answer[0], 200)
        self.fail("the node takes no connection")

    def hold_half_open(self, held, address, count):
        """Each is open until the node has closed it, but for those that one address may have."""
        left = selectors.DefaultSelector()
        held.callback(left.close)
        for _ in range(count):
            half = held.enter_context(socket.create_connection(address, ANSWER_TIME))
            with contextlib.suppress(OSError):
                half.sendall(b"GET /v1/gr")
            left.register(half, selectors.EVENT_READ)
            while len(left.get_map()) > OF_ADDRESS_MAX:
                closed = left.select(ANSWER_TIME)
                self.assertTrue(closed, "the node holds more connections of one address")
                for key, _ in closed:
                    left.unregister(key.fileobj)

    def health(self, kind):
        status, _, body = self.ask("GET", f"/health/{kind}")
        self.assertEqual(json.loads(body)["well"], status == 200)
        return status

    def until_health(self, kind, status):
        end = time.monotonic() + ANSWER_TIME
        while self.health(kind) != status:
            self.assertLess(time.monotonic(), end)
            time.sleep(0.05)

    def test_a_node_stays_ready_when_its_peers_are_gone(self):
        seed = self.node("--control", f"{self.directory}/seed.sock")
        node, _ = self.operated("--peers", seed.read_until(r"listening on (\S+)"), "--unreachable-after", "1000ms")
        self.until_health("ready", 200)
        self.assert_done("join", "shop")
        seed.kill()
        end = time.monotonic() + ANSWER_TIME
        while not (status := json.loads(self.ask("GET", "/v1/status")[2]))["unreachable_peers"]:
            self.assertLess(time.monotonic(), end, status)
            self.assertEqual((self.health("ready"), self.health("live")), (200, 200))
            time.sleep(0.2)
        self.assertEqual((self.health("ready"), self.health("live")), (200, 200))
        self.assertTrue(status["ready"])
        self.assert_done("health", "--ready")
        node.process.send_signal(signal.SIGTERM)
        self.assertEqual(node.end(), 0)

    def test_a_node_whose_seeds_never_answer_is_ready_in_the_end(self):
        self.operated("--peers", f"127.0.0.1:{free_port()}")
        self.assertEqual((self.health("ready"), self.health("live")), (503, 200))
        begin = time.monotonic()
        self.until_health("ready", 200)
        self.assertGreater(time.monotonic() - begin, 5)
        self.assertEqual(self.health("ready"), 200)

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

    def test_the_end_of_a_node_is_not_delayed(self):
        node, port = self.operated()
        with socket.create_connection(("127.0.0.1", port)) as half:
            half.sendall(b"GET /")
            node.process.send_signal(signal.SIGTERM)
            self.assertEqual(node.process.wait(STOP_TIME), 0)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""A running node and those who ask it from other languages: the OpenAPI file, the Python client, a newcomer's script."""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

from program import ANSWER_TIME, PROGRAM, SLOWNESS, clean_environment, unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "contrib/python"))
from scalesmall_client import Node, Refused, View, key_of  # noqa: E402

CURL_CLIENT = ROOT / "tests/cli/curl_client.sh"
OPENAPI = json.loads((ROOT / "docs/openapi.json").read_text())
TYPES = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict, "null": type(None)}
NAMES = {"GROUP": "shop", "FROM": "0", "TO": "9", "FINGERPRINT": "none"}


def faults(schema, value, place):
    """Where a value is not what a schema says. As much of JSON Schema as the file uses."""
    if reference := schema.get("$ref"):
        schema = OPENAPI["components"]["schemas"][reference.rsplit("/", 1)[1]]
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if not any(isinstance(value, TYPES[x]) and (x == "boolean" or not isinstance(value, bool)) for x in kinds):
        yield f"{place}: {value!r} is not {kinds}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{place}: {value!r} is not one of {schema['enum']}"
    if isinstance(value, (int, float)) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        yield f"{place}: {value} is out of range"
    for i, x in enumerate(value if isinstance(value, list) else []):
        yield from faults(schema["items"], x, f"{place}/{i}")
    if isinstance(value, dict):
        yield from (f"{place}: {name} is missing" for name in schema.get("required", []) if name not in value)
        for name, x in value.items():
            known = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
            yield from faults(known, x, f"{place}/{name}") if known else [f"{place}: nothing is said of {name}"]


class Clients(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.socket = f"{directory.name}/node.sock"
        self.process = subprocess.Popen([PROGRAM, "node", "--port", "0", "--multicast", "off", "--liveness", "on", "--control", self.socket,
                                         "--http", "0"], stderr=subprocess.PIPE, text=True, env=clean_environment())
        self.addCleanup(self.process.stderr.close)
        self.addCleanup(self.process.wait)
        self.addCleanup(self.process.kill)
        self.url = next(f"http://{found[1]}" for x in self.process.stderr if (found := re.search(r"HTTP on (\S+)", x)))
        self.node = Node(self.socket)

    def test_answers_are_as_the_openapi_file_says(self):
        self.node.put("/v1/groups/shop/me/ranges/0-99", port=80)
        self.node.put("/v1/groups/shop/me/ranges/50-199", port=81)
        self.node.post("/v1/tree/crash", path="group_manager/receiver")
        asked = 0
        for path, operations in OPENAPI["paths"].items():
            operation = operations.get("get")
            content = operation["responses"]["200"]["content"] if operation else {}
            if "application/json" not in content:
                continue
            query = {"key": 75} if path.endswith("/owners") else {}
            try:
                answer = self.node.get(re.sub(r"{(\w+)}", lambda x: NAMES[x[1]], path), **query)
            except Refused as error:
                self.assertEqual((path[-5:], error.code), ("/plan", "not_found"))  # there is none
                continue
            self.assertEqual(list(faults(content["application/json"]["schema"], answer, path)), [])
            asked += 1
        self.assertGreater(asked, 12)
        put = OPENAPI["paths"]["/v1/groups/{GROUP}/me/ranges/{FROM}-{TO}"]["put"]["responses"]["200"]["content"]
        answer = self.node.put("/v1/groups/shop/me/ranges/300-399", port=82)
        self.assertEqual(list(faults(put["application/json"]["schema"], answer, "put")), [])
        self.assertTrue(list(faults({"type": "integer", "minimum": 5}, 4, "")) and list(faults({"type": "string"}, None, "")))

    def conformance(self, *client, limit=ANSWER_TIME):
        return subprocess.run([sys.executable, ROOT / "contrib/python/conformance.py", "--socket", self.socket, *client],
                              capture_output=True, text=True, check=False, timeout=4 * ANSWER_TIME,
                              env=clean_environment() | {"CONFORMANCE_LIMIT": str(limit), "PYTHONUTF8": "1"})

    def assert_conforms(self, *client):
        ran = self.conformance(*client)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertRegex(ran.stdout, r"all 1\d checks passed\n$")

    def test_the_python_client_conforms(self):
        self.assert_conforms(sys.executable, ROOT / "contrib/python/scalesmall_client.py")

    @unittest.skipUnless(shutil.which("curl"), "needs curl")
    def test_a_client_in_another_language_conforms(self):
        self.assert_conforms("bash", CURL_CLIENT)

    @unittest.skipIf(SLOWNESS > 1, "tries the script alone, which no sanitizer looks at")
    @unittest.skipUnless(shutil.which("curl"), "needs curl")
    def test_a_client_with_a_fault_does_not_conform(self):
        text = CURL_CLIENT.read_text()
        faults = [("text=$(encode", "text=$(echo", "reading"), ("return 3", "return 1", "reading"),
                  ("coverage \"$1\" || true", "true", "following"), (r'\"ttl_s\": $ttl', r'\"ttl_s\": 100', "leases"),
                  ('-H "Last-Event-ID: $last"', "", "played_streams"), ("-X DELETE", "-X GET", "played_leases")]
        with tempfile.NamedTemporaryFile("w", encoding="utf-8") as client:
            for right, wrong, place in faults:
                with self.subTest(right):
                    self.assertIn(right, text)
                    client.seek(0)
                    client.truncate()
                    client.write(text.replace(right, wrong))
                    client.flush()
                    ran = self.conformance("--only", place, "bash", client.name, limit=3)
                    self.assertEqual(ran.returncode, 1, ran.stdout)
                    self.assertIn(f"FAILED, checks_of_{place}", ran.stdout)

    def test_the_python_client_by_tcp(self):
        self.node.put("/v1/groups/shop/me/ranges/0-99", port=80)
        by_tcp = Node(url=self.url)
        self.assertEqual(by_tcp.coverage("shop").pieces, self.node.coverage("shop").pieces)
        with self.assertRaises(Refused) as caught:
            by_tcp.serve("shop", 0, 9, 80)
        self.assertEqual(caught.exception.code, "read_only")

    def test_the_python_client_serves_by_plan(self):
        with self.assertRaises(Refused) as caught:
            self.node.drain("planned")
        self.assertEqual(caught.exception.code, "not_found")
        self.node.serve_by_plan("planned", 8080, slots=4, expect=1)
        plan = self.until_planned("planned")
        self.assertEqual((plan["slots"], plan["members"][0]["capacity"]), (4, 1))
        self.node.take_over("planned")
        self.assertFalse(self.node.drain("planned", 0))  # nobody else is there

    def until_planned(self, group):
        """The node has begun to serve; its claims come a moment later."""
        end = time.monotonic() + ANSWER_TIME
        while True:
            try:
                return self.node.plan(group)
            except Refused:
                if time.monotonic() > end:
                    raise

    def test_a_view_finds_owners_and_gaps(self):
        self.assertEqual(key_of("user:4711"), 0x8e7568d5)
        owner = [{"member": "a:1", "port": 80}]
        view = View([{"start": 0, "end": 99, "owners": []}, {"start": 100, "end": 0x8fffffff, "owners": owner},
                     {"start": 0x90000000, "end": 2**32 - 1, "owners": [], "unreachable": owner}])
        for key, owners in ((0, []), (99, []), (100, owner), ("user:4711", owner), (2**32 - 1, [])):
            self.assertEqual(view.owners(key), owners, key)
        self.assertEqual(view.gaps(), [(0, 99)])

    def test_the_first_five_minutes(self):
        ran = subprocess.run(["bash", ROOT / "examples/five_minutes.sh", PROGRAM], capture_output=True, text=True, check=False,
                             timeout=4 * ANSWER_TIME, env=clean_environment())
        if ran.returncode == 77:
            self.skipTest(ran.stdout)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertEqual(ran.stdout.count("\n"), 6)
        print(ran.stdout, file=sys.stderr)


if __name__ == "__main__":
    unittest.main()

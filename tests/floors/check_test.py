#!/usr/bin/env python3
"""Plants each kind of violation in a small tree and expects check.py to find it, and nothing in a clean one."""

import pathlib
import tempfile
import unittest

import check

CLEAN = {
    "messages/CMakeLists.txt": "scalesmall_floor(NAME messages HEADERS fault.hpp SOURCES item.cpp long.cpp)\n",
    "actors/CMakeLists.txt": "scalesmall_floor(NAME actors HEADERS node.hpp SOURCES)\n",
    "include/scalesmall/fault.hpp": "#pragma once\n",
    "include/scalesmall/supervision/caf_version.hpp": "#pragma once\n#include <caf/config.hpp>\n",
    "supervision/CMakeLists.txt": "scalesmall_floor(NAME supervision HEADERS supervision/caf_version.hpp SOURCES)\n",
    "include/scalesmall/node.hpp": "#pragma once\n#include <caf/fwd.hpp>\n#include <scalesmall/fault.hpp>\n"
    "#include <scalesmall/supervision/caf_version.hpp>\n",
    "actors/routing/owner.hpp": '#pragma once\n#include <scalesmall/fault.hpp>\n#include "messages/item.hpp"\n',
    "messages/item.hpp": "#pragma once\n#include <vector>\n",
    "messages/long.cpp": "int a() {\n" + "  f();\n" * 63 + "}\nint b[] = {\n" + "    1,\n" * 70 + "};\n",
    "tests/messages/CMakeLists.txt": "long_test.cpp\n",
    "tests/messages/long_test.cpp": "",
    "net/CMakeLists.txt": "sockets/asio_network.cpp\n",
    "messages/item.cpp": '#include "messages/item.hpp"\n',
    "messages/codec/code.hpp": "#pragma once\n#include <snappy.h>\n",
    "net/frame.hpp": '#pragma once\n#include "messages/item.hpp"\n',
    "net/sockets/stream.hpp": '#pragma once\n#include "net/frame.hpp"\n#include <asio/ip/tcp.hpp>\n',
    "supervision/table.hpp": "#pragma once\n#include <caf/actor.hpp>\n",
    "actors/receiver.hpp": '#pragma once\n#include "net/frame.hpp"\n#include "supervision/table.hpp"\n',
    "README.md": "See `messages/item.{hpp,cpp}`, `net/*`, `std/vector` and [the code](messages/item.hpp).\n",
    "docs/wide.md": f"| {'table ' * 20}|\n```\n{'code ' * 30}\n```\n    {'code ' * 30}\n",
}

VIOLATIONS = {
    "up": ("messages/a.hpp", '#pragma once\n#include "net/frame.hpp"\n', "points up or sideways"),
    "sideways": ("net/a.hpp", '#pragma once\n#include "supervision/table.hpp"\n', "points up or sideways"),
    "supervision knows the project": (
        "supervision/a.hpp", '#pragma once\n#include "messages/item.hpp"\n', "points up or sideways"),
    "a test of a low floor": ("tests/net/a.hpp", '#pragma once\n#include "actors/receiver.hpp"\n', "points up"),
    "CAF below the actors": ("net/a.hpp", "#pragma once\n#include <caf/actor.hpp>\n", "has no place here"),
    "CAF in a decision": ("actors/routing/a.hpp", "#pragma once\n#include <caf/actor.hpp>\n", "has no place here"),
    "CAF in a decision of supervision": (
        "supervision/decisions/a.hpp", "#pragma once\n#include <caf/actor.hpp>\n", "has no place here"),
    "a socket in another folder": ("net/a.hpp", "#pragma once\n#include <asio/ip/tcp.hpp>\n", "has no place here"),
    "the inside in a public header": (
        "include/scalesmall/node.hpp", '#pragma once\n#include "messages/item.hpp"\n', "is the inside"),
    "a library in a public header": (
        "include/scalesmall/node.hpp", "#pragma once\n#include <spdlog/logger.h>\n", "has no place here"),
    "a public header of a higher floor": (
        "include/scalesmall/fault.hpp", "#pragma once\n#include <scalesmall/node.hpp>\n", "points up"),
    "a public header that is none": ("net/a.hpp", "#pragma once\n#include <scalesmall/a.hpp>\n", "not a public header"),
    "a public header without a floor": ("include/scalesmall/a.hpp", "#pragma once\n", "no floor lists"),
    "CAF of any version": (
        "include/scalesmall/node.hpp", "#pragma once\n#include <caf/actor.hpp>\n", "includes CAF without"),
    "not from the root": ("messages/a.hpp", '#pragma once\n#include "item.hpp"\n', "not a path from the root"),
    "all of CAF": ("actors/a.hpp", "#pragma once\n#include <caf/all.hpp>\n", "caf/all.hpp in a header"),
    "unguarded": ("messages/a.hpp", "int a();\n", "without #pragma once"),
    "using namespace": ("messages/a.hpp", "#pragma once\nusing namespace std;\n", "using namespace"),
    "a function of a type's name": (
        "actors/a.hpp", "#pragma once\nstruct hop {};\n[[nodiscard]] int hop(int x);\n", "hides the type"),
    "dead source": ("messages/a.cpp", '#include "messages/item.hpp"\n', "not in any CMake target"),
    "name within another": ("messages/tem.cpp", "", "not in any CMake target"),
    "too long": ("messages/a.hpp", "#pragma once\n" + "\n" * check.LINES_MAX, "at most"),
    "a long function": (
        "messages/a.hpp", "#pragma once\nint a() {\n" + "  f();\n" * check.FUNCTION_LINES_MAX + "}\n", "a function of 67"),
    "a long member function": (
        "messages/a.hpp", "#pragma once\nstruct a {\n  int b(int c,\n        int d) {\n" +
        "    f();\n" * check.FUNCTION_LINES_MAX + "  }\n};\n", "line 3: a function of 68"),
    "untested": ("messages/item.cpp", "\n" * 26, "has no tests/messages/item_test.cpp"),
    "tested nowhere": ("net/sockets/asio_network.cpp", "", "which does not exist"),
    "unfinished": ("messages/a.hpp", "#pragma once\n// TO" "DO: later\n", "left unfinished"),
    "wide prose": ("docs/a.md", "word " * 21 + "\n", "longer than 100 columns"),
    "stale path": ("docs/a.md", "The code is in `messages/items.hpp`.\n", "`messages/items.hpp`"),
    "stale link": ("docs/a.md", "[code](../messages/items.hpp#x)\n", "links to"),
}


class Check(unittest.TestCase):
    def findings(self, files):
        with tempfile.TemporaryDirectory() as directory:
            root = pathlib.Path(directory)
            for name, text in files.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            return list(check.findings(root))

    def test_clean_tree(self):
        self.assertEqual(self.findings(CLEAN), [])

    def test_violations(self):
        for title, (name, text, expected) in VIOLATIONS.items():
            with self.subTest(title):
                found = self.findings(CLEAN | {name: text})
                self.assertEqual(len(found), 1, found)
                self.assertTrue(found[0].startswith(name + ": "), found)
                self.assertIn(expected, found[0])


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""The documents against the program: the supervision trees that they draw, and the README's program."""

import pathlib
import re
import unittest

import program

ROOT = pathlib.Path(__file__).resolve().parents[2]

# A line of a drawn tree: what draws it, an actor's name, and a remark after two blanks.
DRAWN = re.compile(r"(?P<drawing>(?:[│├└─|`-]|\s)*)(?P<name>\w+)(?:\s{2,}.*)?$")

# What stands for handlers that are there only while there is a connection.
PLACEHOLDER = "HOST:PORT"


def drawn_paths(lines):
    """The paths of a tree that is drawn with one actor a line."""
    paths, open_ = [], []  # open_: column and path of those that may have children
    for line in lines:
        found = DRAWN.match(line)
        assert found, f"not a line of a tree: {line!r}"
        column = len(found["drawing"])
        while open_ and open_[-1][0] >= column:
            open_.pop()
        paths.append(f"{open_[-1][1]}/{found['name']}" if open_ else found["name"])
        open_.append((column, paths[-1]))
    return paths


def tree_in_readme():
    text = (ROOT / "README.md").read_text()
    return drawn_paths(re.search(r"```\n(group_manager .*?)\n```", text, re.DOTALL)[1].splitlines())


def tree_in_architecture():
    text = (ROOT / "docs/architecture.md").read_text()
    return [x for x in re.findall(r"^\| `(group_manager[^`]*)` \|", text, re.MULTILINE) if PLACEHOLDER not in x]


def tree_in_header():
    lines = (ROOT / "actors/node_tree.hpp").read_text().splitlines()
    begin = next(i for i, line in enumerate(lines) if re.match(r"///\s+group_manager\b", line))
    end = next(i for i in range(begin, len(lines)) if not lines[i].removeprefix("///").strip())
    return drawn_paths(line.removeprefix("///") for line in lines[begin:end])


class Documents(program.Test):
    def test_the_drawn_trees_are_the_tree(self):
        shell = self.shell("--port", "0", "--multicast", "off")
        tree = [row["path"] for row in shell.ask("tree")]
        self.assertEqual(tree_in_readme(), tree)
        self.assertEqual(tree_in_architecture(), tree)
        self.assertEqual(tree_in_header(), tree)

    def test_the_program_in_the_readme_is_the_example(self):
        shown = re.search(r"```cpp\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)[1]
        self.assertIn(shown, (ROOT / "examples/hello_group/main.cpp").read_text())


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""Checks the rules that a machine can keep, over the source tree given as argument.

An include points down, never up or sideways; supervision includes nothing of the other floors; public headers include
public headers alone; third-party headers appear only where the folder allows them, so no decision includes CAF; every source is in some CMake target; every path that a document names
exists; documents are wrapped; files and functions stay short; each source has its test file; no function hides a type
of its name; nothing is left marked as unfinished. Prints one line per finding; exit status 1 if any.
"""

import pathlib
import re
import sys

# The floors, each with those below it that it may include.
FLOORS = {
    "messages": {"messages"},
    "net": {"net", "messages"},
    "supervision": {"supervision"},
    "actors": {"actors", "net", "supervision", "messages"},
    "owner_actors": {"owner_actors", "actors", "net", "supervision", "messages"},
    "testing": {"testing", "actors", "net", "supervision", "messages"},
    "ops": {"ops", "actors", "net", "supervision", "messages"},
    "apps": {"apps", "ops", "actors", "net", "supervision", "messages"},
}
# Third parties by place: the longest folder that holds a file says what it may include. So a decision, which stands in a
# folder below actors/, never meets CAF, and sockets are the matter of one folder.
LIBRARIES = {
    "messages": set(),
    "messages/codec": {"snappy"},
    "net": {"sodium"},
    "net/frames": {"sodium"},
    "net/sockets": {"asio"},
    "net/planning": set(),
    "supervision": {"caf"},
    "supervision/decisions": set(),
    "actors": {"caf"},
    "actors/*": set(),
    "actors/persistence": {"sodium"},
    "owner_actors": {"caf"},
    "testing": {"caf"},
    "ops": {"caf", "microhttpd", "nlohmann"},
    "ops/*": {"nlohmann"},
    "apps": {"caf", "spdlog", "nlohmann", "histedit"},
    "include/scalesmall": {"caf"},
}
THIRD_PARTY = {"asio", "benchmark", "caf", "doctest", "histedit", "microhttpd", "nlohmann", "rapidcheck", "snappy", "sodium", "spdlog"}
TEST_LIBRARIES = {"doctest", "rapidcheck", "nlohmann"}

PUBLIC = "include/scalesmall"
SOURCE_DIRECTORIES = ("include", *FLOORS, "tests", "bench", "examples")
LINES_MAX = 450
DOCUMENT_COLUMNS_MAX = 100
FUNCTION_LINES_MAX = 65
# A source of more lines has a test file of its name at its place below tests/, an actor may have it in tests/node/.
UNTESTED_LINES_MAX = 25
TESTED_ELSEWHERE = {
    "actors/callbacks.cpp": "tests/node/subscription_test.cpp",  # its actors are used through a node
    "actors/message_callers.cpp": "tests/node/messenger_test.cpp",  # a part of that actor
    "actors/message_handlers.cpp": "tests/node/message_handler_test.cpp",  # a part of the messenger
    "actors/outgoing_links.cpp": "tests/node/broadcaster_test.cpp",  # a part of that actor
    "actors/receiver.cpp": "tests/node/submit_gossip_test.cpp",  # both of a gossip's actors take part in each case
    "apps/client/attach.cpp": "tests/cli/ops_test.py",  # needs a node
    "apps/client/client_command.cpp": "tests/apps/client/client_test.cpp",  # parts of one client
    "apps/client/client_failure.cpp": "tests/cli/ops_test.py",  # how verbs end
    "apps/client/follow.cpp": "tests/cli/ops_test.py",  # needs a node
    "apps/client/http_client.cpp": "tests/apps/client/client_test.cpp",
    "actors/resumption.cpp": "tests/node/keeper_test.cpp",  # what the keeper of a former life has written
    "apps/config/option_table.cpp": "tests/apps/config/options_test.cpp",  # the parser's table
    "apps/documents/completion_script.cpp": "tests/apps/documents/documents_test.cpp",  # from the same tables
    "apps/documents/manual.cpp": "tests/apps/documents/documents_test.cpp",
    "apps/main.cpp": "tests/cli",  # runs the program
    "apps/service/reporter.cpp": "tests/apps/service/service_manager_test.cpp",  # two ends of a protocol
    "apps/terminal/node_stopper.cpp": "tests/cli/output_test.py",  # ends the program
    "apps/terminal/terminal_reader.cpp": "tests/cli/stop_test.py",  # needs a terminal
    "messages/codec/decode.cpp": "tests/messages/codec/codec_test.cpp",  # there and back again
    "messages/codec/encode.cpp": "tests/messages/codec/codec_test.cpp",
    "net/sockets/asio_network.cpp": "tests/net/sockets/network_stream_test.cpp",  # one suite for all networks
    "ops/change_threads.cpp": "tests/ops/http_server_test.cpp",  # a part of the server
    "ops/event_feed.cpp": "tests/ops/ops_server_test.cpp",  # needs a node and readers
    "ops/figures_of_node.cpp": "tests/ops/ops_server_test.cpp",  # these need a node
    "ops/files/socket_places.cpp": "tests/ops/files/control_socket_test.cpp",  # where sockets are
    "ops/files/tcp_listener.cpp": "tests/ops/files/control_socket_test.cpp",
    "ops/hosted_node.cpp": "tests/ops/ops_server_test.cpp",
    "ops/pulse.cpp": "tests/ops/ops_server_test.cpp",  # of a node that runs
    "ops/lease_keeper.cpp": "tests/ops/ops_server_test.cpp",  # needs a node
    "ops/ping_service.cpp": "tests/ops/ops_server_test.cpp",  # needs several
    "ops/log_feed.cpp": "tests/ops/ops_server_test.cpp",
    "ops/log_override.cpp": "tests/ops/ops_server_test.cpp",
    "ops/ring_streams.cpp": "tests/ops/ops_server_test.cpp",
    "ops/http/answer.cpp": "tests/ops/http/request_test.cpp",
    "owner_actors/owner_proxies.cpp": "tests/node/owner_actors_test.cpp",  # behind that interface
    "supervision/detail/table_listing.cpp": "tests/supervision/listing_test.cpp",  # a listing and its text
    "testing/memory_stream.cpp": "tests/net/sockets/network_stream_test.cpp",  # one suite for all networks
    "testing/world.cpp": "tests/node",  # the cases of whole nodes run on it
}
CAF_VERSION = "scalesmall/supervision/caf_version.hpp"
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.MULTILINE)
UNFINISHED = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" * 3]) + r")\b")
TYPE = re.compile(r"^(?:struct|class|enum class) (\w+)", re.MULTILINE)
FUNCTION = re.compile(r"^(?:\[\[nodiscard\]\] )?\w[\w:<>,&* ]* [&*]?(\w+)\(", re.MULTILINE)
DOCUMENT_CODE = re.compile(r"`([\w.{},*-]+(?:/[\w.{},*-]+)+/?)`")
DOCUMENT_LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")


def sources(root):
    for directory in SOURCE_DIRECTORIES:
        yield from sorted(p for p in (root / directory).rglob("*") if p.suffix in (".hpp", ".cpp"))


def public_headers(root):
    """The floor of each public header: that whose CMakeLists.txt lists it, by its path below include/scalesmall."""
    return {header: floor for floor in FLOORS if (root / floor / "CMakeLists.txt").is_file()
            for header in re.findall(r"[\w/]+\.hpp", (root / floor / "CMakeLists.txt").read_text())}


def libraries_of(path):
    for folder in path.parents:
        for name in (folder.as_posix(), (folder.parent / "*").as_posix()):
            if name in LIBRARIES:
                return LIBRARIES[name]
    return THIRD_PARTY


def may_include(path, public):
    """(floors of this project, third-party libraries) that the file may include."""
    parts = path.parts
    if parts[0] in FLOORS:
        return FLOORS[parts[0]], libraries_of(path)
    if parts[0] == "include":
        return FLOORS.get(public.get(path.relative_to(PUBLIC).as_posix()), set()), libraries_of(path)
    if parts[0] == "tests" and parts[1] in FLOORS:
        libraries = {x for place, some in LIBRARIES.items() if place.split("/")[0] == parts[1] for x in some}
        return FLOORS[parts[1]] | {"testing", "tests"}, libraries | TEST_LIBRARIES
    return set(SOURCE_DIRECTORIES), THIRD_PARTY


def check_includes(root, path, text, public):
    floors, libraries = may_include(path, public)
    if path.parts[0] == "include" and not floors:
        yield "a public header that no floor lists"
    for bracket, name in INCLUDE.findall(text):
        top = re.split(r"[/.]", name)[0]
        if name.startswith("scalesmall/"):
            floor = public.get(name.removeprefix("scalesmall/"))
            if bracket != "<" or floor is None:
                yield f"{name} is not a public header, or not in <>"
            elif floor not in floors:
                yield f"<{name}> points up or sideways; allowed here: {', '.join(sorted(floors))}"
        elif bracket == '"':
            if not (root / name).is_file():
                yield f'"{name}" is not a path from the root of the repository'
            elif path.parts[0] == "include":
                yield f'"{name}" is the inside, in a public header'
            elif top not in floors:
                yield f'"{name}" points up or sideways; allowed here: {", ".join(sorted(floors))}'
        elif top in THIRD_PARTY and top not in libraries:
            yield f"<{name}> has no place here; allowed: {', '.join(sorted(libraries)) or 'none'}"


def check_header(text):
    if "#pragma once" not in text:
        yield "a header without #pragma once"
    if "<caf/all.hpp>" in text:
        yield "caf/all.hpp in a header"
    if re.search(r"^\s*using namespace", text, re.MULTILINE):
        yield "using namespace in a header"


def check_caf_version(text):
    """The sentence about another CAF comes before the errors that it causes."""
    names = [name for _, name in INCLUDE.findall(text)]
    if any(name.startswith("caf/") and name != "caf/config.hpp" for name in names) and CAF_VERSION not in names:
        yield f"includes CAF without <{CAF_VERSION}>"


def check_target(root, path):
    """Some CMakeLists.txt above the source must list it, by its path from there."""
    for directory in path.parents:
        lists = root / directory / "CMakeLists.txt"
        if lists.is_file():
            listed = path.relative_to(directory).as_posix()
            if re.search(rf"(?<![\w./-]){re.escape(listed)}(?![\w./-])", lists.read_text()):
                return
    yield "not in any CMake target"


def check_text(text):
    if text.count("\n") > LINES_MAX:
        yield f"{text.count(chr(10))} lines; at most {LINES_MAX}: look for two concepts"
    if found := UNFINISHED.search(text):
        yield f"left unfinished: {found.group()}"


def check_functions(text):
    """Blocks of namespaces and of classes: from the line that begins one to its closing brace, as clang-format sets them."""
    for indent in ("", "  "):
        begin = 0
        for number, line in enumerate(text.split("\n"), 1):
            if line == indent + "}":
                if number - begin + 1 > FUNCTION_LINES_MAX:
                    yield f"line {begin}: a function of {number - begin + 1} lines; at most {FUNCTION_LINES_MAX}"
            elif line.startswith(indent) and line[len(indent):len(indent) + 1] not in ("", " ", "}", "#", "/"):
                begin = number


def check_mirror(root, path, text):
    test = f"{path.stem}_test.cpp"
    places = [root / "tests" / path.parent / test]
    if path.parent.as_posix() in ("actors", "owner_actors"):
        places.append(root / "tests/node" / test)
    found = any(place.is_file() for place in places)
    if elsewhere := TESTED_ELSEWHERE.get(path.as_posix()):
        if found:
            yield "has its own test: take it off TESTED_ELSEWHERE"
        elif not (root / elsewhere).exists():
            yield f"should be tested by {elsewhere}, which does not exist"
    elif not found and text.count("\n") > UNTESTED_LINES_MAX:
        yield f"has no {places[0].relative_to(root).as_posix()}"


def check_hidden_types(texts):
    """Both may stand in one namespace, but then no later header can name the type in a template argument."""
    types = {name: path for path, text in texts.items() for name in TYPE.findall(text)}
    for path, text in texts.items():
        for name in FUNCTION.findall(text):
            if name in types:
                yield f"{path}: the function {name} hides the type of that name in {types[name]}"


def expand(pattern):
    """a/{b,c}.hpp -> a/b.hpp a/c.hpp"""
    if found := re.search(r"\{([^{}]*)\}", pattern):
        for choice in found.group(1).split(","):
            yield from expand(pattern[: found.start()] + choice + pattern[found.end():])
    else:
        yield pattern


def prose_of(text):
    """The lines of a document, with their numbers, but for its tables and its code."""
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced and not line.startswith(("|", "    ")):
            yield number, line


def check_document(root, path, text):
    for number, line in prose_of(text):
        if len(line) > DOCUMENT_COLUMNS_MAX:
            yield f"line {number} is longer than {DOCUMENT_COLUMNS_MAX} columns"
    known = {entry.name for entry in root.iterdir()} - {"build"}
    for code in DOCUMENT_CODE.findall(text):
        if code.split("/")[0] in known:
            for name in expand(code):
                if not any(root.glob(name)):
                    yield f"names `{name}`, which does not exist"
    for link in DOCUMENT_LINK.findall(text):
        if not (root / path.parent / link).exists():
            yield f"links to {link}, which does not exist"


def findings(root):
    public = public_headers(root)
    for file in sources(root):
        path, text = file.relative_to(root), file.read_text()
        checks = [check_includes(root, path, text, public), check_text(text)]
        checks.append(check_header(text) if path.suffix == ".hpp" else check_target(root, path))
        if path.parts[0] == "include":
            checks.append(check_caf_version(text))
        if path.parts[0] in ("include", *FLOORS):
            checks.append(check_functions(text))
        if path.parts[0] in FLOORS and path.suffix == ".cpp":
            checks.append(check_mirror(root, path, text))
        yield from (f"{path}: {finding}" for check in checks for finding in check)
    headers = [p.relative_to(root) for p in sources(root) if p.suffix == ".hpp"]
    yield from check_hidden_types({p: (root / p).read_text() for p in headers if p.parts[0] in ("include", *FLOORS)})
    scripts = [root / "dev", *(p for d in SOURCE_DIRECTORIES for s in ("py", "sh") for p in (root / d).rglob(f"*.{s}"))]
    for file in (f for f in scripts if f.is_file()):
        yield from (f"{file.relative_to(root)}: {finding}" for finding in check_text(file.read_text()))
    for file in [*sorted(root.glob("*.md")), *sorted((root / "docs").rglob("*.md"))]:
        path = file.relative_to(root)
        yield from (f"{path}: {finding}" for finding in check_document(root, path, file.read_text()))


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    found = list(findings(root))
    print("\n".join(found) or "floors: clean")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

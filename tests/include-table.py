#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the architecture's table of rooms against every #include of core/ and app/.

Speaks TAP, one line for each room and one for each rule about names.

    include-table.py SOURCE_ROOT
    include-table.py --self-test      breaks each rule once and demands that it is found
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

# The column "may include" of the architecture. A room may always include itself.
TABLE = {
    "core/base": [],
    "core/crypto": ["core/base"],
    "core/store": ["core/base"],
    "core/access": ["core/base", "core/crypto", "core/store"],
    "core/property": ["core/base", "core/crypto", "core/store", "core/access"],
    "core/signaling": ["core/base", "core/access"],
    "core/peer": ["core/base", "core/crypto"],
    "core/printing": ["core/base", "core/store"],
    "core/discovery": ["core/base"],
    "core/web": ["core/base", "core/crypto", "core/access", "core/signaling"],
    "core/link": ["core/base", "core/crypto", "core/access", "core/property"],
    "core/cloud": ["core/base", "core/crypto", "core/access", "core/property", "core/signaling",
                   "core/web"],
    "core/control": ["core/base"],
    "app": ["core/base", "core/control", "core/hub", "core/cloud"],
}
TABLE["core/hub"] = [room for room in TABLE if room.startswith("core/")]

# Headers that the build writes, and the room that they belong to.
GENERATED = {"property-resources.h": "core/property", "web-resources.h": "core/web",
             "front-resources.h": "app", "front-icons.h": "app"}

DESKTOP = re.compile(r"^(gtk|gdk|gsk|adwaita|libadwaita)\b")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*(?:include|include_next)[ \t]*([<"])([^>"]+)[>"]', re.M)

# What our sources are compiled against; a header of ours must not be taken for one of these.
PACKAGES = ["gio-unix-2.0", "libsoup-3.0", "nice", "jansson", "libssl", "sqlite3", "usrsctp"]


def room_of(path):
    """The room that a path below the root belongs to, by its first folders."""
    return path.parts[0] if path.parts[0] == "app" else "/".join(path.parts[:2])


def read_tree(root):
    """Returns {room: {relative path: text}} of all C sources and headers."""
    rooms = {}
    for top in ("core", "app"):
        for path in sorted((root / top).rglob("*.[ch]")):
            relative = path.relative_to(root)
            rooms.setdefault(room_of(relative), {})[relative] = path.read_text("utf-8")
    return rooms


def find_owners(rooms):
    """Returns ({header name: room}, findings about names that two rooms use)."""
    owners, findings = dict(GENERATED), []
    for room, files in rooms.items():
        for path in files:
            if path.suffix != ".h":
                continue
            other = owners.setdefault(path.name, room)
            if other != room:
                findings.append(f"{path}: {other} has a header of this name too")
    return owners, findings


def check_room(room, files, owners):
    if room not in TABLE:
        return [f"{room}: is not in the table; add it there and to the architecture"]
    findings = []
    for path, text in files.items():
        for match in INCLUDE.finditer(text):
            quoted, name = match[1] == '"', match[2]
            where = f"{path}:{text.count(chr(10), 0, match.start()) + 1}"
            owner = owners.get(name.rsplit("/", 1)[-1]) if quoted else owners.get(name)
            if DESKTOP.match(name) and room != "app":
                findings.append(f"{where}: <{name}>: the desktop toolkit stays in app/")
            elif quoted and "/" in name:
                findings.append(f'{where}: "{name}": a header is named without its folder')
            elif quoted and owner is None:
                findings.append(f'{where}: "{name}" belongs to no room')
            elif owner is not None and owner != room and owner not in TABLE[room]:
                findings.append(f"{where}: {room} may not include {name} of {owner}")
    return findings


def find_shadows(names):
    """Which of our header names the compiler would also find outside our tree."""
    flags = subprocess.run(["pkg-config", "--cflags-only-I", *PACKAGES], check=True, text=True,
                           stdout=subprocess.PIPE).stdout.split()
    probe = "".join(f"#if __has_include(<{name}>)\nSHADOW {name}\n#endif\n" for name in names)
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    text = subprocess.run([compiler, "-E", "-P", "-x", "c", *flags, "-"], input=probe, check=True,
                          text=True, stdout=subprocess.PIPE).stdout
    return [f"{name}: a system header has this name"
            for name in re.findall(r"^SHADOW (.+)$", text, re.M)]


def check_tree(root):
    """Returns [(what is held, [finding])]."""
    rooms = read_tree(root)
    owners, doubles = find_owners(rooms)
    results = [(f"{room} includes only what it may", check_room(room, files, owners))
               for room, files in rooms.items()]
    results.append(("header names are unique across rooms", doubles))
    results.append(("no header shadows a system header", find_shadows(sorted(owners))))
    return results


def report(results):
    print(f"1..{len(results)}")
    failed = False
    for number, (title, findings) in enumerate(results, 1):
        print(f"{'not ok' if findings else 'ok'} {number} - {title}")
        for finding in findings:
            print(f"# {finding}")
        failed |= bool(findings)
    return 1 if failed else 0


# Each case: (title, {file: text} to lay over a clean tree, a word of the expected finding).
CLEAN = {
    "core/base/id.h": "#include <glib.h>\n",
    "core/store/store.h": '#include "id.h"\n',
    "core/hub/hub.h": '#include "store.h"\n',
    "app/main.c": '#include <gtk/gtk.h>\n#include "hub.h"\n',
}
BROKEN = [
    ("an arrow that goes up", {"core/base/id.c": '#include "store.h"\n'}, "may not include"),
    ("a sibling", {"core/peer/x.c": '#  include "store.h"\n'}, "may not include"),
    ("a sibling in angle brackets", {"core/peer/x.c": "#include <store.h>\n"}, "may not include"),
    ("the window reaching past the hub", {"app/x.c": '#include "store.h"\n'}, "may not include"),
    ("GTK in the core", {"core/hub/x.c": "#include <gtk/gtk.h>\n"}, "desktop toolkit"),
    ("a path instead of a name", {"core/store/x.c": '#include "../base/id.h"\n'}, "without its"),
    ("a header of nobody", {"core/base/x.c": '#include "nowhere.h"\n'}, "belongs to no room"),
    ("a room of nobody", {"core/attic/x.c": "#include <glib.h>\n"}, "not in the table"),
    ("two headers of one name", {"core/store/id.h": "\n"}, "of this name too"),
    ("a system header's name", {"core/base/string.h": "\n"}, "a system header"),
]


def self_test():
    results = []
    for title, changes, expected in [("a clean tree", {}, None), *BROKEN]:
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in {**CLEAN, **changes}.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text, "utf-8")
            findings = [line for _, lines in check_tree(root) for line in lines]
        if expected is None:
            results.append((f"{title} passes", findings))
        elif any(expected in finding for finding in findings):
            results.append((f"{title} is found", []))
        else:
            results.append((f"{title} is found", [f"expected '{expected}', found {findings}"]))
    return results


def main():
    if sys.argv[1:] == ["--self-test"]:
        return report(self_test())
    return report(check_tree(pathlib.Path(sys.argv[1])))


if __name__ == "__main__":
    sys.exit(main())

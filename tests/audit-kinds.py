#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Demands a sentence, in the window and on the page, for each kind of entry that the core writes
into the history.

Speaks TAP, one line for each kind, and one for the calls that it cannot follow.

    audit-kinds.py SOURCE_ROOT
    audit-kinds.py --self-test      adds a kind without a sentence and demands that it is found
"""

import pathlib
import re
import sys

# Who takes a kind, and the place of it among the arguments. None: everywhere in core/.
TAKERS = {
    "bh_audit_log_add": (1, None),
    "bh_alert_desk_raise": (1, None),
    "bh_api_change_new": (2, None),
    "place_change_new": (2, "core/hub/seating-api.c"),
    "note": (1, "core/hub/printer-api.c"),
    "add_entry": (1, "core/hub/log-watch.c"),
}

# What is only handed on, by one of the above.
HANDED_ON = {"kind", "change->kind"}

ASSIGNED = re.compile(r'\bchange->kind = ("[a-z-]+");')
MACRO = re.compile(r'#define (\w+)[ \t\\\n]+("[a-z-]+")')


def arguments(text, at):
    """The arguments of the call whose "(" is just before @at."""
    depth, start, found = 1, at, []
    while depth > 0:
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth == 0 or (depth == 1 and text[at] == ","):
            found.append(text[start:at].strip())
            start = at + 1
        at += 1
    return found


def read_kinds(sources):
    """Returns (kinds, what could not be followed) of {path: text}."""
    macros = dict(MACRO.findall("\n".join(sources.values())))
    kinds, lost = set(), []
    for path, text in sources.items():
        given = ASSIGNED.findall(text)
        for name, (place, only_in) in TAKERS.items():
            if only_in not in (None, path):
                continue
            for call in re.finditer(rf"\b{name}\(", text):
                what = arguments(text, call.end())[place]
                if not what.startswith("const char *") and what not in HANDED_ON:
                    given.append(macros.get(what, what))
        for what in given:
            if re.fullmatch(r'"[a-z-]+"', what):
                kinds.add(what[1:-1])
            else:
                lost.append(f"{path}: {what}")
    return kinds, lost


def read_sentences(root):
    window = (root / "app/front/audit-words.c").read_text("utf-8")
    page = (root / "data/web/pages/devices/audit-text.ts").read_text("utf-8")
    return {
        "window": set(re.findall(r'\{"([a-z-]+)",\s+BH_AUDIT_GROUP_', window)),
        "page": set(re.findall(r'^  "?([a-z-]+)"?: \[?"history\.', page, re.M)),
    }


def read_core(root):
    return {str(path.relative_to(root)): path.read_text("utf-8")
            for path in sorted((root / "core").rglob("*.[ch]"))}


def check(sources, sentences):
    """Returns [(what, whether it is so)]."""
    kinds, lost = read_kinds(sources)
    lines = [(f"{kind} has a sentence for the {where}", kind in known)
             for kind in sorted(kinds) for where, known in sentences.items()]
    return lines + [(f"every kind can be followed{': ' if lost else ''}{', '.join(lost)}", not lost)]


def self_test(root):
    sources, sentences = read_core(root), read_sentences(root)
    kinds, _ = read_kinds(sources)
    more = dict(sources)
    more["core/hub/more.c"] = 'bh_audit_log_add(log, "moon-landed", NULL);'
    other = dict(sources)
    other["core/hub/more.c"] = "bh_audit_log_add(log, pick_kind(a, b), NULL);"
    return [
        ("there are kinds of each way to write one", kinds >= {
            "paired", "join-refused", "sign-in-refused", "printer-added", "place-removed",
            "ticket-unseen", "operations-aside", "backup-restored", "settings-changed"}),
        ("a kind without a sentence is found",
         [what for what, good in check(more, sentences) if not good] ==
         ["moon-landed has a sentence for the window", "moon-landed has a sentence for the page"]),
        ("a call that cannot be followed is found",
         any(not good and "pick_kind(a, b)" in what for what, good in check(other, sentences))),
    ]


def main():
    here = pathlib.Path(__file__).resolve().parent.parent
    if sys.argv[1] == "--self-test":
        lines = self_test(here)
    else:
        root = pathlib.Path(sys.argv[1])
        lines = check(read_core(root), read_sentences(root))
    print(f"1..{len(lines)}")
    for number, (what, good) in enumerate(lines, 1):
        print(f"{'ok' if good else 'not ok'} {number} {what}")
    return 0 if all(good for _, good in lines) else 1


sys.exit(main())

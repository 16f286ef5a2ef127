#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Demands of each code that the window has a sentence for that the hub says it where it refuses
something: a sentence for a code that nobody sends is never seen.

Speaks TAP, one line for each code.

    refusal-codes.py SOURCE_ROOT
    refusal-codes.py --self-test      adds a code that is a member's name only and demands that it is
                                      found
"""

import pathlib
import re
import sys

WINDOW = "app/front/error-words.c"

CODE = r'"([a-z]+(?:-[a-z]+)*)"'
# The ways in which core/ says a code to who calls its API. The same words are members and states
# elsewhere.
SAID = [
    # bh_api_call_fail(call, 404, "unknown-device", and its like
    re.compile(rf"\b(?:\w+_fail|\w+_fail_later|\w+_respond_problem|refuse)"
               rf"\(\w+(?:->\w+)*,\s+(?:\d+|SOUP_STATUS_\w+),\s+{CODE}"),
    # [BH_PAIRING_ERROR_WRONG_CODE] = {"wrong-code", 403}, and {403, "wrong-code"}
    re.compile(rf"\{{{CODE}, [45]\d\d\}}"),
    re.compile(rf"\{{[45]\d\d, {CODE}\}}"),
]
# The function that names a room's errors.
NAMING = re.compile(r"^bh_\w+_get_error_code\([^;{]*\)\n\{\n(.*?)^\}", re.M | re.S)
RETURNED = re.compile(rf"return {CODE};")


def read_said(texts):
    said = set()
    for text in texts:
        for pattern in SAID:
            said.update(pattern.findall(text))
        for body in NAMING.findall(text):
            said.update(RETURNED.findall(body))
    return said


def read_core(root):
    return [path.read_text("utf-8") for path in sorted((root / "core").rglob("*.c"))]


def read_known(text):
    table = re.search(r"\} refusals\[\] = \{\n(.*?)^\};", text, re.M | re.S).group(1)
    return re.findall(rf"^    \{{{CODE}, N_\(", table, re.M)


def check(texts, window):
    """Returns [(what, whether it is so)]."""
    said, known = read_said(texts), read_known(window)
    return [("the window knows codes", bool(known))] + \
           [(f"{code} is said by the hub", code in said) for code in known]


def self_test(root):
    texts, window = read_core(root), (root / WINDOW).read_text("utf-8")
    more = window.replace("} refusals[] = {\n", '} refusals[] = {\n    {"state", N_("Over.")},\n')
    return [
        ("there are codes of each way to say one", read_said(texts) >= {
            "last-manager", "rate-limited", "not-found", "wrong-code", "queue-full"}),
        ("what is a member's name elsewhere is no code",
         any('"state"' in text for text in texts) and
         [what for what, good in check(texts, more) if not good] == ["state is said by the hub"]),
    ]


def main():
    here = pathlib.Path(__file__).resolve().parent.parent
    if sys.argv[1] == "--self-test":
        lines = self_test(here)
    else:
        root = pathlib.Path(sys.argv[1])
        lines = check(read_core(root), (root / WINDOW).read_text("utf-8"))
    print(f"1..{len(lines)}")
    for number, (what, good) in enumerate(lines, 1):
        print(f"{'ok' if good else 'not ok'} {number} {what}")
    return 0 if all(good for _, good in lines) else 1


sys.exit(main())

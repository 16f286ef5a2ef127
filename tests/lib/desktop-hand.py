#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The hand of desktop.mjs: works programs by the accessibility tree (AT-SPI), and asks the session
bus. One question a line on the input, one answer a line on the output, both JSON."""

import functools
import json
import sys
import threading

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # noqa: E402

# Deeper or more is no window of ours.
MAX_DEPTH = 60
MAX_NODES = 5000

nodes = {}  # id: Atspi.Accessible, of the last list


def text_of(node):
    text = node.get_text_iface()
    return Atspi.Text.get_text(text, 0, Atspi.Text.get_character_count(text)) if text else ""


def value_of(node):
    value = node.get_value_iface()
    return Atspi.Value.get_current_value(value) if value else None


def is_drawn(node):
    """Whether it has a place on the screen; None of what has none by its nature, such as a window."""
    component = node.get_component_iface()
    if component is None:
        return None
    extents = Atspi.Component.get_extents(component, Atspi.CoordType.WINDOW)
    return extents.width > 0 and extents.height > 0


def describe(node, app, drawn):
    number = len(nodes)
    nodes[number] = node
    states = [state.value_nick for state in node.get_state_set().get_states()]
    # GTK 4.8 says of windows alone that they show; of the rest, how large it is drawn.
    if "showing" not in states and "visible" in states and drawn:
        states.append("showing")
    return {"id": number, "app": app, "role": node.get_role_name(), "name": node.get_name() or "",
            "description": node.get_description() or "", "states": states, "text": text_of(node),
            "value": value_of(node)}


def walk(node, app, question, found, depth=0):
    """Gathers what fits; returns whether that is enough."""
    if depth > MAX_DEPTH or len(nodes) > MAX_NODES:
        return False
    node.clear_cache()
    try:
        # Most of a window is pages that were not shown yet: every question about them is a call.
        drawn = is_drawn(node)
        if drawn is False:
            return False
        if fits(node, question):
            found.append(describe(node, app, drawn))
            if question.get("first") and "showing" in found[-1]["states"]:
                return True
        count = node.get_child_count()
    except GLib.Error:
        return False  # gone meanwhile
    for index in range(count):
        try:
            child = node.get_child_at_index(index)
        except GLib.Error:
            continue
        if child is not None and walk(child, app, question, found, depth + 1):
            return True
    return False


def fits(node, question):
    return (("role" not in question or node.get_role_name() == question["role"])
            and ("name" not in question or node.get_name() == question["name"]))


def list_nodes(question):
    """All that fit; where the first is asked for none after the first that shows."""
    nodes.clear()
    found = []
    desktop = Atspi.get_desktop(0)
    desktop.clear_cache()
    for index in range(desktop.get_child_count()):
        app = desktop.get_child_at_index(index)
        if app is None or app.get_name() != question.get("app", "bellhop"):
            continue
        if walk(app, app.get_name(), question, found):
            break
    return {"found": found}


def press(question):
    node = nodes[question["id"]]
    action = node.get_action_iface()
    if action is None:
        raise ValueError("it has no action")
    names = [Atspi.Action.get_action_name(action, index)
             for index in range(Atspi.Action.get_n_actions(action))]
    wanted = question.get("action")
    if not names or wanted is not None and wanted not in names:
        raise ValueError(f"its actions are {names}")
    Atspi.Action.do_action(action, names.index(wanted) if wanted is not None else 0)
    return {"actions": names}


def type_text(question):
    editable = nodes[question["id"]].get_editable_text_iface()
    if editable is None:
        raise ValueError("nothing can be typed there")
    if not Atspi.EditableText.set_text_contents(editable, question["text"]):
        raise ValueError("it did not take the text")
    return {}


def select(question):
    """An item of a list."""
    node = nodes[question["id"]]
    selection = node.get_parent().get_selection_iface()
    if selection is None:
        raise ValueError("nothing is selected there")
    if not Atspi.Selection.select_child(selection, node.get_index_in_parent()):
        raise ValueError("it was not selected")
    return {}


def call(question):
    interface, _, method = question["method"].rpartition(".")
    answer = bus().call_sync(question["owner"], question["place"], interface, method,
                             GLib.Variant.parse(None, question["args"], None, None), None,
                             Gio.DBusCallFlags.NO_AUTO_START, 5000, None)
    return {"answer": answer.print_(False)}


NOTICES = """<node><interface name='org.freedesktop.Notifications'>
<method name='GetCapabilities'><arg type='as' direction='out'/></method>
<method name='GetServerInformation'><arg type='s' direction='out'/><arg type='s' direction='out'/>
<arg type='s' direction='out'/><arg type='s' direction='out'/></method>
<method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/>
<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/>
<arg type='as' direction='in'/><arg type='a{sv}' direction='in'/><arg type='i' direction='in'/>
<arg type='u' direction='out'/></method>
<method name='CloseNotification'><arg type='u' direction='in'/></method>
<signal name='ActionInvoked'><arg type='u'/><arg type='s'/></signal>
<signal name='NotificationClosed'><arg type='u'/><arg type='u'/></signal>
</interface></node>"""
NOTICES_PATH = "/org/freedesktop/Notifications"

notices = {}  # number: what was told, and whether it was taken back


def on_notice_call(connection, sender, place, interface, method, args, invocation):
    answer = None
    if method == "GetCapabilities":
        answer = GLib.Variant("(as)", (["actions", "body"],))
    elif method == "GetServerInformation":
        answer = GLib.Variant("(ssss)", ("hand", "Bellhop", "1", "1.2"))
    elif method == "Notify":
        _, replaces, _, title, body, actions, _, _ = args.unpack()
        number = replaces or len(notices) + 1
        notices[number] = {"number": number, "title": title, "body": body, "over": False,
                           "actions": dict(zip(actions[::2], actions[1::2]))}
        answer = GLib.Variant("(u)", (number,))
    else:
        notices[args.unpack()[0]]["over"] = True
    invocation.return_value(answer)


def serve_notices(question):
    """As the desktop's own notification service."""
    interface = Gio.DBusNodeInfo.new_for_xml(NOTICES).interfaces[0]
    bus().register_object(NOTICES_PATH, interface, on_notice_call, None, None)
    return {"taken": ask_bus("RequestName", "(u)", "(su)", ("org.freedesktop.Notifications", 4))}


def list_notices(question):
    return {"notices": [notice for notice in notices.values() if not notice["over"]]}


def choose_notice(question):
    """The person presses one of its buttons, known by its words; without words the notice."""
    actions = notices[question["number"]]["actions"]
    chosen = [key for key, words in actions.items()
              if words == question.get("words") or "words" not in question and key == "default"]
    if not chosen:
        raise ValueError(f"its buttons are {actions}")
    number = question["number"]
    notices[number]["over"] = True
    for signal, values in (("ActionInvoked", GLib.Variant("(us)", (number, chosen[0]))),
                           ("NotificationClosed", GLib.Variant("(uu)", (number, 2)))):
        bus().emit_signal(None, NOTICES_PATH, "org.freedesktop.Notifications", signal, values)
    return {}


@functools.cache
def bus():
    return Gio.bus_get_sync(Gio.BusType.SESSION, None)


def ask_bus(method, kind, *args):
    return bus().call_sync("org.freedesktop.DBus", "/", "org.freedesktop.DBus", method,
                           GLib.Variant(*args) if args else None, GLib.VariantType(kind),
                           Gio.DBusCallFlags.NONE, 5000, None).unpack()[0]


QUESTIONS = {
    "hello": lambda question: {},
    "list": list_nodes,
    "press": press,
    "type": type_text,
    "select": select,
    "call": call,
    "owner": lambda question: {"owner": ask_bus("NameHasOwner", "(b)", "(s)", (question["name"],))},
    "serve-notices": serve_notices,
    "notices": list_notices,
    "choose-notice": choose_notice,
    "names": lambda question: {"names": ask_bus("ListNames", "(as)")},
}


def on_line(line):
    question = json.loads(line)
    try:
        answer = QUESTIONS[question["do"]](question)
    except (GLib.Error, ValueError, KeyError) as problem:
        answer = {"problem": str(problem)}
    print(json.dumps(answer), flush=True)
    return GLib.SOURCE_REMOVE


def read_lines(loop):
    for line in sys.stdin:
        GLib.idle_add(on_line, line)
    GLib.idle_add(loop.quit)


def main():
    Atspi.init()
    loop = GLib.MainLoop()
    threading.Thread(target=read_lines, args=(loop,), daemon=True).start()
    loop.run()


if __name__ == "__main__":
    main()

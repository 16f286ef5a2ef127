#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs what was built, counts single cases, ends with `N passed, N failed[, N skipped]`.

A job is one program that reports many cases: the unit tests of one build (by meson), or one
*.test.mjs file (by node). Each job runs in a lab of its own (tests/lib/lab), under a time cap, with
a temporary folder of its own; when it is over, nothing of it is left.
"""

import concurrent.futures
import dataclasses
import itertools
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
LAB = TESTS / "lib" / "lab"

# Folders of *.test.mjs files that drive the real program.
DRIVEN = ["lib", "sim", "hub", "interop", "net", "browser", "gui"]

# What a run without --all leaves out, unless a filter names it. It is for the time before each commit:
# every unit test, each room's main paths in the real program, one browser. Left to --all is what takes
# long and seldom breaks alone: fuzzers, floods, pages in networks that break, and all pages in all
# languages and sizes. Cases that --all makes longer look at BELLHOP_LONG.
ALL_ALONE = [
    "unit/fuzz/",
    "net/doctor",
    "net/moves",
    "net/pages",
    "browser/cable",
    "browser/flood",
    "browser/house-views",
    "browser/pages",
    "browser/unreached",
]

# What a file may take before it counts as hanging. On a busy machine each takes several times what it
# takes alone; a file that hangs is rare, and then nothing is lost but the time. What may take longest
# begins first: here is what takes a minute or more.
FILE_SECONDS = 300
SECONDS = {
    "sim.test.mjs": 900,
    "window.test.mjs": 700,
    "backup.test.mjs": 600,
    "doctor.test.mjs": 600,
    "tray.test.mjs": 500,
    "till.test.mjs": 450,
    "names.test.mjs": 400,
    "tickets.test.mjs": 400,
    "vanish.test.mjs": 400,
}
# Service: 40 s alone, 240 s beside six other programs on two processors.
FIREFOX_SECONDS = 900

# What these hold is the pages' own: with sanitizers in the program they would show nothing more than
# others that use the same of it (hub/cloud, hub/tickets, browser/evening; of the window gui/tray).
PAGES_ALONE = [
    "asleep.test.mjs",
    "doctor.test.mjs",
    "house.test.mjs",
    "house-views.test.mjs",
    "kitchen.test.mjs",
    "manage.test.mjs",
    "pages.test.mjs",
    "rooms.test.mjs",
    "service.test.mjs",
    "till.test.mjs",
    "unreached.test.mjs",
    "window.test.mjs",
]

# What these hold is what pages say and do with the log, not what a browser does: links, storage, life
# cycle, sound, print and the keyboard are looked at in Firefox by the others.
CHROMIUM_ALONE = [
    "house-views.test.mjs",
    "manage.test.mjs",
    "rooms.test.mjs",
]

# Many jobs wait more than they work: beside as many as there are processors one more begins where half
# a processor had nothing to do for so long, up to twice as many.
LOOK_SECONDS = 4
IDLE_PROCESSORS = 0.5

LOG_TAIL_LINES = 150

# What failed beside other jobs is judged once more, alone: on a busy machine a limit of time may have
# passed that says nothing of the program. The report names it all the same. More than these are no
# accident, and there is no time for more.
MAX_ALONE = 6
ALONE_SECONDS = 900

SANITIZER_ENVIRONMENT = {
    "ASAN_OPTIONS": "detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1",
    "LSAN_OPTIONS": f"suppressions={TESTS / 'lib' / 'lsan.supp'}:print_suppressions=0",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
}


@dataclasses.dataclass
class Case:
    name: str
    result: str  # passed, failed or skipped
    reason: str = ""


@dataclasses.dataclass
class Job:
    name: str
    command: list
    seconds: int
    environment: dict
    read_cases: object  # called with the job's temporary folder
    programs: list = dataclasses.field(default_factory=list)  # of a build's tests, by name
    cases: list = dataclasses.field(default_factory=list)
    took: float = 0.0
    log: str = ""


def meson_job(label, build, environment, seconds, filters, everything, multiplier=1):
    """The tests that meson knows in one build; None when no name matches the filters."""
    folder = ROOT / build
    listed = json.loads((folder / "meson-info" / "intro-tests.json").read_text())
    names = [test["name"] for test in listed
             if matches(f"{label}/{test['name']}", filters, everything)]
    if not names:
        return None
    return Job(label, meson_command(folder, multiplier, names), seconds, environment,
               lambda scratch: read_build(label, scratch), names)


def meson_command(folder, multiplier, names):
    # The logs go to the scratch folder, so that two builds or two runs never share one.
    script = ('meson test -C "$0" --no-rebuild --print-errorlogs --quiet --logbase testlog '
              '--timeout-multiplier "$1" "${@:2}"; status=$?; '
              'cp "$0"/meson-logs/testlog.{json,junit.xml} "$TMPDIR/"; exit $status')
    return ["bash", "-c", script, str(folder), str(multiplier), *names]


def node_job(label, file, environment, seconds):
    def read_cases(scratch):
        return read_events(label, scratch / "events.jsonl")

    command = ["bash", "-c",
               'exec node --test-reporter="$0" --test-reporter-destination="$TMPDIR/events.jsonl" '
               '"$1"', str(TESTS / "lib" / "reporter.mjs"), str(file)]
    return Job(label, command, seconds, environment, read_cases)


def read_build(label, scratch):
    """The cases that programs told of, and one more for each that did not end well and told nothing of it."""
    cases = read_junit(label, scratch / "testlog.junit.xml")
    for line in (scratch / "testlog.json").read_text("utf-8").splitlines():
        program = json.loads(line)
        name = f"{label}/{program['name'].rsplit(' / ', 1)[-1]}"
        if program["result"] in ("OK", "SKIP") or any(
                case.result == "failed" and case.name.split(": ", 1)[0] == name for case in cases):
            continue
        cases.append(Case(f"{name}: ends well ({program['result'].lower()})", "failed"))
    return cases


def read_junit(label, path):
    cases = []
    for suite in xml.etree.ElementTree.parse(path).getroot().iter("testsuite"):
        # "project.project:suite / room/name" -> "room/name"; without subtests the suite is the
        # project, and each case bears such a name.
        program = suite.get("name").rsplit(" / ", 1)[-1]
        for case in suite.iter("testcase"):
            title = case.get("name") or ""
            name = (f"{label}/{title.rsplit(' / ', 1)[-1]}" if " / " in title
                    else f"{label}/{program}: {title}")
            skipped = case.find("skipped")
            if case.find("failure") is not None or case.find("error") is not None:
                cases.append(Case(name, "failed"))
            elif skipped is not None:
                cases.append(Case(name, "skipped", skipped.get("message") or skip_reason(suite)))
            else:
                cases.append(Case(name, "passed"))
    return cases


def skip_reason(suite):
    """GLib writes the reason into the TAP line, which meson keeps only as output."""
    text = suite.findtext("system-out") or ""
    reasons = [line.split("# SKIP", 1)[1].strip() for line in text.splitlines() if "# SKIP" in line]
    return "; ".join(dict.fromkeys(reasons)) or "no reason given"


def read_events(label, path):
    cases = []
    for line in path.read_text().splitlines() if path.exists() else []:
        event = json.loads(line)
        cases.append(Case(f"{label}: {event['name']}", event["result"], event["reason"]))
    return cases


def matches(name, filters, everything):
    if filters:
        return any(part in name for part in filters)
    return everything or not any(name == left or (left.endswith("/") and name.startswith(left))
                                 for left in ALL_ALONE)


def is_browsers(file):
    """Whether it shows something else in another browser."""
    if file.name in CHROMIUM_ALONE:
        return False
    return file.parent.name == "browser" or (file.parent.name == "net"
                                             and "lib/browser.mjs" in file.read_text("utf-8"))


def driven_files():
    return [file for folder in DRIVEN for file in sorted((TESTS / folder).glob("*.test.mjs"))]


def check_names():
    """Of a file that has another name by now nobody would notice that it is run again."""
    for left in ALL_ALONE:
        if not left.endswith("/") and not (TESTS / f"{left}.test.mjs").exists():
            sys.exit(f"tests/lib/suite.py: ALL_ALONE names {left}, which is not there.")


def plan(everything, broken, filters):
    def program(build):
        return {"BELLHOP_PROGRAM": str(ROOT / build / "app" / "bellhop"),
                "BELLHOP_REPLICA_HOST": str(ROOT / build / "tests" / "sim" / "replica-host")}

    def built(build):
        return everything and build not in broken

    check_names()
    jobs = [meson_job("unit", ".build", {}, 1000, filters, everything)]
    if built(".build-clang"):
        jobs.append(meson_job("asan", ".build-clang", SANITIZER_ENVIRONMENT, 1200, filters, everything, 4))

    variants = [("", program(".build"), 1)]
    if everything:
        variants = [("", {**program(".build"), "BELLHOP_LONG": "1"}, 3)]
    if built(".build-clang"):
        variants.append(("asan/", {**program(".build-clang"), **SANITIZER_ENVIRONMENT,
                                   "BELLHOP_SLOW": "3"}, 3))
    for prefix, environment, multiplier in variants:
        for file in driven_files():
            if prefix and (file.parent.name == "lib" or file.name == "self.test.mjs"):
                continue  # nothing of the program's in there
            if prefix and file.name in PAGES_ALONE:
                continue
            name = f"{prefix}{file.parent.name}/{file.name.removesuffix('.test.mjs')}"
            if matches(name, filters, everything):
                seconds = SECONDS.get(file.name, FILE_SECONDS) * multiplier
                jobs.append(node_job(name, file, environment, seconds))
            if everything and not prefix and is_browsers(file):
                name = f"firefox/{file.name.removesuffix('.test.mjs')}"
                if matches(name, filters, everything):
                    jobs.append(node_job(name, file,
                                         {**environment, "BELLHOP_BROWSER": "firefox"},
                                         FIREFOX_SECONDS))
    return [job for job in jobs if job is not None]


def why_no_lab():
    """What a lab says when it cannot be made; empty when it can."""
    trial = subprocess.run([LAB, "true"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           text=True, timeout=30, check=False)
    return "" if trial.returncode == 0 else trial.stdout.strip() or f"status {trial.returncode}"


def run_job(job, in_lab):
    started = time.monotonic()
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="bellhop-test-"))
    environment = {**os.environ, **job.environment, "TMPDIR": str(scratch), "HOME": str(scratch),
                   "XDG_STATE_HOME": str(scratch / "state"), "G_DEBUG": "", "LC_ALL": "C.UTF-8"}
    environment.pop("BELLHOP_LAB", None)
    command = [str(LAB), *job.command] if in_lab else job.command
    log = scratch / "job.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=TESTS, env=environment, stdin=subprocess.DEVNULL,
                                   stdout=output, stderr=output, start_new_session=True)
        try:
            status = process.wait(job.seconds)
        except subprocess.TimeoutExpired:
            status = None
        finally:
            # The lab's first process takes all others with it; without a lab, the group.
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()
    job.log = log.read_text("utf-8", "replace")
    job.took = time.monotonic() - started
    try:
        job.cases = job.read_cases(scratch)
    except (OSError, ValueError, xml.etree.ElementTree.ParseError) as error:
        job.cases = []
        job.log += f"\nThe report cannot be read: {error}\n"
    if status is None:
        job.cases.append(Case(f"{job.name}: ends within {job.seconds} s", "failed"))
    elif status != 0 and not any(case.result == "failed" for case in job.cases):
        job.cases.append(Case(f"{job.name}: ends well (status {status})", "failed"))
    elif not job.cases:
        job.cases.append(Case(f"{job.name}: has a test", "failed"))
    shutil.rmtree(scratch, ignore_errors=True)
    return job


def idle_seconds():
    """For how long the processors, taken together, had nothing to do so far."""
    _, _user, _nice, _system, idle, waits, *_ = (
        pathlib.Path("/proc/stat").read_text("ascii").split("\n", 1)[0].split())
    return (int(idle) + int(waits)) / os.sysconf("SC_CLK_TCK")


def wait_for_room(running, processors):
    """Waits until one more may run beside these; returns those that still run."""
    while len(running) >= processors:
        before, begun = idle_seconds(), time.monotonic()
        ended, running = concurrent.futures.wait(running, LOOK_SECONDS,
                                                 concurrent.futures.FIRST_COMPLETED)
        idle = (idle_seconds() - before) / (time.monotonic() - begun)
        if not ended and len(running) < 2 * processors and idle >= IDLE_PROCESSORS:
            break
    return running


def run_beside_each_other(jobs, run):
    """Runs them all, what may take longest first."""
    processors = max(1, min(4, os.cpu_count() or 1))
    with concurrent.futures.ThreadPoolExecutor(2 * processors) as pool:
        begun, running = [], set()
        for job in sorted(jobs, key=lambda one: -one.seconds):
            running = wait_for_room(running, processors)
            begun.append(pool.submit(run, job))
            running.add(begun[-1])
        for future in begun:
            future.result()


def failed_programs(job):
    """Of a build's tests, those with a case that failed."""
    failed = [case.name for case in job.cases if case.result == "failed"]
    return [name for name in job.programs
            if any(case == f"{job.name}/{name}" or case.startswith(f"{job.name}/{name}: ") for case in failed)]


def run_alone(job, in_lab):
    """What failed of it, once more: of a build those programs alone, otherwise the whole."""
    programs = failed_programs(job)
    if not programs:
        run_job(job, in_lab)
        return
    kept = [case for case in job.cases
            if not any(case.name.split(": ", 1)[0] == f"{job.name}/{name}" for name in programs)]
    job.command = [*job.command[:-len(job.programs)], *programs]
    run_job(job, in_lab)
    job.cases += kept


def judge_alone(jobs, in_lab):
    """Runs those again that failed, one after the other; returns the names of those that passed then."""
    failed = [job for job in jobs if count(job.cases, "failed")]
    passed = []
    if sum(len(failed_programs(job)) or 1 for job in failed) > MAX_ALONE:
        return passed
    ends = time.monotonic() + ALONE_SECONDS
    for job in failed:
        job.seconds = min(job.seconds, ends - time.monotonic())
        if job.seconds <= 0:
            break
        first = [case.name for case in job.cases if case.result == "failed"]
        print(f"again, alone: {job.name}", flush=True)
        run_alone(job, in_lab)
        show_job(job)
        if not count(job.cases, "failed"):
            passed += first
    return passed


def count(cases, result):
    return sum(1 for case in cases if case.result == result)


def without_repeats(lines):
    """A page without a network says the same a thousand times; what is said otherwise is read."""
    groups = [(line, len(list(same))) for line, same in itertools.groupby(lines)]
    return [line if times == 1 else f"{line} (x {times})" for line, times in groups]


def show_job(job):
    failed = [case for case in job.cases if case.result == "failed"]
    passed, skipped = count(job.cases, "passed"), count(job.cases, "skipped")
    print(f"{'FAIL' if failed else 'ok  '} {job.name:32} {passed:5} passed"
          f"{f', {len(failed)} failed' if failed else ''}"
          f"{f', {skipped} skipped' if skipped else ''}  {job.took:.1f} s", flush=True)
    if failed:
        for case in failed:
            print(f"     failed: {case.name}")
        for line in without_repeats(job.log.splitlines())[-LOG_TAIL_LINES:]:
            print(f"     | {line}")
        sys.stdout.flush()


def main():
    everything = "--all" in sys.argv[1:]
    broken = [argument.removeprefix("--broken=") for argument in sys.argv[1:]
              if argument.startswith("--broken=")]
    filters = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    jobs = plan(everything, broken, filters)
    if not jobs:
        print(f"No test has {' or '.join(filters)} in its name.")
        print("0 passed, 1 failed")
        return 1

    no_lab = why_no_lab()
    if no_lab:
        print(f"No network of our own here: tests that need one are skipped. ({no_lab})")
    printing = threading.Lock()

    def run_and_show(job):
        run_job(job, not no_lab)
        with printing:
            show_job(job)

    run_beside_each_other(jobs, run_and_show)
    only_alone = judge_alone(jobs, not no_lab)

    cases = [Case(f"{build}: compiles", "failed") for build in broken]
    cases += [case for job in jobs for case in job.cases]
    passed, failed, skipped = (count(cases, result) for result in ("passed", "failed", "skipped"))
    for case in cases:
        if case.result == "skipped":
            print(f"skipped: {case.name}: {case.reason}")
    for name in only_alone:
        print(f"failed beside others, passed alone: {name}")
    for case in cases:
        if case.result == "failed":
            print(f"failed: {case.name}")
    if everything:
        failed, skipped_text = failed + skipped, ", 0 skipped"
        if skipped:
            print(f"Under --all the {skipped} skipped count as failed.")
    else:
        skipped_text = f", {skipped} skipped" if skipped else ""
    print(f"{passed} passed, {failed} failed{'' if everything and not skipped else skipped_text}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""count_tests.py TESTLOG.json: "passed failed skipped" of a meson test run.

A suite of cmocka counts as the tests it names; one that broke off, and any
other program, counts as one.
"""
import json
import re
import sys

passed = failed = skipped = 0
for line in open(sys.argv[1], encoding="utf-8"):
    run = json.loads(line)
    said = (run.get("stdout") or "") + (run.get("stderr") or "")
    ok = len(re.findall(r"^\[ +OK +\] ", said, re.M))
    bad = len(set(re.findall(r"^\[ +FAILED +\] (?!\w+: \d+ test)(\S+)$", said, re.M)))
    skip = len(set(re.findall(r"^\[ +SKIPPED +\] (?!\w+: \d+ test)(\S+)$", said, re.M)))
    if run["result"] == "OK":
        passed += ok or 1
        skipped += skip
    elif run["result"] == "SKIP":
        skipped += 1
    else:
        passed += ok
        failed += bad or 1
print(passed, failed, skipped)

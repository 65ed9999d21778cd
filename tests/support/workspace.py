"""Runs the tidemark program as its users do. Standard library only."""
import csv
import datetime
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import clock

PROGRAM = os.environ.get("TIDEMARK") or sys.exit("set TIDEMARK to the program")
ROOT = pathlib.Path(__file__).resolve().parents[2]
ORACLE = ROOT / "tests" / "oracle" / "oracle.py"
GOLDEN = ROOT / "tests" / "oracle" / "golden"
REAL_DATA = ROOT.parent / "shared" / "data"   # real logs, where they are at hand

DEFINITION = """
name = "Test"
engaged_day_points = 1.0
[[action]]
when = { event = "report_created" }
points = 5.0
[[action]]
when = { event = "report_shared" }
points = 8.0
repeat = "every"
cap_per_day = 2
"""


class Workspace:
    """A workspace in a folder of its own, gone when closed, kept when a test fails."""

    def __init__(self, definition=DEFINITION, within=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tidemark-test-", dir=within))
        self.path = self.folder / "workspace"
        self.must("init", self.path, at=False)
        if definition is not None:  # else the one that init writes
            (self.path / "tidemark.toml").write_text(definition, encoding="utf-8")

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, failure, *_):
        if failure is None:
            self.close()
        else:
            print(f"kept to look at: {self.path}", file=sys.stderr)

    def file(self, name, content):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    def command(self, *arguments, at=True):
        return [PROGRAM, *(["-C", str(self.path)] if at else []), *map(str, arguments)]

    def run(self, *arguments, at=True, environment=None, **options):
        options.setdefault("env", {**os.environ, **(environment or {})})
        return subprocess.run(self.command(*arguments, at=at), capture_output=True, **options)

    def must(self, *arguments, at=True, **options):
        done = self.run(*arguments, at=at, **options)
        if done.returncode != 0:
            raise AssertionError(f"{arguments}: exit {done.returncode}: {done.stderr.decode()}")
        return done.stdout.decode("utf-8")

    def json(self, *arguments, **options):
        return json.loads(self.must(*arguments, "--json", **options))

    def published(self):
        """Everything published, as bytes to compare."""
        days = ("--from", "1990-01-01", "--to", "2100-01-01", "--csv")
        return self.must("levels", *days) + self.must("changes", *days) + self.must("overview", "--json")


def events_csv(rows, columns=("timestamp", "account_id", "user_id", "event")):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue()


def oracle(*arguments):
    done = subprocess.run([sys.executable, ORACLE, *map(str, arguments)], capture_output=True)
    if done.returncode != 0:
        raise AssertionError(f"oracle {arguments}: {done.stderr.decode()}")
    return done.stdout.decode("utf-8")


def day(text, days=0):
    return (datetime.date.fromisoformat(text) + datetime.timedelta(days)).isoformat()


def main():
    unittest.main(module="__main__", verbosity=1)

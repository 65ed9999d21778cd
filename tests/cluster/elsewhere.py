"""A workspace in a ClickHouse beside the same one in a file."""
import os
import random
import re
import subprocess
import time
import unittest

import clickhouse
from workspace import Workspace, day, events_csv

FIRST, DAYS = "2026-01-01", 130
EVENTS = ["report_created", "report_shared", "invited", "login"]


def random_log(rng, accounts=60):
    """Rows that name accounts, or users alone; some come late, some twice."""
    rows = []
    for number in range(accounts):
        leaves = rng.choice([DAYS, rng.randint(20, DAYS)])
        for at in range(rng.randint(0, 20), leaves):
            if rng.random() < 0.4:
                rows.append((f"{day(FIRST, at)}T{rng.randint(0, 23):02}:{rng.randint(0, 59):02}:00Z", f"account {number}", f"u{number}.{rng.randint(0, 3)}", rng.choice(EVENTS)))
    rng.shuffle(rows)
    return rows


class Elsewhere(unittest.TestCase):
    """`server` makes databases."""

    databases = 0

    @classmethod
    def setUpClass(cls):
        os.environ["TIDEMARK_STORE_PASSWORD"] = clickhouse.PASSWORD

    def both(self, **how):
        """Two workspaces, new and alike but for their store."""
        spaces = []
        for is_file in (True, False):
            space = Workspace()
            self.addCleanup(space.close)
            if not is_file:
                type(self).databases += 1
                address = self.server.new_database(f"t{self.databases}", **how)
                space.path = space.folder / "other"
                space.must("init", space.path, "--store", address, at=False)
                (space.path / "tidemark.toml").write_bytes((spaces[0].path / "tidemark.toml").read_bytes())
            spaces.append(space)
        return spaces

    def assert_alike(self, file, other):
        self.assertEqual(file.published(), other.published())
        for command in (("accounts", "--limit", "1000"), ("identity",), ("account", "account 3"), ("explain", "account 5"), ("risk",)):
            with self.subTest(command=command):
                told = [space.run(*command, "--json") for space in (file, other)]
                # But for the instants at which somebody typed something.
                words = [re.sub(rb'"since": "20[^"]*T[^"]*"', b"", done.stdout) for done in told]
                self.assertEqual((told[0].returncode, words[0]), (told[1].returncode, words[1]), told[1].stderr)

    def assert_dies_well(self, breaks):
        """Whatever `breaks` while it imports and scores, in the end it is as it is in a file."""
        rng = random.Random(11)
        rows = random_log(rng, 150)
        file, other = self.both()
        file.must("import", file.file("a.csv", events_csv(rows)))
        file.must("score", "--until", day(FIRST, DAYS - 1))
        table = other.file("a.csv", events_csv(rows))
        for command in (("import", table), ("score", "--until", day(FIRST, DAYS - 1))):
            for _ in range(8):
                run = subprocess.Popen(other.command(*command), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                time.sleep(rng.random() * 0.5)
                if rng.random() < 0.5:
                    breaks(rng)
                else:
                    run.kill()
                run.wait()
            done = other.run(*command)
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(file.published(), other.published())
        self.assertEqual(file.json("status")["events"], other.json("status")["events"])

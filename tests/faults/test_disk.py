"""Disks that fail: whatever was acknowledged is there afterwards, byte for byte, and the workspace opens.

A short dose in each run; TIDEMARK_LONG=1 makes every operation of every run fail once."""
import collections
import datetime
import errno
import json
import os
import random
import shutil
import subprocess
import unittest

import clock
import disk
import receivers
import workspace
from live_server import LiveServer
from workspace import Workspace, events_csv

LONG = os.environ.get("TIDEMARK_LONG") == "1"
NAMES = {errno.EIO: "EIO", errno.ENOSPC: "ENOSPC", errno.EDQUOT: "EDQUOT", disk.SHORT_WRITE: "short write"}


def seeded():
    seed = int(os.environ.get("TIDEMARK_SEED") or random.SystemRandom().randrange(10**6))
    print("seed", seed)
    return random.Random(seed)


def event(number):
    """One whose text is long enough to be stored apart from its row."""
    return {"type": "track", "messageId": f"message-{number}", "event": f"event {number % 7}", "userId": f"user-{number}-{'u' * 30}",
            "timestamp": "2026-03-01T12:00:00Z", "context": {"groupId": f"account-{number % 400}-{'a' * 20}"},
            "properties": {"number": number, "text": "x" * (number % 90)}}


def expected(number):
    sent = event(number)
    return "\t".join((sent["context"]["groupId"], "2026-03-01 12:00:00.000000", sent["event"], sent["userId"], "-", json.dumps(sent["properties"], separators=(",", ":"))))


class Ingest(unittest.TestCase):
    def setUp(self):
        self.space = Workspace()
        self.addCleanup(self.space.close)
        self.disk = disk.FailingDisk(self.space.path, self.space.folder / "control")
        self.next, self.acknowledged = 0, set()
        self.random = seeded()

    def send(self, server, numbers):
        try:
            status = server.track("/v1/batch", {"batch": [event(number) for number in numbers]})[0]
        except OSError:
            status = 0
        if status == 200:
            self.acknowledged.update(numbers)
        return status

    def batch(self):
        count = self.random.choice((1, 3, 40))
        numbers = range(self.next, self.next + count)
        self.next += count
        return numbers

    def check_all_is_there(self):
        """The server has stopped: each acknowledged event is stored once, as it was sent."""
        stored = collections.Counter(line.rsplit("\t", 1)[0] for line in disk.contents(self.space.path / "tidemark.duckdb")["events"])
        wrong = [line for line, count in stored.items() if count != 1]
        self.assertEqual(wrong[:3], [])
        known = {expected(number) for number in range(self.next)}
        self.assertEqual(sorted(set(stored) - known)[:3], [])
        missing = {expected(number) for number in self.acknowledged} - set(stored)
        self.assertEqual(sorted(missing)[:3], [])

    def test_each_operation_may_fail_while_events_come(self):
        faults = 0
        server = LiveServer(self.space, "--no-nightly", environment=self.disk.environment)
        try:
            for operations in (["sync"], ["write"], ["write", "sync"], ["open"], ["truncate"], ["rename"]):
                for at in range(1, 60 if LONG else 7):
                    for error in disk.ERRORS if LONG else self.random.sample(disk.ERRORS, 2):
                        numbers = self.batch()
                        self.disk.arm(operations, at, error, self.random.choice((1, 1, 2, 5, -1)))
                        first = self.send(server, numbers)
                        self.send(server, self.batch())
                        faults += min(self.disk.disarm(), 1)
                        # Once the disk works again so does the server, without being started again.
                        for _ in range(40):
                            if self.send(server, numbers) == 200:
                                break
                            clock.system.sleep(0.1)
                        else:
                            self.fail(f"{operations} {at} {NAMES[error]}: no batch is taken any more: {server.get('/readyz')[2]}")
                        self.assertEqual(server.get("/readyz")[0], 200)
                        if first == 503:
                            self.assertIn("could not be stored", server.log.read_text())
        finally:
            server.stop()
        print("faults", faults)
        self.assertGreater(faults, 10)
        self.check_all_is_there()
        self.space.must("status")

    def test_a_full_disk_that_is_freed_again(self):
        """Reports go on while the disk is full, and say so; nothing is garbled afterwards."""
        server = LiveServer(self.space, "--no-nightly", environment=self.disk.environment)
        try:
            self.assertEqual(self.send(server, self.batch()), 200)
            for _ in range(5 if LONG else 2):
                self.disk.arm(["write"], self.random.randrange(1, 4), errno.ENOSPC, -1)
                refused = [self.batch() for _ in range(4)]
                self.assertEqual({self.send(server, numbers) for numbers in refused} - {200}, {503})
                status, _, body = server.get("/readyz")
                self.assertEqual(status, 503)
                self.assertIn(b"No space left", body)
                self.assertEqual(server.ask("/api/v1/status")[0], 200)
                self.assertIn(b"tidemark_commits_failed_total", server.get("/metrics")[2])
                self.disk.disarm()
                for numbers in refused:
                    self.assertEqual(self.send(server, numbers), 200)
        finally:
            server.stop()
        self.check_all_is_there()


class Commands(unittest.TestCase):
    """A command whose disk fails at any of its operations either did its work or says why not; run again, it does it."""

    def each_fault(self, make, command):
        """Runs `command` in what `make(space)` made, with one operation or several in a row that fail; afterwards without
        faults: then all is stored that a run without faults stores."""
        draw = seeded()
        faults = failures = 0
        with Workspace() as origin, Workspace() as reference:
            make(origin)
            self.put(origin, reference)
            counting = disk.FailingDisk(reference.path, reference.folder / "control")
            counting.arm(disk.OPERATIONS, 0)
            reference.must(*command(reference), environment=counting.environment)
            expected = disk.contents(reference.path / "tidemark.duckdb")
            operations = range(1, counting.seen + 1)
            for at in operations if LONG else sorted(draw.sample(operations, min(len(operations), 15))):
                with Workspace() as space:
                    self.put(origin, space)
                    failing = disk.FailingDisk(space.path, space.folder / "control")
                    error = draw.choice(disk.ERRORS)
                    failing.arm(disk.OPERATIONS, at, error, draw.choice((1, 1, 3, -1)))
                    done = space.run(*command(space), environment=failing.environment)
                    faults += min(failing.disarm(), 1)
                    failures += min(done.returncode, 1)
                    what = f"operation {at} {NAMES[error]}: exit {done.returncode}: {done.stderr.decode()[-400:]}"
                    self.assertIn(done.returncode, (0, 1, 2), what)
                    if done.returncode != 0:
                        self.assertIn("tidemark: ", done.stderr.decode().splitlines()[-1], what)
                    repeated = space.run(*command(space))
                    self.assertEqual(repeated.returncode, 0, what + " / again: " + repeated.stderr.decode()[-400:])
                    stored = disk.contents(space.path / "tidemark.duckdb")
                    for part, rows in expected.items():
                        self.assertEqual(stored[part], rows, f"{part}: {what}")
                    self.assertEqual([one.name for one in space.path.glob("*.damage*")], [], what)
        print("operations", len(operations), "faults", faults, "commands that failed", failures)
        self.assertGreater(failures, 3)

    def put(self, origin, space):
        shutil.rmtree(space.path)
        shutil.copytree(origin.path, space.path)

    def history(self, space):
        first = datetime.date(2026, 1, 1)
        rows = [(f"{first + datetime.timedelta(at)}T09:00:00Z", f"account {number:03} of many letters", f"user {number}", ("report_created", "login", "report_shared")[(at + number) % 3])
                for number in range(60) for at in range(number % 5, 90 - (number % 9) * 8, 1 + number % 4)]
        return space.file("history.csv", events_csv(rows))

    def test_import(self):
        def make(space):
            self.file = self.history(space)
        self.each_fault(make, lambda space: ("import", self.file))

    def test_score(self):
        def make(space):
            space.must("import", self.history(space))
        self.each_fault(make, lambda space: ("score", "--until", "2026-03-20"))

    def test_init(self):
        """A folder is a whole workspace afterwards, or can be made one."""
        draw = seeded()
        with Workspace() as counted:
            counting = disk.FailingDisk(counted.folder, counted.folder.parent / f"{counted.folder.name}.control")
            self.addCleanup(os.unlink, counting.environment["DISK_FAULTS"])
            counting.arm(disk.OPERATIONS, 0)
            counted.must("init", counted.folder / "other", at=False, environment=counting.environment)
            operations = range(1, counting.seen + 1)
            for at in operations if LONG else draw.sample(operations, 8):
                place = counted.folder / f"workspace {at}"
                error = draw.choice(disk.ERRORS)
                counting.arm(disk.OPERATIONS, at, error, draw.choice((1, 3, -1)))
                done = counted.run("init", place, at=False, environment=counting.environment)
                counting.disarm()
                what = f"operation {at} {NAMES[error]}: exit {done.returncode}: {done.stderr.decode()[-400:]}"
                self.assertIn(done.returncode, (0, 1), what)
                if not (place / "tidemark.toml").exists():
                    again = counted.run("init", place, at=False)
                    self.assertEqual(again.returncode, 0, what + " / again: " + again.stderr.decode())
                space = Workspace()
                self.addCleanup(space.close)
                space.path = place
                space.must("import", self.history(space))
                self.assertEqual(space.json("status")["accounts"], 60, what)
        print("operations", len(operations))


class Publishing(Commands):
    """A server whose disk fails while it publishes and delivers."""
    SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    test_init = test_import = test_score = None

    def test_days_and_deliveries(self):
        draw = seeded()
        faults = 0
        until = "2026-03-20"
        with Workspace() as origin, Workspace() as reference:
            origin.must("import", self.history(origin))
            origin.must("score", "--until", "2026-03-14")
            self.put(origin, reference)
            reference.must("score", "--until", until)
            expected = disk.contents(reference.path / "tidemark.duckdb")
            changes = {(one["account_id"], one["day"]) for one in reference.json("changes", "--from", "2026-03-15", "--to", until)}
            self.assertTrue(changes)
            for _ in range(40 if LONG else 4):
                hook = receivers.Hook(self.SECRET)
                self.addCleanup(hook.close)
                with Workspace() as space:
                    self.put(origin, space)
                    clock.move(space, -self.days_after(until))
                    space.must("destinations", "add", "hook", "--kind", "webhook", "--url", hook.url, "--allow-private",
                               "--secret-file", space.file("secret", self.SECRET))
                    failing = disk.FailingDisk(space.path, space.folder / "control")
                    server = LiveServer(space, "--no-nightly", environment=failing.environment)
                    try:
                        error, at = draw.choice(disk.ERRORS), draw.randrange(1, 40)
                        failing.arm(disk.OPERATIONS, at, error, draw.choice((1, 3, 20)))
                        what = f"operation {at} {NAMES[error]}"
                        space.run("score", "--until", until)
                        space.run("keys", "create", "--source", "other", environment=failing.environment)
                        clock.wait_until(lambda: hook.messages or failing.failed, seconds=3, fails=None)
                        faults += min(failing.disarm(), 1)
                        if server.process.poll() is not None:  # it could not go on; whoever runs it starts it again
                            self.assertIn("start it again", server.errors.read_text())
                            server.start()
                        space.must("score", "--until", until)
                        clock.wait_until(lambda: {(one[0]["data"]["account_id"], one[0]["data"]["day"]) for one in list(hook.messages.values())} == changes,
                                         fails=lambda: f"{what}: {len(hook.messages)} of {len(changes)} changes delivered: {server.log.read_text()[-2000:]}")
                        self.assertEqual(server.get("/readyz")[0], 200)
                    finally:
                        server.stop()
                        clock.move(space, self.days_after(until))
                    stored = disk.contents(space.path / "tidemark.duckdb")
                    for part, rows in expected.items():
                        self.assertEqual(stored[part], rows, f"{part}: {what}")
                    self.assertEqual(space.json("destinations", "list")[0]["waiting"], 0)
        print("faults", faults)

    def days_after(self, day):
        return (clock.today() - datetime.date.fromisoformat(day)).days - 1


if __name__ == "__main__":
    workspace.main()

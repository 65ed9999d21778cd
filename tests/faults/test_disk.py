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
import workspace
from live_server import LiveServer
from workspace import Workspace, events_csv

LONG = os.environ.get("TIDEMARK_LONG") == "1"
NAMES = {errno.EIO: "EIO", errno.ENOSPC: "ENOSPC", errno.EDQUOT: "EDQUOT", disk.SHORT_WRITE: "short write"}


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
        seed = int(os.environ.get("TIDEMARK_SEED") or random.SystemRandom().randrange(10**6))
        print("seed", seed)
        self.random = random.Random(seed)

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


if __name__ == "__main__":
    workspace.main()

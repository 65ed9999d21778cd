"""A disk that fails when a test says so (disk_faults.c), and what a store holds, byte for byte."""
import ctypes
import errno
import mmap
import os
import subprocess

LIBRARY = os.environ.get("DISK_FAULTS_LIBRARY")
QUERY_STORE = os.environ.get("QUERY_STORE")
OPERATIONS = ("write", "sync", "rename", "open", "truncate")
SHORT_WRITE = 0
ERRORS = (errno.EIO, errno.ENOSPC, errno.EDQUOT, SHORT_WRITE)


class FailingDisk:
    """Faults for programs started with `environment`, in files below `folder`."""
    FIELDS = ("operations", "countdown", "failures", "error", "failed", "seen")

    def __init__(self, folder, control, synced=None):
        control.write_bytes(b"\0" * 4096)
        with open(control, "r+b") as file:
            self.map = mmap.mmap(file.fileno(), 4096)
        self.words = (ctypes.c_int64 * len(self.FIELDS)).from_buffer(self.map)
        self.environment = {"LD_PRELOAD": LIBRARY, "DISK_FAULTS": str(control), "DISK_FAULTS_FOLDER": str(folder)}
        if synced is not None:
            synced.mkdir(exist_ok=True)
            self.environment["DISK_FAULTS_SYNCED"] = str(synced)

    def __getattr__(self, name):
        return self.words[self.FIELDS.index(name)]

    def _set(self, **values):
        for name, value in values.items():
            self.words[self.FIELDS.index(name)] = value

    def arm(self, operations, at, error=errno.EIO, failures=1):
        """The at-th of these operations from now on fails, and as many as `failures` says; negative: all."""
        self._set(operations=0)
        self._set(countdown=at, failures=failures, error=error, failed=0, seen=0)
        self._set(operations=sum(1 << OPERATIONS.index(one) for one in operations))

    def disarm(self):
        """Ends all faults. How many operations failed."""
        self._set(operations=0)
        return self.failed


def rows(file, sql):
    done = subprocess.run([QUERY_STORE, str(file), sql], capture_output=True)
    if done.returncode != 0:
        raise AssertionError(f"{file}: {done.stderr.decode()}")
    return done.stdout.decode("utf-8").splitlines()


# What is stored, without what differs from run to run: numbers of batches, instants of arrival, names of logs.
CONTENTS = {
    "events": "SELECT a.id, strftime(happened_at, '%Y-%m-%d %H:%M:%S.%f'), n.name, user_id, anonymous_id, properties, message FROM event e LEFT JOIN account a ON a.number = e.account "
              "JOIN event_name n ON n.number = e.name ORDER BY ALL",
    "accounts": "SELECT * FROM account ORDER BY ALL",
    "event names": "SELECT * FROM event_name ORDER BY ALL",
    "imports": "SELECT number, content, records, taken, duplicates, rejected, is_complete FROM import ORDER BY ALL",
    "rejects": "SELECT * FROM reject ORDER BY ALL",
    "days": "SELECT * FROM published_day ORDER BY ALL",
    "levels": "SELECT * FROM level ORDER BY ALL",
    "changes": "SELECT * FROM change ORDER BY ALL",
    "calibrations": "SELECT * FROM calibration ORDER BY ALL",
    "evidence": "SELECT * FROM calibration_evidence ORDER BY ALL",
    "definitions": "SELECT * FROM definition ORDER BY ALL",
    "corrections": "SELECT * FROM correction ORDER BY ALL",
    "account properties": "SELECT * EXCLUDE (since, import), since::VARCHAR FROM account_property ORDER BY ALL",
}


def contents(file):
    return {what: rows(file, sql) for what, sql in CONTENTS.items()}

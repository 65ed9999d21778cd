"""Clocks that are wrong, copies made while a server runs, power cuts, files of others, half-sent requests: what is published and
stored stays true, or the program says what is the matter."""
import datetime
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import threading
import unittest

import clock
import disk
import receivers
import workspace
from live_server import LiveServer
from workspace import Workspace, day, events_csv

LONG = os.environ.get("TIDEMARK_LONG") == "1"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def history(space, first, days):
    rows = [(f"{day(first, at)}T09:00:00Z", f"account {number:02}", f"user {number}", ("report_created", "login")[(at + number) % 2])
            for number in range(40) for at in range(number % 5, days - (number % 8), 1 + number % 3)]
    rows.append((f"{day(first, days - 1)}T10:00:00Z", "account 00", "user 0", "login"))
    return space.file("history.csv", events_csv(rows))


def event(number, **more):
    return {"type": "track", "messageId": f"m{number}", "event": "live", "userId": "ann", "context": {"groupId": f"account {number % 40:02}"}, **more}


class Clocks(unittest.TestCase):
    """The last event is of yesterday."""

    def setUp(self):
        self.space = Workspace()
        self.addCleanup(self.space.close)
        self.today = (clock.now() - datetime.timedelta(hours=2)).date().isoformat()  # the workspace goes by UTC, days end two hours later
        self.yesterday = day(self.today, -1)
        self.space.must("import", history(self.space, day(self.today, -90), 90))
        self.hook = receivers.Hook(SECRET)
        self.addCleanup(self.hook.close)

    def last(self):
        return self.space.json("status")["last_published"]

    def test_a_clock_that_is_ahead_publishes_nothing(self):
        self.space.must("score")
        self.assertEqual(self.last(), self.yesterday)
        clock.move(self.space, 40)
        try:
            said = self.space.must("score")
            self.assertIn("--yes", said)
            self.assertEqual(self.last(), self.yesterday)
            with LiveServer(self.space) as server:  # the nightly run looks at once
                clock.system.sleep(1.5)
                self.assertEqual(server.ask("/api/v1/status")[1]["last_published"], self.yesterday)
        finally:
            clock.move(self.space, -40)

    def test_a_clock_that_jumps_under_a_server_is_not_followed(self):
        self.space.must("score")
        with LiveServer(self.space) as server:
            self.assertEqual(server.ask("/api/v1/status")[1]["warnings"], [])
            clock.move(self.space, 40)
            try:
                self.assertEqual(server.track("/v1/batch", {"batch": [event(1)]})[0], 200)
                clock.system.sleep(1)
                status = server.ask("/api/v1/status")[1]
                self.assertIn("has jumped by 9", " ".join(status["warnings"]))  # 960 hours, or one second less
                self.assertEqual(status["last_published"], self.yesterday)
                self.assertLessEqual(server.events()[-1]["at"][:10], day(self.today, 1))
            finally:
                clock.move(self.space, -40)
            clock.wait_until(lambda: server.ask("/api/v1/status")[1]["warnings"] == [])

    def test_days_of_a_wrong_clock_are_taken_back(self):
        secret = self.space.file("secret", SECRET)
        self.space.must("score")
        self.space.must("destinations", "add", "hook", "--kind", "webhook", "--url", self.hook.url, "--allow-private", "--secret-file", secret)
        right = self.space.published()
        clock.move(self.space, 40)
        self.space.must("score", "--yes")
        self.space.must("deliver")
        wrong = len(self.hook.messages)
        self.assertGreater(wrong, 10)  # all accounts have fallen silent
        clock.move(self.space, -40)
        doctor = self.space.run("doctor")
        self.assertEqual(doctor.returncode, 1)
        self.assertIn(f"--recompute-from {self.today}", doctor.stdout.decode())
        refused = self.space.run("deliver")
        self.assertEqual(refused.returncode, 1)
        self.assertIn(b"clock was wrong", refused.stderr)
        with LiveServer(self.space, "--no-nightly") as server:
            self.assertIn("clock was wrong", " ".join(server.ask("/api/v1/status")[1]["warnings"]))
        said = self.space.json("score", "--recompute-from", self.today)
        self.assertEqual(len(said["taken_back"]), wrong)
        self.assertEqual(self.space.published(), right)
        self.assertEqual(self.space.run("doctor").returncode, 0)
        # From here on all goes its way: the next day is published and delivered.
        self.space.must("import", self.space.file("more.csv", events_csv([(f"{self.today}T09:00:00Z", "account 39", "user 39", "report_created")])))
        clock.move(self.space, 1)
        try:
            self.space.must("score")
            self.space.must("deliver")
            self.assertEqual(self.last(), self.today)
        finally:
            clock.move(self.space, -1)

    def test_recomputing_gives_what_publishing_gave(self):
        self.space.must("score")
        before = self.space.published()
        for since in (day(self.yesterday, -20), self.yesterday, day(self.yesterday, -89)):
            self.space.must("score", "--recompute-from", since)
            self.assertEqual(self.space.published(), before)


class Copies(unittest.TestCase):
    def test_a_copy_made_while_a_server_runs_has_all_or_says_that_it_has_not(self):
        """Whatever was acknowledged before the copying began is in the copy, or the copy does not open."""
        outcomes = []
        with Workspace() as space:
            server = LiveServer(space, "--no-nightly")
            numbers, is_over = [0], threading.Event()

            def send():
                while not is_over.is_set():
                    first = numbers[0]
                    batch = [event(number, properties={"text": "x" * 2000}) for number in range(first, first + 400)]
                    if server.track("/v1/batch", {"batch": batch})[0] == 200:
                        numbers[0] = first + 400

            sender = threading.Thread(target=send)
            sender.start()
            try:
                for number in range(30 if LONG else 5):
                    if number % 3 == 2:  # a checkpoint comes in between
                        subprocess.run(["true"], check=True)
                    sent = numbers[0]
                    with Workspace() as copy:
                        shutil.rmtree(copy.path)
                        files = [one for one in space.path.iterdir() if one.name.startswith(("tidemark.", "control.", "secret", "test-clock"))]
                        random.shuffle(files)
                        copy.path.mkdir()
                        for file in files:
                            if file.exists():
                                shutil.copy2(file, copy.path / file.name)
                            clock.system.sleep(0.1)
                        done = copy.run("status", "--json")
                        if done.returncode == 0:
                            stored = json.loads(done.stdout)["events"]
                            damaged = (copy.path / "tidemark.duckdb.damage").exists()
                            self.assertTrue(stored >= sent or damaged, (stored, sent))
                            outcomes.append("whole" if stored >= sent else "damage said")
                        else:
                            self.assertRegex(done.stderr.decode(), "lacks acknowledged changes|damaged|cannot be opened|control.sqlite")
                            outcomes.append("refused")
            finally:
                is_over.set()
                sender.join()
                server.stop()
        print(outcomes)

    def test_an_older_file_beside_a_newer_log_is_refused(self):
        with Workspace() as space:
            server = LiveServer(space, "--no-nightly")
            server.track("/v1/batch", {"batch": [event(number) for number in range(100)]})
            old = (space.path / "tidemark.duckdb").read_bytes()
            log = (space.path / "tidemark.duckdb.wal").read_bytes()
            server.stop()  # a checkpoint
            with LiveServer(space, "--no-nightly") as server:
                server.track("/v1/batch", {"batch": [event(number) for number in range(100, 200)]})
                server.kill()
            kept = {name: (space.path / name).read_bytes() for name in ("tidemark.duckdb", "tidemark.duckdb.wal", "tidemark.duckdb.durable")}

            def put(**files):
                for name, content in (kept | {name.replace("_", "."): content for name, content in files.items()}).items():
                    (space.path / name).unlink(missing_ok=True)
                    if content is not None:
                        (space.path / name).write_bytes(content)
                return space.run("status", "--json")

            self.assertEqual(json.loads(put().stdout)["events"], 200)
            for files in ({"tidemark_duckdb": old}, {"tidemark_duckdb_wal": None}, {"tidemark_duckdb_wal": log}, {"tidemark_duckdb": old, "tidemark_duckdb_wal": None}):
                done = put(**files)
                if done.returncode == 0:  # the log of before: what it holds is in the file
                    self.assertEqual((list(files), json.loads(done.stdout)["events"]), (["tidemark_duckdb_wal"], 100))
                    self.assertTrue(list(space.path.glob("*.checkpointed-1")))
                else:
                    self.assertEqual(done.returncode, 1)
                    self.assertIn(b"lacks acknowledged changes", done.stderr)


class Files(unittest.TestCase):
    """What others do to the files of a running server."""

    def setUp(self):
        self.space = Workspace()
        self.addCleanup(self.space.close)
        self.server = LiveServer(self.space, "--no-nightly")
        self.addCleanup(self.server.stop)

    def send(self, *numbers):
        return self.server.track("/v1/batch", {"batch": [event(number) for number in numbers]})[0]

    def test_the_store_stays_locked_after_commits(self):
        self.assertEqual(self.send(1, 2), 200)
        (self.space.path / "serve.json").unlink()  # else commands run in the server
        done = self.space.run("status")
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"is in use by another process", done.stderr)
        self.assertEqual(self.send(3), 200)

    def test_events_are_not_acknowledged_into_files_that_are_gone(self):
        self.assertEqual(self.send(1, 2), 200)
        log = self.space.path / "tidemark.duckdb.wal"
        kept = log.read_bytes()
        log.unlink()
        self.assertEqual(self.send(3), 503)
        status, _, body = self.server.get("/readyz")
        self.assertEqual(status, 503)
        self.assertIn(b"tidemark.duckdb", body)
        self.server.kill()
        self.assertIn(b"lacks acknowledged changes", self.space.run("status").stderr)
        log.write_bytes(kept)
        self.assertEqual(self.space.json("status")["events"], 2)

    def test_a_log_damaged_at_its_beginning_is_left_behind_for_good(self):
        self.assertEqual(self.send(*range(100)), 200)
        self.server.kill()
        log = self.space.path / "tidemark.duckdb.wal"
        log.write_bytes(log.read_bytes()[:10] + b"\xff" * 8 + log.read_bytes()[18:])
        self.server.start()
        self.assertEqual(self.send(*range(100)), 200)
        self.server.kill()
        done = self.space.run("status", "--json")
        self.assertEqual((done.returncode, json.loads(done.stdout)["events"]), (0, 100), done.stderr)
        self.assertIn(b"was damaged", done.stderr)

    def test_a_store_that_is_deleted_is_not_made_again(self):
        self.assertEqual(self.send(1, 2), 200)
        (self.space.path / "tidemark.duckdb").unlink()
        self.assertEqual([self.send(number) for number in (3, 4, 5)], [503, 503, 503])
        self.assertFalse((self.space.path / "tidemark.duckdb").exists())
        self.assertIn(b"deleted", self.server.get("/readyz")[2])

    def test_it_gets_ready_again_though_no_events_come(self):
        failing = disk.FailingDisk(self.space.path, self.space.folder / "control")
        self.server.stop()
        self.server.environment.update(failing.environment)
        self.server.start()
        failing.arm(["write"], 1, failures=-1)
        self.assertEqual(self.send(1), 503)
        self.assertEqual(self.server.get("/readyz")[0], 503)
        failing.disarm()
        clock.wait_until(lambda: self.server.get("/readyz")[0] == 200)


class PowerCuts(unittest.TestCase):
    def test_what_was_synced_is_enough(self):
        """Of each file what was synced last: everything that was acknowledged is there."""
        for _ in range(10 if LONG else 2):
            with Workspace() as space:
                shutil.copytree(space.path, space.folder / "synced")
                failing = disk.FailingDisk(space.path, space.folder / "control", synced=space.folder / "synced")
                server = LiveServer(space, "--no-nightly", environment=failing.environment)
                acknowledged = 0
                for number in range(0, random.randrange(100, 2000), 50):
                    if server.track("/v1/batch", {"batch": [event(one, properties={"text": "y" * 500}) for one in range(number, number + 50)]})[0] == 200:
                        acknowledged += 50
                server.kill()
                (space.folder / "synced" / "serve.json").unlink(missing_ok=True)
                space.path = space.folder / "synced"
                status = space.json("status")
                self.assertEqual(status["events"], acknowledged)
                self.assertEqual(space.run("doctor", "--deep").returncode, 0)


class Starting(unittest.TestCase):
    def setUp(self):
        self.space = Workspace()
        self.addCleanup(self.space.close)

    def assert_said(self, words, *command, code=1):
        done = self.space.run(*(command or ("status",)))
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertIn(words, done.stderr.decode())

    def test_what_is_missing_is_said(self):
        control = self.space.path / "control.sqlite"
        for suffix in ("", "-wal", "-shm", ".durable"):
            pathlib.Path(f"{control}{suffix}").unlink(missing_ok=True)
        for command in (("status",), ("keys", "list"), ("serve",)):
            self.assert_said("destinations", *command)
        self.assertIn("destinations", self.space.run("doctor").stdout.decode())
        control.write_bytes(b"no database at all, but long enough to be read as one" * 100)
        self.assert_said("restore it from a backup")
        control.write_bytes(b"")
        self.assert_said("control.sqlite is empty")
        with Workspace() as other:
            shutil.copy2(other.path / "control.sqlite", control)
        self.space.must("status")
        (self.space.path / "tidemark.duckdb").unlink()
        self.assert_said("tidemark.duckdb is missing")
        (self.space.path / "tidemark.toml").write_text("")
        self.assertNotIn(b"Success", self.space.run("status").stderr)

    def test_a_control_file_of_a_newer_program_is_refused(self):
        with sqlite3.connect(self.space.path / "control.sqlite") as control:
            control.execute("PRAGMA user_version = 99")
        for command in (("status",), ("keys", "list"), ("serve",), ("destinations", "list")):
            self.assert_said("written by a newer Tidemark", *command)

    @unittest.skipUnless(os.geteuid() == 0, "it needs another user")
    def test_root_does_not_lock_the_owner_out(self):
        shutil.chown(self.space.path, 65534)
        for file in self.space.path.iterdir():
            shutil.chown(file, 65534)
        self.assert_said("sudo -u nobody")
        self.assert_said("sudo -u nobody", "import", self.space.file("x.csv", "a"))
        shutil.chown(self.space.path / "control.sqlite", 0)
        self.space.folder.chmod(0o755)
        done = subprocess.run(self.space.command("status"), capture_output=True, user=65534, group=65534)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"control.sqlite (of root) cannot be read and written by nobody", done.stderr)

    @unittest.skipUnless(os.geteuid() == 0, "it needs another user")
    def test_reports_run_in_a_folder_that_cannot_be_written(self):
        self.space.must("import", history(self.space, "2026-01-01", 60))
        self.space.must("score")
        expected = self.space.must("overview", "--json")
        self.space.folder.chmod(0o755)
        for file in [*self.space.path.rglob("*")]:
            file.chmod(0o755 if file.is_dir() else 0o644)
        for command in (("overview", "--json"), ("status",), ("accounts",), ("account", "account 01")):
            done = subprocess.run(self.space.command(*command), capture_output=True, user=65534, group=65534)
            self.assertEqual(done.returncode, 0, done.stderr)
            if command[0] == "overview":
                self.assertEqual(done.stdout.decode(), expected)
        done = subprocess.run(self.space.command("score", "--republish"), capture_output=True, user=65534, group=65534)
        self.assertNotEqual(done.returncode, 0)


class Stopping(unittest.TestCase):
    def test_half_sent_requests_do_not_hold_up_the_end(self):
        with Workspace() as space:
            server = LiveServer(space, "--no-nightly")
            server.process.send_signal(signal.SIGHUP)
            clock.system.sleep(0.3)
            self.assertEqual(server.get("/healthz")[0], 200)
            sockets = []
            for text in (b"", b"POST /v1/batch HTTP/1.1\r\nHos", b"POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{"):
                one = socket.create_connection(("127.0.0.1", server.port))
                one.sendall(text)
                sockets.append(one)
            clock.system.sleep(0.3)
            begun = clock.system.monotonic()
            server.process.terminate()
            server.process.wait(timeout=10)
            print("seconds", round(clock.system.monotonic() - begun, 1))
            for one in sockets:
                one.close()

    def test_doctor_works_beside_a_server(self):
        with Workspace() as space, LiveServer(space, "--no-nightly"):
            findings = space.json("doctor", "--deep")
            self.assertEqual({one["health"] for one in findings if one["what"] != "clock"}, {"ok"})


if __name__ == "__main__":
    workspace.main()

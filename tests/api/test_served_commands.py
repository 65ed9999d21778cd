"""Beside a running server commands work as without one: the same output, errors and exit codes; and the server publishes by itself."""
import datetime
import json
import os
import pty
import subprocess
import threading
import unittest
import zoneinfo

import clock
import workspace
from live_server import LiveServer
from workspace import Workspace

UNTIL = "2026-03-31"
COMMANDS = [
    ["overview"], ["overview", "--day", "2026-03-24", "--json"], ["movement"], ["accounts", "--level", "low"], ["accounts", "--csv"],
    ["account", "ironlabs-135"], ["account", "nobody"], ["explain", "silverfield-81"], ["churn"], ["risk", "--value", "mrr"], ["learn"],
    ["whatif", "--points", "report_created=8"], ["whatif", "--points", "reportcreated=8"], ["whatif", "--draft", "draft.toml", "--write", "written.toml"],
    ["backtest", "--compare", "draft.toml"], ["backtest", "--compare", "absent.toml"], ["levels", "--from", "2026-03-30", "--to", UNTIL, "--csv"],
    ["scores", "--from", UNTIL, "--to", UNTIL, "--json"], ["changes", "--from", "2026-03-01", "--to", UNTIL, "--definition", "draft.toml"],
    ["calibration"], ["definition", "show"], ["definition", "diff", "draft.toml"], ["definition", "history"], ["gaps", "--to", UNTIL],
    ["gaps", "lift", "2026-03-30"], ["score", "--until", UNTIL], ["plays"], ["plays", "preview", "Help who stays low"], ["plays", "effect", "Welcome back"],
]


def last_finished_day():
    zone = zoneinfo.ZoneInfo("Europe/Berlin")  # the company's
    return ((clock.now() - datetime.timedelta(hours=2)).astimezone(zone).date() - datetime.timedelta(days=1)).isoformat()


class ServedCommands(unittest.TestCase):
    def setUp(self):
        self.space = Workspace()
        self.addCleanup(self.space.close)
        self.space.path = self.space.folder / "company"
        self.space.must("demo", self.space.path, "--until", UNTIL, "--seed", "7", at=False)
        self.space.must("score", "--until", UNTIL)
        text = (self.space.path / "tidemark.toml").read_text(encoding="utf-8")
        self.space.file("draft.toml", text.replace("points = 5.0", "points = 7.5"))

    def said(self, arguments):
        done = self.space.run(*arguments, cwd=self.space.folder)
        return done.returncode, done.stdout, done.stderr

    def test_say_the_same_as_without_a_server(self):
        alone = {tuple(command): self.said(command) for command in COMMANDS}
        written = self.space.folder / "written.toml"
        text = written.read_text()
        written.unlink()
        self.assertEqual({exit for exit, _, _ in alone.values()}, {0, 1, 2})
        with LiveServer(self.space, "--no-nightly"):
            for command in COMMANDS:
                self.assertEqual(self.said(command), alone[tuple(command)], command)
            self.assertEqual(written.read_text(), text)
            self.assertEqual(self.space.json("status")["events"], self.space.json("status")["events"])

    def test_show_their_progress_on_the_terminal_they_were_asked_on(self):
        with LiveServer(self.space, "--no-nightly"):
            shown = {}
            for command in (["backtest"], ["learn"]):
                ours, theirs = pty.openpty()
                run = subprocess.Popen(self.space.command(*command), stdout=subprocess.PIPE, stderr=theirs)
                os.close(theirs)
                seen = bytearray()
                reading = threading.Thread(target=lambda: self.read_all(ours, seen))
                reading.start()
                out = run.communicate()[0]
                reading.join()
                self.assertEqual((run.returncode, out), (0, self.said(command)[1]))
                shown[command[0]] = seen.decode()
            text = max(shown.values(), key=len)
            self.assertIn("%", text)
            self.assertIn("left", text)
            self.assertTrue(text.rstrip().endswith("\x1b[K"), text[-40:])  # wiped in the end

    def read_all(self, terminal, seen):
        try:
            while data := os.read(terminal, 4096):
                seen += data
        except OSError:
            pass  # the other end is closed

    def test_go_on_while_events_arrive_and_lose_none(self):
        with LiveServer(self.space, "--no-nightly") as server:
            stop, sent = threading.Event(), []

            def send():
                while not stop.is_set():
                    status, _, _ = server.track("/v1/track", {"type": "track", "event": "report_created", "userId": "zoe", "messageId": f"m{len(sent)}",
                                                              "context": {"groupId": "ironlabs-135"}, "timestamp": "2026-03-31T10:00:00Z"})
                    sent.append(status)

            sender = threading.Thread(target=send)
            sender.start()
            for _ in range(3):
                for command in (["overview"], ["backtest"], ["gaps", "mark", "2026-03-20"], ["gaps", "lift", "2026-03-20"]):
                    self.assertEqual(self.said(command)[0], 0, command)
            stop.set()
            sender.join()
            self.assertEqual(set(sent), {200})
            self.assertGreater(len(sent), 20)
            self.assertEqual(server.metrics()["tidemark_events_total"], len(sent))

    def test_imports_go_through_the_server_while_events_arrive(self):
        rows = [(f"2026-03-{day:02d}T12:00:00Z", f"new-{account}", f"u{account}", "report_created") for day in range(1, 29) for account in range(400)]
        file = self.space.file("more.csv", workspace.events_csv(rows))
        before, absent = self.space.json("status")["events"], self.said(["import", "absent.csv"])
        with LiveServer(self.space, "--no-nightly") as server:
            self.assertEqual(self.said(["import", "more.csv", "--dry-run"])[0], 0)
            stop, sent = threading.Event(), []

            def send():
                while not stop.is_set():
                    sent.append(server.track("/v1/track", {"type": "track", "event": "report_created", "userId": "zoe", "messageId": f"m{len(sent)}",
                                                           "context": {"groupId": f"live-{len(sent) % 50}"}, "timestamp": "2026-03-31T10:00:00Z"})[0])

            sender = threading.Thread(target=send)
            sender.start()
            exit, out, err = self.said(["import", "more.csv"])
            self.assertEqual((exit, err), (0, b""))
            self.assertIn(f"{len(rows):,} events taken".encode(), out)
            again = self.said(["import", file, "--json"])
            stop.set()
            sender.join()
            self.assertTrue(json.loads(again[1])["was_there_already"])
            self.assertEqual(set(sent), {200})
            self.assertEqual(self.said(["import", "absent.csv"])[0], absent[0])
            self.assertEqual(self.space.json("status")["events"], before + len(rows) + len(sent))
            with self.subTest("standard input"):
                piped = self.space.run("import", "-", input=workspace.events_csv([("2026-03-02T12:00:00Z", "piped", "", "login")]).encode())
                self.assertEqual(piped.returncode, 0, piped.stderr)
            self.assertEqual(list(self.space.path.glob("stdin-*")), [])
        # Every account has a number of its own, whoever brought it.
        self.space.must("score", "--republish")
        accounts = {one.split(",")[1] for one in self.space.must("levels", "--from", "2026-03-31", "--to", "2026-03-31", "--csv").splitlines()[1:]}
        self.assertTrue({f"new-{at}" for at in range(400)} | {f"live-{at}" for at in range(min(50, len(sent)))} <= accounts)

    def test_control_data_stays_the_servers_while_others_look_into_it(self):
        with LiveServer(self.space, "--no-nightly"):
            self.assertEqual(self.said(["status"])[0], 0)  # opened and closed within the server
            self.assertEqual(self.said(["keys", "list"])[0], 0)  # and by another process, which is not the last to have it
            self.assertTrue((self.space.path / "control.sqlite-wal").exists())
            self.assertEqual(self.said(["status"])[0], 0)

    def test_commands_of_others_are_refused(self):
        with LiveServer(self.space, "--no-nightly") as server:
            self.assertEqual(server.send("/api/v1/commands", {"arguments": ["overview"]})[0], 401)
            token = json.loads((self.space.path / "serve.json").read_text())["token"]
            own = {"Authorization": f"Bearer {token}"}
            self.assertEqual(server.send("/api/v1/commands", {"arguments": "overview"}, own)[0], 400)
            status, _, body = server.send("/api/v1/commands", {"arguments": ["init", "/tmp/x"]}, own)
            self.assertEqual((status, body.split(b"\n")[0].split()[0]), (200, b"2"))

    def test_the_server_publishes_what_is_missing_by_itself(self):
        finished = {last_finished_day()}
        events = [(f"{max(finished)}T12:00:00Z", "ironlabs-135", "ann", "login")]
        self.space.must("import", self.space.file("newest.csv", workspace.events_csv(events)))
        with LiveServer(self.space) as server:
            clock.wait_until(lambda: server.metrics().get("tidemark_nightly_runs_total"))
            metrics = server.metrics()
            self.assertEqual((metrics["tidemark_nightly_runs_total"], metrics["tidemark_nightly_failures_total"], metrics["tidemark_nightly_running"]), (1, 0, 0))
            finished.add(last_finished_day())  # the hour may strike between
            self.assertIn(self.space.json("overview")["day"], finished)
            self.assertEqual(self.said(["score"]), (0, b"Every finished day is published already; nothing to do.\n", b""))
            self.assertIn("nightly run", self.space.must("status"))
        alone = self.space.published()
        self.space.must("score", "--republish")
        self.assertEqual(self.space.published(), alone)


if __name__ == "__main__":
    workspace.main()

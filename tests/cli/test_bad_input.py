"""Bad input: one clear sentence, an exit code, and nothing half-written."""
import gzip
import os
import pathlib
import subprocess
import tempfile
import unittest

import workspace
from workspace import Workspace, events_csv

GOOD = "timestamp,account_id,user_id,event\n2026-03-02T09:00:00Z,acme,ann,report_created\n"
ROW = "2026-03-02T09:00:00Z,acme,ann,report_created\n"
HEADER = "timestamp,account_id,user_id,event\n"


class RefusedFiles(unittest.TestCase):
    def refuse(self, content, *words, name="events.csv", arguments=()):
        with Workspace() as space:
            file = space.file(name, content)
            done = space.run("import", file, *arguments)
            said = done.stderr.decode("utf-8")
            self.assertNotEqual(done.returncode, 0, said)
            self.assertEqual(len(said.strip().splitlines()), 1, said)
            for word in words:
                self.assertIn(word, said)
            self.assertEqual(done.returncode, 2)
            # nothing half-written: the next good import is the first
            outcome = space.json("import", space.file("good.csv", GOOD))
            self.assertEqual((outcome["import"], outcome["taken"]), (1, 1))

    def test_empty_file(self):
        self.refuse("", "events.csv is empty")

    def test_blank_file(self):
        self.refuse("\n\n  \n", "is empty")

    def test_missing_column(self):
        self.refuse("timestamp,user_id,event\n", "no column holds the account", "timestamp, user_id, event", "--map account=COLUMN")

    def test_unknown_delimiter(self):
        self.refuse("timestamp^account_id^event\n2026-03-02^acme^x\n", "no column holds the account", "timestamp^account_id^event")

    def test_duplicate_header(self):
        self.refuse("timestamp,account_id,event,event\n", 'the column "event" occurs twice (columns 3 and 4)')

    def test_header_is_binary(self):
        self.refuse(b"\x00\x01\x02\xff\xfe\n", "no text in UTF-8")

    def test_utf16(self):
        self.refuse(HEADER.encode("utf-16"), "is UTF-16; export it as UTF-8")

    def test_truncated_gzip(self):
        packed = gzip.compress((HEADER + ROW * 5000).encode())
        self.refuse(packed[:len(packed) // 2], "is cut off", "gzip", name="events.csv.gz")

    def test_damaged_gzip(self):
        packed = bytearray(gzip.compress(os.urandom(4000)))
        packed[100:200] = bytes(100)
        self.refuse(bytes(packed), "gzip", name="events.csv.gz")

    def test_truncated_zstd(self):
        packed = subprocess.run(["zstd", "-c"], input=os.urandom(300000), capture_output=True, check=True).stdout
        self.refuse(packed[:100000], "is cut off", "zstd", name="events.csv.zst")

    def test_damaged_parquet(self):
        self.refuse(b"PAR1" + os.urandom(500), "cannot be read as Parquet", name="events.parquet")

    def test_unknown_mapped_column(self):
        self.refuse(GOOD, 'there is no column "tenant"', "timestamp, account_id", arguments=("--map", "account=tenant"))

    def test_unknown_mapped_field(self):
        self.refuse(GOOD, "--map acount=tenant", "account, event, time", arguments=("--map", "acount=tenant"))

    def test_json_array(self):
        self.refuse('[{"a":1}]', "is a JSON array; write one JSON object a line", name="events.json")

    def test_no_json_objects(self):
        self.refuse('{"a":1}\n{"b":2}\n', "no column holds the account", name="events.jsonl")


class OtherRefusals(unittest.TestCase):
    def test_absent_file_and_folder(self):
        with Workspace() as space:
            done = space.run("import", space.folder / "absent.csv")
            self.assertEqual(done.returncode, 2)
            self.assertIn(b"cannot be opened: No such file", done.stderr)
            done = space.run("import", space.folder)
            self.assertEqual(done.returncode, 2)
            self.assertIn(b"is a folder; name the files in it", done.stderr)

    def test_no_workspace(self):
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([workspace.PROGRAM, "-C", folder, "overview"], capture_output=True)
            self.assertEqual(done.returncode, 2)
            self.assertIn(b"is no workspace; make one with", done.stderr)

    def test_workspace_twice(self):
        with Workspace() as space:
            done = space.run("init", space.path, at=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn(b"is a workspace already", done.stderr)

    def test_nothing_to_score(self):
        with Workspace() as space:
            done = space.run("score")
            self.assertEqual(done.returncode, 2)
            self.assertIn(b"there are no events yet; run tidemark import FILE", done.stderr)
            done = space.run("overview")
            self.assertIn(b"nothing is scored yet; run tidemark score", done.stderr)
            done = space.run("levels", "--csv")
            self.assertIn(b"nothing is published yet", done.stderr)

    def test_unknown_account_suggests(self):
        with Workspace() as space:
            space.must("import", space.file("e.csv", GOOD))
            done = space.run("account", "ACM")
            self.assertEqual(done.returncode, 2)
            self.assertIn(b"unknown account: ACM; did you mean acme?", done.stderr)

    def test_bad_days(self):
        with Workspace() as space:
            space.must("import", space.file("e.csv", GOOD))
            done = space.run("scores", "--from", "2026-03-09", "--to", "2026-03-01")
            self.assertEqual(done.returncode, 2)
            self.assertIn(b"--from 2026-03-09 is after --to 2026-03-01", done.stderr)
            done = space.run("scores", "--from", "1 March")
            self.assertEqual(done.returncode, 2)
            self.assertIn(b"not a day: 1 March", done.stderr)
            done = space.run("score", "--until", "2999-01-01")
            self.assertEqual(done.returncode, 2)
            self.assertIn(b"the last finished day is", done.stderr)

    def test_bad_definition_stops_everything(self):
        with Workspace() as space:
            space.must("import", space.file("e.csv", GOOD))
            space.must("score", "--until", "2026-03-05")
            before = space.published()
            definition = space.path / "tidemark.toml"
            good = definition.read_text()
            definition.write_text(good.replace("points = 5.0", "points = -5.0"))
            done = space.run("score", "--until", "2026-03-09")
            self.assertEqual(done.returncode, 2)
            self.assertIn(b"tidemark.toml:6:10: points = -5: points are 0 to 1000", done.stderr)
            definition.write_text(good)
            self.assertEqual(space.published(), before)

    def test_bad_calibration_file(self):
        with Workspace() as space:
            space.must("import", space.file("e.csv", GOOD))
            done = space.run("levels", "--to", "2026-03-05", "--calibration", space.file("c.json", "{}"))
            self.assertEqual(done.returncode, 2)
            self.assertIn(b"c.json: day must be written as", done.stderr)

    def test_held_by_another_process(self):
        with Workspace() as space:
            waiting = subprocess.Popen(space.command("import", "-"), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
            try:
                while not list(space.path.glob("stdin-*")):
                    pass
                done = space.run("import", space.file("e.csv", GOOD))
                self.assertEqual(done.returncode, 1)
                self.assertIn(f"is in use by another process (process {waiting.pid})".encode(), done.stderr)
            finally:
                waiting.stdin.write(GOOD.encode())
                waiting.stdin.close()
                self.assertEqual(waiting.wait(), 0)

    def test_a_newer_workspace(self):
        # A file that is no database at all stands for any damage.
        with Workspace() as space:
            (space.path / "tidemark.duckdb").write_bytes(b"not a database" * 1000)
            done = space.run("overview")
            self.assertEqual(done.returncode, 1)
            self.assertIn(b"tidemark.duckdb cannot be opened", done.stderr)

    def test_folder_without_permission(self):
        with Workspace() as space:
            locked = space.folder / "locked"
            locked.mkdir(mode=0o555)
            as_nobody = {"user": 65534, "group": 65534} if os.getuid() == 0 else {}
            os.chmod(space.folder, 0o755)
            done = subprocess.run([workspace.PROGRAM, "init", str(locked / "w")], capture_output=True, **as_nobody)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn(b"cannot be made: Permission denied", done.stderr)

    def test_full_disk(self):
        if os.getuid() != 0:
            self.skipTest("mounting a small disk needs root")
        with tempfile.TemporaryDirectory() as folder:
            if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", folder], capture_output=True).returncode != 0:
                self.skipTest("mounting is not allowed here")
            try:
                path = pathlib.Path(folder) / "w"
                subprocess.run([workspace.PROGRAM, "init", path], check=True, capture_output=True)
                rows = ((f"2026-03-02T09:00:00Z", f"acct-{at}", f"user-{at * 7919}", f"e{at % 9}") for at in range(700000))
                events = events_csv(rows).encode()
                done = subprocess.run([workspace.PROGRAM, "-C", path, "import", "-"], input=events, capture_output=True)
                self.assertEqual(done.returncode, 1, done.stdout)
                self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
                opened = subprocess.run([workspace.PROGRAM, "-C", path, "import", "--json", "-"], input=GOOD.encode(),
                                        capture_output=True)
                self.assertIn(opened.returncode, (0, 1), opened.stderr)
            finally:
                subprocess.run(["umount", folder], check=True)


class RejectedRows(unittest.TestCase):
    """Rows that cannot be taken go, with line, field, value and reason, to the rejects; the others are taken."""

    def rejects(self, content, name="events.csv"):
        with Workspace() as space:
            outcome = space.json("import", space.file(name, content))
            file = space.path / "rejects" / "import-1.csv"
            lines = file.read_text(encoding="utf-8").splitlines()[1:] if file.exists() else []
            self.assertEqual(outcome["rejected"], sum(outcome["rejects"].values()))
            return outcome["taken"], outcome["rejects"], lines

    def one(self, row, reason, field="", value=None, header=HEADER):
        content = header.encode() + (row if isinstance(row, bytes) else row.encode()) + b"\n" + ROW.encode()
        taken, reasons, lines = self.rejects(content)
        self.assertEqual((taken, reasons), (1, {reason: 1}), row)
        self.assertTrue(lines[0].startswith(f"2,{field},"), lines)
        if value is not None:
            self.assertIn(value, lines[0])

    def test_times(self):
        for text, reason in [("", "missing time"), ("soon", "unreadable time"), ("02/03/2026", "ambiguous time"),
                             ("0001-01-01T00:00:00Z", "before 1990"), ("1989-12-31T23:59:59Z", "before 1990"),
                             ("9999-12-31T00:00:00Z", "more than a day in the future")]:
            self.one(f"{text},acme,ann,report_created", reason, "time", text)

    def test_accounts(self):
        self.one("2026-03-02T09:00:00Z,,ann,report_created", "missing account")
        for text in ["null", "Anonymous", "undefined", "0", "-1", "N/A", "00000000-0000-0000-0000-000000000000", "[object Object]"]:
            self.one(f"2026-03-02T09:00:00Z,{text},ann,report_created", "account id without meaning", "account", text)

    def test_event_names(self):
        self.one("2026-03-02T09:00:00Z,acme,ann,", "missing event name")

    def test_bytes(self):
        self.one(b"2026-03-02T09:00:00Z,ac\xffme,ann,report_created", "not UTF-8")
        self.one(b"2026-03-02T09:00:00Z,ac\x00me,ann,report_created", "contains a NUL byte")

    def test_shape(self):
        self.one("2026-03-02T09:00:00Z,acme,report_created", "wrong number of fields", "", "3 fields, 4 columns")
        self.one("2026-03-02T09:00:00Z,acme,ann,report,created", "wrong number of fields")

    def test_properties(self):
        header = HEADER.replace("user_id", "properties")
        content = header + '2026-03-02T09:00:00Z,acme,{broken,x\n2026-03-02T09:00:00Z,acme,[1],x\n2026-03-02T09:00:00Z,acme,{},x\n'
        taken, reasons, _ = self.rejects(content)
        self.assertEqual((taken, reasons), (1, {"properties are no JSON object": 2}))

    def test_open_quote_costs_one_line(self):
        taken, reasons, lines = self.rejects(HEADER + '2026-03-02T09:00:00Z,"acme,ann,report_created\n' + ROW * 3000)
        self.assertEqual((taken, reasons), (3000, {"quote never closed": 1}))
        self.assertTrue(lines[0].startswith("2,"))

    def test_open_quote_at_the_end(self):
        taken, reasons, _ = self.rejects(HEADER + ROW + ROW + '2026-03-02T09:00:00Z,acme,ann,"report_created')
        self.assertEqual((taken, reasons), (2, {"quote never closed": 1}))

    def test_field_of_ten_megabytes(self):
        for field in ("x" * 10_000_000, '"' + "x\n" * 5_000_000 + '"'):
            taken, reasons, _ = self.rejects(HEADER + ROW + f"2026-03-02T09:00:00Z,acme,{field},report_created\n" + ROW)
            self.assertEqual(taken, 2)
            self.assertIn("longer than 1 MiB" if "\n" not in field else "quote never closed", reasons)

    def test_json_lines(self):
        good = '{"timestamp":"2026-03-02T09:00:00Z","account_id":"acme","event":"x"}\n'
        content = good + "{broken\n" + "\n" + '{"timestamp":"2026-03-02T09:00:00Z","event":"x"}\n[1]\n' + good
        taken, reasons, lines = self.rejects(content, "events.jsonl")
        self.assertEqual((taken, reasons), (2, {"malformed JSON": 2, "missing account": 1}))
        self.assertEqual([line.split(",")[0] for line in lines], ["2", "4", "5"])

    def test_lines_too_long_wherever_they_stand(self):
        good = '{"timestamp":"2026-03-02T09:00:00Z","account_id":"acme","event":"x"}\n'
        long = '{"timestamp":"2026-03-02T09:00:00Z","event":"x","b1":"' + "a" * 3_000_000 + '","account_id":"acme","b2":"' + "b" * 3_000_000 + '"}\n'
        for content in (good + long, good * 150 + long + good):
            taken, reasons, _ = self.rejects(content, "events.jsonl")
            self.assertEqual((taken, reasons), (content.count("\n") - 1, {"longer than 1 MiB": 1}))
        row = '2026-03-02T09:00:00Z,acme,"first\n' + "x" * 3_000_000 + '\nend",report_created\n'
        taken, reasons, _ = self.rejects(HEADER + ROW + row + ROW)
        self.assertEqual(taken, 2)
        self.assertIn("longer than 1 MiB", reasons)

    def test_objects_are_no_ids(self):
        nested = '{"timestamp":"2026-03-02","account":{"id":"acme"},"event":"x"}\n'
        taken, reasons, _ = self.rejects(nested, "events.jsonl")
        self.assertEqual((taken, reasons), (0, {"an object or list where a text should be": 1}))

    def test_too_many_event_names(self):
        rows = [("2026-03-02T09:00:00Z", "acme", "ann", f"viewed {at}") for at in range(65_537)]
        taken, reasons, _ = self.rejects(events_csv(rows))
        self.assertEqual((taken, reasons), (65_535, {"more than 65,535 event names": 2}))


if __name__ == "__main__":
    workspace.main()

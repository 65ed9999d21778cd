"""Import as its users do it: every form of a file, twice, overlapping, from a pipe, in any order."""
import gzip
import json
import random
import signal
import subprocess
import time
import unittest

import workspace
from workspace import Workspace, day, events_csv

ROWS = [(f"{day('2026-01-05', at % 60)}T{at % 24:02}:{at // 360:02}:00Z", f"acct-{at % 40}", f"user-{at % 90}",
         ("report_created", "report_shared", "login")[at % 3]) for at in range(4000)]
COLUMNS = ("timestamp", "account_id", "user_id", "event")
SCORES = ("scores", "--from", "2026-01-05", "--to", "2026-04-10", "--csv")


def scores_of(*imports, stdin=None):
    with Workspace() as space:
        for name, content, *arguments in imports:
            space.must("import", *((space.file(name, content),) if name != "-" else ("-",)), *arguments,
                       input=content if name == "-" else None)
        return space.must(*SCORES)


class Forms(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.expected = scores_of(("events.csv", events_csv(ROWS)))
        assert len(cls.expected.splitlines()) > 3000

    def same(self, name, content, *arguments):
        self.assertEqual(scores_of((name, content, *arguments)), self.expected)

    def test_compressed(self):
        plain = events_csv(ROWS).encode()
        self.same("events.csv.gz", gzip.compress(plain))
        half = len(plain) // 2
        self.same("two members.gz", gzip.compress(plain[:half]) + gzip.compress(plain[half:]))
        self.same("events.csv.zst", subprocess.run(["zstd", "-c"], input=plain, capture_output=True, check=True).stdout)

    def test_other_delimiters_line_ends_and_a_byte_order_mark(self):
        text = events_csv(ROWS)
        self.same("semicolons.csv", text.replace(",", ";"))
        self.same("tabs.tsv", text.replace(",", "\t"))
        self.same("windows.csv", text.replace("\n", "\r\n"))
        self.same("mark.csv", b"\xef\xbb\xbf" + text.encode())
        self.same("no last line end.csv", text.rstrip("\n"))
        self.same("blank lines.csv", text.replace("\n", "\n\n"))
        self.same("quoted.csv", "\n".join(",".join(f'"{field}"' for field in row) for row in [COLUMNS, *ROWS]) + "\n")

    def test_json_lines(self):
        lines = [json.dumps(dict(zip(COLUMNS, row))) for row in ROWS]
        self.same("events.jsonl", "\n".join(lines))
        nested = [json.dumps({"event": e, "at": t, "context": {"groupId": a, "event": "decoy"}, "userId": u, "n": None})
                  for t, a, u, e in ROWS]
        self.same("nested.jsonl", "\n".join(nested) + "\n", "--map", "account=context.groupId", "--map", "time=at")

    def test_numbers_as_times(self):
        import datetime
        rows = [(str(int(datetime.datetime.fromisoformat(t).timestamp() * 1000)), a, u, e) for t, a, u, e in ROWS]
        self.same("epoch.csv", events_csv(rows))

    def test_other_column_names(self):
        rows = [(e, u, a, t) for t, a, u, e in ROWS]
        self.same("names.csv", events_csv(rows, ("Event Type", "distinct_id", "companyId", "Event Time")))
        self.same("mapped.csv", events_csv(rows, ("what", "who", "whose", "when")),
                  "--map", "event=what", "--map", "user=who", "--map", "account=whose", "--map", "time=when")

    def test_standard_input(self):
        self.same("-", events_csv(ROWS).encode())

    def test_a_pipe_by_name(self):
        with Workspace() as space:
            file = space.file("events.csv", events_csv(ROWS))
            done = subprocess.run(["bash", "-c", f"{workspace.PROGRAM} -C {space.path} import <(cat {file})"], capture_output=True)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(space.must(*SCORES), self.expected)
            self.assertEqual(list(space.path.glob("stdin-*")), [])

    def test_parts_in_any_order(self):
        rows = list(ROWS)
        random.Random(7).shuffle(rows)
        parts = [(f"{at}.csv", events_csv(rows[at::5])) for at in range(5)]
        self.assertEqual(scores_of(*parts), self.expected)


class Once(unittest.TestCase):
    def test_same_content_is_taken_once(self):
        text = events_csv(ROWS)
        with Workspace() as space:
            self.assertEqual(space.json("import", space.file("a.csv", text))["taken"], 4000)
            for name, content in (("a.csv", text), ("b.csv", text), ("c.csv.gz", gzip.compress(text.encode()))):
                again = space.json("import", space.file(name, content))
                self.assertTrue(again["was_there_already"], name)
            self.assertIn("nothing to do", space.must("import", space.folder / "b.csv"))

    def test_rows_alike_are_all_kept_without_ids(self):
        with Workspace() as space:
            self.assertEqual(space.json("import", space.file("a.csv", events_csv(ROWS[:10] * 3)))["taken"], 30)

    def test_dedupe_rows_for_overlapping_exports(self):
        with Workspace() as space:
            space.must("import", space.file("january.csv", events_csv(ROWS[:3000])))
            outcome = space.json("import", space.file("february.csv", events_csv(ROWS[2000:] + ROWS[3500:])), "--dedupe", "rows")
            self.assertEqual((outcome["taken"], outcome["duplicates"]), (1000, 1500))
            self.assertEqual(space.must(*SCORES), Forms.expected if hasattr(Forms, "expected") else scores_of(("e.csv", events_csv(ROWS))))

    def test_message_ids_count_once_for_ever(self):
        columns = (*COLUMNS, "message_id")
        rows = [(*row, f"m-{at}") for at, row in enumerate(ROWS)]
        with Workspace() as space:
            outcome = space.json("import", space.file("a.csv", events_csv(rows[:3000] + rows[:50], columns)))
            self.assertEqual((outcome["taken"], outcome["duplicates"]), (3000, 50))
            outcome = space.json("import", space.file("b.csv", events_csv(rows[1000:], columns)))
            self.assertEqual((outcome["taken"], outcome["duplicates"]), (1000, 2000))
            self.assertEqual(space.must(*SCORES), scores_of(("e.csv", events_csv(ROWS))))


class AnotherTry(unittest.TestCase):
    def test_other_columns_need_again(self):
        text = "time,account_id,tenant,event\n" + "".join(f"2026-03-0{at},null,t{at},x\n" for at in (1, 2, 3))
        with Workspace() as space:
            file = space.file("e.csv", text)
            self.assertEqual(space.json("import", file)["taken"], 0)
            self.assertIn("--again --map", space.must("import", file))
            refused = space.run("import", file, "--map", "account=tenant")
            self.assertEqual(refused.returncode, 1)
            self.assertIn(b"was imported before with other columns (usual names); --again takes that back", refused.stderr)
            self.assertEqual(space.json("import", file, "--map", "account=tenant", "--again")["taken"], 3)
            self.assertEqual(space.json("import", file, "--map", "account=tenant", "--again")["taken"], 3)
            shown = space.must("scores", "--from", "2026-03-01", "--to", "2026-03-03", "--csv")
            self.assertEqual(len(shown.splitlines()), 7)

    def test_dedupe_rows_is_no_product_of_rows(self):
        rows = [(f"{day('2026-01-01', at % 90)}T{at % 24:02}:{at // 2160 % 60:02}:{at // 129600:02}Z", f"a{at % 300}", f"u{at % 999}", "x")
                for at in range(300_000)]
        with Workspace() as space:
            space.must("import", space.file("a.csv", events_csv(rows[:100_000])))
            outcome = space.json("import", space.file("b.csv", events_csv(rows)), "--dedupe", "rows", timeout=60)
            self.assertEqual((outcome["taken"], outcome["duplicates"]), (200_000, 100_000))


class Output(unittest.TestCase):
    def test_a_full_disk_is_no_success(self):
        with Workspace() as space:
            space.must("import", space.file("e.csv", events_csv(ROWS)))
            with open("/dev/full", "wb") as full:
                done = subprocess.run(space.command(*SCORES), stdout=full, stderr=subprocess.PIPE)
            self.assertEqual(done.returncode, 1)
            self.assertIn(b"the output cannot be written", done.stderr)

    def test_reasons_for_nothing_to_publish(self):
        with Workspace() as space:
            space.must("import", space.file("e.csv", events_csv(ROWS)))
            done = space.run("score", "--until", "2026-01-01")
            self.assertEqual(done.returncode, 2)
            self.assertIn(b"nothing to publish up to 2026-01-01: the first day with activity is 2026-01-05", done.stderr)
            space.must("score", "--until", "2026-02-01")
            before = space.published()
            self.assertEqual(space.run("score", "--republish", "--until", "2026-01-01").returncode, 2)
            self.assertEqual(space.published(), before)
            space.must("import", space.file("early.csv", events_csv([("2025-12-01", "old", "u", "x")])))
            self.assertIn("There is activity since 1 Dec 2025", space.must("score", "--until", "2026-02-02"))


class Replay(unittest.TestCase):
    def test_any_order_and_number_of_imports_publishes_the_same(self):
        columns = (*COLUMNS, "message_id")
        rows = [(*row, f"m-{at}") for at, row in enumerate(ROWS)]
        shuffled = list(rows)
        random.Random(3).shuffle(shuffled)

        def published(*parts):
            with Workspace() as space:
                for number, part in enumerate(parts):
                    space.must("import", space.file(f"{number}.csv", events_csv(part, columns)))
                space.must("score", "--until", "2026-05-31")
                return space.published()

        expected = published(rows)
        self.assertGreater(expected.count("medium"), 100)
        self.assertEqual(published(shuffled), expected)
        self.assertEqual(published(shuffled[:1500], shuffled[1000:3000], shuffled[2500:]), expected)


class DryRun(unittest.TestCase):
    def test_shows_the_columns_and_writes_nothing(self):
        with Workspace() as space:
            file = space.file("e.csv", events_csv([(*row, "pro") for row in ROWS[:9]] + [("soon", "a", "", "x", "")], (*COLUMNS, "plan")))
            shown = space.must("import", file, "--dry-run")
            for words in ("Nothing was written", "timestamp   time", "account_id  account", "plan        a property", "report_created"):
                self.assertIn(words, shown)
            self.assertEqual(shown.count("acct-"), 5)
            self.assertFalse(space.json("import", file)["was_there_already"])


class Interruption(unittest.TestCase):
    def test_control_c_keeps_what_is_done_and_goes_on(self):
        rows = [(f"{day('2025-01-01', at % 300)}T10:00:00Z", f"a{at % 500}", f"u{at % 999}", "report_created", f"m{at}")
                for at in range(900_000)]
        text = events_csv(rows, (*COLUMNS, "message_id"))
        with Workspace() as space:
            file = space.file("large.csv", text)
            running = subprocess.Popen(space.command("import", file), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            time.sleep(1.0)
            running.send_signal(signal.SIGINT)
            _, said = running.communicate()
            self.assertIn(running.returncode, (0, 130), said)
            if running.returncode == 130:
                self.assertIn(b"they are kept. Run the same command again to go on", said)
            outcome = space.json("import", file)
            self.assertEqual(outcome["taken"], 900_000)
            self.assertEqual(outcome["duplicates"], 0)


if __name__ == "__main__":
    workspace.main()

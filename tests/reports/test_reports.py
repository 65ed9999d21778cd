"""What the reports print, word for word, at 80 and at 200 columns: read the files of golden/ as a user would. tools/bless rewrites
them. And what definitions, their versions and properties in time do, seen from outside."""
import json
import os
import random
import re
import unittest

import workspace
from workspace import GOLDEN, ROOT, Workspace, day, events_csv, oracle

FOLDER = ROOT / "tests" / "reports" / "golden"
LAST = "2026-03-31"
COMMANDS = {
    "overview": ["overview"],
    "overview_of_a_day_of_moves": ["overview", "--day", "2026-03-24", "--moves", "5"],
    "movement": ["movement"],
    "movement_of_a_quarter": ["movement", "--from", "2025-12-31", "--to", LAST, "--limit", "12"],
    "accounts_at_risk": ["accounts", "--level", "low", "--sort", "trend", "--property", "plan,mrr,owner", "--limit", "15"],
    "accounts_that_moved": ["accounts", "--moved", "7", "--sort", "since"],
    "accounts_of_a_plan": ["accounts", "--where", "plan=enterprise", "--property", "mrr", "--sort", "mrr"],
    "account": ["account", "ironlabs-135"],
    "explain": ["explain", "silverfield-81"],
    "explain_a_month": ["explain", "ironlabs-135", "--from", "2026-02-28", "--to", LAST],
    "churn": ["churn", "--limit", "8"],
    "risk": ["risk", "--value", "mrr", "--capacity", "8"],
    "learn": ["learn"],
    "gaps": ["gaps", "--to", LAST],
    "whatif": ["whatif", "--points", "report_shared=0.5", "--cap", "report_created=1"],
    "backtest": ["backtest", "--compare", "bands.toml"],
    "calibration": ["calibration"],
    "definition_show": ["definition", "show"],
    "definition_diff": ["definition", "diff", "bands.toml"],
    "definition_check": ["definition", "check", "draft.toml"],
}


class Reports(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.space = Workspace()
        cls.space.path = cls.space.folder / "company"
        cls.space.must("demo", cls.space.path, "--until", LAST, "--seed", "7", at=False)
        cls.space.must("score", "--until", LAST)
        text = (cls.space.path / "tidemark.toml").read_text(encoding="utf-8")
        cls.space.file("bands.toml", text.replace("points = 5.0", "points = 7.5") + '\n[levels]\nby = "bands"\n')
        cls.space.file("draft.toml", text.replace("comment_added", "comment_aded") + '\n[[trait]]\nproperty = "npss"\n'
                                            "bands = [ { at_least = 9, points = 4.0 } ]\n")

    @classmethod
    def tearDownClass(cls):
        cls.space.close()

    def shown(self, arguments, width):
        environment = {"COLUMNS": str(width), "PATH": os.environ["PATH"]}
        return self.space.must(*arguments, cwd=self.space.folder, env=environment)

    def test_text_at_two_widths(self):
        for name, arguments in COMMANDS.items():
            for width in (80, 200):
                with self.subTest(report=name, width=width):
                    text = self.shown(arguments, width)
                    file = FOLDER / f"{name}.{width}.txt"
                    if os.environ.get("TIDEMARK_BLESS"):
                        file.write_text(text, encoding="utf-8")
                    self.assertEqual(text, file.read_text(encoding="utf-8"))
                    for line in text.splitlines():
                        self.assertLessEqual(len(line), width, line)

    def test_json_says_what_the_text_says(self):
        movement = self.space.json("movement")
        head = self.shown(["movement"], 80).splitlines()[1]
        self.assertEqual(head, f"{movement['fell']} fell · {movement['rose']} rose · {movement['went_silent']} went silent · "
                               f"{movement['came_back']} came back · {movement['new']} new")
        accounts = self.space.json("accounts")["accounts"]
        self.assertIn(f"{len(accounts)} accounts on", self.shown(["accounts"], 80))
        self.assertEqual(len(self.space.must("accounts", "--csv").splitlines()), len(accounts) + 1)
        account = self.space.json("account", "ironlabs-135")
        self.assertEqual(sum(term["milli_points"] for term in account["terms"]), account["scores"][-1]["milli_points"])
        evidence = self.space.json("calibration", "--evidence")
        self.assertEqual(evidence["evidence"]["low"]["left"] + evidence["evidence"]["above_low"]["left"], evidence["snapshots_left"])
        self.assertEqual(self.space.json("status")["last_published"], LAST)
        self.assertEqual({finding["health"] for finding in self.space.json("doctor") if finding["what"] != "clock"}, {"ok"})

    def test_truth_shows_in_the_scores(self):
        """Accounts that were going to leave were low before they left, most of them."""
        import csv
        with open(self.space.path / "demo" / "truth_accounts.csv", encoding="utf-8") as file:
            truth = list(csv.DictReader(file))
        leaving = {row["account_id"]: row["silent_from"] for row in truth if row["leaves"] == "1" and row["course"] == "slow decline"
                   and "2025-08-01" < row["silent_from"] < "2026-03-01"}
        self.assertGreater(len(leaving), 5)
        low = 0
        for account, silent_from in leaving.items():
            levels = {row["account_id"]: row["level"] for row in self.space.json("accounts", "--day", day(silent_from, -1))["accounts"]}
            low += levels.get(account) in ("low", "none", None)
        self.assertGreaterEqual(low, 0.8 * len(leaving))


class DefinitionVersions(unittest.TestCase):
    def version(self, space, text):
        return json.loads(space.must("definition", "check", space.file("d.toml", text), "--json"))["version"]

    def test_hash_survives_order_comments_and_defaults(self):
        import sys
        sys.path.insert(0, str(ROOT / "tests" / "property"))
        from test_oracle import random_definition
        with Workspace() as space:
            for seed in range(25):
                rng = random.Random(f"hash {seed}")
                text = random_definition(rng)
                version = self.version(space, text)
                # Tables in another order, a comment behind every line, defaults spelled out.
                head, *tables = re.split(r"^(?=\[)", text, flags=re.M)
                rng.shuffle(tables)
                other = head + ("" if "window_days" in head else "window_days = 30\n") + "".join(tables)
                other = "\n".join(line + "   # said so" for line in other.splitlines())
                for table, default in (("[scale]", 'reference = "calibrated"'), ("[habit]", "points = 0.0")):
                    if table not in text:
                        other += f"\n{table}\n{default}\n"
                self.assertEqual(self.version(space, other), version, text)
                # Written out by the program it is the same version again; with another point it is not.
                (space.path / "tidemark.toml").write_text(text, encoding="utf-8")
                self.assertEqual(self.version(space, space.must("definition", "show", "--toml")), version, text)
                self.assertNotEqual(self.version(space, text.replace('name = "A0"', 'name = "other"')), version)

    def test_errors_say_where_and_what_was_meant(self):
        action = '[[action]]\nwhen = { event = "a" }\npoints = 1\n'
        for text, said in (
            (action + "cap = 3\n", 'd.toml:4:1: unknown key "cap"; '),
            (action + '[levels]\nby = "band"\n', 'unknown by "band"; it is "churn", "bands" or "fixed"'),
            (action + '[levles]\nby = "bands"\n', 'd.toml:4:2: unknown key "levles"; did you mean "levels"?'),
            (action + '[levels]\nby = "fixed"\n', "levels by fixed cuts need them"),
            (action + "[levels]\nbands = { low = 6, medium = 3 }\n", "low = 6 must be below medium = 3"),
            (action + '[[trait]]\nproperty = "nps"\nbands = [ { at_least = 7, points = 1 }, { at_least = 9, points = 4 } ]\n',
             "write the highest at_least first"),
            ('[[action]]\npoints = 1\nwhen = { event = "a", where = [ { property = "p", is_at_least = 2 } ] }\n',
             'unknown key "is_at_least"; did you mean "at_least"?'),
            ('[[action]]\npoints = 1\nwhen = { event = "a", where = [ { property = "p", at_least = 2, at_most = 3 } ] }\n',
             "a condition has one test"),
            ('[[action]]\npoints = 1\nwhen = { event_matches = "a(" }\n', "is no regular expression"),
            ('[[action]]\npoints = 1\nwhen = { event = "a" }\n[[action.any]]\nevent = "b"\n', "either when or several any"),
            (action + "[onboarding]\nwithin_days = 3\n", "onboarding needs its steps"),
            (action + "[scale]\nreference = 0\n", "reference must be above 0"),
        ):
            with self.subTest(said=said), Workspace() as space:
                done = space.run("definition", "check", space.file("d.toml", text))
                self.assertEqual(done.returncode, 2)
                self.assertIn(said, done.stderr.decode())

    def test_a_new_version_publishes_from_the_next_day_on_and_history_tells(self):
        with Workspace() as space:
            rows = [(f"{day('2026-01-01', at)}T09:00:00Z", f"a{account}", "u", "report_created")
                    for at in range(90) for account in range(25) if (at + account) % 3 == 0]
            space.must("import", space.file("e.csv", events_csv(rows)))
            space.must("score", "--until", "2026-03-10")
            before = space.must("levels", "--from", "2026-01-01", "--to", "2026-03-10", "--csv")
            file = space.path / "tidemark.toml"
            file.write_text(file.read_text() + '[levels]\nby = "bands"\n')
            difference = space.json("definition", "diff")
            self.assertEqual([(one["what"], one["before"], one["after"]) for one in difference["differences"]], [("levels, by", "churn", "bands")])
            space.must("score", "--until", "2026-03-20")
            self.assertEqual(space.must("levels", "--from", "2026-01-01", "--to", "2026-03-10", "--csv"), before)
            versions = space.json("definition", "history")
            self.assertEqual([(one["from"], one["to"]) for one in versions], [("2026-01-01", "2026-03-10"), ("2026-03-11", "2026-03-20")])
            self.assertEqual([one["what"] for one in versions[1]["changes"]], ["levels, by"])
            self.assertEqual(space.json("definition", "show", "--version", versions[0]["version"][:10])["levels"]["by"], "churn")

    def test_by_hand_recalibrates_when_told(self):
        with Workspace(workspace.DEFINITION + '[levels]\nrecalibrate = "by hand"\n') as space:
            rows = [(f"{day('2026-01-01', at)}T09:00:00Z", f"a{account}", "u", "report_created")
                    for at in range(150) for account in range(25) if (at * account + account) % 5 == 0]
            space.must("import", space.file("e.csv", events_csv(rows)))
            space.must("score", "--until", "2026-04-15")
            first = space.json("calibration")["day"]
            space.must("score", "--until", "2026-05-15")
            self.assertEqual(space.json("calibration")["day"], first)
            space.must("score", "--until", "2026-05-16", "--recalibrate")
            self.assertEqual(space.json("calibration")["day"], "2026-05-15")


class StatedProperties(unittest.TestCase):
    def nps(self, space, on):
        listed = space.json("accounts", "--day", on, "--property", "nps")["accounts"]
        return {row["account_id"]: row["properties"]["nps"] for row in listed}

    def test_what_was_true_when(self):
        with Workspace() as space:
            rows = [(f"{day('2026-01-01', at)}T09:00:00Z", account, "u", "report_created") for at in range(60) for account in "abc"]
            space.must("import", space.file("e.csv", events_csv(rows)))
            space.must("score", "--until", "2026-02-25")
            space.must("import", "--accounts", space.file("1.csv", "account_id,valid_from,nps\na,2026-01-10,3\na,2026-02-01,9\nb,,5\n"))
            self.assertEqual(self.nps(space, "2026-01-09"), {"a": None, "b": "5", "c": None})
            self.assertEqual(self.nps(space, "2026-01-31"), {"a": "3", "b": "5", "c": None})
            self.assertEqual(self.nps(space, "2026-02-01"), {"a": "9", "b": "5", "c": None})
            # A later value without a date holds from its import on, not for the past.
            space.must("import", "--accounts", space.file("2.csv", "account_id,nps\nb,8\nc,7\n"))
            self.assertEqual(self.nps(space, "2026-02-25"), {"a": "9", "b": "5", "c": "7"})

    def test_rows_that_state_nothing_readable_are_refused(self):
        with Workspace() as space:
            said = space.json("import", "--accounts", space.file(
                "1.csv", "account_id,created_at,valid_from\na,2026-01-01,\nb,soon,\nc,,someday\n,2026-01-01,\nnull,2026-01-01,\n"))
            self.assertEqual(said["taken"], 1)
            self.assertEqual(said["rejects"], {"unreadable time": 2, "missing account": 1, "account id without meaning": 1})

    def test_events_without_an_account_follow_their_user(self):
        with Workspace() as space:
            space.must("import", "--users", space.file("u.csv", "user_id,account_id,valid_from\nann,a,\nben,b,2026-01-01\nben,c,2026-02-01\n"))
            rows = [("2026-01-15T09:00:00Z", "ann", "report_created"), ("2026-01-15T09:00:00Z", "ben", "report_created"),
                    ("2026-02-15T09:00:00Z", "ben", "report_created"), ("2025-12-15T09:00:00Z", "ben", "report_created"),
                    ("2026-01-15T09:00:00Z", "zoe", "report_created")]
            said = space.json("import", space.file("e.csv", events_csv(rows, ("timestamp", "user_id", "event"))))
            self.assertEqual((said["taken"], said["rejects"]), (4, {"missing account": 1}))
            scores = space.must("scores", "--from", "2026-02-20", "--to", "2026-02-20", "--csv").splitlines()[1:]
            self.assertEqual([line.split(",")[1:3] for line in scores], [["a", "0"], ["b", "0"], ["c", "6000"]])


class GoldenInputs(unittest.TestCase):
    """One small case for each kind of input, its numbers worked out by the oracle and checked in."""

    def test_each_kind_of_input(self):
        cases = sorted((GOLDEN / "inputs").glob("*.toml"))
        self.assertGreaterEqual(len(cases), 8)
        events, accounts = GOLDEN / "inputs" / "events.csv", GOLDEN / "inputs" / "accounts.csv"
        with Workspace() as space:
            space.must("import", events)
            space.must("import", "--accounts", accounts)
            for case in cases:
                with self.subTest(case=case.stem):
                    days = ("2026-03-01", "2026-04-20")
                    for mode in ("scores", "levels"):
                        file = case.with_suffix(f".{mode}.csv")
                        if os.environ.get("TIDEMARK_BLESS"):
                            file.write_text(oracle(mode, case, events, *days, "--accounts", accounts), encoding="utf-8")
                        self.assertEqual(space.must(mode, "--definition", case, "--from", days[0], "--to", days[1], "--csv"),
                                         file.read_text(encoding="utf-8"))


if __name__ == "__main__":
    workspace.main()

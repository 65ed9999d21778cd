"""What other points, caps or cuts would make of it: held against the listings of every level and score, day by day."""
import csv
import io
import json
import random
import unittest
from collections import Counter, defaultdict

import workspace
from workspace import Workspace, day, events_csv

FIRST = "2025-01-01"
LAST = 420  # days after FIRST, the last with activity


def company(seed, accounts=150):
    """Accounts of different rhythm; of those with less sharing more leave."""
    draw, rows = random.Random(seed), [(f"{FIRST}T10:00:00Z", "first", "ann", "login")]
    for account in range(accounts):
        begin, rate, sharing = draw.randint(0, 200), draw.choice([0.1, 0.3, 0.7]), draw.random()
        end = min(LAST, begin + draw.randint(20, 500)) if draw.random() > sharing else LAST
        for at in range(begin, end + 1):
            if draw.random() < rate:
                event = "report_shared" if draw.random() < sharing else draw.choice(["report_created", "login"])
                rows += [(f"{day(FIRST, at)}T10:00:00Z", f"a{account}", "ann", event)] * draw.randint(1, 4)
    return rows


class WhatIf(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.space = Workspace()
        cls.space.must("import", cls.space.file("events.csv", events_csv(company(5))))
        cls.space.must("score", "--until", day(FIRST, LAST))

    @classmethod
    def tearDownClass(cls):
        cls.space.close()

    def ask(self, *arguments):
        """The answer, and the definition it is about in a file."""
        draft = self.space.folder / "draft.toml"
        return self.space.json("whatif", *arguments, "--write", draft), draft

    def rows(self, *arguments):
        return csv.DictReader(io.StringIO(self.space.must(*arguments, "--csv")))

    def counts(self, draft, calibration, first, last):
        """The accounts on each plain level by day, from the first active day of each on."""
        cuts = self.space.file("cuts.json", json.dumps(calibration))
        counts, seen = defaultdict(Counter), set()
        for row in self.rows("levels", "--definition", draft, "--calibration", cuts, "--from", first, "--to", last):
            if row["level"] != "inactive":
                seen.add(row["account_id"])
            if row["account_id"] in seen:
                counts[row["day"]][row["level"]] += 1
        return counts

    def check_history(self, answer, draft):
        first, last = answer["history"][0]["day"], answer["history"][-1]["day"]
        expected = self.counts(draft, answer["calibration"], day(FIRST, 0), last)
        self.assertEqual(last, day(FIRST, LAST))
        for one in answer["history"]:
            self.assertEqual({level: count for level, count in one["accounts"].items() if count}, dict(expected[one["day"]]), one["day"])
        return first

    def check_trial(self, trial, draft):
        """Points and levels of each month-end, with the cuts of the one before, against the 30 days that came."""
        self.assertEqual(trial["days"], [day(FIRST, at) for at in range(30, LAST - 29) if day(FIRST, at + 1).endswith("-01")][-12:])
        areas, by_level = [], defaultdict(lambda: [0, 0])
        for at in trial["days"]:
            before = max(one for one in (day(at, -back) for back in range(1, 32)) if day(one, 1).endswith("-01"))
            cuts = self.space.json("calibration", "--definition", draft, "--day", before)
            calibration = self.space.file("cuts.json", json.dumps(cuts))
            levels = {row["account_id"]: row["level"] for row in
                      self.rows("levels", "--definition", draft, "--calibration", calibration, "--from", at, "--to", at)}
            silent = {row["account_id"] for row in self.rows("scores", "--definition", draft, "--from", day(at, 30), "--to", day(at, 30))
                      if row["active"] == "0"}  # no activity in the 30 days up to it
            forecasts = []
            for row in self.rows("scores", "--definition", draft, "--from", at, "--to", at):
                account = row["account_id"]
                if levels[account] == "inactive":
                    continue
                left = account in silent
                forecasts.append((int(row["milli_points"]), left))
                by_level[levels[account]][0] += left
                by_level[levels[account]][1] += 1
            gone, there = ([points for points, left in forecasts if left == which] for which in (True, False))
            if gone and there:
                areas.append(sum((one < other) + (one == other) / 2 for one in gone for other in there) / len(gone) / len(there))
        self.assertAlmostEqual(trial["auc"], sum(areas) / len(areas))
        self.assertEqual({level: [rate["left"], rate["all"]] for level, rate in trial["by_level"].items() if rate["all"]}, dict(by_level))
        self.assertEqual(trial["above_low"]["all"], by_level["medium"][1] + by_level["high"][1])
        return trial["auc"]

    def test_levels_moves_history_and_trial_are_what_the_listings_say(self):
        said, draft = self.ask("--points", "report_shared=20", "--cap", "report_created=1", "--engaged-day", "0.5", "--points", "login=0.25")
        self.assertEqual(said["day"], day(FIRST, LAST))
        self.assertIn("cap_per_day = 1", draft.read_text())
        diff = self.space.json("definition", "diff", draft)
        for part in ("levels_before", "levels_after", "accounts", "differences"):
            self.assertEqual(said[part], diff[part], part)
        self.assertGreater(len(said["accounts"]), 3)
        for side, of in (("is", self.space.path / "tidemark.toml"), ("becomes", draft)):
            self.assertEqual(self.check_history(said[side], of), day(FIRST, 0))
        before = self.check_trial(said["is"]["trial"], self.space.path / "tidemark.toml")
        self.assertGreater(self.check_trial(said["becomes"]["trial"], draft), before)

    def test_standing_inputs_are_counted_week_by_week(self):
        said, draft = self.ask("--habit", "0.8")
        self.check_history(said["becomes"], draft)
        self.assertEqual([one["day"] for one in said["becomes"]["history"]][-2:], [day(FIRST, LAST - 7), day(FIRST, LAST)])
        self.check_trial(said["becomes"]["trial"], draft)

    def test_fixed_cuts_and_a_day_of_the_past(self):
        said, draft = self.ask("--low", "10", "--high", "60.5", "--day", day(FIRST, 300))
        self.assertEqual(said["day"], day(FIRST, 300))
        self.assertLessEqual(max(said["becomes"]["trial"]["days"]), day(FIRST, 270))
        levels = Counter(row["level"] for row in self.rows("levels", "--definition", draft, "--from", day(FIRST, 300), "--to", day(FIRST, 300)))
        self.assertEqual({level: count for level, count in said["levels_after"].items() if count and level != "inactive"},
                         {level: count for level, count in levels.items() if level != "inactive"})
        again = self.space.json("whatif", "--draft", draft, "--low", "11")
        self.assertEqual([(one["what"], one["after"]) for one in again["differences"] if "fixed low" in one["what"]][0][1], "11")

    def test_text_says_what_would_be(self):
        text = self.space.must("whatif", "--points", "report_shared=20", "--drop", "report_created")
        for words in ("accounts would change level", "Who leaves is told apart", "% of pairs", "four weeks by four weeks"):
            self.assertIn(words, text)
        self.assertIn("Nothing differs", self.space.must("whatif"))

    def test_what_cannot_be_is_named(self):
        for arguments, words in ((("--points", "report_shard=3"), 'did you mean "report_shared"?'), (("--points", "report_shared=1001"), "0 to 1000"),
                                 (("--points", "report_shared=0.0001"), "three decimals"), (("--points", "report_shared"), "write it as"),
                                 (("--cap", "report_created=1.5"), "whole number"), (("--cap", "login=2"), "no such action"),
                                 (("--low", "3"), "--low and --high"), (("--low", "30", "--high", "3"), "high_cut"),
                                 (("--drop", "report_created", "--drop", "report_shared"), "no action earns points")):
            done = self.space.run("whatif", *arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn(words, done.stderr.decode(), arguments)


if __name__ == "__main__":
    workspace.main()

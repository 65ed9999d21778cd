"""The simulated company, whose truth is known: what it hid is found. Outages, noise, what matters, who carried an account and left, how likely a leave is."""
import csv
import datetime
import unittest
from collections import Counter, defaultdict

import workspace
from workspace import Workspace, day

UNTIL = "2026-03-31"


class Truth(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.space = Workspace()
        cls.space.path = cls.space.folder / "company"
        cls.space.must("demo", cls.space.path, "--accounts", "1000", "--seed", "20", "--until", UNTIL, at=False)
        cls.space.must("score", "--until", UNTIL)

    @classmethod
    def tearDownClass(cls):
        cls.space.close()

    def truth(self, name):
        with open(self.space.path / "demo" / f"{name}.csv", newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def test_the_outage_is_named_and_else_only_the_turn_of_the_year(self):
        outage, = (one["day"] for one in self.truth("truth_days") if "tracking failed" in one["what"])
        found = {one["day"]: one for one in self.space.json("gaps", "--to", UNTIL)}
        self.assertEqual([gap["action"] for gap in found[outage]["gaps"]], [None])
        self.assertEqual([at for at in found if at != outage and not "2025-12-24" <= at <= "2026-01-01"], [])

    def test_learn_finds_what_matters_and_leaves_noise_out(self):
        matters = {one["event"] for one in self.truth("truth_actions") if one["matters"] == "1"}
        said = self.space.json("learn")
        proposed = {one["name"] for one in said["actions"] if one["milli_points_today"] is None and one["milli_points_suggested"] > 0}
        self.assertEqual(proposed - matters, set())
        kept = [one["name"] for one in said["actions"] if one["milli_points_today"] is not None and one["milli_points_suggested"] > 0]
        self.assertGreaterEqual(len(kept), 4)
        today, learned = (one["predictors"]["score"]["auc"] for one in said["held_against"]["definitions"][:2])
        self.assertGreater(learned, today - 0.01)

    def test_the_probability_comes_true(self):
        tested, = self.space.json("backtest")["definitions"]
        error = sum(abs(one["mean_probability"] - one["share_left"]) * one["count"] for one in tested["calibration"])
        self.assertLessEqual(error / sum(one["count"] for one in tested["calibration"]), 0.03)
        self.assertGreater(tested["predictors"]["probability"]["auc"], 0.95)
        self.assertGreater(tested["predictors"]["probability"]["auc"], max(tested["predictors"][name]["auc"] for name in ("score", "actions", "recency")) - 0.005)

    def test_a_champion_who_left_is_named(self):
        champions = {}
        for one in self.truth("users"):
            champions.setdefault(one["account_id"], one["user_id"])  # the first carries the account
        left = {one["account_id"]: one["shows_from"] for one in self.truth("truth_accounts")
                if one["course"] == "champion left" and "2025-06-01" < one["shows_from"] < day(UNTIL, -20)}
        scored, use = {"report_created", "report_shared", "comment_added", "dashboard_scheduled", "export_run", "invite_sent"}, defaultdict(Counter)
        for one in self.truth("events"):
            turn = left.get(one["account_id"])
            if turn and one["event"] in scored and day(turn, -25) <= one["timestamp"][:10] < turn:
                use[one["account_id"]][one["user_id"]] += 1
        asked = 0
        for account, turn in left.items():
            before = sum(use[account].values())
            if before < 20 or use[account][champions[account]] < 0.45 * before:
                continue  # no one carried it
            asked += 1
            said = self.space.json("explain", account, "--from", day(turn, -1), "--to", day(turn, 16))
            self.assertIn(champions[account], [one["user_id"] for one in said["silent_champions"]], (account, turn))
        self.assertGreater(asked, 8)


if __name__ == "__main__":
    workspace.main()

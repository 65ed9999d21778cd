"""Who left, who may: churn recounted here from the events, the probability of silence held against what came, and against leaks."""
import csv
import io
import math
import random
import unittest
from collections import defaultdict

import workspace
from workspace import Workspace, day, events_csv

FIRST = "2025-01-01"
LAST = 480  # days after FIRST


def company(seed, accounts=220):
    """Accounts with a rhythm of their own, of which some leave at some time, and some come back."""
    draw, rows = random.Random(seed), []
    for account in range(accounts):
        begin, rate = draw.randint(0, 200), draw.choice([0.1, 0.3, 0.6, 0.9])
        end = begin + draw.randint(20, 500) if draw.random() < 0.6 else LAST
        pause = range(begin + 60, begin + 60 + draw.randint(31, 90)) if draw.random() < 0.2 else ()
        for at in range(begin, min(end, LAST) + 1):
            if at not in pause and draw.random() < rate * (0.5 if end - at < 40 else 1):
                rows += [(at, f"a{account}", draw.choice(["report_created", "report_shared", "login"])) for _ in range(draw.randint(1, 4))]
    return rows


def take(space, name, rows):
    table = [(f"{day(FIRST, at)}T10:00:00Z", account, "ann", event) for at, account, event in rows]
    space.must("import", space.file(name, events_csv(table)))


class Evidence(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.rows, cls.space = company(3), Workspace()
        take(cls.space, "events.csv", cls.rows)
        cls.space.must("score", "--until", day(FIRST, LAST))
        cls.active = defaultdict(set)
        for at, account, _ in cls.rows:
            cls.active[account].add(at)
        cls.active = {account: sorted(days) for account, days in cls.active.items()}

    @classmethod
    def tearDownClass(cls):
        cls.space.close()

    def is_active(self, account, at):
        return any(at - 30 < one <= at for one in self.active[account])

    def left(self, account, at):
        return not any(at < one <= at + 30 for one in self.active[account])

    def episodes(self):
        for account, days in self.active.items():
            for one, after in zip(days, days[1:] + [None]):
                if one + 30 < (after if after is not None else LAST + 1):
                    yield account, one, after

    def test_churn_is_what_one_counts(self):
        first, last = LAST - 119, LAST
        said = self.space.json("churn")
        self.assertEqual((said["from"], said["to"]), (day(FIRST, first), day(FIRST, last)))
        expected = [(-one, account, after) for account, one, after in self.episodes() if first <= one + 30 <= last]
        self.assertGreater(len(expected), 20)
        self.assertEqual([(one["account_id"], one["churn_day"], one["detection_day"], one["returned"]) for one in said["accounts"]],
                         [(account, day(FIRST, -one), day(FIRST, 30 - one), day(FIRST, after) if after is not None else None)
                          for one, account, after in sorted(expected, key=lambda one: one[:2])])
        judged = [after for one, _, after in expected if -one + 60 <= last]
        self.assertEqual(said["came_back"]["all"], len(judged))
        back = [after for one, _, after in expected if -one + 60 <= last and after is not None and after <= -one + 60]
        self.assertEqual(said["came_back"]["left"], len(back))
        levels = {(row["day"], row["account_id"]): row["published"] for row in csv.DictReader(io.StringIO(
            self.space.must("levels", "--from", day(FIRST, 0), "--to", day(FIRST, LAST), "--csv")))}
        for one in said["accounts"]:
            self.assertEqual(one["level"], levels[one["churn_day"], one["account_id"]])

        # Rates and survival of each level, over the month-ends of the year.
        months = [at for at in range(LAST - 30 - 364, LAST - 29) if at >= 0 and day(FIRST, at + 1).endswith("-01")]
        self.assertEqual([one["day"] for one in said["months"]], [day(FIRST, at) for at in months])
        counts, durations = defaultdict(lambda: [0, 0]), defaultdict(list)
        for at in months:
            for account in self.active:
                level = levels.get((day(FIRST, at), account), "inactive")
                if level == "inactive":
                    continue
                counts[level][0] += self.left(account, at)
                counts[level][1] += 1
                detected = [one + 30 for owner, one, _ in self.episodes() if owner == account and one + 30 > at]
                durations[level].append((min(detected) - at, True) if detected else (LAST - at, False))
        for level, (left, total) in counts.items():
            rate = said["by_level"][level]
            self.assertEqual((rate["left"], rate["all"]), (left, total), level)
            for point in said["survival"][level]:
                share = 1.0
                for at in sorted({length for length, ended in durations[level] if ended and length <= point["days"]}):
                    ended = sum(1 for length, has_ended in durations[level] if has_ended and length == at)
                    share *= 1 - ended / sum(1 for length, _ in durations[level] if length >= at)
                self.assertAlmostEqual(point["share"], share)

    def test_the_probability_is_what_comes(self):
        """Of accounts whose probability is p about p fall silent: over ten classes the distance is at most 0.03."""
        forecasts = []
        for at in range(LAST - 30 - 150, LAST - 29, 15):
            said = self.space.json("risk", "--day", day(FIRST, at))
            self.assertEqual(said["basis"], "model")
            self.assertEqual({one["account_id"] for one in said["accounts"]}, {account for account in self.active if self.is_active(account, at)})
            forecasts += [(one["probability"], self.left(one["account_id"], at)) for one in said["accounts"]]
        forecasts.sort()
        size, distance = len(forecasts), 0.0
        for part in range(10):
            of_part = forecasts[size * part // 10:size * (part + 1) // 10]
            distance += abs(sum(p for p, _ in of_part) - sum(left for _, left in of_part)) / size
        self.assertLess(distance, 0.03)
        ordered = [left for _, left in forecasts]
        pairs = sum(ordered) * (size - sum(ordered))
        ranks = sum(at for at, left in enumerate(ordered) if left) - sum(range(sum(ordered)))
        self.assertGreater(ranks / pairs, 0.75)

    def test_the_reasons_add_up_and_what_is_at_stake_decides(self):
        values = {f"a{at}": at % 7 * 100 for at in range(0, 220, 2)}
        self.space.must("import", "--accounts", self.space.file("accounts.csv", "account_id,mrr\n" + "".join(
            f"{account},{value}\n" for account, value in values.items())))
        said = self.space.json("risk", "--value", "mrr")
        stakes = [one["at_stake"] for one in said["accounts"]]
        self.assertEqual(stakes, sorted(stakes, reverse=True))
        for one in said["accounts"]:
            log_odds = said["base_log_odds"] + sum(one["log_odds"].values())
            self.assertAlmostEqual(one["probability"], 1 / (1 + math.exp(-log_odds)))
            self.assertEqual(one["value"], values.get(one["account_id"]))
            self.assertAlmostEqual(one["at_stake"], one["probability"] * values.get(one["account_id"], 0))
            self.assertTrue(1 <= one["similar"]["all"] <= 100)
        text = self.space.must("risk", "--capacity", "3")
        self.assertIn("the first 3 of", text)

    def test_what_comes_later_changes_nothing(self):
        at = LAST - 60
        with Workspace() as space:
            take(space, "events.csv", [row for row in self.rows if row[0] <= at])
            space.must("score", "--until", day(FIRST, at))
            before = space.json("risk")
            self.assertEqual(before["day"], day(FIRST, at))
            take(space, "later.csv", [row for row in self.rows if row[0] > at] + [(at + 1, f"a{one}", "login") for one in range(220)])
            self.assertEqual(space.json("risk", "--day", day(FIRST, at)), before)

    def test_says_when_too_few_have_left(self):
        with Workspace() as space:
            take(space, "events.csv", [(at, f"a{account}", "report_created") for at in range(100) for account in range(30)])
            space.must("score", "--until", day(FIRST, 99))
            done = space.run("risk")
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("10 of each", done.stderr.decode())
            self.assertEqual(space.json("churn")["accounts"], [])


if __name__ == "__main__":
    workspace.main()

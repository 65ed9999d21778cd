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
        judged = [(one, after) for one, _, after in expected if -one + 90 <= last]
        self.assertEqual((said["came_back_in_60"]["left"], said["came_back_in_60"]["all"]),
                         (sum(after is not None and after <= -one + 90 for one, after in judged), len(judged)))
        scores = {}
        for row in csv.DictReader(io.StringIO(self.space.must("scores", "--from", day(FIRST, 0), "--to", day(FIRST, LAST), "--csv"))):
            scores[row["day"], row["account_id"]] = int(row["milli_points"])
        for one in said["accounts"]:
            before = day(one["churn_day"], -30)
            self.assertEqual(sum(term["milli_points"] for term in one["why"]),
                             scores[one["churn_day"], one["account_id"]] - scores.get((before, one["account_id"]), 0))
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

    def test_a_backtest_is_what_was_published_and_said_month_by_month(self):
        """Without late events and with one definition, levels are the published ones, and each month's figures can be recounted."""
        said = self.space.json("backtest")
        self.assertEqual(said["late"], 0)
        one, = said["definitions"]
        self.assertEqual(len(one["months"]), 12)
        scores = {(row["day"], row["account_id"]): int(row["milli_points"]) for row in csv.DictReader(io.StringIO(
            self.space.must("scores", "--from", day(FIRST, 0), "--to", day(FIRST, LAST), "--csv")))}
        levels = {(row["day"], row["account_id"]): row["published"] for row in csv.DictReader(io.StringIO(
            self.space.must("levels", "--from", day(FIRST, 0), "--to", day(FIRST, LAST), "--csv")))}
        at_of = {day(FIRST, at): at for at in range(LAST + 1)}
        aucs, forecasts, by_level = defaultdict(list), [], defaultdict(lambda: [0, 0])
        for month in one["months"]:
            at = at_of[month["day"]]
            active = [account for account in self.active if self.is_active(account, at)]
            left = {account: self.left(account, at) for account in active}
            self.assertEqual((month["all"]["left"], month["all"]["all"]), (sum(left.values()), len(active)))
            in_month = defaultdict(lambda: [0, 0])
            for account in active:
                for counts in (in_month, by_level):
                    counts[levels[month["day"], account]][0] += left[account]
                    counts[levels[month["day"], account]][1] += 1
            self.assertEqual({level: [rate["left"], rate["all"]] for level, rate in month["by_level"].items()}, in_month)
            risks = {"score": {account: -scores[month["day"], account] for account in active},
                     "recency": {account: at - max(one for one in self.active[account] if one <= at) for account in active},
                     "actions": {account: -sum(1 for when, owner, event in self.rows if owner == account and at - 30 < when <= at and event != "login")
                                 for account in active},
                     "engaged days": {account: -len({when for when, owner, event in self.rows
                                                     if owner == account and at - 30 < when <= at and event != "login"}) for account in active}}
            if month["has_model"]:
                risk = self.space.json("risk", "--day", month["day"])
                risks["probability"] = {entry["account_id"]: entry["probability"] for entry in risk["accounts"]}
                forecasts += [(risks["probability"][account], left[account]) for account in active]
            for name, of_account in risks.items():
                won = [(of_account[gone] > of_account[here]) + (of_account[gone] == of_account[here]) / 2
                       for gone in active if left[gone] for here in active if not left[here]]
                self.assertAlmostEqual(month["auc"][name], sum(won) / len(won), msg=name)
                aucs[name].append(sum(won) / len(won))
        for name, months in aucs.items():
            self.assertAlmostEqual(one["predictors"][name]["auc"], sum(months) / len(months), msg=name)
        self.assertEqual({level: [rate["left"], rate["all"]] for level, rate in one["by_level"].items()}, by_level)
        self.assertAlmostEqual(one["brier"], sum((p - left) ** 2 for p, left in forecasts) / len(forecasts))
        first, last = at_of[said["from"]], at_of[said["to"]]
        for lead in one["lead_times"]:
            there = [levels.get((day(FIRST, when - lead["days"]), account)) for account, when, _ in self.episodes() if first <= when <= last]
            judged = [level for level in there if level in ("none", "low", "medium", "high")]
            self.assertEqual((lead["low"]["left"], lead["low"]["all"]), (sum(level in ("none", "low") for level in judged), len(judged)))
        changes = [row for row in csv.DictReader(io.StringIO(self.space.must("changes", "--from", said["from"], "--to", said["to"], "--csv")))
                   if {row["from"], row["to"]} <= {"low", "medium", "high"}]
        self.assertEqual(one["moves"], len(changes))
        last_move, reversed_ = {}, 0
        for row in csv.DictReader(io.StringIO(self.space.must("changes", "--from", day(FIRST, 0), "--to", said["to"], "--csv"))):
            if {row["from"], row["to"]} <= {"low", "medium", "high"}:
                before = last_move.get(row["account_id"])
                takes_back = before and (before["to"], before["from"]) == (row["from"], row["to"]) and at_of[row["day"]] - at_of[before["day"]] <= 14
                reversed_ += bool(takes_back and row["day"] >= said["from"])
                last_move[row["account_id"]] = row
        self.assertEqual(one["reversed"], reversed_)
        self.assertGreater(reversed_, 0)

    def test_a_backtest_moves_nobody_on_a_marked_day(self):
        """As it is published: whoever would have moved on the day does so later, or not at all."""
        with Workspace() as space:
            take(space, "events.csv", self.rows)
            space.must("score", "--until", day(FIRST, LAST))
            said = space.json("backtest")
            moved = defaultdict(int)
            for row in csv.DictReader(io.StringIO(space.must("changes", "--from", said["from"], "--to", said["to"], "--csv"))):
                moved[row["day"]] += {row["from"], row["to"]} <= {"low", "medium", "high"}
            marked = sorted(sorted(moved, key=moved.get)[-5:])
            for one in marked:
                space.must("gaps", "mark", one, "--why", "the tests say so")
            changes = [row for row in csv.DictReader(io.StringIO(space.must("changes", "--from", said["from"], "--to", said["to"], "--csv")))
                       if {row["from"], row["to"]} <= {"low", "medium", "high"}]
            self.assertFalse({row["day"] for row in changes} & set(marked))
            again = space.json("backtest")
            self.assertEqual(again["definitions"][0]["moves"], len(changes))
            self.assertNotEqual(again["definitions"][0]["months"], said["definitions"][0]["months"])

    def test_another_window_is_tried_on_the_same_accounts(self):
        with Workspace() as space:
            take(space, "events.csv", self.rows)
            draft = space.folder / "longer.toml"
            said = space.json("whatif", "--window", "60", "--write", draft)
            self.assertEqual([(one["what"], one["before"], one["after"]) for one in said["differences"]], [("window days", "30", "60")])
            judged = [sum(rate["all"] for rate in said[side]["trial"]["by_level"].values()) for side in ("is", "becomes")]
            self.assertEqual(judged[0], judged[1])
            self.assertIn("window_days = 60", draft.read_text(encoding="utf-8"))
            refused = space.run("whatif", "--window", "7")
            self.assertEqual(refused.returncode, 2)
            self.assertIn("--window", refused.stderr.decode())
            # Adopted, points last twice as long and nobody younger than two windows calibrates.
            (space.path / "tidemark.toml").write_text(draft.read_text(encoding="utf-8"), encoding="utf-8")
            at, account = LAST, max(self.active, key=lambda one: self.active[one][-1])
            mine = {when for when, owner, event in self.rows if owner == account and at - 60 < when <= at and event != "login"}
            told = space.json("account", account, "--day", day(FIRST, at))
            self.assertEqual(told["window_days"], 60)
            self.assertEqual(told["scores"][-1]["engaged_days"], len(mine))
            # How often levels leave is asked of those who had not left before, though others still have points.
            space.must("score", "--until", day(FIRST, LAST))
            at_of, months = {day(FIRST, one): one for one in range(LAST + 1)}, space.json("churn")["months"]
            self.assertGreater(len(months), 6)
            for month in months[-6:]:  # before, nobody stood on the ladder
                at = at_of[month["day"]]
                active = [account for account in self.active if self.is_active(account, at)]
                counted = [sum(rate[what] for rate in month["by_level"].values()) for what in ("left", "all")]
                self.assertEqual(counted, [sum(self.left(account, at) for account in active), len(active)], month["day"])

    def test_what_came_later_is_not_known_to_a_backtest(self):
        """Late events that would tell who stays: they came after a month-end, so nothing of it, or before it, may differ."""
        at = next(at for at in range(LAST - 120, LAST) if day(FIRST, at + 1).endswith("-01"))
        columns = ("timestamp", "account_id", "user_id", "event", "received_at")
        table = [(f"{day(FIRST, when)}T10:00:00Z", account, "ann", event, f"{day(FIRST, when)}T10:00:01Z") for when, account, event in self.rows]
        planted = [(f"{day(FIRST, at)}T11:00:00Z", account, "ann", "report_created", f"{day(FIRST, at + 3)}T10:00:00Z")
                   for account in self.active if self.is_active(account, at) and not self.left(account, at) for _ in range(9)]
        self.assertGreater(len(planted), 100)
        months = []
        for rows in (table, table + planted):
            with Workspace() as space:
                space.must("import", space.file("events.csv", events_csv(rows, columns)))
                said = space.json("backtest")
                months.append({month["day"]: month for month in said["definitions"][0]["months"]})
                self.assertEqual(said["late"], len(rows) - len(table))
        without, beside = months
        self.assertIn(day(FIRST, at), without)
        earlier = [one for one in sorted(without) if one <= day(FIRST, at - 35)]
        self.assertGreater(len(earlier), 3)
        for one in earlier + [day(FIRST, at)]:
            self.assertEqual(without[one], beside[one])
        self.assertNotEqual(without, beside)  # but once they had come, they count

    def test_definitions_are_compared_and_a_page_says_so(self):
        draft = self.space.file("draft.toml", (self.space.path / "tidemark.toml").read_text(encoding="utf-8").replace("points = 5.0", "points = 50.0"))
        page = self.space.folder / "report.html"
        said = self.space.json("backtest", "--compare", draft, "--html", page)
        self.assertEqual([one["name"] for one in said["definitions"]], ["today's", "draft.toml"])
        alone = self.space.json("backtest")
        self.assertEqual(said["definitions"][0], alone["definitions"][0])
        self.assertNotEqual(said["definitions"][1]["predictors"]["score"], alone["definitions"][0]["predictors"]["score"])
        self.assertEqual(said["definitions"][1]["predictors"]["recency"], alone["definitions"][0]["predictors"]["recency"])
        html = page.read_text(encoding="utf-8")
        for words in ("draft.toml", said["definitions"][1]["verdict"], f'{said["definitions"][1]["predictors"]["score"]["auc"]:.3f}'):
            self.assertIn(words, html)
        for outside in ("http://", "https://", "<script", "<link", "url("):
            self.assertNotIn(outside, html)
        self.assertIn("Walked forward over 12 month-ends", " ".join(self.space.must("backtest").split()))

    def test_points_alone_decide_while_few_have_left(self):
        """Twelve weeks of thirty accounts: some fall silent, too few for a model."""
        rows = [(at, f"a{account}", "report_created") for account in range(60) for at in range(account % 3, 120, 1 + account % 5)
                if at < 70 or account % 10]
        with Workspace() as space:
            take(space, "events.csv", rows)
            space.must("score", "--until", day(FIRST, 119))
            said = space.json("risk")
            self.assertEqual(said["basis"], "curve")
            self.assertTrue(10 <= said["snapshots_left"] < 40 <= said["snapshots_stayed"])
            ordered = sorted(said["accounts"], key=lambda one: one["milli_points"])
            chances = [one["probability"] for one in ordered]
            self.assertEqual(chances, sorted(chances, reverse=True))
            for one in said["accounts"]:
                self.assertEqual(one["probability"], one["similar"]["left"] / one["similar"]["all"])
                self.assertIsNone(one["log_odds"])

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

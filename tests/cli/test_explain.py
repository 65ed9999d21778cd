"""The ledger between two days, against the rules worked out here: what is earned and by whom, what expires, what came late, what a merge
and another definition did. Random histories; every cause on its own, and their sum."""
import math
import os
import random
import unittest
from collections import defaultdict

import workspace
from workspace import DEFINITION, Workspace, day, events_csv

FIRST = "2026-01-01"
OTHER = DEFINITION.replace("points = 5.0", "points = 3.5").replace("engaged_day_points = 1.0", "engaged_day_points = 0.25")
RULES = {DEFINITION: {"report_created": (5000, "diminishing", None), "report_shared": (8000, "every", 2), "": (1000,)},
         OTHER: {"report_created": (3500, "diminishing", None), "report_shared": (8000, "every", 2), "": (250,)}}


def points_of(rule, count):
    weight, repeat, cap = rule
    count = min(count, cap or count)
    return weight * count if repeat == "every" else (math.isqrt(4 * weight * weight * count) + 1) // 2


def split(points, counts):
    """By largest remainder, of equal ones to the first."""
    total = sum(counts.values())
    parts = {user: points * count // total for user, count in counts.items()}
    order = sorted(counts, key=lambda user: (-(points * counts[user] % total), user.encode()))
    for user in order[:points - sum(parts.values())]:
        parts[user] += 1
    return parts


def earned(rows, first, last, definition):
    """By (day, action, user), and the points of engaged days, of the days from `first` to `last`, which are numbers."""
    rules, counts = RULES[definition], defaultdict(lambda: defaultdict(int))
    for at, user, event in rows:
        if first <= at <= last and event in rules:
            counts[at, event][user] += 1
    parts = {(at, event, user): (count, part)
             for (at, event), users in counts.items()
             for (user, part), count in zip(sorted(split(points_of(rules[event], sum(users.values())), users).items()),
                                            (users[user] for user in sorted(users)))}
    return parts, rules[""][0] * len({at for at, _ in counts})


def window(rows, at, definition):
    parts, days = earned(rows, at - 29, at, definition)
    return days + sum(part for _, part in parts.values())


class Ledger(unittest.TestCase):
    def rows(self, random_, first, last, count):
        return [(random_.randint(first, last), random_.choice(["ann", "ben", "Cy", ""]),
                 random_.choice(["report_created", "report_created", "report_shared", "login"])) for _ in range(count)]

    def take(self, space, account, rows):
        self.files += 1
        table = [(f"{day(FIRST, at)}T{at % 24:02}:00:00Z", account, user, event) for at, user, event in rows]
        space.must("import", space.file(f"events-{self.files}.csv", events_csv(table)))

    def check(self, space, days, now, rules, **causes):
        said = space.json("explain", "acme", "--from", day(FIRST, days[0]), "--to", day(FIRST, days[1]))
        self.assertEqual(said["milli_points"], said["to"]["milli_points"] - said["from"]["milli_points"])
        for name in ("merge_milli_points", "late_milli_points", "unknown_milli_points"):
            self.assertEqual(said[name], causes.get(name, 0), name)
        self.assertEqual(sum(term["milli_points"] for term in said["definition"]), causes.get("definition", 0))
        gained = earned(now, max(days[0] + 1, days[1] - 29), days[1], rules)
        lost = earned(now, days[0] - 29, min(days[0], days[1] - 30), rules)
        for name, (parts, of_days) in (("earned", gained), ("expired", lost)):
            there = {(one["day"], one["action"], one["user_id"]): (one["count"], one["milli_points"]) for one in said[name]["actions"]}
            self.assertEqual(there, {(day(FIRST, at), event, user): part for (at, event, user), part in parts.items()}, name)
            self.assertEqual(said[name]["engaged_days_milli_points"], of_days)
        self.assertEqual(said["standing"], [])
        return said

    def test_every_cause_on_its_own_and_all_together(self):
        seed = int(os.environ.get("TIDEMARK_SEED", "0")) or random.SystemRandom().randint(1, 10**9)
        random_, self.files = random.Random(seed), 0
        with self.subTest(seed=seed), Workspace() as space:
            acme, beta = self.rows(random_, 0, 60, 150), self.rows(random_, 0, 60, 80)
            acme.append((0, "ann", "login"))
            self.take(space, "acme", acme)
            self.take(space, "beta", beta)
            space.must("score", "--until", day(FIRST, 60))
            self.check(space, (35, 60), acme, DEFINITION)
            self.check(space, (-3, 20), acme, DEFINITION)

            late = self.rows(random_, 30, 60, 20)  # of days that are published
            before, acme = acme, acme + late + self.rows(random_, 61, 70, 20)
            self.take(space, "acme", acme[len(before):])
            space.must("score", "--until", day(FIRST, 70))
            self.check(space, (55, 65), acme, DEFINITION,
                       late_milli_points=window(acme, 55, DEFINITION) - window(before, 55, DEFINITION))

            both = acme + beta
            space.must("identity", "merge", "beta", "--into", "acme")
            (space.path / "tidemark.toml").write_text(OTHER, encoding="utf-8")
            space.must("score", "--until", day(FIRST, 80))
            causes = {"merge_milli_points": window(both, 65, DEFINITION) - window(acme, 65, DEFINITION),
                      "definition": window(both, 65, OTHER) - window(both, 65, DEFINITION)}
            self.check(space, (65, 75), both, OTHER, **causes)
            self.check(space, (75, 79), both, OTHER)

            later = self.rows(random_, 50, 78, 30)
            self.take(space, "acme", later)
            everything = both + later
            self.check(space, (65, 75), everything, OTHER,
                       merge_milli_points=window(everything, 65, DEFINITION) - window(acme + later, 65, DEFINITION),
                       definition=window(everything, 65, OTHER) - window(everything, 65, DEFINITION),
                       late_milli_points=window(acme + later, 65, DEFINITION) - window(acme, 65, DEFINITION),
                       unknown_milli_points=window(both, 75, OTHER) - window(everything, 75, OTHER))

            space.must("identity", "unmerge", "beta")
            space.must("score", "--until", day(FIRST, 85))
            alone = acme + later
            self.check(space, (79, 85), alone, OTHER,
                       merge_milli_points=window(alone, 79, OTHER) - window(everything, 79, OTHER),
                       late_milli_points=window(everything, 79, OTHER) - window(both, 79, OTHER))

    def test_who_carried_it_and_what_they_used(self):
        rows = [(f"{day(FIRST, at)}T10:00:00Z", "acme", "ann", "report_created") for at in range(0, 50) for _ in range(4)]
        rows += [(f"{day(FIRST, at)}T10:00:00Z", "acme", "ben", "report_created") for at in range(0, 80, 10)]
        rows += [(f"{day(FIRST, 79)}T10:00:00Z", "acme", "", "report_shared")]
        with Workspace() as space:
            space.must("import", space.file("events.csv", events_csv(rows)))
            space.must("score", "--until", day(FIRST, 80))
            said = space.json("explain", "acme", "--from", day(FIRST, 60), "--to", day(FIRST, 80))
            self.assertEqual([one["user_id"] for one in said["silent_champions"]], ["ann"])
            self.assertEqual(said["silent_champions"][0]["last_day"], day(FIRST, 49))
            self.assertEqual({one["user_id"]: one["milli_points"] for one in said["carriers"]}, {"ben": 10000, "": 8000})
            self.assertEqual(said["adopted"], [{"action": "report_shared", "day": day(FIRST, 79)}])
            self.assertEqual(said["dropped"], [])
            self.assertRegex(said["reason"], r"^ann, who earned \d+ % of its points, has been silent for 31 days$")
            reason = lambda *days: space.json("explain", "acme", "--from", day(FIRST, days[0]), "--to", day(FIRST, days[1]))["reason"]
            self.assertEqual(reason(0, 1), "report_created: 10 points earned, 0 expired")
            self.assertEqual(reason(118, 119), "nothing was earned and nothing expired")
            text = space.must("explain", "acme", "--from", day(FIRST, 60), "--to", day(FIRST, 80))
            self.assertIn("ann, who earned", " ".join(text.split()))
            self.assertEqual(space.json("explain", "acme", "--to", day(FIRST, 110))["dropped"], [{"action": "report_created", "day": day(FIRST, 70)},
                                                                                                 {"action": "report_shared", "day": day(FIRST, 79)}])

    def test_the_reason_of_a_move_goes_the_way_of_the_level(self):
        rank = ["inactive", "none", "engaged", "low", "medium", "high"]
        with Workspace() as space:
            space.path = space.folder / "company"
            space.must("demo", space.path, "--accounts", 300, "--until", "2026-03-31", "--seed", "11", at=False)
            space.must("score", "--until", "2026-03-31")
            against = 0
            for first, last in (("2026-02-20", "2026-03-05"), ("2026-01-25", "2026-02-03"), ("2026-03-24", "2026-03-31")):
                for account in space.json("movement", "--from", first, "--to", last)["accounts"]:
                    if account["from"] is None or account["is_merge"]:
                        continue
                    said = space.json("explain", account["account_id"], "--from", first, "--to", last)
                    rose = rank.index(account["to"]) > rank.index(account["from"])
                    self.assertTrue(said["reason"])
                    if account["to"] == "inactive":
                        self.assertRegex(said["reason"], r"(silent|anything) for \d+ days$")
                    elif said["milli_points"] != 0 and rose != (said["milli_points"] > 0):
                        against += 1
                        self.assertIn("cut", said["reason"], account)
                    elif rose:
                        self.assertNotIn("silent", said["reason"], account)
            self.assertGreater(against, 0)

    def test_says_what_it_cannot_explain(self):
        with Workspace() as space:
            space.must("import", space.file("events.csv", events_csv([(f"{FIRST}T10:00:00Z", "acme", "ann", "report_created")])))
            for arguments, why in ((("nobody",), "unknown account"), (("acme", "--from", "2026-02-01", "--to", "2026-01-01"), "is not before"),
                                   (("acme", "--to", "2025-01-01"), "no activity up to")):
                done = space.run("explain", *arguments)
                self.assertNotEqual(done.returncode, 0)
                self.assertIn(why, done.stderr.decode())


if __name__ == "__main__":
    workspace.main()

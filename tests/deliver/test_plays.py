"""Plays: due for the right accounts, at their pace, told once whatever breaks, held out at random, and shown to help where they do."""
import csv
import datetime
import io
import json
import random
import subprocess
import unittest

import receivers
import workspace
from contract import ApiClient, described
from live_server import LiveServer
from workspace import Workspace, day, events_csv

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
FIRST, ON, LAST, SEEN = "2026-01-01", 100, 125, 165

PLAYS = """
[[play]]
name = "Loses"
when = { loses_percent = 40 }
message = "{account}: {reason} ({property.plan})"
do = "Call."
to = "hook"
hold_out_percent = 50
again_after_days = 300

[[play]]
name = "Falls"
when = { falls_to = ["low", "none", "inactive"] }
most_a_week = 3
again_after_days = 300

[[play]]
name = "Teams"
when = { loses_percent = 40 }
where = [ { property = "plan", is = "team" } ]
again_after_days = 300
"""


def used(account, days):
    return [(f"{day(FIRST, at)}T09:00:00Z", account, "ann", "report_created") for at in days]


class Plays(unittest.TestCase):
    def setUp(self):
        self.space = Workspace()
        self.addCleanup(self.space.close)
        self.accounts = [f"a{number:02}" for number in range(90)]
        rows = []
        for number, account in enumerate(self.accounts):
            stops = ON + number % 12 if number < 70 else SEEN + 1
            rows += used(account, range(number % 5, stops))
        self.take("events.csv", rows)
        self.plans = {account: "team" if number % 3 else "free" for number, account in enumerate(self.accounts)}
        self.space.must("import", "--accounts", self.space.file("plans.csv", "account_id,plan\n" + "".join(f"{a},{p}\n" for a, p in self.plans.items())))
        self.space.must("score", "--until", day(FIRST, ON))
        self.hook = receivers.Hook(SECRET, self.faults)
        self.addCleanup(self.hook.close)
        file = self.space.file("hook.secret", SECRET)
        self.space.must("destinations", "add", "hook", "--kind", "webhook", "--url", self.hook.url, "--secret-file", file, "--allow-private")
        (self.space.path / "plays.toml").write_text(PLAYS, encoding="utf-8")
        for name in ("Loses", "Falls", "Teams"):
            self.space.must("plays", "on", name)
        self.chance = random.Random(5)
        self.breaks = False

    def faults(self, body):
        return (503, {"Retry-After": "1"}, b"for a moment") if self.breaks and self.chance.random() < 0.2 else None

    def take(self, name, rows):
        self.space.must("import", self.space.file(name, events_csv(rows)))

    def due(self, name):
        return {one["account_id"]: one for one in self.space.json("plays", "due", name)}

    def by_hand(self):
        """When each account first had lost two fifths of its points within 30 days, recounted from scores."""
        scores = {}
        for row in csv.DictReader(io.StringIO(self.space.must("scores", "--from", day(FIRST, ON - 30), "--to", day(FIRST, LAST), "--csv"))):
            scores[row["account_id"], row["day"]] = int(row["milli_points"])
        first = {}
        for at in range(ON + 1, LAST + 1):
            for account in self.accounts:
                before, now = scores[account, day(FIRST, at - 30)], scores[account, day(FIRST, at)]
                if account not in first and before >= 1000 and (before - now) * 100 >= 40 * before:
                    first[account] = day(FIRST, at)
        return first

    def morning(self, at):
        """A day is published and delivered; those who were called come back, for good."""
        self.space.must("score", "--until", day(FIRST, at))
        self.space.must("deliver")
        new = [account for account, one in self.due("Loses").items() if one["day"] == day(FIRST, at) and not one["is_held_out"]]
        if new:
            self.take(f"back{at}.csv", [row for account in new for row in used(account, range(at + 1, SEEN + 1))])

    def test_a_play_comes_once_and_its_hold_out_shows_that_it_helps(self):
        for at in range(ON + 1, LAST + 1):
            self.morning(at)
        loses = self.due("Loses")
        self.assertEqual({account: one["day"] for account, one in loses.items()}, self.by_hand())
        self.assertGreater(len(loses), 60)
        held_out = {account for account, one in loses.items() if one["is_held_out"]}
        self.assertTrue(20 <= len(held_out) <= len(loses) - 20, len(held_out))
        told = {messages[0]["data"]["account_id"]: messages[0] for messages in self.hook.messages.values()}
        self.assertEqual((set(told), len(self.hook.messages)), (set(loses) - held_out, len(loses) - len(held_out)))
        for account, message in told.items():
            self.assertEqual((message["type"], message["data"]["play"], message["data"]["do"]), ("play.due", "Loses", "Call."))
            self.assertEqual(message["data"]["message"], f"{account}: {message['data']['reason']} ({self.plans[account]})")
            self.assertRegex(message["data"]["reason"], "silent for|expired")
        for account in held_out:
            self.assertEqual((loses[account]["message"], loses[account]["reason"]), (None, None))
        # Too early to tell; thirty days later those who were called are there and the others are not.
        self.assertIn("Too few to say", self.space.must("plays", "effect", "Loses"))
        for at in range(LAST + 5, SEEN + 1, 5):
            self.space.must("score", "--until", day(FIRST, at))
            self.space.must("deliver")
        effect = self.space.json("plays", "effect", "Loses")
        self.assertEqual((effect["treated"]["silent"]["left"], effect["treated"]["silent"]["all"]), (0, len(told)))
        self.assertEqual((effect["held_out"]["silent"]["left"], effect["held_out"]["silent"]["all"]), (len(held_out), len(held_out)))
        self.assertGreater(effect["rarer"]["least"], 0.7)
        self.assertTrue(effect["verdict"].startswith("It helps: 0 % of those it came to were silent 30 days later, 100 % of those held out"), effect["verdict"])
        # Of properties, and of the pace.
        self.assertEqual(set(self.due("Teams")) & set(loses), {account for account in loses if self.plans[account] == "team"})
        days = sorted(datetime.date.fromisoformat(one["day"]) for one in self.due("Falls").values())
        self.assertGreater(len(days), 3)
        for one in days:
            self.assertLessEqual(sum(datetime.timedelta(0) <= one - other < datetime.timedelta(7) for other in days), 3)
        # History published anew is no news.
        before = self.space.json("plays", "due"), len(self.hook.requests)
        # Silent is silent for 30 days, though under a longer window all of them still have a level.
        toml = self.space.path / "tidemark.toml"
        toml.write_text("window_days = 90\n" + toml.read_text(encoding="utf-8"), encoding="utf-8")
        self.space.must("score", "--republish", "--until", day(FIRST, SEEN))
        self.space.must("deliver")
        again = self.space.json("plays", "effect", "Loses")
        self.assertEqual([again[arm]["silent"] for arm in ("treated", "held_out")], [effect[arm]["silent"] for arm in ("treated", "held_out")])
        self.assertEqual((self.space.json("plays", "due"), len(self.hook.requests)), before)

    def test_a_preview_is_what_it_would_have_done(self):
        for at in range(ON + 1, LAST + 1):
            self.space.must("score", "--until", day(FIRST, at))
            self.space.must("deliver")
        for name in ("Loses", "Falls", "Teams"):
            shown = self.space.json("plays", "preview", name, "--days", LAST - ON)
            what = lambda firings: [(one["account_id"], one["day"], one["is_held_out"], one["level"]) for one in firings]
            self.assertEqual(what(shown["firings"]), what(sorted(self.space.json("plays", "due", name), key=lambda one: (one["day"], one["number"]))))
            self.assertEqual(shown["held_out"], sum(one["is_held_out"] for one in shown["firings"]))
        self.assertIn("it would have been due for", " ".join(self.space.must("plays", "preview", "Loses").split()))
        # Not for an account that nobody is to be told of.
        before = self.space.json("plays", "preview", "Loses", "--days", LAST - ON)["firings"]
        silenced = before[0]["account_id"]
        self.space.must("destinations", "silence", silenced, "--why", "in dispute")
        after = self.space.json("plays", "preview", "Loses", "--days", LAST - ON)["firings"]
        self.assertEqual([one["account_id"] for one in after if one["account_id"] == silenced], [])
        self.assertTrue(after)

    def test_nothing_is_told_twice_or_lost_over_kills_and_faults(self):
        self.breaks = True
        self.space.must("score", "--until", day(FIRST, ON + 20))
        for at in range(ON + 21, LAST + 1):
            self.space.must("score", "--until", day(FIRST, at))
            for _ in range(6):
                run = subprocess.Popen(self.space.command("deliver"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                try:
                    run.wait(timeout=self.chance.uniform(0.02, 0.5))
                except subprocess.TimeoutExpired:
                    run.kill()
                    run.wait()
        self.breaks = False
        for _ in range(20):
            self.space.must("deliver")
            if not self.space.json("destinations", "list")[0]["waiting"]:
                break
        due = self.space.json("plays", "due", "Loses")
        self.assertEqual(len({one["account_id"] for one in due}), len(due))
        treated = {one["account_id"] for one in due if not one["is_held_out"]}
        self.assertEqual(sorted(messages[0]["data"]["account_id"] for messages in self.hook.messages.values()), sorted(treated))
        for messages in self.hook.messages.values():
            self.assertEqual(messages, messages[:1] * len(messages))

    def test_what_is_old_is_no_news_and_a_marked_day_asks_nothing(self):
        self.space.must("score", "--until", day(FIRST, LAST))
        self.space.must("gaps", "mark", day(FIRST, LAST), "--why", "the tests say so")
        self.space.must("deliver")
        days = {one["day"] for one in self.space.json("plays", "due")}
        self.assertTrue(days)
        self.assertTrue(all(day(FIRST, LAST - 6) <= one < day(FIRST, LAST) for one in days), days)

    def test_who_is_onboarded_is_told_from_who_is_not(self):
        (self.space.path / "tidemark.toml").write_text("""
[[action]]
name = "Report created"
when = { event = "report_created" }
points = 5.0

[onboarding]
steps = ["invited"]

[levels]
by = "fixed"
fixed = { low_cut = 1.0, high_cut = 1000.0 }
""", encoding="utf-8")
        done = {account: 80 + 5 * number for number, account in enumerate(self.accounts[70:80])}  # they have been medium for so long from 100 on
        self.take("steps.csv", [(f"{day(FIRST, at)}T10:00:00Z", account, "ann", "invited") for account, at in done.items()])
        self.space.must("score", "--until", day(FIRST, LAST), "--republish")
        when = 'when = { stays_in = "medium", for_days = 100 }'
        (self.space.path / "plays.toml").write_text(f'[[play]]\nname = "Done"\n{when}\nonboarded = true\n[[play]]\nname = "Open"\n{when}\nonboarded = false\n', encoding="utf-8")
        asked = {name: {one["account_id"]: one for one in self.space.json("plays", "preview", name, "--days", 90)["firings"]} for name in ("Done", "Open")}
        self.assertEqual({account for account in done if done[account] <= ON}, set(asked["Done"]) - set(asked["Open"]))
        for account, one in asked["Done"].items():
            self.assertGreaterEqual(one["day"], day(FIRST, done[account]))  # not before the step was done
        self.assertTrue(set(self.accounts[70:]) - set(done) <= set(asked["Open"]))
        self.assertTrue(set(done) & set(asked["Done"]) & set(asked["Open"]))  # it was done while it was due
        for account in set(done) & set(asked["Open"]):
            self.assertLess(asked["Open"][account]["day"], day(FIRST, done[account]))
        self.assertIn("once it is onboarded", " ".join(self.space.must("plays", "preview", "Done").split()))

    def test_by_the_api_it_is_the_same_and_somebody_does_it(self):
        for at in (ON + 14, ON + 16):
            self.space.must("score", "--until", day(FIRST, at))
            self.space.must("deliver")
        with LiveServer(self.space, "--no-nightly") as server:
            api = ApiClient(server, described(server), self.space.json("keys", "create", "--scope", "write")["key"])
            listed = api.get("/plays")
            self.assertEqual((listed["is_own"], listed["toml"], listed["problem"]), (True, PLAYS, None))
            self.assertEqual(listed["data"], self.space.json("plays"))
            self.assertEqual(api.get("/plays/firings", limit=10000)["data"], self.space.json("plays", "due"))
            self.assertEqual(api.get("/plays/preview", play="Loses", days=30), self.space.json("plays", "preview", "Loses", "--days", 30))
            self.assertEqual(api.get("/plays/effect", play="Loses"), self.space.json("plays", "effect", "Loses"))
            one = api.get("/plays/firings", play="Loses", state="open")["data"][0]
            self.assertEqual(api.must("PUT", f"/plays/firings/{one['number']}", {"is_done": True}), {"is_done": True})
            self.assertNotIn(one["number"], [other["number"] for other in api.get("/plays/firings", state="open", limit=10000)["data"]])
            done = api.get("/plays/firings", account=one["account_id"], play="Loses")["data"][0]
            self.assertTrue(done["done_by"] and done["done_at"])
            self.assertEqual(api.must("PUT", f"/plays/firings/{one['number']}", {"is_done": False}), {"is_done": False})
            for number in ("none", f"{one['number']}abc", "99999999"):
                self.assertEqual(api.send("PUT", f"/plays/firings/{number}", {"is_done": True})[0], 404)
            off = api.must("POST", "/plays/switch", {"play": "Falls", "is_on": False})
            self.assertEqual({one["name"]: bool(one["on_since"]) for one in off["data"]}, {"Loses": True, "Falls": False, "Teams": True})
            self.assertEqual(api.send("POST", "/plays/switch", {"play": "Nobody", "is_on": True})[0], 404)
            status, _, problem = api.send("PUT", "/plays", {"toml": PLAYS.replace("loses_percent = 40", "looses = 4", 1)})
            self.assertEqual(status, 400)
            self.assertIn("plays.toml:4:", problem["detail"])
            self.assertEqual(api.get("/plays")["toml"], PLAYS)
            written = api.must("PUT", "/plays", {"toml": PLAYS.replace("most_a_week = 3", "most_a_week = 5")})
            self.assertIn("5 a week at most", written["data"][1]["words"])
            self.assertEqual(api.get("/plays/preview", play="Falls", days=30), self.space.json("plays", "preview", "Falls", "--days", 30))
            # One that is written no more rests, and does not go on by itself when it is back.
            api.must("PUT", "/plays", {"toml": PLAYS.replace('"Teams"', '"Others"')})
            again = api.must("PUT", "/plays", {"toml": PLAYS})
            self.assertEqual({one["name"]: bool(one["on_since"]) for one in again["data"]}, {"Loses": True, "Falls": False, "Teams": False})
            elsewhere = api.must("PUT", "/plays", {"toml": PLAYS.replace('to = "hook"', 'to = "hok"')})
            self.assertEqual(elsewhere["data"][0]["to"], "hok")
            api.must("POST", "/plays/switch", {"play": "Loses", "is_on": False})
            status, _, problem = api.send("POST", "/plays/switch", {"play": "Loses", "is_on": True})
            self.assertEqual(status, 400)
            self.assertIn('did you mean "hook"', problem["detail"])
            # One that somebody took out of the file by hand is turned off all the same.
            api.must("POST", "/plays/switch", {"play": "Falls", "is_on": True})
            (self.space.path / "plays.toml").write_text(PLAYS.replace('"Falls"', '"Renamed"'), encoding="utf-8")
            api.must("POST", "/plays/switch", {"play": "Falls", "is_on": False})
            (self.space.path / "plays.toml").write_text(PLAYS, encoding="utf-8")
            self.assertIsNone(next(one for one in api.get("/plays")["data"] if one["name"] == "Falls")["on_since"])
            (self.space.path / "plays.toml").write_text("[[play", encoding="utf-8")
            self.assertEqual(self.space.must("plays", "--toml"), "[[play")
            broken = api.get("/plays")
            self.assertEqual((broken["data"], broken["toml"]), ([], "[[play"))
            self.assertIn("plays.toml:1:", broken["problem"])

    def test_without_plays_of_its_own_a_workspace_has_the_built_in_ones(self):
        (self.space.path / "plays.toml").unlink()
        names = [one["name"] for one in self.space.json("plays")]
        self.assertIn("Rescue who fell from high", names)
        self.assertEqual(self.space.must("plays", "--toml").count("[[play]]"), len(names))
        # As a shell does it: the file is there, and empty, before anything is asked.
        (self.space.path / "plays.toml").write_bytes(b"")
        text = self.space.must("plays", "--toml")
        (self.space.path / "plays.toml").write_text(text, encoding="utf-8")
        self.assertEqual([one["name"] for one in self.space.json("plays")], names)
        done = self.space.run("plays", "on", "Rescue who fell from hgih")
        self.assertEqual(done.returncode, 2)
        self.assertIn(b'did you mean "Rescue who fell from high"', done.stderr)
        self.assertIn("it would have been due for", " ".join(self.space.must("plays", "preview", names[0]).split()))


if __name__ == "__main__":
    workspace.main()

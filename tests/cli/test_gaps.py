"""Days of which events are missing: found by the same weekday of other weeks, held while the mark stands, published anew when it is lifted."""
import csv
import datetime
import io
import random
import unittest

import clock
import workspace
from live_server import LiveServer
from workspace import Workspace, day, events_csv

YESTERDAY = (clock.now() - datetime.timedelta(days=1, hours=2)).date().isoformat()  # has ended, grace included
DAYS = 140


def rows(seed, lost=lambda at, event: 0.0):
    """Sixty accounts with their own rhythm, up to yesterday; of some days' events a share is lost."""
    draw, loss = random.Random(seed), random.Random(seed + 1)
    for account in range(60):
        rate, until = draw.choice([0.2, 0.6, 0.95]), draw.choice([60, DAYS, DAYS, DAYS])
        for at in range(-DAYS, 1):
            for event in ("report_created", "report_shared", "login"):
                for one in range(draw.randint(1, 4) if draw.random() < rate and at + DAYS <= until else 0):
                    if loss.random() >= lost(at, event):
                        yield (f"{day(YESTERDAY, at)}T{9 + one:02}:00:00Z", f"a{account}", "ann", event)


class Gaps(unittest.TestCase):
    def space(self, table):
        space = Workspace()
        self.addCleanup(space.close)
        space.must("import", space.file("events.csv", events_csv(table)))
        return space

    def published(self, space, at):
        text = space.must("levels", "--from", at, "--to", at, "--csv")
        return {row["account_id"]: row["published"] for row in csv.DictReader(io.StringIO(text))}

    def changes(self, space, first, last):
        return space.must("changes", "--from", first, "--to", last, "--csv").splitlines()[1:]

    def test_finds_planted_outages_and_nothing_else(self):
        lost = {(-30, "all"): 0.9, (-20, "report_shared"): 1.0, (-11, "all"): 1.0}
        space = self.space(rows(1, lambda at, event: lost.get((at, "all"), lost.get((at, event), 0.0))))
        found = space.json("gaps")
        self.assertEqual([(one["day"], [gap["action"] for gap in one["gaps"]], one["mark"]) for one in found],
                         [(day(YESTERDAY, -30), [None], "none"), (day(YESTERDAY, -20), ["report_shared"], "none"), (day(YESTERDAY, -11), [None], "none")])
        self.assertEqual(found[2]["gaps"][0]["came"], {"events": 0, "accounts": 0})
        # The usual is the median of what other weeks had.
        self.assertGreater(found[0]["gaps"][0]["usual"]["events"], 150)
        text = space.must("gaps")
        self.assertIn("all events: 0 from 0 accounts, usually", text)
        self.assertIn("No day looks", space.must("gaps", "--to", day(YESTERDAY, -31)))

    def test_the_nightly_run_holds_levels_and_lifting_publishes_anew(self):
        whole = list(rows(2))
        space = self.space(rows(2, lambda at, _: 0.95 if at == -2 else 0.0))
        gap = day(YESTERDAY, -2)
        said = space.json("score", "--until", gap)
        self.assertEqual([one["day"] for one in said["held"]], [gap])
        self.assertIn("all events", said["held"][0]["why"])
        self.assertEqual(self.changes(space, gap, gap), [])
        self.assertEqual(self.published(space, gap), self.published(space, day(gap, -1)))
        self.assertIn("nobody moved on it", space.must("overview"))
        self.assertEqual([one["day"] for one in space.json("overview")["held"]], [gap])
        space.must("score")
        self.assertEqual(space.json("gaps", "--from", gap)[0]["mark"], "held")

        # The lost events arrive after all; the mark is lifted: everything is as if nothing had been lost.
        space.must("import", space.file("whole.csv", events_csv([row for row in whole if row[0].startswith(gap)])), "--dedupe", "rows")
        self.assertIn("published anew", space.must("gaps", "lift", gap))
        reference = self.space(whole)
        reference.must("score")
        self.assertEqual(space.published().replace('"held": []', ""), reference.published().replace('"held": []', ""))
        self.assertEqual(space.run("gaps", "lift", gap).returncode, 1)
        # What was lifted is not marked again.
        space.must("score", "--republish")
        self.assertEqual(space.published(), reference.published())

    def test_a_day_marked_by_hand_is_held_and_others_follow_from_it(self):
        space = self.space(rows(3))
        space.must("score")
        before = space.published()
        moved = sorted({line.split(",")[0] for line in self.changes(space, day(YESTERDAY, -60), YESTERDAY)})
        marked = moved[len(moved) // 2]
        said = space.must("gaps", "mark", marked, "--why", "the web SDK sent nothing")
        self.assertIn("published anew", said)
        self.assertEqual(self.changes(space, marked, marked), [])
        self.assertEqual(self.published(space, marked), self.published(space, day(marked, -1)))
        self.assertEqual(space.json("gaps", "--from", marked, "--to", marked)[0]["why"], "the web SDK sent nothing")
        self.assertNotEqual(space.published(), before)
        space.must("gaps", "lift", marked)
        self.assertEqual(space.published(), before)

    def test_a_source_that_falls_alone_is_named_and_holds_the_levels(self):
        space = self.space(rows(6))
        gap, ended = day(YESTERDAY, -2), day(YESTERDAY, -1)
        with LiveServer(space, "--no-nightly") as server:
            keys = {source: space.json("keys", "create", "--source", source)["key"] for source in ("web", "phone")}
            for at in range(-70, 1):
                for source, key in keys.items():
                    if (source, day(YESTERDAY, at)) == ("phone", gap):
                        continue
                    # Of the phone most, so that what is lacked is not made up for by chance.
                    batch = [{"type": "track", "event": "login", "userId": f"{source}{one}", "timestamp": f"{day(YESTERDAY, at)}T12:00:00Z",
                              "context": {"groupId": f"a{one % 30}"}, "messageId": f"{source}-{at}-{one}"} for one in range(90 if source == "phone" else 40)]
                    self.assertEqual(server.send("/v1/batch", {"batch": batch}, server.basic(key))[0], 200)
            found = space.json("gaps", "--from", day(YESTERDAY, -20))
            self.assertEqual([(one["day"], [(part["source"], part["action"]) for part in one["gaps"]]) for one in found], [(gap, [("phone", None)])])
            self.assertEqual(found[0]["gaps"][0]["came"], {"events": 0, "accounts": 0})
            self.assertEqual(found[0]["gaps"][0]["usual"], {"events": 90, "accounts": 30})
            space.must("score", "--until", ended)
        self.assertEqual(self.changes(space, gap, gap), [])
        self.assertIn("the source phone: 0 from 0 accounts, usually 90 from 30", " ".join(space.must("gaps").split()))
        self.assertEqual([one["day"] for one in space.json("overview", "--day", gap)["held"]], [gap])

    def test_cuts_made_by_hand_are_made_again(self):
        space = self.space(rows(5))
        definition = space.path / "tidemark.toml"
        definition.write_text(definition.read_text() + '\n[levels]\nrecalibrate = "by hand"\n')
        space.must("score", "--until", day(YESTERDAY, -40))
        space.must("score", "--until", day(YESTERDAY, -20), "--recalibrate")
        space.must("score")
        before = space.published()
        space.must("gaps", "mark", day(YESTERDAY, -50))
        self.assertEqual(space.json("calibration")["day"], day(YESTERDAY, -40))
        space.must("gaps", "lift", day(YESTERDAY, -50))
        self.assertEqual(space.published(), before)
        self.assertEqual(space.run("gaps", "mark", "2016-03-17").returncode, 2)
        self.assertEqual(space.published(), before)

    def test_a_day_that_is_not_published_yet(self):
        space = self.space(rows(4, lambda at, _: 0.95 if at == 0 else 0.0))
        space.must("gaps", "mark", YESTERDAY)
        space.must("gaps", "lift", YESTERDAY)
        self.assertEqual(space.json("score")["held"], [])
        self.assertEqual(space.run("gaps", "mark", day(YESTERDAY, 5)).returncode, 2)
        space.must("gaps", "mark", YESTERDAY)
        self.assertEqual(space.run("gaps", "mark", YESTERDAY).returncode, 1)
        self.assertEqual(self.changes(space, YESTERDAY, YESTERDAY), [])


if __name__ == "__main__":
    workspace.main()

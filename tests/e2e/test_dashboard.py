"""The dashboard in a real browser: what people do on it, and that its figures are the commands'."""
import base64
import hashlib
import hmac
import json
import os
import pathlib
import random
import shutil
import subprocess
import unittest

import node_packages
import receivers
from live_server import LiveServer
from workspace import PROGRAM, Workspace, events_csv

HERE = pathlib.Path(__file__).resolve().parent
PICTURES = HERE.parents[1] / "build" / "screenshots"
UNTIL, BEFORE = "2026-03-31", "2026-03-30"
BROWSER = next((found for found in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if found), None)
PAGES = {"/": "overview", "/accounts": "accounts", "/accounts?order=risk": "accounts-by-risk", "/accounts/ironlabs-135": "account", "/definition": "definition",
         "/definition?tab=rest": "definition-rest", "/definition?tab=learned": "definition-learned", "/definition?tab=text": "definition-text",
         "/definition?tab=history": "definition-history", "/evidence": "evidence", "/plays": "plays", "/data": "data", "/set-up": "set-up", "/settings": "settings"}


@unittest.skipIf(BROWSER is None, "there is no Chromium")
class Dashboard(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        node_packages.install()
        PICTURES.mkdir(parents=True, exist_ok=True)

    def company(self):
        """The simulated company, published."""
        space = self.enterContext(Workspace())
        space.path = space.folder / "company"
        space.must("demo", space.path, "--until", UNTIL, "--seed", "7", at=False)
        space.must("score", "--until", UNTIL)
        return space

    def go(self, journey, space, **setting):
        """Runs a journey over the workspace's server; what it saw."""
        with LiveServer(space, "--no-nightly" if journey != "first_run" else "--nightly") as server:
            setting |= {"url": server.url, "link": (space.path / "first-link").read_text().strip(), "packages": str(node_packages.FOLDER),
                        "browser": BROWSER, "pictures": str(PICTURES)}
            done = subprocess.run(["node", HERE / "journeys.mjs", journey, json.dumps(setting)], capture_output=True, timeout=600,
                                  env={**os.environ, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"})
            self.assertEqual(done.returncode, 0, done.stderr.decode() + f"\nits last sight: {PICTURES}/failed-{journey}.png")
            return json.loads(done.stdout)

    def test_first_run_to_first_score_by_a_file(self):
        rng = random.Random(5)
        rows = [(f"2026-03-{day:02d}T{rng.randrange(24):02d}:00:00Z", f"co-{account}", f"u{account}", rng.choice(["report_created", "export_run", "login"]))
                for day in range(1, 29) for account in range(40) if rng.random() < 0.4]
        with Workspace(None) as space:
            file = space.file("events.csv", events_csv(rows, ("timestamp", "kunde", "user_id", "event")))
            seen = self.go("first_run", space, file=str(file), events=len(rows))
            overview = space.json("overview")
            self.assertGreater(len(space.json("status")["runs"]), 0)
            self.assertIn(f"{overview['active_accounts']} active account", seen["lede"])
            self.assertEqual(space.json("status")["events"], len(rows))

    def test_morning_round_says_what_the_commands_say(self):
        space = self.company()
        overview, movement, risk = space.json("overview", "--day", UNTIL), space.json("movement"), space.json("risk", "--value", "mrr")
        seen = self.go("morning_round", space, day=UNTIL)
        # Who may fall silent, and who just did, by what is at stake.
        silent = space.json("accounts", "--level", "inactive", "--moved", 7, "--property", "mrr")["accounts"]
        stakes = [(-one["at_stake"], one["account_id"], one["probability"]) for one in risk["accounts"]]
        stakes += [(-float(one.get("properties", {}).get("mrr") or 0), one["account_id"], None) for one in silent]
        _, first, chance = min(stakes)
        self.assertEqual(seen["first"], first)
        share = (chance or 0) * 100
        expected = "silent" if chance is None else f"{share:.0f} %" if share >= 9.95 else f"{share:.1f}".rstrip("0").rstrip(".") + " %"
        self.assertEqual(seen["chance"].strip(), expected)
        self.assertEqual(seen["levels"], {level: count for level, count in overview["levels"].items() if count or seen["levels"].get(level) == 0})
        for word, count in (("fell", movement["fell"]), ("rose", movement["rose"])):
            self.assertEqual(f"{word}" in seen["headline"], count > 0, seen["headline"])
        moved = {account["account_id"]: account for account in movement["accounts"]}
        self.assertIn(seen["mover"], moved)
        explained = space.json("explain", seen["mover"], "--from", movement["from"], "--to", movement["to"])
        self.assertAlmostEqual(seen["sum"], explained["milli_points"] / 1000, delta=0.051)

    def test_plays_are_previewed_turned_on_and_done(self):
        plays = ["Help who stays low", "Look after who may leave"]
        with Workspace() as space:
            space.path = space.folder / "company"
            space.must("demo", space.path, "--until", UNTIL, "--seed", "7", at=False)
            space.must("score", "--until", "2026-03-10")
            expected = {name: space.json("plays", "preview", name) for name in plays}
            mornings = [f"2026-03-{day}" for day in range(11, 31, 4)]
            seen = self.go("plays", space, plays=plays, mornings=mornings, program=PROGRAM, workspace=str(space.path))
            for name, said in seen["previews"].items():
                self.assertIn(f"due for {expected[name]['due']} account", said)
                self.assertIn(f"{expected[name]['most_in_a_week']} at most within a week", said)
            due = space.json("plays", "due")
            self.assertEqual(seen["shown"], min(20, len(due)))
            self.assertEqual([one["account_id"] for one in due if one["done_by"]], [seen["first"]])
            self.assertIn("most_a_week = 7", (space.path / "plays.toml").read_text(encoding="utf-8"))

    def test_a_destination_is_added_tried_and_removed(self):
        hook = receivers.Receiver()
        self.addCleanup(hook.close)
        space = self.company()
        seen = self.go("destinations", space, hook=hook.url + "/in", picture=os.environ.get("PICTURE", ""))
        (path, headers, body), = [one for one in hook.requests if b"tidemark.test" in one[2]]
        self.assertEqual(path, "/in")
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        key = base64.b64decode(seen["secret"].removeprefix("whsec_"))
        self.assertEqual(headers["webhook-signature"], "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode())
        control = b"".join(file.read_bytes() for file in space.path.glob("control.sqlite*"))
        self.assertNotIn(seen["secret"].encode(), control)
        self.assertEqual(seen["usual"].splitlines()[0], "Engagement_Level__c=level")
        sales = next(one for one in space.json("destinations", "list") if one["name"] == "sales")
        self.assertEqual((sales["fields"], sales["audience"]), ({"Tier__c": "level|title"}, ["plan=team", "plan=business"]))

    def test_a_slider_shows_what_would_change_and_is_published_and_taken_back(self):
        space = self.company()
        whatif = space.json("whatif", "--points", "report_created=8")
        seen = self.go("what_if", space)
        for level, (before, after) in seen["then"].items():
            self.assertEqual((before, after), (whatif["levels_before"][level], whatif["levels_after"][level]), level)

    def test_roles_keys_and_lock_out(self):
        self.go("roles", self.company())

    def test_works_by_keyboard_alone(self):
        self.go("keyboard", self.company(), day=UNTIL, dayBefore=BEFORE, account="ironlabs-135")

    def test_every_page_is_fit_for_screen_readers_and_phones(self):
        seen = self.go("pages", self.company(), pages=PAGES)
        self.assertEqual(seen["pages"], 3 * len(PAGES) + 1)

    def test_snippets_work_as_they_are_pasted(self):
        with Workspace(None) as space:
            self.assertEqual(self.go("connect", space)["seen"], 4)

    def test_odd_ids_odd_addresses_and_a_draft_beside_others(self):
        ids = ["100%", "a%20b", "a/b c", "Ünï & #1?", "50%41", "..x", "back\\slash"]
        rows = [(f"2026-03-{day:02d}T12:00:00Z", one, "ann", "report_created") for one in ids for day in range(1, 21)]
        with Workspace() as space:
            space.must("import", space.file("events.csv", events_csv(rows)))
            space.must("score", "--until", "2026-03-21")
            self.go("odd", space, ids=ids)

    def test_a_hundred_thousand_accounts(self):
        accounts = 100_000
        rows = ((f"2026-03-{1 + at % 20:02d}T12:00:00Z", f"acct-{at:05d}", "", "report_created") for at in range(accounts))
        with Workspace() as space:
            space.must("import", space.file("events.csv", events_csv(rows)))
            space.must("score", "--until", "2026-03-21")
            self.go("many", space, accounts=accounts)


if __name__ == "__main__":
    unittest.main()

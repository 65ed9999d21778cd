"""Fields of accounts in a Salesforce: the fake one is first proven by jsforce, then met by Tidemark."""
import csv
import io
import json
import signal
import subprocess
import time
import urllib.parse

import node_packages
import receivers
import workspace
from company import ScoredCompany
from workspace import Workspace

CLIENT = "3MVG9.key:0123ABC/secret+=&"


class Salesforce(ScoredCompany):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.levels = cls.levels_of_accounts()

    def there(self, accounts=None, **how):
        there = receivers.Salesforce(CLIENT, self.levels if accounts is None else accounts, **how)
        self.addCleanup(there.close)
        self.space.must("destinations", "add", "sf", "--kind", "salesforce", "--url", there.url, "--allow-private",
                        "--secret-file", self.space.file("sf.secret", CLIENT))
        self.addCleanup(self.space.must, "destinations", "remove", "sf")
        return there

    def counts(self):
        one, = self.space.json("destinations", "list")
        return one["delivered"], one["refused"], one["waiting"]

    def test_the_fake_is_what_jsforce_knows(self):
        node_packages.install()
        there = receivers.Salesforce(CLIENT, ["acme"])
        self.addCleanup(there.close)
        records = [{"Account_Id__c": "acme", "Engagement_Score__c": 87}, {"Account_Id__c": "nobody"}]
        script = node_packages.FOLDER / "upsert.mjs"
        script.write_bytes((node_packages.LISTED / "upsert.mjs").read_bytes())

        def said(*how):
            done = subprocess.run(["node", script, there.url, *CLIENT.split(":"), json.dumps(records), *how], capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 0, done.stderr)
            return json.loads(done.stdout)

        self.assertEqual([one["success"] for one in said()], [True, False])
        self.assertEqual(there.accounts["acme"], {"Engagement_Score__c": 87})
        there.calls_of_token, records[0]["Engagement_Score__c"] = 100, 88
        results = said("bulk")
        self.assertEqual([one["Account_Id__c"] for one in results["successfulResults"]], ["acme"])
        self.assertEqual([one["Account_Id__c"] for one in results["failedResults"]], ["nobody"])
        self.assertIn("REQUIRED_FIELD_MISSING", results["failedResults"][0]["sf__Error"])
        self.assertEqual(there.accounts["acme"], {"Engagement_Score__c": "88"})

    def test_accounts_are_told_by_collections_and_tokens_that_run_out_are_renewed(self):
        # What is too large is halved, so that there are several calls.
        there = self.there(calls_of_token=1, faults=lambda body: (400, {}, [{"errorCode": "TOO_MANY"}]) if body.count(b'"attributes"') > 50 else None)
        self.space.must("deliver")
        self.assertEqual(self.counts(), (len(self.levels), 0, 0))
        self.assertEqual({account: fields["Engagement_Level__c"] for account, fields in there.accounts.items()}, self.levels)
        self.assertGreater(len(there.tokens), 1)
        one = next(iter(there.accounts.values()))
        self.assertIsInstance(one["Engagement_Score__c"], (int, float))
        self.assertRegex(one["Engagement_Level_Since__c"], r"^\d{4}-\d{2}-\d{2}$")
        there.calls_of_token = 100
        self.assertEqual(self.space.json("destinations", "drift", "sf")["data"], [])
        odd = min(there.accounts)
        there.accounts[odd]["Engagement_Score__c"] = 0.5
        there.accounts[odd]["Engagement_Level_Since__c"] = None
        drift = self.space.json("destinations", "drift", "sf")["data"]
        self.assertEqual([(one["account_id"], [field["field"] for field in one["fields"]]) for one in drift],
                         [(odd, ["Engagement_Score__c", "Engagement_Level_Since__c"])])

    def test_a_locked_record_waits_and_an_unknown_one_is_put_aside(self):
        locked, unknown, *_ = sorted(self.levels)
        there = self.there(accounts=set(self.levels) - {unknown}, locked=[locked])
        self.space.must("deliver")
        self.assertEqual(self.counts(), (len(self.levels) - 2, 1, 1))
        refused, = self.space.json("destinations", "deliveries", "--state", "refused")
        self.assertEqual((refused["account_id"], refused["problem"]), (unknown, "REQUIRED_FIELD_MISSING: Required fields are missing: [Name]"))
        waiting, = self.space.json("destinations", "deliveries", "--state", "waiting")
        self.assertEqual(waiting["account_id"], locked)
        self.assertIn("UNABLE_TO_LOCK_ROW", waiting["problem"])
        self.assertEqual(there.accounts[locked], {})

    def test_a_day_whose_calls_are_used_up_is_waited_for_and_wrong_credentials_pause(self):
        there = self.there(quota=0)
        self.space.must("deliver")
        self.assertEqual(self.counts(), (0, 0, len(self.levels)))
        self.assertEqual(there.calls, 1)  # and it is not asked again at once
        waiting = self.space.json("destinations", "deliveries", "--limit", "1")[0]
        self.assertIn("REQUEST_LIMIT_EXCEEDED", waiting["problem"])
        self.space.must("destinations", "rotate", "sf", "--secret-file", self.space.file("wrong", "3MVG9.key:wrong"))
        done = self.space.run("destinations", "test", "sf")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(b"invalid client credentials", done.stderr)

    def test_an_answer_that_gives_back_what_was_sent_shows_no_secret(self):
        there = self.there(faults=lambda body: (400, {}, {"error": "odd", "error_description": body.decode() + " " + urllib.parse.unquote(body.decode())})
                           if b"grant_type" in body else None)
        self.space.must("deliver")
        paused, = self.space.json("destinations", "list")
        shown = paused["why_paused"] + self.space.run("destinations", "test", "sf").stderr.decode() + self.space.must("destinations", "deliveries")
        self.assertIn("odd", paused["why_paused"])
        for secret in (CLIENT.partition(":")[2], urllib.parse.quote(CLIENT.partition(":")[2], safe="")):
            self.assertNotIn(secret, shown)
        self.assertEqual(there.calls, 0)

    def test_a_test_and_a_dry_run_show_no_secret(self):
        there = self.there(accounts={"tidemark-test"})
        shown = self.space.must("destinations", "test", "sf") + self.space.must("deliver", "--dry-run")
        self.assertIn("PATCH ", shown)
        for secret in (CLIENT, CLIENT.split(":")[1], *there.tokens):
            self.assertNotIn(secret, shown)

    def crowd(self):
        """So many that a job is made of them."""
        space = Workspace()
        self.addCleanup(space.close)
        names = [f"a{number}" for number in range(2_100)] + ["odd, \"one\"", "Zoë"]
        text = io.StringIO()
        csv.writer(text).writerows([("time", "account_id", "user_id", "event")] + [(f"2026-03-{1 + number % 9:02}T09:00:00Z", name, "u", "report")
                                                                                   for number, name in enumerate(names)])
        space.must("import", space.file("events.csv", text.getvalue()))
        space.must("score", "--until", "2026-03-20")
        return space, names

    def test_a_crowd_is_told_by_a_job(self):
        space, names = self.crowd()
        unknown, locked, late, *_ = names
        there = receivers.Salesforce(CLIENT, set(names) - {unknown}, calls_of_token=3, locked=[locked])
        self.addCleanup(there.close)
        there.unprocessed.add(late)
        for account in there.accounts:
            there.accounts[account]["Engagement_Reason__c"] = "of before"
        space.must("destinations", "add", "sf", "--kind", "salesforce", "--url", there.url, "--allow-private", "--secret-file", space.file("sf.secret", CLIENT))
        space.must("deliver")
        one, = space.json("destinations", "list")
        self.assertEqual((one["refused"], one["waiting"]), (1, 2))
        self.assertEqual([job["state"] for job in there.jobs.values()], ["JobComplete"])
        told = {account for account, fields in there.accounts.items() if "Engagement_Level__c" in fields}
        self.assertEqual(told, set(names) - {unknown, locked, late})
        fields = there.accounts['odd, "one"']
        self.assertIn(fields["Engagement_Level__c"], ("none", "engaged"))
        self.assertIsNone(fields["Engagement_Silence_Chance__c"])  # nothing is left of what was there
        refused, = space.json("destinations", "deliveries", "--state", "refused")
        self.assertEqual(refused["account_id"], unknown)
        self.assertIn("REQUIRED_FIELD_MISSING:Required fields are missing", refused["problem"])
        waiting = {one["account_id"]: one["problem"] for one in space.json("destinations", "deliveries", "--state", "waiting")}
        self.assertIn("UNABLE_TO_LOCK_ROW", waiting[locked])
        self.assertEqual(waiting[late], "it was not processed")

    def test_a_job_that_ends_badly_is_tried_again_or_looked_at_and_none_is_left_behind(self):
        space, names = self.crowd()
        there = receivers.Salesforce(CLIENT, names, calls_of_token=100)
        self.addCleanup(there.close)
        there.ends_as = "Failed", "InvalidBatch : Field name not found : Engagement_Reason__c"
        space.must("destinations", "add", "sf", "--kind", "salesforce", "--url", there.url, "--allow-private", "--secret-file", space.file("sf.secret", CLIENT))
        space.must("deliver")
        one, = space.json("destinations", "list")
        self.assertEqual((one["delivered"], one["refused"], one["waiting"]), (0, 0, len(names)))
        self.assertIn("Field name not found : Engagement_Reason__c", one["why_paused"])
        space.must("destinations", "resume", "sf")
        there.ends_as, there.looks_of_job = ("JobComplete", ""), 10**9  # it never ends
        run = subprocess.Popen(space.command("deliver"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while [job["state"] for job in there.jobs.values()] != ["Failed", "InProgress"]:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)
        run.send_signal(signal.SIGINT)
        run.wait(timeout=60)
        self.assertEqual([job["state"] for job in there.jobs.values()], ["Failed", "Aborted"])
        one, = space.json("destinations", "list")
        self.assertEqual((one["waiting"], one["is_paused"]), (len(names), False))


if __name__ == "__main__":
    workspace.main()

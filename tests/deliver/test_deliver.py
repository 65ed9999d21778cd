"""From a published day to the other end: each move once, each account as it stands, whatever breaks in between."""
import csv
import datetime
import io
import json
import os
import random
import subprocess
import time
import unittest

import clock
import node_packages
import receivers
import workspace
from company import newest_day_with_changes
from contract import ApiClient, described
from live_server import LiveServer
from workspace import Workspace, day

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
TOKEN = "pat-na1-11111111-2222-3333-4444-555555555555"


class Deliver(unittest.TestCase):
    def setUp(self):
        self.space = Workspace()
        self.addCleanup(self.space.close)
        self.space.path = self.space.folder / "company"
        self.space.must("demo", self.space.path, at=False)
        finished = datetime.date.fromisoformat(self.space.json("status")["last_finished_day"])
        self.space.must("score")
        self.last, self.moves = newest_day_with_changes(self.space)
        self.before = day(self.last, -1)
        # The clock is moved so that it is the day after the changes.
        back = (datetime.date.fromisoformat(self.last) - finished).days
        clock.move(self.space, back)
        self.addCleanup(clock.move, self.space, -back)
        self.space.must("score", "--until", self.before, "--republish")

    def other_end(self, receiver):
        self.addCleanup(receiver.close)
        return receiver

    def add(self, name, kind, secret, *options):
        file = self.space.file(f"{name}.secret", secret + "\n")
        self.space.must("destinations", "add", name, "--kind", kind, "--secret-file", file, "--allow-private", *options)

    def standing(self):
        """What every account that ever was active should be known by."""
        text = self.space.must("levels", "--from", self.last, "--to", self.last, "--csv")
        return {row["account_id"]: row["published"] for row in csv.DictReader(io.StringIO(text))}

    def assert_told(self, hook, crm, but=()):
        """The end state: every move of the day once by its id, every account as it stands."""
        told = [messages[0]["data"] for messages in hook.messages.values()]
        self.assertEqual({one["account_id"]: (one["from"], one["to"]) for one in told},
                         {account: (row["from"], row["to"]) for account, row in self.moves.items()})
        self.assertEqual(len(told), len(self.moves))
        for messages in hook.messages.values():
            self.assertEqual(messages, messages[:1] * len(messages))  # told again, it is the same
        standing = self.standing()
        self.assertEqual({account: fields["engagement_level"] for account, fields in crm.companies.items()},
                         {account: standing[account] for account in crm.companies})
        missing = {account for account, level in standing.items() if level != "inactive"} - set(crm.companies)
        self.assertEqual(missing, set(but))

    def test_a_fall_at_night_is_everywhere_by_morning_once(self):
        hook, crm, chat = self.other_end(receivers.Hook(SECRET)), self.other_end(receivers.HubSpot(TOKEN)), self.other_end(receivers.Receiver())
        self.add("hook", "webhook", SECRET, "--url", hook.url + "/in")
        self.add("crm", "hubspot", TOKEN, "--url", crm.url)
        self.add("team", "slack", chat.url + "/services/T0/B0/secretpart")
        with LiveServer(self.space, "--no-nightly") as server:
            # Where accounts stand is told at once; what happened before is not.
            for _ in range(200):
                if crm.companies and not self.space.json("destinations", "list")[0]["waiting"]:
                    break
                time.sleep(0.05)
            self.assertEqual((hook.messages, chat.requests), ({}, []))
            first = dict(crm.companies)
            self.assertGreater(len(first), 100)
            writes = crm.writes
            self.space.must("score")
            for _ in range(400):
                if hook.messages and chat.requests and not any(one["waiting"] for one in self.space.json("destinations", "list")):
                    break
                time.sleep(0.05)
            self.assert_told(hook, crm)
            self.assert_signed(hook)
            # Only what differs was written.
            self.assertLess(crm.writes - writes, len(first))
            self.assertEqual({request[0] for request in chat.requests}, {"/services/T0/B0/secretpart"})
            self.assertEqual(len(chat.requests), 1)
            digest = json.loads(chat.requests[0][2])
            for account in self.moves:
                self.assertIn(account, json.dumps(digest["blocks"]))
            reasons = [messages[0]["data"]["reason"] for messages in hook.messages.values()]
            self.assertTrue(all(reasons), reasons)
            account = next(iter(self.moves))
            self.assertEqual(crm.companies[account]["engagement_reason"], next(messages[0]["data"]["reason"] for messages in hook.messages.values() if messages[0]["data"]["account_id"] == account))
            self.by_the_api(server)
            said = server.log.read_text() + server.errors.read_text()
        # A second time there is nothing to say, and history published anew is no news.
        self.space.must("score", "--republish")
        requests = len(hook.requests), len(chat.requests), crm.writes
        self.space.must("deliver")
        self.assertEqual((len(hook.requests), len(chat.requests), crm.writes), requests)
        control = b"".join(file.read_bytes() for file in self.space.path.glob("control.sqlite*"))
        shown = said + self.space.must("destinations", "list", "--json") + self.space.must("destinations", "deliveries", "--json")
        for secret in (SECRET, TOKEN, "secretpart"):
            self.assertNotIn(secret, shown)
            self.assertNotIn(secret.encode(), control)
        self.assertEqual((self.space.path / "secret.key").stat().st_mode & 0o777, 0o600)

    def assert_signed(self, hook):
        """By the library that receivers use."""
        node_packages.install()
        taken = [{"headers": {name.lower(): value for name, value in headers.items()}, "body": body.decode()} for _, headers, body in hook.requests]
        self.assertTrue(taken)
        checks = ("const real = Date.now; Date.now = () => real() + 1000 * Number(process.argv[4]);"
                  "import { createRequire } from 'module'; const { Webhook } = createRequire(process.argv[1])('standardwebhooks');"
                  "const hook = new Webhook(process.argv[2]); for (const one of JSON.parse(process.argv[3])) hook.verify(one.body, one.headers);")
        done = subprocess.run(["node", "--input-type=module", "-e", checks, f"{node_packages.FOLDER}/", SECRET, json.dumps(taken), str(clock.offset)], capture_output=True)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        other = subprocess.run(["node", "--input-type=module", "-e", checks, f"{node_packages.FOLDER}/", SECRET[:-2] + "AA", json.dumps(taken), str(clock.offset)], capture_output=True)
        self.assertNotEqual(other.returncode, 0)

    def by_the_api(self, server):
        """The same, and pausing and sending on, as pages ask."""
        api = ApiClient(server, described(server), self.space.json("keys", "create", "--scope", "admin")["key"])
        self.assertEqual(api.get("/destinations")["data"], self.space.json("destinations", "list"))
        for state in ("waiting", "delivered", "refused"):
            self.assertEqual(api.get("/deliveries", state=state, limit=1000)["data"], self.space.json("destinations", "deliveries", "--state", state, "--limit", 1000))
        self.assertEqual(api.get("/deliveries", destination="team")["data"], self.space.json("destinations", "deliveries", "--destination", "team"))
        self.assertEqual(api.send("GET", "/deliveries?state=lost")[0], 400)
        made = api.must("POST", "/destinations", {"name": "other", "kind": "webhook", "url": "https://example.com/", "allows_private": False})
        self.assertTrue(made["secret"].startswith("whsec_"))
        self.assertEqual(made["destination"], next(one for one in api.get("/destinations")["data"] if one["name"] == "other"))
        for body, status in (({"name": "other", "kind": "webhook", "url": "https://example.com/"}, 409), ({"name": "x", "kind": "fax"}, 400),
                             ({"name": "x", "kind": "slack", "secret": "no address"}, 400), ({"name": "x", "kind": "hubspot"}, 400),
                             ({"name": "x", "kind": "webhook", "url": "ftp://example.com"}, 400), ({"name": "", "kind": "webhook"}, 400),
                             ({"name": "x" * 61, "kind": "webhook", "url": "https://example.com/"}, 400)):
            self.assertEqual(api.send("POST", "/destinations", body)[0], status, body)
        tried = api.must("POST", "/destinations/hook/test", {})
        self.assertEqual((tried["is_taken"], tried["status"], tried["problem"]), (True, 200, None))
        self.assertNotIn(SECRET, tried["letter"])
        self.assertEqual(api.send("DELETE", "/destinations/other")[0], 204)
        self.assertEqual(api.send("DELETE", "/destinations/other")[0], 404)
        self.assertTrue(api.must("PUT", "/destinations/crm", {"is_paused": True})["is_paused"])
        self.assertFalse(api.must("PUT", "/destinations/crm", {"is_paused": False})["is_paused"])
        self.assertEqual(api.send("PUT", "/destinations/none", {"is_paused": True})[0], 404)
        for body in ({}, {"fields": ["=level"]}, {"fields": ["x=mood"]}, {"fields": ["x=level|loud"]}, {"audience": ["plan"]}, {"fields": ["x\n=level"]}):
            self.assertEqual(api.send("PUT", "/destinations/crm", body)[0], 400, body)
        self.assertEqual(api.send("PUT", "/destinations/hook", {"fields": ["x=level"]})[0], 400)
        self.assertEqual(api.must("POST", "/deliveries/retry", {"destination": "crm"}), {"retried": 0})
        self.assertEqual(api.send("POST", "/deliveries/retry", {"destination": "none"})[0], 404)
        metrics = server.get("/metrics")[2]
        self.assertIn(b'tidemark_deliveries_waiting{destination="crm"} 0\n', metrics)
        done = subprocess.run(["promtool", "check", "metrics"], input=metrics, capture_output=True)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, b""))

    def test_other_fields_and_another_audience_are_told_at_once(self):
        self.space.must("score")
        crm = self.other_end(receivers.HubSpot(TOKEN))
        self.add("crm", "hubspot", TOKEN, "--url", crm.url, "--field", "tier=level")
        plans = {one["account_id"]: one["properties"]["plan"] for one in self.space.json("accounts", "--limit", 100000, "--property", "plan")["accounts"]}
        standing = self.told_of(self.standing())
        with LiveServer(self.space, "--no-nightly") as server:
            self.until(lambda: len(crm.companies) == len(standing))
            api = ApiClient(server, described(server), self.space.json("keys", "create", "--scope", "admin")["key"])
            asked = {"fields": ["tier=level|map high=A, medium=B, low=C", "plan=property.plan|upper"], "audience": ["plan=team", "plan=business"]}
            changed = api.must("PUT", "/destinations/crm", asked)
            self.assertEqual(([f"{field}={value}" for field, value in changed["fields"].items()], changed["audience"]), (asked["fields"], asked["audience"]))
            of_audience = {account for account in standing if plans[account] in ("team", "business")}
            self.assertTrue(of_audience and of_audience != set(standing))
            self.until(lambda: all("plan" in crm.companies[account] for account in of_audience))
        classes = {"high": "A", "medium": "B", "low": "C"}
        self.assertEqual(crm.companies, {account: {"tier": classes.get(level, level), "plan": plans[account].upper()} if account in of_audience else {"tier": level}
                                         for account, level in standing.items()})
        # What waits for others is withdrawn when they are no longer told of.
        self.space.must("destinations", "change", "crm", "--all-accounts", "--field", "tier=score")
        crm.faults = lambda body: (503, {"Retry-After": "60"}, b"later")
        self.space.must("deliver")
        self.assertEqual(self.space.json("destinations", "list")[0]["waiting"], len(standing))
        self.space.must("destinations", "change", "crm", "--where", "plan=team", "--where", "plan=business")
        self.space.must("deliver")
        self.assertEqual(self.space.json("destinations", "list")[0]["waiting"], len(of_audience))
        crm.faults = lambda body: None
        self.space.must("destinations", "change", "crm", *[word for field in asked["fields"] for word in ("--field", field)])
        self.space.must("deliver")
        self.assertEqual(self.space.json("destinations", "list")[0]["waiting"], 0)  # they are as they were told
        writes = crm.writes
        self.space.must("destinations", "change", "crm", "--all-accounts")
        self.space.must("deliver")
        self.assertEqual(crm.writes - writes, len(standing) - len(of_audience))  # only what differs
        self.assertNotEqual(self.space.run("destinations", "change", "crm", "--field", "x=mood").returncode, 0)

    def until(self, holds):
        for _ in range(200):
            if holds():
                return
            time.sleep(0.1)
        self.fail("it has not come about")

    def test_what_is_refused_stands_aside_and_the_rest_goes_on(self):
        self.space.must("score")
        standing = [account for account, level in sorted(self.standing().items()) if level != "inactive"]
        bad, odd = standing[3], standing[40]
        crm = self.other_end(receivers.HubSpot(TOKEN, refused=[odd], refuses_whole=[bad]))
        self.add("crm", "hubspot", TOKEN, "--url", crm.url)
        said = self.space.must("deliver")
        self.assertIn("2 refused", said)
        self.assertEqual(set(standing) - set(crm.companies), {bad, odd})
        refused = {one["account_id"]: one["problem"] for one in self.space.json("destinations", "deliveries", "--state", "refused")}
        self.assertIn("a value is not valid", refused[bad])
        self.assertEqual(refused[odd], f"no company like {odd}")
        crm.refused, crm.refuses_whole = set(), set()
        self.space.must("destinations", "retry", "crm")
        self.space.must("deliver")
        self.assertEqual(set(standing) - set(crm.companies), set())
        # Another key stops it all, until somebody gives the right one.
        self.space.must("destinations", "rotate", "crm", "--secret-file", self.space.file("wrong", "wrong"))
        crm.companies.clear()
        self.assertNotEqual(self.space.run("destinations", "test", "crm").returncode, 0)
        self.space.must("destinations", "rotate", "crm", "--secret-file", self.space.file("right", TOKEN))
        self.assertIn("It was taken", self.space.must("destinations", "test", "crm"))

    def told_of(self, standing):
        return {account: level for account, level in standing.items() if level != "inactive"}

    def assert_typed(self, fields):
        """Numbers are numbers, days and words are texts, and what there is not is null."""
        self.assertIn(fields["engagement_level"], ("none", "low", "medium", "high", "engaged"))
        self.assertIsInstance(fields["engagement_score"], (int, float))
        self.assertRegex(fields["engagement_level_since"], r"^\d{4}-\d{2}-\d{2}$")
        self.assertTrue(fields["engagement_silence_chance"] is None or 0 <= fields["engagement_silence_chance"] <= 100)

    def test_customer_io_is_told_by_batches_and_what_it_refuses_stands_aside(self):
        self.space.must("score")
        standing = self.told_of(self.standing())
        odd = sorted(standing)[7]
        there = self.other_end(receivers.CustomerIo("site:key", refused=[odd]))
        self.add("cio", "customer.io", "site:key", "--url", there.url + "/")
        self.assertIn("1 refused", self.space.must("deliver"))
        self.assertEqual({account: fields["engagement_level"] for account, fields in there.objects.items()},
                         {account: level for account, level in standing.items() if account != odd})
        self.assert_typed(next(iter(there.objects.values())))
        self.assertLessEqual(len(there.requests), 2 + len(standing) // 100)
        refused, = self.space.json("destinations", "deliveries", "--state", "refused")
        self.assertEqual((refused["account_id"], refused["problem"]), (odd, f"{odd} is no object"))
        there.refused.clear()
        self.space.must("destinations", "retry", "cio")
        self.space.must("deliver")
        self.assertEqual(set(there.objects), set(standing))
        self.assertEqual(self.space.run("destinations", "add", "x", "--kind", "customer.io", "--secret-file", self.space.file("k", "nocolon")).returncode, 2)

    def test_intercom_is_told_one_by_one_as_fast_as_it_allows(self):
        self.space.must("score")
        standing = self.told_of(self.standing())
        slow = [3]

        def faults(body):
            if len(there.requests) % 40 == 39 and slow[0] > 0:
                slow[0] -= 1
                return 429, {"X-RateLimit-Reset": str(int(clock.time()) + 1)}, b'{"type":"error.list"}'
            return None

        odd = sorted(standing)[5]
        there = self.other_end(receivers.Intercom(TOKEN, faults, refused=[odd]))
        self.add("ic", "intercom", TOKEN, "--url", there.url)
        self.space.must("deliver")
        self.assertEqual(slow, [0])
        self.assertEqual({account: fields["engagement_level"] for account, fields in there.companies.items()},
                         {account: level for account, level in standing.items() if account != odd})
        self.assert_typed(next(iter(there.companies.values())))
        refused, = self.space.json("destinations", "deliveries", "--state", "refused")
        self.assertIn("Custom attribute does not exist", refused["problem"])
        # It says what it holds, too.
        one, gone, *_ = sorted(there.companies)
        there.companies[one]["engagement_level"] = "by hand"
        del there.companies[gone]
        drift = {account["account_id"]: account for account in self.space.json("destinations", "drift", "ic")["data"]}
        self.assertEqual({account: found["is_missing"] for account, found in drift.items()}, {one: False, gone: True})
        # A token that is not good stops it, with the vendor's words.
        self.space.must("destinations", "rotate", "ic", "--secret-file", self.space.file("wrong", "wrong"))
        self.space.must("destinations", "retry", "ic")
        self.space.must("deliver")
        self.assertIn("Access Token Invalid", self.space.json("destinations", "list")[0]["why_paused"])

    def test_braze_is_told_of_the_users_it_knows(self):
        self.space.must("score")
        standing = self.told_of(self.standing())
        members = {account: {user["user_id"] for user in self.space.json("account", account)["users"]} for account in sorted(standing)[:8]}
        known = set.union(*members.values())
        # One whose id is refused keeps an account from nobody else; an account of which all are is refused.
        several = next(account for account, users in members.items() if len(users) > 1)
        lost = next(account for account in members if account != several)
        odd = {min(members[several]), *members[lost]}

        class Refused:
            def __contains__(self, user):  # of the lost account also those who were not here lately
                return user in odd or user.endswith(f"@{lost}.example")

        there = self.other_end(receivers.Braze("key", known))
        there.refused = Refused()
        self.add("br", "braze", "key", "--url", there.url)
        self.space.must("deliver")
        self.assertEqual(set(there.users), known)  # nobody was made there
        for account, users in members.items():
            for user in users - odd:
                self.assertEqual(there.users[user]["engagement_level"], standing[account])
                self.assert_typed(there.users[user])
        refused, = self.space.json("destinations", "deliveries", "--state", "refused")
        self.assertEqual(refused["account_id"], lost)
        self.assertIn(": The value provided", refused["problem"])
        self.assertNotIn("key", self.space.must("destinations", "test", "br"))

    def test_active_campaign_is_told_by_names_and_numbers_of_its_own(self):
        self.space.must("score")
        standing = self.told_of(self.standing())
        some = sorted(standing)[::3]
        slow = [2]

        def faults(body):
            slow[0] -= 1
            return (429, {"Retry-After": "1"}, b"{}") if slow[0] == 0 else None

        there = self.other_end(receivers.ActiveCampaign("key", ["level", "score"], [some[0] + " and sons", *some], faults))
        self.add("ac", "activecampaign", "key", "--url", there.url, "--field", "level=level", "--field", "points=points")
        self.space.must("deliver")
        self.assertIn("it has no account field points", self.space.json("destinations", "list")[0]["why_paused"])
        self.space.must("destinations", "change", "ac", "--field", "level=level", "--field", "score=score", "--where", "plan=enterprise")
        self.space.must("destinations", "resume", "ac")
        self.space.must("deliver")
        one, = self.space.json("destinations", "list")
        self.assertEqual((one["refused"], one["waiting"]), (0, 0))
        told = {account["name"]: account["level"] for account in there.accounts.values() if "level" in account}
        self.assertEqual(told, {name: standing[name] for name in told})
        self.assertEqual(len(told), one["delivered"])
        self.assertTrue(set(told) & set(some) and set(told) - set(some))  # found, and made
        self.assertEqual(len({account["name"] for account in there.accounts.values()}), len(there.accounts))
        self.assertNotIn("key", [value for request in (self.space.must("destinations", "test", "ac"),) for value in request.split()])

    def test_segment_is_told_what_another_tidemark_understands(self):
        """The other end is our own ingest, which takes what Segment takes."""
        self.space.must("score")
        standing = self.told_of(self.standing())
        with Workspace() as there:
            key = there.json("keys", "create", "--source", "tidemark")["key"]
            with LiveServer(there, "--no-nightly") as server:
                self.add("seg", "segment", key, "--url", server.url)
                self.assertIn(f"{len(standing)} delivered, 0 refused", self.space.must("deliver"))
                self.assertNotIn(key, self.space.must("destinations", "test", "seg"))
                api = ApiClient(server, described(server), there.json("keys", "create", "--scope", "read")["key"])
                stated = {one["name"]: one["accounts"] for one in api.get("/properties")["data"]}
            self.assertEqual(stated["engagement_level"], len(standing) + 1)  # and that of the test

    def test_nobody_is_told_of_a_silenced_account(self):
        crm = self.other_end(receivers.HubSpot(TOKEN))
        hook = self.other_end(receivers.Hook(SECRET))
        self.add("crm", "hubspot", TOKEN, "--url", crm.url)
        self.add("hook", "webhook", SECRET, "--url", hook.url)
        self.space.must("deliver")
        told_before = dict(crm.companies)
        self.space.must("score")
        moved = sorted(self.moves)[0]
        self.assertNotEqual(self.space.run("destinations", "silence", moved).returncode, 0)  # it says why
        self.space.must("destinations", "silence", moved, "--why", "in dispute")
        self.space.must("deliver")
        told = [messages[0]["data"]["account_id"] for messages in hook.messages.values()]
        self.assertEqual(sorted(told), sorted(set(self.moves) - {moved}))
        self.assertEqual(crm.companies.get(moved), told_before.get(moved))
        with LiveServer(self.space, "--no-nightly") as server:
            api = ApiClient(server, described(server), self.space.json("keys", "create", "--scope", "write")["key"])
            silenced = api.get("/silenced")["data"]
            self.assertEqual([(one["account_id"], one["why"]) for one in silenced], [(moved, "in dispute")])
            self.assertEqual(silenced, self.space.json("destinations", "silenced"))
            self.assertEqual(api.send("DELETE", f"/accounts/{moved}/silence")[0], 204)
            self.assertEqual(api.send("DELETE", f"/accounts/{moved}/silence")[0], 404)
            self.assertEqual(api.send("PUT", f"/accounts/{moved}/silence", {})[0], 400)
            self.assertEqual(api.must("PUT", f"/accounts/{moved}/silence", {"why": "again"})["why"], "again")
        self.space.must("destinations", "tell", moved)
        self.assertEqual(self.space.json("destinations", "silenced"), [])

    def test_what_was_changed_at_the_other_end_is_seen_and_repaired(self):
        self.space.must("score")
        crm = self.other_end(receivers.HubSpot(TOKEN))
        self.add("crm", "hubspot", TOKEN, "--url", crm.url)
        self.space.must("deliver")
        as_told = {account: dict(fields) for account, fields in crm.companies.items()}
        same = self.space.json("destinations", "drift", "crm")
        self.assertEqual((same["compared"], same["waiting"], same["data"]), (len(as_told), 0, []))
        one, other, gone, number, *_ = sorted(as_told)
        crm.companies[one]["engagement_level"] = "by hand"
        crm.companies[other]["engagement_score"] = ""
        del crm.companies[gone]
        crm.companies[number]["engagement_score"] += ".0"  # the same number
        drift = {account["account_id"]: account for account in self.space.json("destinations", "drift", "crm")["data"]}
        self.assertEqual(set(drift), {one, other, gone})
        self.assertEqual(drift[one]["fields"], [{"field": "engagement_level", "told": as_told[one]["engagement_level"], "held": "by hand"}])
        self.assertTrue(drift[gone]["is_missing"])
        self.assertIn("by hand", self.space.must("destinations", "drift", "crm"))
        with LiveServer(self.space, "--no-nightly") as server:
            api = ApiClient(server, described(server), self.space.json("keys", "create", "--scope", "admin")["key"])
            self.assertEqual({account["account_id"]: account for account in api.must("POST", "/destinations/crm/drift", {})["data"]}, drift)
            self.assertEqual(api.must("POST", "/destinations/crm/drift", {"repair": True})["repaired"], 3)
            self.until(lambda: crm.companies.get(gone) == as_told[gone])
        crm.companies[number]["engagement_score"] = as_told[number]["engagement_score"]
        self.assertEqual(crm.companies, as_told)
        self.add("hook", "webhook", SECRET, "--url", crm.url)
        done = self.space.run("destinations", "drift", "hook")
        self.assertIn(b"does not say what it holds", done.stderr)
        crm.token = "other"
        self.assertIn(b"INVALID_AUTHENTICATION", self.space.run("destinations", "drift", "crm").stderr)

    def test_what_stood_there_before_waits_behind_what_is_new(self):
        self.space.must("score")
        moved = {account for account in self.moves if account in self.told_of(self.standing()) or self.moves[account]["from"] != "inactive"}
        self.assertTrue(moved)
        crm = self.other_end(receivers.HubSpot(TOKEN, faults=lambda body: (400, {}, b"{}") if body.count(b"objectWriteTraceId") > 1 else None))
        self.add("crm", "hubspot", TOKEN, "--url", crm.url)
        self.space.must("deliver")
        order = list(crm.companies)
        self.assertEqual(set(order[:len(moved)]), moved)
        # For one that lost what it was told; by the API too.
        told = {account: dict(fields) for account, fields in crm.companies.items()}
        crm.faults = lambda body: None
        crm.companies.clear()
        self.space.must("deliver")
        self.assertEqual(crm.companies, {})
        self.space.must("destinations", "backfill", "crm")
        self.space.must("deliver")
        self.assertEqual(crm.companies, told)
        with LiveServer(self.space, "--no-nightly") as server:
            api = ApiClient(server, described(server), self.space.json("keys", "create", "--scope", "admin")["key"])
            crm.companies.clear()
            self.assertEqual(api.must("POST", "/destinations/crm/backfill")["told"], len(told))
            self.until(lambda: crm.companies == told)
        self.add("hook", "webhook", SECRET, "--url", crm.url)
        self.assertIn(b"nothing to tell anew", self.space.run("destinations", "backfill", "hook").stderr)

    def test_files_of_all_accounts_are_written_by_their_rhythm(self):
        for name, every, file_format in (("daily", "day", "csv"), ("weekly", "week", "parquet")):
            self.space.must("destinations", "add", name, "--kind", "files", "--every", every, "--format", file_format, "--field", "tier=level", "--field", "points=points",
                            "--field", "since=since", "--field", "plan=property.plan")
        self.space.must("destinations", "test", "daily")
        place = self.space.path / "files" / "daily"
        self.assertEqual((place / "daily-test.csv").read_text().splitlines()[0], "account_id,tier,points,since,plan")
        (place / "daily-test.csv").unlink()
        self.space.must("score")
        self.assertIn("daily-", self.space.must("deliver", "--dry-run"))
        self.space.must("deliver")
        days = [self.before, self.last]  # the last published day when it was created, and all since
        self.assertEqual(sorted(file.name for file in place.iterdir()), [f"daily-{day}.csv" for day in days])
        last = days[-1]
        with open(place / f"daily-{last}.csv", newline="", encoding="utf-8") as file:
            rows = {row["account_id"]: row for row in csv.DictReader(file)}
        self.assertEqual({account: row["tier"] for account, row in rows.items()}, self.standing())
        self.assertEqual([*rows], sorted(rows))
        sundays = [day for day in days if datetime.date.fromisoformat(day).weekday() == 6]
        self.assertEqual([file.name for file in (self.space.path / "files").glob("weekly/*")], [f"weekly-{day}.parquet" for day in sundays])
        (place / f"daily-{last}.csv").write_text("lost")
        self.space.must("destinations", "backfill", "daily")
        self.space.must("deliver")
        self.assertEqual(len((place / f"daily-{last}.csv").read_text().splitlines()), len(rows) + 1)
        # A folder that is not there, or not ours, is waited for; nothing is half written.
        self.space.must("destinations", "add", "away", "--kind", "files", "--url", f"file://{self.space.file('a_file', '')}/below")
        self.assertIn("0 delivered, 0 refused", self.space.must("deliver"))
        self.assertIn("cannot be made", self.space.json("destinations", "deliveries", "--destination", "away")[0]["problem"])
        self.assertEqual(self.space.run("destinations", "add", "a/b", "--kind", "files").returncode, 2)
        with LiveServer(self.space, "--no-nightly") as server:
            api = ApiClient(server, described(server), self.space.json("keys", "create", "--scope", "admin")["key"])
            status, _, refused = api.send("POST", "/destinations", {"name": "x", "kind": "files", "url": "file:///tmp"})
            self.assertEqual(status, 400)
            self.assertIn("the workspace's own folder", refused["detail"])
            made = api.must("POST", "/destinations", {"name": "x", "kind": "files", "rhythm": "month"})["destination"]
            self.assertEqual((made["rhythm"], made["format"]), ("month", "csv"))

    def test_a_dry_run_shows_every_write_and_makes_none(self):
        crm = self.other_end(receivers.HubSpot(TOKEN))
        self.add("crm", "hubspot", TOKEN, "--url", crm.url, "--field", "level=level", "--field", "health=score")
        shown = self.space.must("deliver", "--dry-run")
        self.assertEqual(crm.requests, [])
        self.assertNotIn(TOKEN, shown)
        self.assertEqual(shown.count("POST "), shown.count('"idProperty":"account_id"'))
        self.space.must("deliver")
        self.assertEqual(crm.writes, shown.count("POST "))
        self.assertEqual(set(next(iter(crm.companies.values()))), {"level", "health"})

    def test_a_private_address_is_refused_unless_it_is_allowed(self):
        hook = self.other_end(receivers.Hook(SECRET))
        file = self.space.file("hook.secret", SECRET)
        self.space.must("destinations", "add", "hook", "--kind", "webhook", "--url", hook.url, "--secret-file", file)
        done = self.space.run("destinations", "test", "hook")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(b"private network", done.stderr)
        for url in ("http://localhost:1/", "http://[::1]/", "http://169.254.169.254/latest/meta-data", "http://10.1.2.3/", "http://0.0.0.0/"):
            self.space.must("destinations", "add", "x", "--kind", "webhook", "--url", url)
            self.assertIn(b"private network", self.space.run("destinations", "test", "x").stderr, url)
            self.space.must("destinations", "remove", "x")
        self.assertEqual(hook.requests, [])
        self.space.must("score")
        self.space.must("deliver")
        listed = self.space.json("destinations", "list")[0]
        self.assertTrue(listed["is_paused"])
        self.assertIn("private network", listed["why_paused"])
        self.assertEqual(listed["waiting"], len(self.moves))

    def test_wrong_destinations_are_refused_with_what_is_right(self):
        for options, words in ((("--kind", "fax", "--url", "https://a.example"), b"webhook, slack, hubspot"),
                               (("--kind", "webhook"), b"https://"), (("--kind", "webhook", "--url", "ftp://a.example"), b"https://"),
                               (("--kind", "hubspot"), b"--secret-file"), (("--kind", "slack", "--url", "https://hooks.slack.com/x"), b"secret"),
                               (("--kind", "hubspot", "--secret-file", self.space.file("k", "k"), "--field", "a=mood"), b"chance"),
                               (("--kind", "webhook", "--url", "https://a.example", "--secret-file", self.space.file("s", "short")), b"whsec_")):
            done = self.space.run("destinations", "add", "it", *options)
            self.assertEqual(done.returncode, 2, options)
            self.assertIn(words, done.stderr, options)
        self.assertEqual(self.space.json("destinations", "list"), [])
        self.space.must("destinations", "add", "it", "--kind", "webhook", "--url", "https://a.example")
        self.assertEqual(self.space.run("destinations", "add", "it", "--kind", "webhook", "--url", "https://a.example").returncode, 1)
        for action in ("test", "pause", "resume", "rotate", "remove", "retry"):
            self.assertIn(b"no destination other", self.space.run("destinations", action, "other").stderr, action)

    def test_nothing_is_lost_or_told_twice_over_kills_and_faults(self):
        chance = random.Random(11)

        def faults(body):
            dice = chance.random()
            if dice < 0.08:
                return 429, {"Retry-After": "1"}, b"slow down"
            if dice < 0.16:
                return 503, {"Retry-After": "1"}, b"for a moment"
            if dice < 0.2:
                time.sleep(0.05)
            return None

        hook, crm = self.other_end(receivers.Hook(SECRET, faults)), self.other_end(receivers.HubSpot(TOKEN, faults))
        self.add("hook", "webhook", SECRET, "--url", hook.url)
        self.add("crm", "hubspot", TOKEN, "--url", crm.url)
        self.space.must("score")
        for _ in range(25):
            run = subprocess.Popen(self.space.command("deliver"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                run.wait(timeout=chance.uniform(0.05, 1.2))
            except subprocess.TimeoutExpired:
                run.kill()
                run.wait()
        for _ in range(60):
            self.space.must("deliver")
            if not any(one["waiting"] for one in self.space.json("destinations", "list")):
                break
        self.assertFalse(any(one["waiting"] or one["is_paused"] for one in self.space.json("destinations", "list")))
        self.assert_told(hook, crm)

    def test_over_many_kills_what_is_older_never_comes_after_what_is_newer(self):
        """TIDEMARK_KILLS=1000 for a longer one. What is told changes in between, by a number that only grows."""
        kills = int(os.environ.get("TIDEMARK_KILLS", 40))
        chance = random.Random(kills)
        latest, wrong = {}, []

        def faults(body):
            dice = chance.random()
            if dice < 0.02:
                return chance.choice([429, 503]), {"Retry-After": "1"}, b"for a moment"
            company = json.loads(body)
            number = int(company["custom_attributes"]["tier"].partition("-")[2])
            if number < latest.get(company["company_id"], 0):
                wrong.append(company)
            latest[company["company_id"]] = number
            return (None, {}, b"") if dice < 0.04 else None  # taken, and the connection broken

        there = self.other_end(receivers.Intercom(TOKEN, faults))
        self.space.must("score")
        told = lambda number: "tier=level|map " + ", ".join(f"{level}={level}-{number}" for level in ("inactive", "none", "engaged", "low", "medium", "high"))
        self.add("ic", "intercom", TOKEN, "--url", there.url, "--field", told(1))
        number = killed = 0
        while killed < kills:
            if number == 0 or chance.random() < 0.15:
                number += 1
                self.space.must("destinations", "change", "ic", "--field", told(number))
            run = subprocess.Popen(self.space.command("deliver"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                run.wait(timeout=chance.uniform(0.02, 0.5))
            except subprocess.TimeoutExpired:
                run.kill()
                killed += 1
                run.wait()
        for _ in range(60):
            self.space.must("deliver")
            if not any(one["waiting"] for one in self.space.json("destinations", "list")):
                break
        self.assertEqual(wrong, [])
        standing = self.told_of(self.standing())
        self.assertEqual(latest, {account: number for account in standing})
        self.assertEqual(len(latest), len(standing))
        refused = self.space.json("destinations", "deliveries", "--state", "refused")
        self.assertEqual(refused, [])


if __name__ == "__main__":
    workspace.main()

"""The API as scripts and pages use it: every answer is as described, and says what the commands say."""
import collections
import csv
import gzip
import datetime
import io
import json
import pathlib
import random
import re
import sqlite3
import subprocess
import threading
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

import clock
from contract import ApiClient, described, part
from live_server import LiveServer
from workspace import Workspace, events_csv

PASSWORD = "four short words here"
LEVELS = ["high", "medium", "low", "none", "inactive"]


class Company:
    """A simulated company behind a server, with one who may do each kind of thing."""

    def __init__(self, accounts=200, days=300):
        self.space = Workspace()
        self.space.path = self.space.folder / "company"
        self.space.must("demo", self.space.path, "--accounts", accounts, "--days", days, at=False)
        self.space.must("score")
        self.server = LiveServer(self.space, "--no-nightly")
        self.described = described(self.server)
        self.keys = {scope: self.space.json("keys", "create", "--scope", scope)["key"] for scope in ("read", "write", "admin")}

    def client(self, scope=None):
        return ApiClient(self.server, self.described, self.keys[scope] if scope else None)

    def owner(self):
        """The first person, by the link that the server showed when it began."""
        link = re.search(r"http\S+/join#(\S+)", (self.space.path / "first-link").read_text())[1]
        ana = self.client()
        status, headers, session = ana.send("POST", "/invitations/accept",
                                            {"token": link, "email": "ana@example.com", "name": "Ana", "password": PASSWORD})
        if status != 201:
            raise AssertionError(f"{status}: {session}")
        ana.take_cookie(headers, session)
        return ana

    def join(self, inviting, email, role):
        link = inviting.must("POST", "/users", {"email": email, "role": role})["link"]
        person = self.client()
        _, headers, session = person.send("POST", "/invitations/accept", {"token": link.split("#")[1], "name": email, "password": PASSWORD})
        person.take_cookie(headers, session)
        return person

    def close(self):
        self.server.stop()
        self.space.close()


class OfACompany(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.company = Company()
        cls.addClassCleanup(cls.company.close)
        cls.space, cls.server = cls.company.space, cls.company.server


class Answers(OfACompany):
    def test_figures_are_those_of_the_commands(self):
        api, say = self.company.client("read"), self.space.json
        self.assertEqual(api.get("/overview"), say("overview"))
        day = api.get("/overview")["weeks"][-3]["day"]
        self.assertEqual(api.get("/overview", day=day), say("overview", "--day", day))
        self.assertEqual(api.get("/movement"), say("movement"))
        self.assertEqual(api.get("/movement", **{"from": day}), say("movement", "--from", day))
        for account in [one["account_id"] for one in api.get("/accounts", limit=12, sort="level")["data"]]:
            told = say("account", account)
            self.assertEqual(api.get(f"/accounts/{part(account)}", days=len(told["scores"])), told)
            self.assertEqual(api.get(f"/accounts/{part(account)}/explanation"), say("explain", account))
            series = api.get(f"/accounts/{part(account)}/series")
            points = {one["day"]: one["milli_points"] for one in api.get(f"/accounts/{part(account)}", days=90)["scores"]}
            self.assertEqual({one["day"]: one["milli_points"] for one in series["days"]}, points)
            for one in series["days"]:
                self.assertEqual((sum(one["parts"]), len(one["parts"])), (one["milli_points"], len(series["parts"])))
            self.assertEqual({label: value for label, value in zip(series["parts"], series["days"][-1]["parts"]) if value},
                             {term["label"]: term["milli_points"] for term in told["terms"] if term["milli_points"]})
            shown = list(csv.DictReader(io.StringIO(self.space.must("levels", "--from", day, "--to", day, "--csv"))))
            level = next(one for one in shown if one["account_id"] == account)
            on_day = next((one for one in series["days"] if one["day"] == day), None)
            if on_day:
                self.assertEqual(on_day["level"], level["published"])
        risk = api.get("/risk", value="mrr", capacity=10_000)
        self.assertEqual({**risk, "total": None}, {**say("risk", "--value", "mrr"), "total": None})
        self.assertEqual(api.get("/risk", account=risk["accounts"][3]["account_id"])["accounts"][0]["account_id"], risk["accounts"][3]["account_id"])
        self.assertEqual(api.get("/risk", account="a")["accounts"], [])
        likely = [one for one in risk["accounts"] if one["probability"] >= 0.2]
        self.assertEqual(api.get("/risk", value="mrr", capacity=10_000, least=20)["accounts"], likely)
        self.assertEqual(api.get("/evidence/churn"), say("churn"))
        self.assertEqual(api.get("/evidence/backtest"), say("backtest"))
        self.assertEqual(api.get("/gaps")["data"], say("gaps"))
        self.assertEqual(api.get("/calibrations/current")["evidence"], say("calibration", "--evidence")["evidence"])
        self.assertEqual(api.get("/identity"), say("identity"))
        self.assertEqual(api.get("/definition/versions")["data"], say("definition", "history"))
        status, command = api.get("/status"), say("status")
        for name in ("events", "accounts", "definition", "last_published", "next"):
            self.assertEqual(status[name], command[name])

    def test_pages_hold_what_one_long_list_holds(self):
        api = self.company.client("read")
        whole = api.get("/accounts", level=",".join(LEVELS), limit=1000, property="plan,mrr")["data"]
        self.assertEqual(len(whole), api.get("/accounts", level=",".join(LEVELS), limit=1)["total"])
        rng = random.Random(7)
        number = lambda one: float(one["properties"]["mrr"])
        orders = {"id": lambda one: one["account_id"].encode(), "points": lambda one: -one["milli_points"], "trend": lambda one: one["milli_points"] - one["milli_points_before"],
                  "level": lambda one: (["inactive", "none", "engaged", "low", "medium", "high"].index(one["level"]) * -1, -one["milli_points"]),
                  "mrr": lambda one: -number(one)}
        for _ in range(40):
            order, minus = rng.choice(list(orders)), rng.choice(["", "-"])
            asked = {"sort": minus + order, "limit": rng.randint(1, 60), "property": "plan,mrr", "level": ",".join(rng.sample(LEVELS, rng.randint(1, 5)))}
            fits = lambda one, levels=asked["level"]: one["level"] in levels.split(",")
            expected = [one for one in whole if fits(one)]
            if rng.random() < 0.5:
                asked["trend"] = rng.choice(["up", "down"])
                sign = 1 if asked["trend"] == "up" else -1
                expected = [one for one in expected if sign * (one["milli_points"] - one["milli_points_before"]) > 0]
            if rng.random() < 0.5:
                asked["where"] = "plan=" + rng.choice(["team", "free", "business"])
                expected = [one for one in expected if one["properties"]["plan"] == asked["where"][5:]]
            if rng.random() < 0.3:
                asked["search"] = rng.choice(["A", "co", "-1", "zzz", "%"])
                expected = [one for one in expected if asked["search"].lower() in one["account_id"].lower()]
            expected.sort(key=lambda one: one["account_id"].encode())
            expected.sort(key=orders[order], reverse=minus == "-")  # alike ones stay by id
            pages, cursor = [], None
            while True:
                status, headers, page = api.send("GET", "/accounts?" + urllib.parse.urlencode({**asked, **({"cursor": cursor} if cursor else {})}))
                self.assertEqual((status, page["total"]), (200, len(expected)), asked)
                pages += page["data"]
                cursor = page["next_cursor"]
                self.assertEqual(cursor is None, "Link" not in headers)
                if cursor is None:
                    break
                self.assertIn("cursor=" + cursor, headers["Link"])
                self.assertLessEqual(len(page["data"]), asked["limit"])
            self.assertEqual(pages, expected, asked)

    def test_lists_that_differ_in_little_are_told_apart(self):
        api = self.company.client("read")
        levels = api.get("/accounts", level="low")["total"]
        self.assertNotEqual(levels, api.get("/accounts", search="low")["total"])
        self.assertEqual(api.get("/accounts", search="a 2")["total"], 0)
        self.assertGreater(api.get("/accounts", search="a", level="medium")["total"], 0)
        self.assertEqual(api.send("GET", "/accounts?property=plan,plan")[0], 400)
        self.assertEqual(api.send("GET", "/accounts?property=" + ",".join(f"p{at}" for at in range(30)))[0], 400)
        for at in range(30):  # names that nobody has leave nothing behind
            self.assertIsNone(api.get("/accounts", property=f"p{at},q{at},r{at}", limit=1)["data"][0]["properties"][f"p{at}"])
        self.assertEqual(api.get("/exports/accounts", property="level,Day").decode().splitlines()[0].split(",")[-2:], ["property_level", "property_Day"])
        api.get("/exports/accounts", property="level,Day", format="parquet")

    def test_days_that_are_not_there_cost_nothing(self):
        api = self.company.client("read")
        day = api.get("/overview")["day"]
        self.assertEqual(api.get("/exports/levels", **{"from": day, "to": "9999-12-31"}), api.get("/exports/levels"))
        api.get("/gaps", to="9999-12-31")
        toml = api.get("/definition")["toml"]
        self.assertEqual(api.send("POST", "/definition/what-if", {"toml": toml, "day": "9999-12-31"})[0], 400)
        self.assertEqual(api.send("GET", f"/accounts?day=9999-12-31")[0], 404)

    def test_exports_hold_the_same_rows_in_every_form(self):
        api = self.company.client("read")
        self.assertEqual(api.send("GET", "/exports/secrets")[0], 404)
        for what, query in (("accounts", {"property": "plan"}), ("changes", {"from": "2000-01-01"}), ("levels", {})):
            rows = list(csv.DictReader(io.StringIO(api.get("/exports/" + what, **query).decode())))
            lines = [json.loads(line) for line in api.get("/exports/" + what, format="jsonl", **query).decode().splitlines()]
            self.assertGreater(len(rows), 10)
            text = lambda value: "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
            self.assertEqual(rows, [{name: text(value) for name, value in line.items()} for line in lines])
            parquet = api.get("/exports/" + what, format="parquet", **query)
            self.assertEqual((parquet[:4], parquet[-4:]), (b"PAR1", b"PAR1"))
        listed = api.get("/accounts", limit=1000)["data"]
        self.assertEqual([row["account_id"] for row in csv.DictReader(io.StringIO(api.get("/exports/accounts").decode()))],
                         [one["account_id"] for one in listed])

    def test_what_is_wrong_with_a_question_is_said_all_at_once(self):
        api = self.company.client("read")
        status, headers, problem = api.send("GET", "/accounts?day=yesterday&limit=0&levle=low&level=lwo&limit=3&where=plan&cursor=x")
        self.assertEqual((status, headers["Content-Type"]), (400, "application/problem+json"))
        wrong = {error["pointer"]: error["detail"] for error in problem["errors"]}
        self.assertEqual(set(wrong), {"/query/day", "/query/limit", "/query/levle", "/query/level", "/query/where", "/query/cursor"})
        self.assertIn('did you mean "level"', wrong["/query/levle"])
        self.assertIn('did you mean "low"', wrong["/query/level"])
        self.assertEqual(api.send("GET", "/overview?day=1999-01-01")[0], 404)
        status, _, problem = api.send("GET", "/accounts/corallhealth-1")
        self.assertEqual(status, 404)
        admin = self.company.client("admin")
        for body, pointers in ((b"{", None), (b"[]", None), ({"scope": "all", "nam": "x"}, {"/body/scope", "/body/name", "/body/nam"}), ({"scope": 3, "name": "x"}, {"/body/scope"})):
            status, _, problem = admin.send("POST", "/keys", body)
            self.assertEqual(status, 400, body)
            if pointers:
                self.assertEqual({error["pointer"] for error in problem["errors"]}, pointers)
        self.assertEqual(admin.send("POST", "/keys", b"scope=read", {"Content-Type": "application/x-www-form-urlencoded"})[0], 415)
        status, headers, _ = self.server.send("/api/v1/overview", b"{}", {"Authorization": f"Bearer {self.company.keys['read']}"}, "DELETE")
        self.assertEqual((status, headers["Allow"]), (405, "GET"))

    def test_what_has_not_changed_is_not_sent_again(self):
        api = self.company.client("read")
        for path in ("/overview", "/accounts?limit=5", "/definition"):
            _, headers, _ = api.send("GET", path)
            status, again, body = api.send("GET", path, headers={"If-None-Match": headers["ETag"]})
            self.assertEqual((status, again["ETag"], body), (304, headers["ETag"], None))
            self.assertEqual(api.send("GET", path, headers={"If-None-Match": '"other"'})[0], 200)

    def test_provisional_scores_signals_and_sources(self):
        api = self.company.client("read")
        account = api.get("/accounts", limit=1, sort="points")["data"][0]["account_id"]
        self.assertEqual(api.get(f"/accounts/{part(account)}/score")["account_id"], account)
        signals = api.get("/signals")
        self.assertGreater(signals["data"][0]["events"], 0)
        self.assertTrue(any(one["actions"] for one in signals["data"]))
        self.assertEqual(api.get("/sources")["data"][0]["name"], "test")
        self.assertEqual(api.get("/events")["events"], [])
        self.assertEqual(api.get("/rejects")["rejects"], [])
        self.assertIn("silence", api.get("/evidence/learning"))
        self.assertIn("events", api.must("POST", "/exclusions", {}))


class Changes(OfACompany):
    def test_a_definition_is_tried_published_and_taken_back(self):
        api = self.company.client("write")
        _, headers, before = api.send("GET", "/definition")
        self.assertEqual(self.server.send("/api/v1/definition", headers={**api.headers("GET"), "Accept": "application/toml"})[2].decode(), before["toml"])
        draft = before["toml"].replace("points = 5", "points = 9", 1)
        self.assertNotEqual(draft, before["toml"])
        check = api.must("POST", "/definition/check", {"toml": draft})
        self.assertTrue(check["is_valid"])
        broken = api.must("POST", "/definition/check", {"toml": "name = 3"})
        self.assertRegex(broken["problem"], r"line 1|the draft:1")
        self.space.file("draft.toml", draft)
        told = self.space.json("whatif", "--draft", self.space.folder / "draft.toml")
        answer = api.must("POST", "/definition/what-if", {"toml": draft})
        self.assertEqual(answer["becomes"], told["becomes"])
        self.assertEqual(answer["accounts"], told["accounts"][:100])
        compared = api.must("POST", "/definition/compare", {"toml": draft})
        self.assertEqual(compared["levels_after"], self.space.json("definition", "diff", self.space.folder / "draft.toml")["levels_after"])

        self.assertEqual(api.send("PUT", "/definition", {"toml": draft})[0], 428)
        self.assertEqual(api.send("PUT", "/definition", {"toml": draft}, {"If-Match": '"old"'})[0], 412)
        self.assertEqual(api.send("PUT", "/definition", {"toml": "name = 3"}, {"If-Match": headers["ETag"]})[0], 400)
        published = api.must("PUT", "/definition", {"toml": draft, "note": "reports matter"}, {"If-Match": headers["ETag"]})
        self.assertEqual(published["version"], check["version"])
        self.assertEqual(self.space.json("status")["definition"], check["version"])
        self.assertEqual(api.send("PUT", "/definition", {"toml": draft}, {"If-Match": headers["ETag"]})[0], 412)
        version = api.get("/definition/versions")["data"][0]["version"]
        self.assertEqual(api.get(f"/definition/versions/{version[:10]}")["version"], before["version"])
        _, headers, _ = api.send("GET", "/definition")
        back = api.must("POST", "/definition/roll-back", {"version": version[:10]}, {"If-Match": headers["ETag"]})
        self.assertEqual(back["version"], before["version"])
        entries = self.company.client("admin").get("/audit")["data"]
        self.assertEqual([(one["action"], one["subject"]) for one in entries if one["action"].startswith("definition.")],
                         [("definition.roll_back", ""), ("definition.publish", "reports matter")])
        self.assertEqual(entries[0]["before"], draft)

    def test_cuts_are_made_anew_when_asked_for(self):
        api = self.company.client("write")
        self.assertGreater(len(api.get("/calibrations")["data"]), 1)
        self.assertIn("milli_points", str(api.get("/calibrations/proposed")))
        self.assertEqual(api.send("GET", "/calibrations/someday")[0], 400)
        self.assertIn("takes_effect", api.must("POST", "/calibrations/adopt", {"note": "the new product"}))

    def test_notes_and_overrides(self):
        api, reader = self.company.client("write"), self.company.client("read")
        account = reader.get("/accounts", limit=1)["data"][0]["account_id"]
        at = f"/accounts/{part(account)}"
        note = api.must("POST", at + "/notes", {"text": "Renews in March \U0001F600"})
        self.assertEqual(reader.get(at + "/notes")["data"], [note])
        self.assertEqual(reader.send("POST", at + "/notes", {"text": "x"})[0], 403)
        self.assertEqual(api.send("POST", "/accounts/nobody/notes", {"text": "x"})[0], 404)
        api.must("DELETE", f"{at}/notes/{note['number']}")
        self.assertEqual(api.send("DELETE", f"{at}/notes/{note['number']}")[0], 404)
        self.assertEqual(reader.send("GET", at + "/override")[0], 404)
        until = (clock.today() + datetime.timedelta(days=30)).isoformat()
        said = api.must("PUT", at + "/override", {"level": "low", "reason": "their champion left", "until": until})
        self.assertTrue(said["is_in_force"])
        self.assertEqual(reader.get("/overrides")["data"], [said])
        for wrong in ({"level": "lost"}, {"until": "2020-01-01"}, {"reason": ""}):
            self.assertEqual(api.send("PUT", at + "/override", {"level": "low", "reason": "r", "until": until, **wrong})[0], 400)
        self.assertEqual(reader.get(at)["published"], self.space.json("account", account)["published"])
        api.must("DELETE", at + "/override")
        self.assertEqual(reader.get("/overrides")["data"], [])

    def test_a_change_and_who_made_it_are_kept_together_or_not_at_all(self):
        api, admin = self.company.client("write"), self.company.client("admin")
        account = part(api.get("/accounts", limit=1)["data"][0]["account_id"])
        before = (api.get(f"/accounts/{account}/notes"), admin.get("/keys"), admin.get("/users"))
        control = sqlite3.connect(self.space.path / "control.sqlite")
        until = (clock.today() + datetime.timedelta(days=30)).isoformat()

        def mend():
            control.execute("DROP TRIGGER full")
            control.commit()
            control.close()

        self.addCleanup(mend)
        control.execute("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")
        control.commit()
        for asking, method, path, body in ((api, "POST", f"/accounts/{account}/notes", {"text": "lost"}),
                                           (admin, "POST", "/keys", {"scope": "read", "name": "lost"}),
                                           (admin, "POST", "/users", {"email": "lost@example.com", "role": "viewer"}),
                                           (api, "PUT", f"/accounts/{account}/override", {"level": "low", "reason": "lost", "until": until})):
            self.assertEqual(asking.send(method, path, body)[0], 503, path)
        self.doCleanups()
        self.assertEqual((api.get(f"/accounts/{account}/notes"), admin.get("/keys"), admin.get("/users")), before)
        self.assertEqual(api.send("GET", f"/accounts/{account}/override")[0], 404)
        note = api.must("POST", f"/accounts/{account}/notes", {"text": "kept"})
        api.must("DELETE", f"/accounts/{account}/notes/{note['number']}")
        self.assertIsNone(admin.get("/audit")["first_broken"])

    def test_what_is_sent_twice_is_done_once(self):
        admin = self.company.client("admin")
        account = admin.get("/accounts", limit=2)["data"][1]["account_id"]
        path, once = f"/accounts/{part(account)}/notes", {"Idempotency-Key": "k-1"}
        first = admin.must("POST", path, {"text": "once"}, once)
        status, headers, again = admin.send("POST", path, {"text": "once"}, once)
        self.assertEqual((status, again, headers["Idempotent-Replay"]), (201, first, "true"))
        self.assertEqual(len(admin.get(path)["data"]), 1)
        self.assertEqual(admin.send("POST", path, {"text": "other"}, once)[0], 422)
        # Many at once are one, too.
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(admin.send("POST", path, {"text": "many"}, {"Idempotency-Key": "k-3"})[0])) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertLessEqual(set(answers), {201, 409})
        self.assertEqual(len([one for one in admin.get(path)["data"] if one["text"] == "many"]), 1)
        # What was not done is not remembered as done.
        self.assertEqual(admin.send("POST", "/keys", {"scope": "all", "name": "k"}, {"Idempotency-Key": "k-4"})[0], 400)
        self.assertEqual(admin.send("POST", "/keys", {"scope": "all", "name": "k"}, {"Idempotency-Key": "k-4"})[0], 400)
        self.company.client("write").must("POST", path, {"text": "once"}, once)  # another caller's key is another key
        made = admin.must("POST", "/keys", {"scope": "read", "name": "k"}, {"Idempotency-Key": "k-2"})
        self.assertEqual(admin.send("POST", "/keys", {"scope": "read", "name": "k"}, {"Idempotency-Key": "k-2"})[0], 409)
        self.assertNotIn(made["secret"].encode(), b"".join(one.read_bytes() for one in self.space.path.glob("control.sqlite*")))

    def test_days_are_marked_and_lifted(self):
        api = self.company.client("write")
        day = api.get("/overview")["day"]
        if day in [one["day"] for one in api.get("/overview")["held"]]:  # so quiet that it was held
            api.must("DELETE", f"/gaps/{day}")
        before = self.space.published()
        marked = api.must("POST", "/gaps", {"day": day, "why": "the web SDK was down"})
        self.assertEqual((marked["published_anew"], marked["moves"]), (1, 0))
        self.assertEqual(api.get("/overview")["held"][0]["day"], day)
        self.assertEqual(api.send("POST", "/gaps", {"day": day, "why": "again"})[0], 409)
        api.must("DELETE", f"/gaps/{day}")
        self.assertEqual(self.space.published(), before)

    def test_accounts_are_merged_and_parted(self):
        api = self.company.client("write")
        one, two = [each["account_id"] for each in api.get("/accounts", limit=2, sort="points")["data"]]
        api.must("POST", "/merges", {"account_id": one, "into": two})
        self.assertEqual(api.get(f"/accounts/{part(one)}/score")["account_id"], two)
        self.assertEqual([each["account_id"] for each in api.get("/identity")["merges"]], [one])
        self.assertEqual(api.send("POST", "/merges", {"account_id": one, "into": two})[0], 409)
        self.assertEqual(api.send("POST", "/merges", {"account_id": "nobody", "into": two})[0], 404)
        api.must("DELETE", f"/merges/{part(one)}")
        self.assertEqual(api.get(f"/accounts/{part(one)}/score")["account_id"], one)
        self.assertEqual(api.must("PUT", "/identity/domains", {"is_on": False}), {"is_on": False})
        self.assertEqual(api.must("POST", "/rejects/replay", {})["tried"], 0)

    def test_keys_are_made_used_and_revoked(self):
        admin = self.company.client("admin")
        made = admin.must("POST", "/keys", {"scope": "read", "name": "Weekly report"})
        reader = ApiClient(self.server, self.company.described, made["secret"])
        reader.get("/overview")
        listed = next(one for one in admin.get("/keys")["data"] if one["key"] == made["key"])
        self.assertIsNotNone(listed["last_used"])
        self.assertNotIn("secret", listed)
        self.assertEqual(reader.send("GET", "/keys")[0], 403)
        admin.must("DELETE", "/keys/" + made["key"])
        self.assertEqual(reader.send("GET", "/overview")[0], 401)
        ingest = admin.must("POST", "/keys", {"scope": "ingest", "name": "shop", "origins": ["https://shop.example"]})
        self.assertEqual(ApiClient(self.server, self.company.described, ingest["secret"]).send("GET", "/overview")[0], 401)
        time.sleep(1.1)  # keys are known within a second
        event = {"batch": [{"type": "track", "event": "x", "userId": "u", "context": {"groupId": "g"}, "messageId": "m"}]}
        self.assertEqual(self.server.send("/v1/batch", event, self.server.basic(ingest["secret"]))[0], 200)
        self.assertTrue(admin.must("PUT", "/sources/shop", {"is_paused": True})["is_paused"])
        time.sleep(1.1)
        self.assertNotEqual(self.server.send("/v1/batch", event, self.server.basic(ingest["secret"]))[0], 200)
        admin.must("DELETE", "/keys/" + ingest["key"])


class People(OfACompany):
    def test_people_join_sign_in_and_leave(self):
        ana = self.company.owner()
        me = ana.get("/session")
        self.assertEqual((me["email"], me["role"], me["access"]), ("ana@example.com", "owner", "owner"))
        self.assertEqual(self.company.client().get("/session")["is_signed_in"], False)
        # The link was for one.
        link = re.search(r"http\S+/join#(\S+)", (self.space.path / "first-link").read_text())[1]
        body = {"token": link, "email": "eve@example.com", "name": "Eve", "password": PASSWORD}
        self.assertEqual(self.company.client().send("POST", "/invitations/accept", body)[0], 404)

        vic = self.company.join(ana, "vic@example.com", "viewer")
        self.assertEqual(vic.send("POST", "/definition/check", {"toml": "x"})[0], 200)
        self.assertEqual(vic.send("POST", "/calibrations/adopt", {})[0], 403)
        adam = self.company.join(ana, "adam@example.com", "admin")
        numbers = {one["email"]: one["number"] for one in adam.get("/users")["data"]}
        # Owners are made and unmade by owners, and one stays.
        self.assertEqual(adam.send("PUT", f"/users/{numbers['adam@example.com']}/role", {"role": "owner"})[0], 403)
        self.assertEqual(adam.send("DELETE", f"/users/{numbers['ana@example.com']}")[0], 403)
        self.assertEqual(adam.send("POST", "/users", {"email": "o@example.com", "role": "owner"})[0], 403)
        self.assertEqual(ana.send("DELETE", f"/users/{numbers['ana@example.com']}")[0], 409)
        self.assertEqual(ana.send("POST", "/users", {"email": "VIC@example.com", "role": "viewer"})[0], 409)
        # Another role signs out; so does another password, elsewhere.
        adam.must("PUT", f"/users/{numbers['vic@example.com']}/role", {"role": "analyst"})
        self.assertEqual(vic.send("GET", "/overview")[0], 401)
        self.assertEqual(vic.sign_in("Vic@example.com", PASSWORD), 200)
        vic.must("POST", "/calibrations/adopt", {})
        elsewhere = self.company.client()
        self.assertEqual(elsewhere.sign_in("vic@example.com", PASSWORD), 200)
        self.assertEqual(vic.send("POST", "/session/password", {"password": "wrong", "new_password": "other words are here"})[0], 403)
        self.assertEqual(vic.send("POST", "/session/password", {"password": PASSWORD, "new_password": "short"})[0], 400)
        vic.must("POST", "/session/password", {"password": PASSWORD, "new_password": "other words are here"})
        vic.get("/overview")
        self.assertEqual(elsewhere.send("GET", "/overview")[0], 401)
        self.assertEqual(elsewhere.sign_in("vic@example.com", PASSWORD), 401)
        # Who signs out, and who is removed, is out.
        cookie = vic.cookie
        vic.must("DELETE", "/session")
        self.assertEqual(vic.send("GET", "/overview")[0], 401)
        vic.cookie = None
        self.assertEqual(vic.sign_in("vic@example.com", "other words are here"), 200)
        self.assertNotEqual(vic.cookie, cookie)
        adam.must("DELETE", f"/users/{numbers['vic@example.com']}")
        self.assertEqual(vic.send("GET", "/overview")[0], 401)
        adam.must("POST", "/users", {"email": "late@example.com", "role": "viewer"})
        self.assertEqual(len(adam.get("/users")["invitations"]), 1)
        adam.must("DELETE", "/invitations/late@example.com")
        self.assertEqual(adam.get("/users")["invitations"], [])
        actions = [one["action"] for one in adam.get("/audit")["data"]]
        for action in ("user.join", "user.invite", "user.role", "user.password", "user.remove", "user.withdraw"):
            self.assertIn(action, actions)
        self.assertIsNone(adam.get("/audit")["first_broken"])
        page = adam.get("/audit", limit=2)
        self.assertEqual(page["data"] + adam.get("/audit", limit=1000, cursor=page["next_cursor"])["data"], adam.get("/audit", limit=1000)["data"])

        # A session is the browser's own: what a forger sets beforehand is worth nothing.
        fixed = self.company.client()
        fixed.cookie = "tidemark_session=chosen-by-a-forger"
        status, headers, _ = fixed.send("POST", "/session", {"email": "adam@example.com", "password": PASSWORD})
        self.assertEqual(status, 200)
        self.assertNotIn("chosen", headers["Set-Cookie"])
        for flag in ("HttpOnly", "SameSite=Lax", "Path=/"):
            self.assertIn(flag, headers["Set-Cookie"])
        self.assertEqual(fixed.send("GET", "/overview")[0], 401)
        # Changes in the name of a session need its token, and come from its own pages.
        csrf, adam.csrf = adam.csrf, None
        self.assertEqual(adam.send("POST", "/calibrations/adopt", {})[0], 403)
        adam.csrf = "guessed"
        self.assertEqual(adam.send("POST", "/calibrations/adopt", {})[0], 403)
        adam.csrf = csrf
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
            self.assertEqual(adam.send("POST", "/calibrations/adopt", {}, headers)[0], 403, headers)
            body = {"email": "adam@example.com", "password": PASSWORD}
            self.assertEqual(self.company.client().send("POST", "/session", body, headers)[0], 403)
        adam.must("POST", "/calibrations/adopt", {}, {"Origin": self.server.url, "Sec-Fetch-Site": "same-origin"})

        # Guessing is held up, also for those nobody knows, and says nothing about who is known.
        for email in ("adam@example.com", "nobody@example.com"):
            for _ in range(5):
                self.assertEqual(self.company.client().sign_in(email, "a wrong guess"), 401)
            status, headers, _ = self.company.client().send("POST", "/session", {"email": email, "password": PASSWORD})
            self.assertEqual((status, headers["Retry-After"]), (429, "60"))
        adam.get("/overview")  # who is in stays in
        # A browser in which somebody signed in before is counted by itself: strangers lock nobody out.
        def sign_in(email, password, device=None):
            request = urllib.request.Request(self.server.url + "/api/v1/session", json.dumps({"email": email, "password": password}).encode(),
                                             {"Content-Type": "application/json", **({"Cookie": device} if device else {})})
            try:
                with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
                    return answer.status, [one.split(";")[0] for one in answer.headers.get_all("Set-Cookie")]
            except urllib.error.HTTPError as answer:
                return answer.code, []

        self.company.join(ana, "eve@example.com", "viewer")
        _, cookies = sign_in("eve@example.com", PASSWORD)
        device = next(one for one in cookies if one.startswith("tidemark_device="))
        self.assertNotIn("eve", device)
        for _ in range(5):
            self.assertEqual(sign_in("eve@example.com", "a wrong guess")[0], 401)
        self.assertEqual(sign_in("eve@example.com", PASSWORD)[0], 429)
        self.assertEqual(sign_in("eve@example.com", PASSWORD, device[:-4] + "AAAA")[0], 429)
        self.assertEqual(sign_in("adam@example.com", PASSWORD, device)[0], 429)  # it is of nobody else
        self.assertEqual(sign_in("eve@example.com", PASSWORD, device)[0], 200)
        for _ in range(5):
            self.assertEqual(sign_in("eve@example.com", "a wrong guess", device)[0], 401)
        self.assertEqual(sign_in("eve@example.com", PASSWORD, device)[0], 429)
        log = self.server.log.read_text()
        for secret in (PASSWORD, adam.cookie.split("=")[1], csrf, link, self.company.keys["read"]):
            self.assertNotIn(secret, log)


class Permissions(OfACompany):
    def test_each_role_may_what_the_description_says(self):
        ana = self.company.owner()
        rank = ["nothing", "read", "write", "admin", "owner"]
        people = {"nothing": self.company.client(), "owner": ana}
        for role, access in (("viewer", "read"), ("analyst", "write"), ("admin", "admin")):
            people[access + " by session"] = self.company.join(ana, role + "@example.com", role)
            people[access] = self.company.client(access)
        tried = 0
        for (method, path), _ in self.company.described.operations.items():
            if method == "DELETE" and path.endswith("/session"):
                continue  # would sign out who is asked about next
            needs = self.company.described.needs(method, path)
            # Something that cannot be done, so that asking changes nothing.
            asked = re.sub(r"\{\w+\}", "0", path)[len("/api/v1"):]
            for who, client in people.items():
                access = who.split()[0]
                body = None if method == "GET" else {"nonsense": True}
                headers = client.headers(method)
                data = None if body is None else json.dumps(body).encode()
                if data:
                    headers["Content-Type"] = "application/json"
                status = self.server.send("/api/v1" + asked, data, headers, method)[0]
                if rank.index(access) >= rank.index(needs):
                    self.assertNotIn(status, (401, 403), f"{who}: {method} {path}")
                else:
                    self.assertEqual(status, 401 if access == "nothing" else 403, f"{who}: {method} {path}")
                tried += 1
        self.assertGreater(tried, 400)


class Files(unittest.TestCase):
    def ask(self, server, api, query, content):
        headers = {**api.headers("POST"), "Content-Type": "application/octet-stream"}
        status, given, body = server.send(f"/api/v1/imports?{urllib.parse.urlencode(query, doseq=True)}", content, headers, "POST")
        return status, api.described.check("POST", "/api/v1/imports", status, given, body)

    def published(self, server, api, **asked):
        """Asks for days to be published, and waits for them."""
        self.assertEqual(api.send("POST", "/publishing", asked)[0], 202)
        for _ in range(600):
            state = api.get("/status")["nightly"]
            if not state["is_running"]:
                self.assertEqual(state["problem"], "")
                return api.get("/status")["last_published"]
            time.sleep(0.05)
        self.fail("it is not published")

    def test_a_file_is_looked_at_imported_and_published(self):
        rng = random.Random(3)
        rows = [(f"2026-03-{day:02d}T{rng.randrange(24):02d}:{rng.randrange(60):02d}:00Z", f"co-{account}", f"u{account}", "report_created")
                for day in range(1, 21) for account in range(30) if rng.random() < 0.5]
        file = events_csv(rows, ("timestamp", "kunde", "user_id", "event")).encode() + b"soon,co-1,u1,report_created\n"
        live = {"type": "track", "event": "report_shared", "userId": "zoe", "messageId": "m1", "context": {"groupId": "co-live"}, "timestamp": "2026-03-05T10:00:00Z"}
        with Workspace() as space, Workspace() as alone, LiveServer(space) as server:
            keys = {scope: space.json("keys", "create", "--scope", scope)["key"] for scope in ("read", "write", "admin")}
            api = ApiClient(server, described(server), keys["admin"])
            self.assertEqual(ApiClient(server, api.described, keys["write"]).send("POST", "/publishing", {"anew": True})[0], 403)
            self.assertEqual(server.track("/v1/track", live)[0], 200)
            status, seen = self.ask(server, api, {"name": "k.csv", "preview": "yes"}, file)
            self.assertEqual((status, [one["field"] for one in seen["columns"]]), (200, ["time", None, "user", "event"]))
            self.assertIn("no column holds the account", seen["problem"])
            asked = {"name": "k.csv", "map": "account=kunde"}
            _, seen = self.ask(server, api, {**asked, "preview": "yes"}, file)
            self.assertEqual((seen["problem"], seen["rows"][0]["account"]), (None, rows[0][1]))
            self.assertEqual(api.get("/status")["events"], 1)
            _, report = self.ask(server, api, asked, file)
            self.assertEqual((report["taken"], report["rejects"]), (len(rows), {"unreadable time": 1}))
            self.assertTrue((space.path / "rejects" / f"import-{report['import']}.csv").exists())
            self.assertTrue(self.ask(server, api, asked, gzip.compress(file))[1]["was_there_already"])
            on_day = [row for row in rows if row[1] == "co-1" and row[0].startswith("2026-03-0")]
            for at in {row[0][:10] for row in on_day}:
                listed = api.get("/accounts/co-1/events", day=at)
                self.assertEqual([(one["at"][:19], one["event"], one["user_id"]) for one in listed["data"]],
                                 sorted((row[0][:19], row[3], row[2]) for row in on_day if row[0].startswith(at)))
            self.assertEqual(api.get("/accounts/co-1/events", day=at, user="nobody")["total"], 0)
            self.assertEqual(api.send("GET", "/accounts/co-1/events")[0], 400)
            self.assertEqual(api.send("GET", f"/accounts/nobody/events?day={at}")[0], 404)
            # What comes live afterwards is numbered on, and counts for accounts of the file.
            self.assertEqual(server.track("/v1/track", {**live, "messageId": "m2", "context": {"groupId": "co-1"}})[0], 200)
            self.assertEqual(server.track("/v1/track", {**live, "messageId": "m3", "context": {"groupId": "co-new"}})[0], 200)
            self.assertEqual(list(space.path.glob("upload-*")), [])
            last = self.published(server, api)
            self.assertEqual(last, api.get("/overview")["last_event_day"])  # days behind the newest event wait
            published = [space.must(*what, "--csv") for what in (("levels", "--from", "2026-03-01", "--to", last), ("changes", "--from", "2026-03-01", "--to", last))]
            # Another definition, and the whole history under it.
            toml = api.get("/definition")["toml"].replace("points = 5", "points = 50")
            etag = api.send("GET", "/definition")[1]["ETag"]
            api.must("PUT", "/definition", {"toml": toml}, headers={"If-Match": etag})
            self.published(server, api, anew=True)
            self.assertEqual(len(api.get("/definition/versions")["data"]), 1)
            # Refused: by whom, of what, and where from.
            self.assertEqual(self.ask(server, ApiClient(server, api.described, keys["read"]), asked, file)[0], 403)
            self.assertEqual(self.ask(server, api, {"name": "k.csv", "path": "/etc/hosts"}, b"")[0], 400)
            self.assertEqual(self.ask(server, api, {"name": "k.csv"}, b"")[0], 400)
            self.assertEqual(self.ask(server, api, {"name": "x.csv"}, b"\x00\x01garbage")[0], 400)
            properties = api.get("/properties")["data"]
            self.assertEqual(properties, [])

            alone.must("import", alone.file("k.csv", file), "--map", "account=kunde")
            alone.must("import", alone.file("l.csv", events_csv([(live["timestamp"], account, "zoe", "report_shared") for account in ("co-live", "co-1", "co-new")])))
            alone.must("score", "--until", last)
            for what, there in zip((("levels", "--from", "2026-03-01", "--to", last), ("changes", "--from", "2026-03-01", "--to", last)), published):
                self.assertEqual(alone.must(*what, "--csv"), there)

    def test_properties_are_counted(self):
        with Workspace() as space:
            space.must("import", space.file("e.csv", events_csv([("2026-03-01T10:00:00Z", one, "", "login") for one in ("a", "b", "c")])))
            space.must("import", "--accounts", space.file("a.csv", "account_id,plan,mrr,valid_from\na,pro,10,2026-01-01\na,team,,2026-02-01\nb,pro,much,2026-01-01\n"))
            with LiveServer(space, "--no-nightly") as server:
                api = ApiClient(server, described(server), space.json("keys", "create", "--scope", "read")["key"])
                self.assertEqual([(one["name"], one["accounts"], one["numbers"]) for one in api.get("/properties")["data"]], [("mrr", 2, 1), ("plan", 2, 0)])


class Use(OfACompany):
    def test_what_accounts_do_adds_up_from_their_pages(self):
        api = self.company.client("read")
        use = api.get("/use")
        listed = api.get("/accounts", limit=500)["data"]
        self.assertEqual((use["accounts"], use["levels"]), (len(listed), {**use["levels"], **collections.Counter(one["level"] for one in listed)}))
        counts = collections.defaultdict(list)
        for one in listed:
            for term in api.get(f"/accounts/{part(one['account_id'])}")["terms"]:
                counts[term["label"], one["level"]].append(term["count"])
                counts[term["label"], "all"].append(term["count"])
        middle = lambda found: {"accounts": len(found), "median_count": sorted(found)[len(found) // 2] if found else 0}
        for action in use["actions"]:
            self.assertEqual(action["all"], middle(counts[action["action"], "all"]))
            for level, rate in action["levels"].items():
                self.assertEqual(rate, middle(counts[action["action"], level]), (action["action"], level))
        self.assertGreater(max(action["all"]["accounts"] for action in use["actions"]), 50)


class Pages(OfACompany):
    def test_pages_are_part_of_the_program(self):
        get = lambda path, **headers: self.server.get(path, headers)
        status, headers, body = get("/", Accept="text/html")
        self.assertEqual((status, headers["Content-Type"]), (200, "text/html; charset=utf-8"))
        self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
        self.assertEqual(get("/accounts/any%2Fthing", Accept="text/html")[2], body)
        self.assertEqual(get("/", **{"Accept": "text/html", "If-None-Match": headers["ETag"]})[0], 304)
        for path in re.findall(r'(?:src|href)="(/[^"]+)"', body.decode()):
            status, plain, text = get(path)
            self.assertEqual(status, 200, path)
            packed = get(path, **{"Accept-Encoding": "gzip"})
            self.assertEqual(packed[1]["Content-Encoding"], "gzip")
            self.assertEqual(gzip.decompress(packed[2]), text)
            self.assertEqual("immutable" in plain["Cache-Control"], path.startswith("/assets/"))
        for path in ("/assets/absent.js", "/assets/../control.sqlite", "/absent", "/assets/%2e%2e/serve.json"):
            self.assertEqual(get(path)[0], 404, path)
        self.assertEqual(self.server.send("/", b"{}", {"Accept": "text/html"}, "POST")[0], 404)


class Operation(OfACompany):
    def test_metrics_are_as_prometheus_wants_them(self):
        self.company.client("read").get("/overview")
        done = subprocess.run(["promtool", "check", "metrics"], input=self.server.get("/metrics")[2], capture_output=True)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, b""))


class Hostile(OfACompany):
    def test_a_name_that_is_not_the_servers_is_refused(self):
        api = self.company.client("read")
        for host in ("evil.example", "127.0.0.1.evil.example", "localhost@evil.example"):
            status, _, _ = self.server.send("/api/v1/overview", headers={**api.headers("GET"), "Host": host})
            self.assertEqual(status, 421, host)
        self.assertGreaterEqual(self.server.metrics()["tidemark_api_wrong_host_total"], 3)

    def test_paths_and_bodies_lead_nowhere(self):
        headers = self.company.client("admin").headers("GET")
        for path in ("/api/v1/../../etc/passwd", "/api/v1/accounts/..%2F..%2Fetc%2Fpasswd", "/api/v1/exports/..%2Fcontrol.sqlite", "/api/v1//overview",
                     "/api/v1/accounts/%00", "/api/v2/overview", "/api/v1/definition/versions/'%20OR%201=1"):
            self.assertIn(self.server.send(path, headers=headers)[0], (400, 404), path)
        deep = b'{"text":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
        account = self.company.client("read").get("/accounts", limit=1)["data"][0]["account_id"]
        status = self.server.send(f"/api/v1/accounts/{part(account)}/notes", deep, {**headers, "Content-Type": "application/json"}, "POST")[0]
        self.assertEqual(status, 400)
        large = json.dumps({"text": "x" * (21 << 20)}).encode()
        try:
            status = self.server.send(f"/api/v1/accounts/{part(account)}/notes", large, {**headers, "Content-Type": "application/json"}, "POST")[0]
            self.assertEqual(status, 413)
        except OSError:
            pass  # it hung up while we were sending
        self.company.client("read").get("/overview")


class Assistants(OfACompany):
    def ask(self, method, parameters=None, key="read", headers=None):
        message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters or {}}
        all_headers = {"Content-Type": "application/json", **(headers or {})}
        if key:
            all_headers["Authorization"] = "Bearer " + self.company.keys[key]
        status, _, body = self.server.send("/mcp", message, all_headers)
        return status, json.loads(body) if body else None

    def test_an_assistant_reads_what_the_api_says(self):
        api = self.company.client("read")
        self.assertEqual(self.ask("initialize", key=None)[0], 401)
        self.assertEqual(self.ask("initialize", {"protocolVersion": "2025-06-18"})[1]["result"]["protocolVersion"], "2025-06-18")
        self.assertEqual(self.ask("initialize", {"protocolVersion": "1999-01-01"})[1]["result"]["protocolVersion"], "2025-11-25")
        tools = self.ask("tools/list")[1]["result"]["tools"]
        self.assertEqual([tool["name"] for tool in tools], ["list_accounts", "explain_score", "level_changes", "at_risk"])
        call = lambda name, **arguments: self.ask("tools/call", {"name": name, "arguments": arguments})[1]
        listed = call("list_accounts", level="low,medium", limit=3, sort="points")["result"]["structuredContent"]
        self.assertEqual(listed, api.get("/accounts", level="low,medium", limit=3, sort="points"))
        account = listed["data"][0]["account_id"]
        self.assertEqual(call("explain_score", account=account)["result"]["structuredContent"], api.get(f"/accounts/{part(account)}/explanation"))
        self.assertEqual(call("level_changes")["result"]["structuredContent"], api.get("/movement"))
        self.assertEqual(call("at_risk", capacity=4)["result"]["structuredContent"], api.get("/risk", capacity=4))
        wrong = call("explain_score", account="nobody")["result"]
        self.assertTrue(wrong["isError"])
        self.assertEqual(call("explain_score")["error"]["code"], -32602)
        self.assertEqual(call("drop_tables")["error"]["code"], -32602)
        self.assertEqual(call("list_accounts", wish=1)["error"]["code"], -32602)
        self.assertEqual(self.ask("resources/list")[1]["error"]["code"], -32601)
        headers = {"Authorization": "Bearer " + self.company.keys["read"], "Content-Type": "application/json"}
        self.assertEqual(self.server.send("/mcp", {"jsonrpc": "2.0", "method": "notifications/initialized"}, headers)[0], 202)
        self.assertEqual(self.server.send("/mcp", b"{", headers)[0], 400)
        self.assertEqual(self.server.send("/mcp", headers=headers)[0], 405)
        self.assertEqual(self.ask("ping", headers={"MCP-Protocol-Version": "1"})[0], 400)

    def test_an_assistant_that_talks_nonsense_breaks_nothing(self):
        headers = {"Authorization": "Bearer " + self.company.keys["read"], "Content-Type": "application/json"}
        deep = b"[" * 100_000 + b"]" * 100_000
        for body in (b'{"jsonrpc":"2.0","method":"ping","id":' + deep + b"}", b'{"jsonrpc":2,"id":1}', b'{"jsonrpc":"2.0","id":{},"method":"ping"}', b"[]", b"3",
                     b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":' + deep + b"}"):
            self.assertEqual(self.server.send("/mcp", body, headers)[0], 400, body[:60])
        for parameters in ({"name": 1}, {"name": "list_accounts", "arguments": [1]}, {"name": "list_accounts", "arguments": {"limit": {}}},
                           {"name": "explain_score", "arguments": {"account": ["x"]}}):
            self.assertIn("error", self.ask("tools/call", parameters)[1], parameters)
        self.assertEqual(self.ask("initialize", {"protocolVersion": 1})[1]["result"]["protocolVersion"], "2025-11-25")
        self.assertEqual(self.ask("ping", [1])[0], 200)


if __name__ == "__main__":
    unittest.main()

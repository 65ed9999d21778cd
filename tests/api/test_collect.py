"""What a server answers to those who send events: each vendor's way, and every way to get it wrong."""
import base64
import datetime
import gzip
import json
import resource
import socket
import time
import unittest
import urllib.parse
import zlib

import clock
import workspace
from live_server import LiveServer
from workspace import Workspace, events_csv


def event(at, **more):
    return {"type": "track", "event": "report_created", "userId": "ann", "messageId": f"m{at}", "context": {"groupId": "acme"}, **more}


class Served(unittest.TestCase):
    def setUp(self):
        self.space = Workspace()
        self.server = LiveServer(self.space)

    def tearDown(self):
        self.server.stop()
        self.space.close()

    def names(self):
        return [one["event"] for one in self.server.events()]


class Bodies(Served):
    def test_packed_in_every_way_a_client_packs(self):
        body = json.dumps({"batch": [event(1)]}).encode()
        posthog = json.dumps({"api_key": self.server.key, "event": "opened", "distinct_id": "ann"}).encode()
        form = b"data=" + urllib.parse.quote(base64.b64encode(posthog)).encode()
        basic = self.server.basic()
        ways = (
            ("/v1/batch", body, {**basic, "Content-Type": "text/plain"}),
            ("/v1/batch", gzip.compress(body), {**basic, "Content-Type": "application/x-www-form-urlencoded"}),
            ("/v1/batch", gzip.compress(body), {**basic, "Content-Encoding": "gzip"}),
            ("/v1/batch", zlib.compress(body), {**basic, "Content-Encoding": "deflate"}),
            ("/v1/batch", b"\xef\xbb\xbf" + body, basic),
            (f"/beacon/v1/batch?writeKey={self.server.key}", body, {"Content-Type": "text/plain"}),
            ("/in/posthog/e/", gzip.compress(posthog), {"Content-Type": "text/plain"}),
            ("/in/posthog/e/?compression=base64", form, {"Content-Type": "application/x-www-form-urlencoded"}),
            ("/in/posthog/capture/", posthog, {"Content-Type": "application/json"}),
        )
        for path, sent, headers in ways:
            with self.subTest(path=path, headers=list(headers)):
                self.assertEqual(self.server.send(path, sent, headers)[0], 200)
        self.assertEqual(self.names().count("report_created"), 1)  # one message, six times
        self.assertEqual(self.names().count("opened"), 3)  # without an id each counts

    def test_what_cannot_be_read_is_refused_whole(self):
        basic = self.server.basic()
        for sent, why in ((b"{", "no JSON"), (b"[1]", "no JSON object"), (gzip.compress(b'{"batch":[]}')[:-9], "cut off"),
                          (b"\x1f\x8bnonsense", "broken"), (b"", "no JSON"),
                          (b'{"batch":' + b"[" * 5000, "no JSON")):
            status, _, body = self.server.send("/v1/batch", sent, basic, "POST")
            self.assertEqual(status, 400, why)
            self.assertIn(why, json.loads(body)["error"])
        status, _, body = self.server.send("/v1/batch", gzip.compress(b"{" + b" " * 80_000_000), basic, "POST")
        self.assertEqual(status, 413)
        self.assertIn("more than", json.loads(body)["error"])
        self.assertEqual(self.server.events(), [])
        metrics = self.server.metrics()
        self.assertEqual((metrics["tidemark_requests_malformed_total"], metrics["tidemark_requests_unpacked_too_large_total"]), (6, 1))

    def test_a_bad_event_never_sinks_its_batch(self):
        bad = [{"type": "track", "userId": "ann"}, {"type": "dance", "userId": "ann"}, {"type": "track", "event": "e"}, 7,
               event(2, timestamp="soon"), event(3, timestamp="2099-01-01T00:00:00Z"), event(4, event="x" * 2000),
               event(5, timestamp="1980-01-01"), {"type": "group", "userId": "ann", "groupId": "null"}]
        status, _, body = self.server.track("/v1/batch", {"batch": [event(0), *bad, event(1)]})
        self.assertEqual((status, json.loads(body)), (200, {"success": True}))
        self.assertEqual(len(self.server.events()), 2)
        kept = self.server.ask("/api/v1/rejects?limit=100")[1]
        self.assertEqual(len(kept["rejects"]), len(bad))
        self.assertEqual(kept["reasons"]["missing event name"], 1)
        self.assertEqual(kept["reasons"]["no kind of message that is known"], 1)
        for reject in kept["rejects"]:
            self.assertTrue(reject["advice"])
        said = self.space.run("rejects", "--json")
        self.assertEqual(len(json.loads(said.stdout)["rejects"]), len(bad))
        # Tried again, all but the number, which is no message at all, are refused again, each once.
        self.assertEqual(json.loads(self.space.must("rejects", "--replay", "--json")), {"tried": 8, "taken": 0, "refused_again": 8})
        self.assertEqual(len(self.server.ask("/api/v1/rejects?limit=100")[1]["rejects"]), len(bad))

    def test_a_request_that_is_sent_again_keeps_nothing_again(self):
        batch = {"batch": [event(0), {"type": "track", "userId": "ann"}, event(1, event="")]}
        for _ in range(3):
            self.assertEqual(self.server.track("/v1/batch", batch)[0], 200)
        self.assertEqual(len(self.server.ask("/api/v1/rejects?limit=100")[1]["rejects"]), 2)
        self.assertEqual(len(self.server.events()), 1)

    def test_a_path_that_is_not_there_is_counted_and_logged_without_keys(self):
        self.assertEqual(self.server.get("/v2/batch/" + self.server.key + "?key=secret")[0], 404)
        self.assertEqual(self.server.metrics()["tidemark_requests_unknown_path_total"], 1)
        log = self.server.log.read_text()
        self.assertIn('"path":"/v2/batch/…"', log)
        self.assertNotIn(self.server.key, log)
        self.assertNotIn("secret", log)

    def test_a_visitor_who_signs_in_is_the_user_of_what_they_did_before(self):
        visit = {"type": "track", "anonymousId": "visitor-7", "event": "live", "timestamp": (clock.now() - datetime.timedelta(days=3)).isoformat(), "context": {"groupId": "acme"}}
        self.server.track("/v1/batch", {"batch": [{**visit, "messageId": f"v{at}"} for at in range(3)]})
        self.server.track("/v1/batch", {"batch": [{"type": "identify", "userId": "ann", "anonymousId": "visitor-7", "messageId": "i"}]})
        users = self.space.json("account", "acme")["users"]
        self.assertEqual([(user["user_id"], user["events"]) for user in users], [("ann", 3)])

    def test_clocks_are_put_right_and_latency_is_no_clock(self):
        now = clock.time()
        stamp = lambda seconds: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
        # An hour fast: what it says happened ten minutes before it sent, did.
        self.server.track("/v1/batch", {"sentAt": stamp(now + 3600), "batch": [event(1, timestamp=stamp(now + 3000))]})
        self.server.track("/v1/batch", {"sentAt": stamp(now - 4), "batch": [event(2, timestamp="2026-03-01T00:00:00Z")]})
        first, second = self.server.events()
        self.assertAlmostEqual(time.mktime(time.strptime(first["at"][:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone, now - 600, delta=5)
        self.assertEqual(second["at"], "2026-03-01T00:00:00Z")


class Access(Served):
    def test_keys(self):
        body = {"batch": [event(1)]}
        self.assertEqual(self.server.send("/v1/batch", body)[0], 401)
        self.assertEqual(self.server.send("/v1/batch", body, self.server.basic("tmw_wrong"))[0], 401)
        self.assertEqual(self.server.send("/v1/batch", {**body, "writeKey": self.server.key})[0], 200)
        self.assertEqual(self.server.send("/v1/batch", body, {"Authorization": f"Bearer {self.server.key}"})[0], 200)
        listed = self.space.json("keys", "list")
        self.assertEqual([(key["source"], key["is_paused"]) for key in listed], [("test", False)])
        self.assertNotIn(self.server.key, self.space.must("keys", "list"))
        for database in self.space.path.glob("control.sqlite*"):
            self.assertNotIn(self.server.key.encode(), database.read_bytes())
        # Changes made beside the server hold within a second or two.
        self.space.must("keys", "pause", "test")
        time.sleep(1.2)
        self.assertEqual(self.server.send("/v1/batch", body, self.server.basic())[0], 403)
        self.space.must("keys", "resume", "test")
        time.sleep(1.2)
        self.assertEqual(self.server.send("/v1/batch", body, self.server.basic())[0], 200)
        self.space.must("keys", "revoke", listed[0]["key"])
        time.sleep(1.2)
        self.assertEqual(self.server.send("/v1/batch", body, self.server.basic())[0], 401)
        self.assertEqual(self.space.run("keys", "revoke", "tmw_none").returncode, 2)

    def test_origins(self):
        key = self.space.json("keys", "create", "--source", "web", "--origin", "https://app.example.com")["key"]
        time.sleep(1.2)
        for origin, status in (("https://app.example.com", 200), ("https://evil.example", 403), (None, 200)):
            headers = {**self.server.basic(key), **({"Origin": origin} if origin else {})}
            said, answered, _ = self.server.send("/v1/t", event(1), headers)
            self.assertEqual(said, status)
            self.assertEqual(answered["Access-Control-Allow-Origin"], origin or "*")
        status, answered, _ = self.server.send("/v1/t", None, {"Origin": "https://a.test", "Access-Control-Request-Headers": "x-own"}, "OPTIONS")
        self.assertEqual((status, answered["Access-Control-Allow-Headers"]), (204, "x-own"))

    def test_the_api_needs_the_token(self):
        self.assertEqual(self.server.get("/api/v1/events")[0], 401)
        self.assertEqual(self.server.get("/nothing")[0], 404)
        self.assertEqual((self.space.path / "serve.json").stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.server.get("/healthz")[0], 200)


class Vendors(Served):
    def test_each_is_answered_as_it_expects(self):
        key, now = self.server.key, int(clock.time())
        mixpanel = {"event": "opened", "properties": {"token": key, "distinct_id": "ann", "time": now}}
        ways = (
            ("/in/mixpanel/track?verbose=0", mixpanel, 200, 1),
            ("/in/mixpanel/track?verbose=1", [mixpanel], 200, {"status": 1, "error": None}),
            (f"/in/mixpanel/import?token={key}", [{**mixpanel}], 200, {"code": 200, "num_records_imported": 1, "status": "OK"}),
            ("/in/mixpanel/engage", [{"$token": key, "$distinct_id": "ann", "$set": {"role": "owner"}}], 200, 1),
            ("/in/mixpanel/track", {**mixpanel, "properties": {**mixpanel["properties"], "token": "no"}}, 401, 0),
            ("/in/posthog/batch/", {"api_key": key, "batch": []}, 200, {"status": 1}),
        )
        for path, body, status, answer in ways:
            with self.subTest(path=path):
                said = self.server.send(path, body)
                self.assertEqual((said[0], json.loads(said[2])), (status, answer))
        status, _, body = self.server.send(f"/in/mixpanel/import?token={key}", [mixpanel, {**mixpanel, "event": ""}])
        self.assertEqual((status, json.loads(body)["num_records_imported"], len(json.loads(body)["failed_records"])), (400, 1, 1))
        status, _, body = self.server.send("/in/amplitude/2/httpapi", {"api_key": key, "events": [{"event_type": "e", "user_id": "ann"}]})
        self.assertEqual((status, json.loads(body)["events_ingested"]), (200, 1))
        status, _, body = self.server.send("/in/cloudevents", b"", {"ce-specversion": "1.0"}, "POST")
        self.assertEqual(status, 401)
        status, headers, body = self.server.get(f"/pixel/v1/track?writeKey={key}&anonymousId=v&event=seen&properties.plan=pro")
        self.assertEqual((status, headers["Content-Type"], body[:6]), (200, "image/gif", b"GIF89a"))
        self.assertEqual(self.server.events()[-1]["properties"], {"plan": "pro"})

    def test_browsers_get_settings_that_switch_the_rest_off(self):
        segment = json.loads(self.server.get("/v1/projects/tmw_x/settings")[2])
        self.assertEqual(segment["integrations"]["Segment.io"]["apiKey"], "tmw_x")
        self.assertTrue(json.loads(self.server.get("/sourceConfig/?writeKey=tmw_x")[2])["source"]["enabled"])
        self.assertFalse(json.loads(self.server.get("/in/posthog/array/tmw_x/config")[2])["hasFeatureFlags"])
        self.assertEqual(json.loads(self.server.send("/in/posthog/flags/?v=2", b"{}")[2])["featureFlags"], {})


class Whose(Served):
    def accounts(self):
        return [one["account_id"] for one in self.server.events()]

    def points(self, account):
        return self.server.ask(f"/api/v1/accounts/{account}/score")

    def test_events_wait_until_their_account_is_known(self):
        self.server.track("/v1/batch", {"batch": [
            {"type": "track", "event": "report_created", "anonymousId": "visitor"},
            {"type": "track", "event": "report_created", "userId": "ann"}]})
        self.assertEqual(self.accounts(), [None, None])
        self.assertEqual(self.points("acme")[0], 404)
        self.server.track("/v1/group", {"userId": "ann", "groupId": "acme"})
        self.assertEqual(self.accounts(), [None, "acme"])
        one = self.points("acme")[1]["milli_points"]
        self.server.track("/v1/identify", {"userId": "ann", "anonymousId": "visitor"})
        self.assertEqual(self.accounts(), ["acme", "acme"])
        self.assertGreater(self.points("acme")[1]["milli_points"], one)
        # Nothing of it is only in memory.
        self.server.kill()
        self.server.start()
        self.assertEqual(self.accounts(), ["acme", "acme"])

    def test_a_user_who_moves_keeps_the_account_they_had(self):
        for at, (account, name) in enumerate((("one", "a"), ("two", "b"))):
            self.server.track("/v1/batch", {"batch": [
                {"type": "group", "userId": "ann", "groupId": account, "timestamp": f"2026-0{at + 2}-01T00:00:00Z"},
                {"type": "track", "event": name, "userId": "ann", "timestamp": f"2026-0{at + 2}-15T00:00:00Z"}]})
        self.server.track("/v1/track", {"event": "early", "userId": "ann", "timestamp": "2026-01-15T00:00:00Z"})
        self.assertEqual({one["event"]: one["account_id"] for one in self.server.events()}, {"a": "one", "b": "two", "early": "one"})

    def test_accounts_merge_and_part_again(self):
        self.server.track("/v1/batch", {"batch": [
            {"type": "track", "event": "report_created", "userId": "ann", "context": {"groupId": "one"}},
            {"type": "track", "event": "report_created", "userId": "ben", "context": {"groupId": "t wo&"}},
            {"type": "track", "event": "report_created", "userId": "ben", "context": {"groupId": "three"}},
            {"type": "track", "event": "report_created", "userId": "zoe"}, {"type": "track", "event": "report_created", "anonymousId": "v"}]})
        before = self.points("one")[1]["milli_points"]
        report = self.space.json("identity")
        self.assertEqual((report["events"], report["events_waiting"]), (5, 2))
        self.assertEqual([one["id"] for one in report["waiting"]], ["v", "zoe"])
        self.assertEqual(report["several"], [{"id": "ben", "accounts": ["t wo&", "three"]}])
        self.assertEqual((report["accounts_with_users"], report["accounts_of_one_user"]), (3, 3))
        self.space.must("identity", "merge", "t wo&", "--into", "one")
        self.assertEqual(self.points("t%20wo%26")[1]["account_id"], "one")
        self.assertGreater(self.points("one")[1]["milli_points"], before)
        self.assertEqual(sorted(filter(None, self.accounts())), ["one", "one", "three"])
        for said, wrong in (("already", ("merge", "t wo&", "--into", "three")), ("itself", ("merge", "one", "--into", "one")),
                            ("is merged into", ("merge", "one", "--into", "t wo&")), ("unknown account", ("merge", "x", "--into", "one")),
                            ("not merged", ("unmerge", "three"))):
            done = self.space.run("identity", *wrong)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(said, done.stderr.decode())
        # The same without a server, and back again.
        self.server.stop()
        self.assertEqual([(one["account_id"], one["into"]) for one in self.space.json("identity")["merges"]], [("t wo&", "one")])
        self.space.must("identity", "unmerge", "t wo&")
        self.server.start()
        self.assertEqual(self.points("one")[1]["milli_points"], before)
        self.assertEqual(self.points("t%20wo%26")[1]["milli_points"], before)

    def test_a_message_counts_once_whichever_way_it_comes(self):
        rows = [("2026-03-01T09:00:00Z", "acme", "ann", "report_created", "m1")]
        self.server.stop()
        self.space.must("import", self.space.file("e.csv", events_csv(rows, ("timestamp", "account_id", "user_id", "event", "message_id"))))
        self.server.start()
        for _ in range(2):
            self.server.track("/v1/batch", {"batch": [event(1), event(2)]})
        self.assertEqual([one["event"] for one in self.server.events()], ["report_created"])  # m2; m1 came from the file
        self.assertEqual(self.server.metrics()["tidemark_events_duplicate_total"], 3)
        self.server.stop()
        self.assertEqual(self.space.json("status")["events"], 2)
        self.space.must("score", "--yes")
        self.assertIn("acme", self.space.must("accounts", "--day", "2026-03-02"))


class Hardness(unittest.TestCase):
    def test_slow_and_idle_connections_stop_nobody(self):
        _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))
        count = min(10_000, most_files - 200) if most_files > 0 else 10_000
        with Workspace() as space, LiveServer(space, "--header-seconds", "10", "--most-body-bytes", "100000") as server:
            idle = []
            for at in range(count):
                one = socket.create_connection(("127.0.0.1", server.port))
                if at % 2:
                    one.sendall(b"POST /v1/batch HTTP/1.1\r\nHost:")  # and never the rest
                idle.append(one)
            self.assertEqual(server.track("/v1/batch", {"batch": [event(1)]})[0], 200)
            self.assertGreater(server.metrics()["tidemark_connections"], count * 3 // 4)
            for _ in range(120):  # until the server has given them all up
                time.sleep(0.5)
                if server.metrics()["tidemark_connections"] < 10:
                    break
            self.assertLess(server.metrics()["tidemark_connections"], 10)
            self.assertGreaterEqual(server.metrics()["tidemark_connections_timed_out_total"], count // 2)
            for one in idle:
                one.close()
            self.assertEqual(server.track("/v1/batch", b"x" * 200_000)[0], 413)
            with socket.create_connection(("127.0.0.1", server.port)) as one:
                one.sendall(b"nonsense\r\n\r\n")
                self.assertIn(b"400", one.recv(100))
            chunked = b"POST /v1/track HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nX-Tidemark-Key: " + server.key.encode() + b"\r\n\r\n"
            part = json.dumps(event(9)).encode()
            with socket.create_connection(("127.0.0.1", server.port)) as one:
                one.sendall(chunked + b"%x\r\n%s\r\n0\r\n\r\n" % (len(part), part))
                self.assertIn(b"200 OK", one.recv(1000))
            self.assertEqual(len(server.events()), 2)

    def test_each_limit_is_a_setting_and_each_refusal_counted(self):
        limits = ("--most-nesting", "5", "--most-id-bytes", "20", "--most-header-bytes", "2000")
        with Workspace() as space, LiveServer(space, *limits) as server:
            batch = [event(1), event(2, userId="u" * 21), event(3, properties={"a": {"b": 1}})]
            self.assertEqual(server.track("/v1/batch", {"batch": batch[:2]})[0], 200)
            self.assertEqual([one["event"] for one in server.events()], ["report_created"])
            self.assertEqual(server.track("/v1/batch", {"batch": batch[2:]})[0], 400)
            self.assertEqual(server.send("/v1/batch", {"batch": batch[:1]}, {**server.basic(), "X-Long": "x" * 2000})[0], 431)
            refused = {name: count for name, count in server.metrics().items() if "refus" in name and count}
            self.assertEqual(refused, {"tidemark_events_refused_total": 1, 'tidemark_refusals_total{reason="too long"}': 1})


if __name__ == "__main__":
    workspace.main()

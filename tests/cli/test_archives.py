"""Archives of other tools, imported as they come: the same scores as the plain rows, and once with what came live."""
import gzip
import io
import json
import unittest
import zipfile

import workspace
from live_server import LiveServer
from workspace import Workspace, day, events_csv

# Account, user, and event follow from the number; the first half names its account, the second has it from what is said of users.
COUNT = 2000
ROWS = [(f"{day('2026-01-05', at % 60)}T{at % 24:02}:{at % 60:02}:00Z", f"acct-{at % 40 % 17}", f"user-{at % 40}",
         ("report_created", "report_shared", "login")[at % 3]) for at in range(COUNT)]
ARRIVED = "2026-04-01T00:00:00Z"
SCORES = ("scores", "--from", "2026-01-05", "--to", "2026-04-10", "--csv")
BELONGS = sorted({(user, account) for _, account, user, _ in ROWS})


def lines(items):
    return "".join(json.dumps(item) + "\n" for item in items)


def segment(of=lambda message: message):
    common = {"receivedAt": ARRIVED, "sentAt": "2026-03-01T00:00:00Z"}
    said = [{"type": "group", "userId": user, "groupId": account, "traits": {"plan": "pro"}, "timestamp": "2026-01-01T00:00:00Z", **common}
            for user, account in BELONGS]
    return lines(said + [of({"type": "track", "event": event, "userId": user, "messageId": f"m{at}", "timestamp": time, "originalTimestamp": time,
                             "context": {"groupId": account} if at < COUNT / 2 else {}, **common}) for at, (time, account, user, event) in enumerate(ROWS)])


def rudder():
    return segment(lambda message: {**message, "channel": "server", "rudderId": "r"})


def posthog():
    return lines({"uuid": f"m{at}", "event": event, "distinct_id": user, "timestamp": time.replace("T", " ").replace("Z", "+00:00"), "created_at": ARRIVED,
                  "properties": json.dumps({"$groups": {"company": account}, "$lib": "web"} if at % 2 else {"$group_0": account}), "team_id": 7}
                 for at, (time, account, user, event) in enumerate(ROWS))


def mixpanel():
    import datetime
    return lines({"event": event, "properties": {"time": int(datetime.datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp()), "distinct_id": user,
                                                 "$insert_id": f"m{at}", "company": [account], "mp_processing_time_ms": 1775001600000}}
                 for at, (time, account, user, event) in enumerate(ROWS))


def amplitude():
    """A zip of gzip, by hours, as its export is."""
    events = [{"event_type": event, "event_time": time.replace("T", " ").replace("Z", ".000000"), "user_id": user, "$insert_id": f"m{at}",
               "groups": {"company": [account]}, "event_properties": {"kind": "pdf"}, "server_received_time": "2026-04-01 00:00:00.000000"}
              for at, (time, account, user, event) in enumerate(ROWS)]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for part in range(5):
            # The last line of the first part has no end, as if cut by hand.
            text = lines(events[part::5]).rstrip("\n") if part == 0 else lines(events[part::5])
            archive.writestr(f"12345/2026-01-05_{part}.json.gz", gzip.compress(text.encode()))
    return packed.getvalue()


ARCHIVES = {"segment": ("archive.gz", lambda: gzip.compress(segment().encode())), "rudder": ("archive.json.gz", lambda: gzip.compress(rudder().encode())),
            "posthog": ("export.jsonl", posthog), "mixpanel": ("export.jsonl", mixpanel), "amplitude": ("export.zip", amplitude)}


class Archives(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with Workspace() as space:
            space.must("import", space.file("events.csv", events_csv(ROWS)))
            cls.expected = space.must(*SCORES)
        assert len(cls.expected.splitlines()) > 1000

    def test_each_tools_archive_gives_the_scores_of_the_plain_rows(self):
        for tool, (name, content) in ARCHIVES.items():
            with self.subTest(tool=tool), Workspace() as space:
                file = space.file(name, content())
                self.assertIn("acct-1", space.must("import", "--from", tool, file, "--dry-run"))
                taken = space.json("import", "--from", tool, file)
                self.assertEqual((taken["rejected"], taken["duplicates"]), (0, 0))
                self.assertEqual(taken["taken"], COUNT + (len(BELONGS) if tool in ("segment", "rudder") else 0))
                self.assertEqual(space.must(*SCORES), self.expected)
                self.assertTrue(space.json("import", "--from", tool, file)["was_there_already"])

    def test_what_came_live_is_known_when_its_archive_comes(self):
        with Workspace() as space:
            with LiveServer(space) as server:
                for at in (3, 5, 7):
                    time, account, user, event = ROWS[at]
                    message = {"type": "track", "event": event, "userId": user, "messageId": f"m{at}", "timestamp": time, "context": {"groupId": account}}
                    self.assertEqual(server.track("/v1/batch", {"batch": [message]})[0], 200)
            taken = space.json("import", "--from", "segment", space.file("archive.json", segment()))
            self.assertEqual((taken["duplicates"], taken["rejected"]), (3, 0))
            self.assertEqual(space.must(*SCORES), self.expected)

    def test_a_bad_message_is_rejected_alone_and_named(self):
        good = {"type": "track", "event": "report_created", "userId": "ann", "timestamp": "2026-03-01T10:00:00Z", "context": {"groupId": "acme"}}
        bad = [{**good, "timestamp": "soon"}, {**good, "timestamp": None}, {**good, "event": ""}, {**good, "type": "dance"}, {**good, "userId": None, "context": {}},
               {**good, "timestamp": "2099-01-01T00:00:00Z"}]
        with Workspace() as space:
            text = lines([good, *bad]) + "no json\n" + lines([{**good, "timestamp": "2026-03-02T10:00:00Z"}])
            taken = space.json("import", "--from", "segment", space.file("archive.json", text))
            self.assertEqual((taken["records"], taken["taken"], taken["rejected"]), (9, 2, 7))
            rejects = next((space.path / "rejects").glob("*.csv")).read_text().splitlines()
            self.assertEqual([int(line.split(",")[0]) for line in rejects[1:]], [2, 3, 4, 5, 6, 7, 8])
            for line, words in zip(rejects[1:], ("soon", "missing time", "missing event", "dance", "missing user", "future", "JSON")):
                self.assertIn(words.split()[-1], line)

    def test_an_import_taken_back_takes_back_who_was_whom(self):
        said = [{"type": "identify", "userId": "ann", "anonymousId": "visitor", "timestamp": "2026-02-01T00:00:00Z"},
                {"type": "group", "userId": "ann", "groupId": "acme", "timestamp": "2026-02-01T00:00:00Z"}]
        read = [{"type": "track", "event": "report_created", "anonymousId": "visitor", "messageId": f"m{at}", "timestamp": f"2026-03-0{at}T00:00:00Z"} for at in range(1, 5)]
        with Workspace() as space:
            space.must("import", "--from", "segment", space.file("read.json", lines(read)))
            self.assertEqual(space.json("identity")["events_waiting"], 4)
            file = space.file("said.json", lines(said))
            space.must("import", "--from", "segment", file)
            self.assertEqual(space.json("identity")["events_waiting"], 0)
            # Read as PostHog's it says nothing.
            space.must("import", "--from", "posthog", "--again", file)
            self.assertEqual(space.json("identity")["events_waiting"], 4)

    def test_a_zip_may_begin_with_an_hour_without_events_and_come_from_a_mac(self):
        packed = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(amplitude())) as export, zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("12345/2026-01-04_9.json.gz", gzip.compress(b""))
            for name in export.namelist():
                archive.writestr(name, export.read(name))
                archive.writestr(f"__MACOSX/{name.replace('/', '/._')}", b"attributes")
        with Workspace() as space:
            self.assertEqual(space.json("import", "--from", "amplitude", space.file("export.zip", packed.getvalue()))["taken"], COUNT)

    def test_a_broken_zip_is_refused_whole(self):
        with Workspace() as space:
            packed = amplitude()
            for content in (packed[:len(packed) // 2], packed[:200] + b"\0" * 100 + packed[300:]):
                done = space.run("import", "--from", "amplitude", space.file("export.zip", content))
                self.assertEqual(done.returncode, 2, done.stdout)
                self.assertIn(b"export.zip", done.stderr)
            self.assertEqual(space.json("status")["events"], 0)

    def test_from_goes_without_columns(self):
        with Workspace() as space:
            file = space.file("archive.json", segment())
            done = space.run("import", "--from", "segment", file, "--map", "account=x")
            self.assertEqual(done.returncode, 2)
            self.assertIn(b"--map", done.stderr)
            done = space.run("import", "--from", "segment", space.file("events.csv", events_csv(ROWS)))
            self.assertEqual(done.returncode, 2)
            self.assertIn(b"neither JSON Lines nor Parquet", done.stderr)


if __name__ == "__main__":
    workspace.main()

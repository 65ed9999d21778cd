"""Events come from a topic of a Kafka; whoever dies, each counts once."""
import json
import random
import time
import unittest
import urllib.request

import workspace
from kafka_broker import Kafka
from live_server import LiveServer
from workspace import Workspace, day, events_csv

FIRST, DAYS = "2026-01-01", 60


def record(at, row, has_id=True):
    when, account, user, event = row
    told = {"type": "track", "userId": user, "event": event, "timestamp": when, "context": {"groupId": account}}
    return json.dumps(told | ({"messageId": f"m{at}"} if has_id else {}))


@unittest.skipUnless(Kafka.is_installed(), "kcat is not installed")
class Feeds(unittest.TestCase):
    def setUp(self):
        self.kafka = Kafka()
        self.addCleanup(self.kafka.close)

    def space(self, more="", **kafka):
        space = Workspace()
        self.addCleanup(space.close)
        settings = {"bootstrap.servers": self.kafka.address, "session.timeout.ms": 6000, "heartbeat.interval.ms": 200} | kafka
        (space.path / "feeds.toml").write_text('[[feed]]\nname = "product"\ntopic = "events"\n' + more + "[feed.kafka]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items()))
        return space

    def metric(self, server, name):
        with urllib.request.urlopen(server.url + "/metrics", timeout=60) as answer:
            found = [line.rpartition(" ")[2] for line in answer.read().decode().splitlines() if line.startswith(f'tidemark_{name}{{feed="product"}}')]
        return int(found[0])

    def until(self, holds, what, server):
        for _ in range(600):
            if holds():
                return
            time.sleep(0.1)
        self.fail(f"{what}: {server.log.read_text()[-2000:]}")

    def rows(self, seed, accounts=30):
        rng = random.Random(seed)
        rows = [(f"{day(FIRST, at)}T{rng.randint(0, 23):02}:00:00Z", f"account {account}", f"u{account}", rng.choice(["report_created", "report_shared"])) for account in range(accounts) for at in range(DAYS) if rng.random() < 0.5]
        rng.shuffle(rows)
        return rows

    def test_what_comes_counts_as_if_it_were_imported(self):
        space, file = self.space(), Workspace()
        self.addCleanup(file.close)
        rows = self.rows(1)
        file.must("import", file.file("a.csv", events_csv(rows)))
        file.must("score", "--until", day(FIRST, DAYS - 1))
        half = len(rows) // 2
        self.kafka.produce("events", [record(at, row) for at, row in enumerate(rows[:half])])
        with LiveServer(space, "--no-nightly") as server:
            self.until(lambda: self.metric(server, "feed_messages_total") == half, "the first half", server)
            self.kafka.produce("events", [record(at + half, row, has_id=at % 2 == 0) for at, row in enumerate(rows[half:])])
            self.kafka.produce("events", [record(0, rows[0]), "no JSON", '{"type":"track","userId":"u","event":"","timestamp":"2026-01-01T00:00:00Z"}'])
            self.until(lambda: self.metric(server, "feed_messages_total") == len(rows) + 3, "the second half", server)
            self.assertEqual((self.metric(server, "feed_behind"), self.metric(server, "feed_failing")), (0, 0))
            told, = space.json("feeds")
            self.assertEqual((told["messages"], told["behind"], told["partitions"]), (len(rows) + 3, 0, 4))
            # A source like any other: paused it waits.
            space.must("keys", "pause", "product")
            time.sleep(1.5)
            self.kafka.produce("events", [record("late", (f"{day(FIRST, 5)}T10:00:00Z", "account 1", "u1", "login"))])
            time.sleep(1.5)
            self.assertEqual(self.metric(server, "feed_messages_total"), len(rows) + 3)
            space.must("keys", "resume", "product")
            self.until(lambda: self.metric(server, "feed_messages_total") == len(rows) + 4, "what waited", server)
            self.assertEqual(space.json("rejects")["reasons"], {"malformed JSON": 1, "missing event name": 1})
        file.must("import", file.file("b.csv", events_csv([(f"{day(FIRST, 5)}T10:00:00Z", "account 1", "u1", "login")])))
        file.must("score", "--republish", "--until", day(FIRST, DAYS - 1))
        space.must("score", "--until", day(FIRST, DAYS - 1))
        self.assertEqual(space.json("status")["events"], len(rows) + 1)
        self.assertEqual(space.published(), file.published())

    def test_kills_lose_nothing_and_count_nothing_twice(self):
        space = self.space()
        rng = random.Random(2)
        rows = self.rows(2, 100)
        records = [record(at, row, has_id=at % 3 > 0) for at, row in enumerate(rows)]
        server = LiveServer(space, "--no-nightly")
        try:
            for begin in range(0, len(records), 300):
                self.kafka.produce("events", records[begin:begin + 300])
                time.sleep(rng.random())
                if rng.random() < 0.6:
                    server.kill()
                    server.start()
            # Behind is what was committed: taken once more after the kill it may be.
            self.until(lambda: space.json("feeds")[0]["behind"] == 0, "all", server)
        finally:
            server.stop()
        self.assertEqual(space.json("status")["events"], len(rows))

    def test_topics_of_one_name_are_not_mixed_up(self):
        other = Kafka()
        self.addCleanup(other.close)
        space = self.space()
        with open(space.path / "feeds.toml", "a", encoding="utf-8") as feeds:
            feeds.write(f'[[feed]]\nname = "elsewhere"\ntopic = "events"\nkafka = {{ bootstrap.servers = "{other.address}" }}\n')
        for kafka, begin in ((self.kafka, 0), (other, 50)):
            kafka.produce("events", [record(at, (f"{FIRST}T10:00:00Z", f"account {at}", f"u{at}", "login"), has_id=False) for at in range(begin, begin + 50)])
        with LiveServer(space, "--no-nightly") as server:
            self.until(lambda: sum(feed["behind"] for feed in space.json("feeds")) == 0, "all", server)
        self.assertEqual(space.json("status")["events"], 100)

    def test_a_stop_commits_what_is_stored(self):
        space = self.space()
        self.kafka.produce("events", ["no JSON"] * 30_000)
        server = LiveServer(space, "--no-nightly")
        try:
            self.until(lambda: len(space.json("rejects")["rejects"]) > 0, "some", server)
            # Amid it, and asked all the while.
            server.process.terminate()
            while server.process.poll() is None:
                try:
                    self.metric(server, "feed_messages_total")
                except OSError:
                    time.sleep(0.01)
            self.assertEqual(server.process.returncode, 0)
            server.start()
            self.until(lambda: space.json("feeds")[0]["behind"] == 0, "all", server)
            self.assertEqual(space.json("rejects", "--limit", "100000")["reasons"], {"malformed JSON": 30_000})
        finally:
            server.stop()

    def test_what_is_wrong_is_said(self):
        for space, words in ((self.space(nonsense=1), b'No such configuration property: "nonsense"'), (self.space('dialect = "latin"\n'), b"dialect latin is none of"),
                             (self.space(**{"enable.auto.commit": True}), b"feeds.toml:8:22: enable.auto.commit is set by Tidemark itself"),
                             (self.space(**{"session.timeout.ms": "soon"}), b"session.timeout.ms"), (self.space(), b"kafka.password cannot be read")):
            if b"password" in words:
                with open(space.path / "feeds.toml", "a", encoding="utf-8") as feeds:
                    feeds.write('sasl.password = { file = "kafka.password" }\n')
            done = space.run("serve", "--port", "0", "--no-nightly", timeout=30)
            self.assertIn(words, done.stderr)
            self.assertNotEqual(done.returncode, 0)
        # A broker that is not there is waited for, and said to be so.
        space = self.space(**{"bootstrap.servers": "127.0.0.1:1"})
        with LiveServer(space, "--no-nightly") as server:
            self.until(lambda: self.metric(server, "feed_failing") == 1, "nobody answers", server)
            self.assertIn("feed product: Kafka: ", server.log.read_text())
            self.assertIn("Kafka:", space.json("feeds")[0]["problem"])


if __name__ == "__main__":
    workspace.main()

"""The same on shards and replicas, and by several workers: what is told is the same to the byte, whatever dies in between."""
import datetime
import json
import random
import subprocess
import time
import unittest
import urllib.request

import clock
import clickhouse
import workspace
from elsewhere import DAYS, FIRST, Elsewhere, random_log
from live_server import LiveServer
from workspace import day, events_csv


@unittest.skipUnless(clickhouse.is_installed() and clickhouse.ZooKeeper.is_installed(), "clickhouse-server or zookeeper is not installed")
class OnShards(Elsewhere):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = clickhouse.Cluster()
        cls.addClassCleanup(lambda: cls.server.close())

    def parts_of(self, table):
        return [int(shard.ask(f"SELECT count() FROM t{self.databases}.{table}_here")) for shard in self.server.shards]

    def test_it_is_told_the_same_and_every_shard_has_its_part(self):
        for is_replicated in (False, True):
            spaces = self.both(is_replicated=is_replicated)
            rows = random_log(random.Random(3))
            for space in spaces:
                space.must("import", space.file("a.csv", events_csv(rows[:-300])))
                space.must("score", "--until", day(FIRST, 100))
                space.must("import", space.file("b.csv", events_csv(rows[-300:])))
                space.must("identity", "merge", "account 7", "--into", "account 8")
                space.must("score", "--until", day(FIRST, DAYS - 1))
            self.assert_alike(*spaces)
            for table in ("event", "level", "change"):
                parts = self.parts_of(table)
                self.assertGreater(min(parts), sum(parts) / 4, table)

    def helpers(self, space, workers):
        started = [subprocess.Popen(space.command("work", f"{number}/{workers}"), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for number in range(2, workers + 1)]
        for one in started:
            self.addCleanup(one.stderr.close)
            self.addCleanup(one.wait)
            self.addCleanup(one.kill)
        return started

    def test_several_workers_come_to_the_same(self):
        file, *others = [self.both()[0], *(self.both()[1] for _ in range(2))]
        rows = random_log(random.Random(5), 120)
        for space in (file, *others):
            (space.path / "tidemark.toml").write_bytes((file.path / "tidemark.toml").read_bytes())
            space.must("import", space.file("a.csv", events_csv(rows[:-300])))
            space.must("identity", "merge", "account 7", "--into", "account 80")
        file.must("score", "--until", day(FIRST, 100))
        for workers, space in zip((2, 4), others):
            for command in (("--until", day(FIRST, 100)), ()):
                helpers = self.helpers(space, workers)
                if not command:
                    space.must("import", space.file("b.csv", events_csv(rows[-300:])))
                space.must("score", "--workers", workers, *(command or ("--until", day(FIRST, DAYS - 1))), timeout=120)
                self.assertEqual([one.wait(timeout=60) for one in helpers], [0] * (workers - 1), helpers[0].stderr.read())
        file.must("import", file.file("b.csv", events_csv(rows[-300:])))
        file.must("score", "--until", day(FIRST, DAYS - 1))
        for space in others:
            self.assert_alike(file, space)
        helpers = self.helpers(others[0], 2)
        others[0].must("score", "--workers", "2", "--republish", "--until", day(FIRST, DAYS - 1), timeout=120)
        file.must("score", "--republish", "--until", day(FIRST, DAYS - 1))
        self.assert_alike(file, others[0])
        # One that has another definition is told so.
        folder = file.folder / "elsewhere"
        folder.mkdir()
        (folder / "tidemark.toml").write_text((file.path / "tidemark.toml").read_text().replace("points = 5", "points = 6"))
        (folder / "test-clock").write_bytes((file.path / "test-clock").read_bytes())
        (folder / "store.url").write_bytes((others[0].path / "store.url").read_bytes())
        leads = subprocess.Popen(others[0].command("score", "--workers", "2", "--republish"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            done = file.run("-C", folder, "work", "2/2", at=False, timeout=60)
            self.assertIn(b"another definition", done.stderr)
        finally:
            leads.kill()
            leads.wait()
        self.assertIn(b"keeps its store in a file", file.run("work", "2/2").stderr)
        self.assertIn(b"keeps its store in a file", file.run("score", "--workers", "2").stderr)

    def test_workers_read_a_table_that_is_spread(self):
        file, other = self.both()
        rows = random_log(random.Random(17))
        file.must("import", file.file("a.csv", events_csv(rows)))
        database = f"t{self.databases}"
        columns = "(org String, who String, what String, happened DateTime)"
        self.server.shards[0].ask(f"CREATE TABLE {database}.product_part ON CLUSTER pair {columns} ENGINE = MergeTree() ORDER BY org")
        self.server.shards[0].ask(f"CREATE TABLE {database}.product ON CLUSTER pair {columns} ENGINE = Distributed(pair, {database}, product_part, sipHash64(who))")
        for begin in range(0, len(rows), 1000):
            shard = self.server.shards[begin // 1000 % 2]
            shard.ask(f"INSERT INTO {database}.product_part VALUES " + ",".join(f"('{account}','{user}','{event}',toDateTime('{when[:10]} {when[11:19]}', 'UTC'))" for when, account, user, event in rows[begin:begin + 1000]))
        other.must("tables", "add", f"{database}.product", "--account", "org", "--user", "who", "--event", "what", "--time", "happened")
        file.must("score", "--until", day(FIRST, DAYS - 1))
        helpers = self.helpers(other, 2)
        other.must("score", "--workers", "2", "--until", day(FIRST, DAYS - 1), timeout=120)
        self.assertEqual([one.wait(timeout=60) for one in helpers], [0], helpers[0].stderr.read())
        self.assert_alike(file, other)

    def test_a_server_leads_workers_that_stay(self):
        file, other = self.both()
        rows = random_log(random.Random(19))
        today = clock.now()
        recent = lambda row: ((today - datetime.timedelta(days=DAYS - (datetime.date.fromisoformat(row[0][:10]) - datetime.date.fromisoformat(FIRST)).days)).strftime("%Y-%m-%dT") + row[0][11:], *row[1:])
        rows = [recent(row) for row in rows]
        for space in (file, other):
            space.must("import", space.file("a.csv", events_csv(rows[300:])))
        file.must("score")
        key = other.json("keys", "create", "--scope", "admin")["key"]
        sends = other.json("keys", "create", "--source", "app")["key"]
        with LiveServer(other, "--workers", "2") as server:
            def ask(path, body=None, as_key=key):
                request = urllib.request.Request(server.url + path, None if body is None else json.dumps(body).encode(), {"Content-Type": "application/json", "Authorization": "Bearer " + as_key})
                with urllib.request.urlopen(request, timeout=60) as answer:
                    return json.loads(answer.read())

            def until(holds):
                for _ in range(600):
                    nightly = ask("/api/v1/status")["nightly"]
                    if holds(nightly):
                        return
                    time.sleep(0.1)
                self.fail(str(nightly) + server.log.read_text())

            until(lambda nightly: nightly["workers_missing"] == 1)  # it waits, and says so; what arrives is taken all the same
            batch = [{"type": "track", "messageId": f"m{at}", "userId": user, "event": event, "timestamp": when, "context": {"groupId": account}} for at, (when, account, user, event) in enumerate(rows[:300])]
            ask("/v1/batch", {"batch": batch}, sends)
            # What is edited meanwhile counts: the run is begun again.
            for space in (file, other):
                (space.path / "tidemark.toml").write_text((space.path / "tidemark.toml").read_text().replace("points = 5", "points = 7"))
            file.must("score", "--republish")
            helper = subprocess.Popen(other.command("work", "2/2", "--stay"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                until(lambda nightly: nightly["succeeded"])
                file.must("import", file.file("b.csv", events_csv(rows[:300])))
                file.must("score", "--republish")
                self.assertEqual(other.published(), file.published())
                definition = other.path / "tidemark.toml"
                for space in (file, other):  # the worker reads it anew
                    (space.path / "tidemark.toml").write_text(definition.read_text().replace("points = 7", "points = 6"))
                file.must("score", "--republish")
                before = ask("/api/v1/status")["nightly"]["succeeded"]
                ask("/api/v1/publishing", {"anew": True})
                until(lambda nightly: nightly["succeeded"] > before and not nightly["is_running"])
                self.assertEqual(other.published(), file.published())
                self.assertIsNone(helper.poll())
                helper.terminate()
                self.assertEqual(helper.wait(timeout=30), 0)
            finally:
                helper.kill()
                helper.wait()
        self.assertIn(b"keeps its store in a file", file.run("serve", "--workers", "2", "--port", "0").stderr)

    def test_workers_that_die_are_replaced(self):
        file, other = self.both()
        rows = random_log(random.Random(6), 150)
        for space in (file, other):
            space.must("import", space.file("a.csv", events_csv(rows)))
        file.must("score", "--until", day(FIRST, DAYS - 1))
        rng = random.Random(1)
        leading = other.command("score", "--workers", "3", "--until", day(FIRST, DAYS - 1))
        start = lambda command: subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        members = [leading, other.command("work", "2/3"), other.command("work", "3/3")]
        running = [start(command) for command in members]
        for _ in range(25):
            time.sleep(rng.random() * 0.25)
            at = rng.randrange(3)
            running[at].kill()
            running[at].wait()
            running[at] = start(members[at])
            for again in (1, 2):  # those that are done with a run wait for the next
                if running[again].poll() is not None:
                    running[again] = start(members[again])
        self.assertIn(running[0].wait(timeout=120), (0,))
        for one in running:
            one.kill()
            one.wait()
        self.assertEqual(file.published(), other.published())

    def test_whatever_of_it_dies_nothing_is_lost_or_counted_twice(self):
        def breaks(rng):
            one = rng.choice([*self.server.shards, self.server.keeper])
            one.kill()
            time.sleep(0.2)
            one.start()

        self.assert_dies_well(breaks)


@unittest.skipUnless(clickhouse.is_installed() and clickhouse.ZooKeeper.is_installed(), "clickhouse-server or zookeeper is not installed")
class OnReplicas(Elsewhere):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = clickhouse.Cluster(shards=1, replicas=2)
        cls.addClassCleanup(lambda: cls.server.close())

    def test_one_that_is_away_is_waited_for_and_catches_up(self):
        file, other = self.both(is_replicated=True)
        rows = random_log(random.Random(23))
        for space in (file, other):
            space.must("import", space.file("a.csv", events_csv(rows[:-300])))
            space.must("score", "--until", day(FIRST, 100))
        self.assert_alike(file, other)
        here = lambda server: [int(server.ask(f"SELECT count() FROM t{self.databases}.{table}_here")) for table in ("event", "level", "change")]
        self.assertEqual(*map(here, self.server.shards))
        away = self.server.shards[1]
        away.kill()
        # Nothing is acknowledged that one of them alone would have.
        late = other.file("b.csv", events_csv(rows[-300:]))
        self.assertNotEqual(other.run("import", late).returncode, 0)
        away.start()
        for _ in range(100):
            if other.run("import", late).returncode == 0:
                break
            time.sleep(0.2)
        file.must("import", file.file("b.csv", events_csv(rows[-300:])))
        for space in (file, other):
            space.must("score", "--until", day(FIRST, DAYS - 1))
        self.assert_alike(file, other)
        self.assertEqual(*map(here, self.server.shards))


if __name__ == "__main__":
    workspace.main()

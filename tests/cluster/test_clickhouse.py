"""The same workspace in a ClickHouse and in a file: what is told of it is the same to the byte, whatever dies in between."""
import datetime
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import time
import unittest
import urllib.request

import clickhouse
import workspace
from live_server import LiveServer
from workspace import Workspace, day, events_csv

FIRST, DAYS = "2026-01-01", 130
EVENTS = ["report_created", "report_shared", "invited", "login"]


def random_log(rng, accounts=60):
    """Rows that name accounts, or users alone; some come late, some twice."""
    rows = []
    for number in range(accounts):
        leaves = rng.choice([DAYS, rng.randint(20, DAYS)])
        for at in range(rng.randint(0, 20), leaves):
            if rng.random() < 0.4:
                rows.append((f"{day(FIRST, at)}T{rng.randint(0, 23):02}:{rng.randint(0, 59):02}:00Z", f"account {number}", f"u{number}.{rng.randint(0, 3)}", rng.choice(EVENTS)))
    rng.shuffle(rows)
    return rows


class Elsewhere(unittest.TestCase):
    """`server` makes databases."""

    databases = 0

    @classmethod
    def setUpClass(cls):
        os.environ["TIDEMARK_STORE_PASSWORD"] = clickhouse.PASSWORD

    def both(self, **how):
        """Two workspaces, new and alike but for their store."""
        spaces = []
        for is_file in (True, False):
            space = Workspace()
            self.addCleanup(space.close)
            if not is_file:
                type(self).databases += 1
                address = self.server.new_database(f"t{self.databases}", **how)
                space.path = space.folder / "other"
                space.must("init", space.path, "--store", address, at=False)
                (space.path / "tidemark.toml").write_bytes((spaces[0].path / "tidemark.toml").read_bytes())
            spaces.append(space)
        return spaces

    def assert_alike(self, file, other):
        self.assertEqual(file.published(), other.published())
        for command in (("accounts", "--limit", "1000"), ("identity",), ("account", "account 3"), ("explain", "account 5"), ("risk",)):
            with self.subTest(command=command):
                told = [space.run(*command, "--json") for space in (file, other)]
                # But for the instants at which somebody typed something.
                words = [re.sub(rb'"since": "20[^"]*T[^"]*"', b"", done.stdout) for done in told]
                self.assertEqual((told[0].returncode, words[0]), (told[1].returncode, words[1]), told[1].stderr)

    def assert_dies_well(self, breaks):
        """Whatever `breaks` while it imports and scores, in the end it is as it is in a file."""
        rng = random.Random(11)
        rows = random_log(rng, 150)
        file, other = self.both()
        file.must("import", file.file("a.csv", events_csv(rows)))
        file.must("score", "--until", day(FIRST, DAYS - 1))
        table = other.file("a.csv", events_csv(rows))
        for command in (("import", table), ("score", "--until", day(FIRST, DAYS - 1))):
            for _ in range(8):
                run = subprocess.Popen(other.command(*command), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                time.sleep(rng.random() * 0.5)
                if rng.random() < 0.5:
                    breaks(rng)
                else:
                    run.kill()
                run.wait()
            done = other.run(*command)
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(file.published(), other.published())
        self.assertEqual(file.json("status")["events"], other.json("status")["events"])


class OnOne:
    """What holds of one server, however old it is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = cls.made()
        cls.addClassCleanup(lambda: cls.server.close())

    def test_it_is_told_the_same(self):
        for seed in range(3):
            rng = random.Random(seed)
            rows = random_log(rng)
            spaces = self.both()
            cut = rng.randint(0, len(rows))
            for space in spaces:
                space.must("import", space.file("a.csv", events_csv(rows[:cut])))
                space.must("import", "--accounts", space.file("accounts.csv", "account_id,plan,valid_from\n" + "".join(f"account {n},{'team' if n % 3 else 'free'},2026-02-0{1 + n % 9}\n" for n in range(60))))
                space.must("score", "--until", day(FIRST, 100))
                space.must("import", space.file("b.csv", events_csv(rows[cut:] + rows[:50])))
                space.must("import", "--dedupe", "rows", space.file("c.csv", events_csv(rows[:80]))) if seed == 0 else None
                space.must("identity", "merge", "account 7", "--into", "account 8")
                space.must("gaps", "mark", day(FIRST, 105), "--why", "the tests say so")
                space.must("score", "--until", day(FIRST, DAYS - 1))
                if seed == 1:
                    space.must("score", "--republish", "--until", day(FIRST, DAYS - 1))
            self.assert_alike(*spaces)

    def test_live_events_count_the_same(self):
        spaces = self.both()
        rows = random_log(random.Random(7), 20)
        for space in spaces:
            key = space.json("keys", "create", "--source", "app")["key"]
            with LiveServer(space, "--no-nightly") as server:
                for begin in range(0, len(rows), 150):
                    batch = [{"type": "track", "messageId": f"m{begin + at}", "userId": user, "event": event, "timestamp": when,
                              "context": {"groupId": account}} for at, (when, account, user, event) in enumerate(rows[begin:begin + 150])]
                    for _ in range(2):  # each comes twice
                        request = urllib.request.Request(server.url + "/v1/batch", json.dumps({"batch": batch}).encode(),
                                                         {"Content-Type": "application/json", "Authorization": "Bearer " + key})
                        with urllib.request.urlopen(request, timeout=60) as answer:
                            self.assertEqual(answer.status, 200)
            space.must("score", "--until", day(FIRST, DAYS - 1))
        self.assert_alike(*spaces)

    def test_whoever_dies_nothing_is_lost_or_counted_twice(self):
        def breaks(_):
            self.server.kill()
            self.server.start()

        self.assert_dies_well(breaks)

    def test_a_store_is_copied_there_and_back(self):
        space, _ = self.both()
        rows = random_log(random.Random(9))
        space.must("import", space.file("a.csv", events_csv(rows[:2000] + [("never", "x", "y", "z")])))
        space.must("import", "--users", space.file("users.csv", "user_id,account_id,role\nu1.1,account 1,admin\nu2.1,account 2,\n"))
        space.must("import", space.file("b.csv", events_csv(rows[2000:])))
        space.must("identity", "merge", "account 7", "--into", "account 8")
        space.must("score", "--until", day(FIRST, 90))
        space.must("gaps", "mark", day(FIRST, 95), "--why", "the tests say so")
        key = space.json("keys", "create", "--source", "app")["key"]
        with LiveServer(space, "--no-nightly") as server:
            body = {"batch": [{"type": "track", "messageId": "m1", "userId": "u3.1", "event": "invited", "timestamp": f"{FIRST}T10:00:00Z", "context": {"groupId": "account 3"}}]}
            body["batch"].append(body["batch"][0] | {"messageId": "m2", "timestamp": "never"})  # refused, and kept
            urllib.request.urlopen(urllib.request.Request(server.url + "/v1/batch", json.dumps(body).encode(), {"Content-Type": "application/json", "Authorization": "Bearer " + key}), timeout=60).close()
        space.must("score", "--until", day(FIRST, 110))
        before = space.published()
        told = {command: space.must(*command) for command in (("identity", "--json"), ("account", "account 3", "--json"), ("rejects", "--json"))}
        self.assertIn("never", told["rejects", "--json"])
        type(self).databases += 1
        address = self.server.new_database(f"t{self.databases}")
        # One that is stopped on the way is gone on with.
        run = subprocess.Popen(space.command("store", "copy", "--to", address), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.4)
        run.kill()
        run.wait()
        self.assertIn("The copy is the same", space.must("store", "copy", "--to", address))
        space.must("store", "use", address)
        os.rename(space.path / "tidemark.duckdb", space.path / "before.duckdb")
        self.assertEqual(space.published(), before)
        for command, words in told.items():
            self.assertEqual(space.must(*command), words)
        # What came before counts once there too, and it goes on as before.
        self.assertIn("was imported", " ".join(space.must("import", space.file("a.csv", events_csv(rows[:2000] + [("never", "x", "y", "z")]))).split()))
        space.must("score", "--until", day(FIRST, DAYS - 1))
        after = space.published()
        home = space.folder / "home.duckdb"
        self.assertIn("The copy is the same", space.must("store", "copy", "--to", home))
        os.remove(space.path / "store.url")
        os.rename(home, space.path / "tidemark.duckdb")
        shutil.rmtree(space.path / "messages", ignore_errors=True)
        self.assertEqual(space.published(), after)
        # Into what holds something else nothing is copied.
        other, _ = self.both()
        other.must("import", other.file("o.csv", events_csv([(f"{FIRST}T10:00:00Z", "somebody else", "u", "invited")])))
        self.assertIn(b"the other store holds something else", other.run("store", "copy", "--to", address).stderr)

    def test_what_nobody_sees_is_removed(self):
        file, other = self.both()
        rows = random_log(random.Random(21))
        for space in (file, other):
            space.must("import", space.file("a.csv", events_csv(rows)))
            space.must("score", "--until", day(FIRST, 100))
            space.must("import", space.file("b.csv", events_csv([(f"{day(FIRST, 50)}T10:00:00Z", "account 1", "u", "invited")] * 40)))
            space.must("score", "--republish", "--until", day(FIRST, 110))
            space.must("import", "--again", space.folder / "b.csv")
            space.must("gaps", "mark", day(FIRST, 105), "--why", "the tests say so")
            space.must("score", "--until", day(FIRST, DAYS - 1))
        database = f"t{self.databases}"
        count = lambda: [int(self.server.ask(f"SELECT count() FROM {database}.{table}")) for table in ("event", "level", "change")]
        before = count()
        self.assertIn("rows that nobody sees any more go", other.must("store", "clean"))
        for _ in range(100):
            after = count()
            if after[0] == len(rows) + 40 and after[1] < before[1]:
                break
            time.sleep(0.1)
        self.assertEqual(after[0], len(rows) + 40)
        self.assertLess(after[1:], before[1:])
        self.assert_alike(file, other)
        for _ in range(100):
            if "nothing that nobody sees" in other.must("store", "clean"):
                break
            time.sleep(0.1)
        else:
            self.fail("something stays")
        other.must("score", "--republish", "--until", day(FIRST, DAYS - 1))
        file.must("score", "--republish", "--until", day(FIRST, DAYS - 1))
        self.assert_alike(file, other)

    def test_a_table_is_read_where_it_lies(self):
        rows = random_log(random.Random(13))
        early, late = rows[:len(rows) // 2], rows[len(rows) // 2:]
        file, other = self.both()
        table = f"product{self.databases}.events"
        self.server.ask(f"CREATE DATABASE {table.split('.')[0]}")
        self.server.ask(f"CREATE TABLE {table} (org {self.columns['org']}, who Nullable(String), what {self.columns['what']}, happened {self.columns['happened']}, more String) ENGINE = MergeTree() ORDER BY happened")
        users = "user_id,account_id\n" + "".join(f"lone{n},account {n}\n" for n in range(5))
        unnamed = [(f"{day(FIRST, at)}T12:00:00Z", "", f"lone{at % 5}", "invited") for at in range(0, 100, 2)]
        early += unnamed
        for space in (file, other):
            space.must("import", "--users", space.file("users.csv", users))

        def arrive(new):
            file.must("import", file.file(f"{len(new)}.csv", events_csv(new)))
            values = ",".join(f"('{account}',{f(user)},'{event}',toDateTime('{when[:10]} {when[11:19]}', 'UTC'),'{{}}')" for f in (lambda text: f"'{text}'" if text else "NULL",) for when, account, user, event in new)
            self.server.ask(f"INSERT INTO {table} VALUES {values}")

        arrive(early)
        add = ("tables", "add", table, "--account", "org", "--user", "who", "--event", "what", "--time", "happened", "--properties", "more")
        self.assertIn(f"{len(early):,} events count", other.must(*add))
        for space in (file, other):
            space.must("score", "--until", day(FIRST, 90))
        self.assert_alike(file, other)
        # What comes late, from new accounts, by new names; and what is no event.
        arrive(late + [(f"{day(FIRST, 95)}T10:00:00Z", "account 900", "u900", "a new thing")])
        self.server.ask(f"INSERT INTO {table} VALUES ('null','x','login',toDateTime('{FIRST} 10:00:00'),''),('account 1','x','',toDateTime('{FIRST} 10:00:00'),''),"
                        f"('account 1','x','login',toDateTime(0),''),('','NULL','login',toDateTime('{FIRST} 10:00:00'),''),('account 1','x','login',toDateTime('2099-01-01 00:00:00'),'')")
        for space in (file, other):
            space.must("score", "--until", day(FIRST, DAYS - 1))
        self.assert_alike(file, other)
        seen, = other.json("tables")
        self.assertEqual((seen["events"], seen["left_out"]), (len(rows) + len(unnamed) + 1, 5))
        # Nothing new: nothing is done.
        events = other.json("status")["events"]
        other.must("score", "--until", day(FIRST, DAYS - 1))
        self.assertEqual(other.json("tables"), [seen])
        # Mapped anew it counts once; what is wrong is said.
        other.must(*add)
        self.assertEqual(other.json("status")["events"], events)
        for wrong, words in ((("--account", "nothing"), b"--account nothing of"), (("--time", "what"), b"no moment in time; give an expression: \"if(what = '', toDateTime(0), parseDateTimeBestEffortOrZero(what))\"")):
            given = dict(zip(add[3::2], add[4::2])) | dict([wrong])
            self.assertIn(words, other.run(*add[:3], *[text for pair in given.items() for text in pair]).stderr)
        self.assertIn(b"letters, digits", other.run("tables", "add", "x; y", *add[3:]).stderr)
        self.assertIn(b"events of " + table.encode(), other.run("store", "copy", "--to", other.folder / "home.duckdb").stderr)
        self.assert_alike(file, other)
        other.must("tables", "remove", table)
        self.assertEqual(other.json("status")["events"], 0)
        self.assertEqual(other.json("tables"), [])

    def test_tables_are_looked_at_while_it_serves(self):
        _, other = self.both()
        table = f"product{self.databases}.events"
        self.server.ask(f"CREATE DATABASE {table.split('.')[0]}")
        self.server.ask(f"CREATE TABLE {table} (org String, what String, happened DateTime) ENGINE = MergeTree() ORDER BY org")
        key = other.json("keys", "create", "--source", "app")["key"]

        def send(server, number):
            body = {"batch": [{"type": "track", "messageId": f"m{number}", "userId": "u", "event": f"live {number}", "timestamp": f"{FIRST}T10:00:00Z", "context": {"groupId": f"live {number}"}}]}
            urllib.request.urlopen(urllib.request.Request(server.url + "/v1/batch", json.dumps(body).encode(), {"Content-Type": "application/json", "Authorization": "Bearer " + key}), timeout=60).close()

        with LiveServer(other, "--no-nightly") as server:
            send(server, 1)
            other.must("tables", "add", table, "--account", "org", "--event", "what", "--time", "happened")
            for number in range(2, 6):
                self.server.ask(f"INSERT INTO {table} VALUES ('mapped {number}', 'thing {number}', toDateTime('{FIRST} 10:00:00'))")
                other.must("score", "--until", FIRST)
                send(server, number)  # by which it numbers an account and an event of its own
        worth = {f"{name} {n}": (n if name == "live" else 10 * n) for name in ("live", "thing") for n in range(1, 6)}
        (other.path / "tidemark.toml").write_text('name = "Test"\nengaged_day_points = 1.0\n' + "".join(f'[[action]]\nwhen = {{ event = "{name}" }}\npoints = {points}.0\n' for name, points in worth.items()))
        other.must("score", "--republish", "--until", FIRST)
        listed = other.json("accounts")["accounts"]
        self.assertEqual({account["account_id"]: account["milli_points"] for account in listed},
                         {f"live {n}": 1000 + 1000 * n for n in range(1, 6)} | {f"mapped {n}": 1000 + 10000 * n for n in range(2, 6)})


@unittest.skipUnless(clickhouse.is_installed(), "clickhouse-server is not installed")
class InClickHouse(OnOne, Elsewhere):
    made = clickhouse.ClickHouse
    columns = {"org": "String", "what": "String", "happened": "DateTime"}

    def test_what_is_wrong_is_said(self):
        space = Workspace()
        self.addCleanup(space.close)
        folder = space.folder / "x"
        address = self.server.new_database("wrong")
        for given, words in ((address.replace("tidemark@", "tidemark:secret@"), b"TIDEMARK_STORE_PASSWORD"), ("postgresql://a/b", b"write clickhouse://"),
                             (address + "?shards=2", b"shards=2 is none of tls=1"), (address.replace("/wrong", "/nowhere"), b"nowhere"),
                             (address.replace(str(self.server.http), "1"), b"ClickHouse: no answer")):
            done = space.run("init", folder, "--store", given, at=False)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(words, done.stderr)
        os.environ["TIDEMARK_STORE_PASSWORD"] = "wrong"
        try:
            self.assertIn(b"ClickHouse: ", space.run("init", folder, "--store", address, at=False).stderr)
        finally:
            os.environ["TIDEMARK_STORE_PASSWORD"] = clickhouse.PASSWORD
        space.must("init", folder, "--store", address, at=False)
        space.path = folder
        self.assertIn(b"those of another workspace", space.run("init", space.folder / "y", "--store", address, at=False).stderr)
        self.assertIn(address, space.must("doctor"))
        # Tables of an older Tidemark are brought up to date, and stay the workspace's.
        own = self.server.ask("SELECT store FROM wrong.migration")
        for sql in ("DROP TABLE mapped_table", "DROP TABLE migration", "CREATE TABLE migration (version UInt32, store String) ENGINE = MergeTree() ORDER BY version", f"INSERT INTO migration VALUES (1, '{own.strip()}')"):
            self.server.ask(sql.replace("TABLE ", "TABLE wrong.").replace("INTO ", "INTO wrong."))
        self.assertEqual(space.json("tables"), [])
        self.assertEqual(self.server.ask("SELECT version, store FROM wrong.migration ORDER BY version"), f"1\t{own}2\t{own}")
        # Without it the password is a file of the workspace.
        del os.environ["TIDEMARK_STORE_PASSWORD"]
        try:
            self.assertNotEqual(space.run("status").returncode, 0)
            (folder / "store.password").write_text(clickhouse.PASSWORD + "\n")
            space.must("status")
        finally:
            os.environ["TIDEMARK_STORE_PASSWORD"] = clickhouse.PASSWORD


class InNewClickHouse(OnOne, Elsewhere):
    made = clickhouse.NewClickHouse
    columns = {"org": "LowCardinality(Nullable(String))", "what": "LowCardinality(String)", "happened": "DateTime64(3)"}

    def test_its_store_is_like_any_other(self):
        tests = pathlib.Path(workspace.PROGRAM).with_name("tests") / "tidemark_tests"
        done = subprocess.run([tests, "--gtest_filter=*/clickhouse", "--gtest_brief=1"], env=os.environ | {"TIDEMARK_CLICKHOUSE_PORT": str(self.server.http)}, capture_output=True, timeout=600, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn(b"[  PASSED  ] 1", done.stdout)


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
        today = datetime.datetime.now(datetime.timezone.utc)
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

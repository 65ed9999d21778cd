"""The same workspace in a ClickHouse, old or new, and in a file: what is told of it is the same to the byte, whatever dies in between."""
import json
import os
import pathlib
import random
import shutil
import subprocess
import time
import unittest
import urllib.request

import clickhouse
import workspace
from elsewhere import DAYS, FIRST, Elsewhere, random_log
from live_server import LiveServer
from workspace import Workspace, day, events_csv


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


if __name__ == "__main__":
    workspace.main()

"""Where accounts stand as rows of a table, in a real PostgreSQL."""
import getpass
import os
import pathlib
import shutil
import socket
import subprocess
import time
import unittest

import workspace
from company import ScoredCompany

PROGRAMS = pathlib.Path("/usr/lib/postgresql/15/bin")
PASSWORD = "harbour lantern"


def as_somebody(command, **how):
    """The server refuses to run as root."""
    before = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if getpass.getuser() == "root" else []
    return [*before, *map(str, command)]


@unittest.skipUnless(PROGRAMS.is_dir(), "PostgreSQL 15 is not installed")
class Postgresql(ScoredCompany):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.levels = cls.levels_of_accounts()
        cls.home = pathlib.Path(cls.space.folder) / "postgres"
        cls.home.mkdir()
        os.chmod(cls.space.folder, 0o755)
        (cls.home / "password").write_text(PASSWORD)
        if getpass.getuser() == "root":
            for path in (cls.home, cls.home / "password"):
                shutil.chown(path, "postgres", "postgres")
        subprocess.run(as_somebody([PROGRAMS / "initdb", "-D", cls.home / "data", "-U", "tidemark", "--auth=scram-sha-256", f"--pwfile={cls.home}/password", "--no-sync"]),
                       check=True, stdout=subprocess.DEVNULL)
        cls.start()
        cls.addClassCleanup(lambda: cls.stop())

    @classmethod
    def start(cls, port=None):
        if port is None:
            with socket.socket() as one:
                one.bind(("127.0.0.1", 0))
                port = one.getsockname()[1]
        cls.port = port
        cls.server = subprocess.Popen(as_somebody([PROGRAMS / "postgres", "-D", cls.home / "data", "-p", port, "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={cls.home}"]),
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            if subprocess.run([PROGRAMS / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]).returncode == 0:
                return
            time.sleep(0.1)
        raise AssertionError("PostgreSQL does not begin")

    @classmethod
    def stop(cls):
        cls.server.terminate()
        cls.server.wait()

    def sql(self, text):
        done = subprocess.run([PROGRAMS / "psql", "-qtAX", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(self.port), "-U", "tidemark", "-d", "postgres", "-c", text],
                              env=dict(os.environ, PGPASSWORD=PASSWORD), capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [line.split("\t") for line in done.stdout.splitlines()]

    def add(self, *options, secret=PASSWORD):
        self.sql("DROP TABLE IF EXISTS engagement_accounts")
        self.space.must("destinations", "add", "warehouse", "--kind", "postgresql", "--url", f"postgresql://tidemark@127.0.0.1:{self.port}/postgres", "--allow-private",
                        "--secret-file", self.space.file("pg.secret", secret), *options)
        self.addCleanup(self.space.must, "destinations", "remove", "warehouse")

    def counts(self):
        one, = self.space.json("destinations", "list")
        return one["delivered"], one["refused"], one["waiting"]

    def test_every_account_is_a_row_and_a_change_changes_it(self):
        self.add()
        self.assertIn("It was taken", self.space.must("destinations", "test", "warehouse"))
        self.sql("DELETE FROM engagement_accounts")
        self.space.must("deliver")
        self.assertEqual(dict(self.sql("SELECT account_id, engagement_level FROM engagement_accounts")), self.levels)
        types = dict(self.sql("SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'engagement_accounts'"))
        self.assertEqual({name: types[name] for name in ("engagement_score", "engagement_level_since", "engagement_silence_chance", "engagement_reason")},
                         {"engagement_score": "double precision", "engagement_level_since": "date", "engagement_silence_chance": "double precision", "engagement_reason": "text"})
        # Who deletes the rows is told anew only of what changes; nothing is ever deleted from here.
        self.space.must("deliver")
        self.assertEqual(self.counts(), (len(self.levels), 0, 0))
        self.assertEqual(self.space.json("destinations", "drift", "warehouse")["data"], [])
        odd = min(self.levels)
        self.sql(f"UPDATE engagement_accounts SET engagement_score = 101 WHERE account_id = '{odd}'")
        self.assertEqual(self.space.json("destinations", "drift", "warehouse", "--repair")["repaired"], 1)
        self.space.must("deliver")
        self.assertEqual(self.sql("SELECT count(*) FROM engagement_accounts WHERE engagement_score = 101"), [["0"]])

    def test_a_row_the_database_refuses_stands_aside(self):
        self.add()
        self.space.must("destinations", "test", "warehouse")
        odd = sorted(self.levels)[3]
        self.sql(f"ALTER TABLE engagement_accounts ADD CHECK (account_id <> '{odd}')")
        self.space.must("deliver")
        self.assertEqual(self.counts(), (len(self.levels) - 1, 1, 0))
        refused, = self.space.json("destinations", "deliveries", "--state", "refused")
        self.assertEqual(refused["account_id"], odd)
        self.assertIn("23514", refused["problem"])

    def test_fields_are_columns_with_what_is_made_of_them(self):
        self.add("--id-field", "crm_id", "--field", 'The "level"=level|title', "--field", "plan=property.plan|upper", "--field", "class=level|map high=A, medium=B, low=C",
                 "--where", "plan=team", "--where", "plan=business")
        self.space.must("deliver")
        plans = {one["account_id"]: one["properties"]["plan"] for one in self.space.json("accounts", "--limit", "100000", "--property", "plan")["accounts"]}
        rows = self.sql('SELECT crm_id, "The ""level""", plan, class FROM engagement_accounts')
        classes = {"high": "A", "medium": "B", "low": "C"}
        self.assertEqual(sorted(rows), sorted([account, level.title(), plans[account].upper(), classes.get(level, level)]
                                              for account, level in self.levels.items() if plans[account] in ("team", "business")))
        self.assertTrue(rows)

    def test_a_server_that_is_away_is_waited_for_and_a_wrong_password_pauses(self):
        self.add()
        self.stop()
        self.space.must("deliver")
        self.assertEqual(self.counts(), (0, 0, len(self.levels)))
        self.start(self.port)
        self.space.must("destinations", "rotate", "warehouse", "--secret-file", self.space.file("wrong", "wrong"))
        done = self.space.run("destinations", "test", "warehouse")
        self.assertIn(b"authentication failed", done.stderr)
        self.assertNotIn(b"wrong", done.stdout)

    def test_a_server_that_says_nothing_is_no_server(self):
        """It takes the connection and never answers."""
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            self.space.must("destinations", "add", "mute", "--kind", "postgresql", "--url", f"postgresql://tidemark@127.0.0.1:{silent.getsockname()[1]}/postgres", "--allow-private")
            self.addCleanup(self.space.must, "destinations", "remove", "mute")
            begun = time.monotonic()
            self.assertIn(b"timeout expired", self.space.run("destinations", "test", "mute").stderr)
            self.assertLess(time.monotonic() - begun, 60)

    def test_an_address_with_a_password_or_to_elsewhere_is_refused(self):
        for url in ("postgresql://u:secret@127.0.0.1/x", "https://example.com", "postgresql://u@127.0.0.1/x?password=secret@", "postgresql://u@127.0.0.1/x?hostaddr=10.0.0.1",
                    "postgresql://u@127.0.0.1/x?sslkey=/etc/passwd", "postgresql://u@127.0.0.1/x?service=other"):
            done = self.space.run("destinations", "add", "x", "--kind", "postgresql", "--url", url)
            self.assertEqual(done.returncode, 2, url)
            self.assertNotIn(b"secret@", done.stderr)
        self.addCleanup(self.space.run, "destinations", "remove", "x")
        self.space.must("destinations", "add", "x", "--kind", "postgresql", "--url", f"postgresql://tidemark@127.0.0.1:{self.port}/postgres")
        self.assertIn(b"private network", self.space.run("destinations", "test", "x").stderr)


if __name__ == "__main__":
    workspace.main()

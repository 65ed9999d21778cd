"""One flipped byte, in each kind of file and at many places: healed from what is the truth, or named; never silently wrong,
never a page that fails for ever."""
import collections
import os
import random
import shutil
import unittest

import clock
import workspace
from live_server import LiveServer
from workspace import Workspace, events_csv

LONG = os.environ.get("TIDEMARK_LONG") == "1"
PLACES = 64 if LONG else 6


def seeded():
    seed = int(os.environ.get("TIDEMARK_SEED") or random.SystemRandom().randrange(10**6))
    print("seed", seed)
    return random.Random(seed)


def flip(file, at):
    with open(file, "r+b") as stream:
        stream.seek(at)
        byte = stream.read(1)[0]
        stream.seek(at)
        stream.write(bytes([byte ^ 0xFF]))


class Flips(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """A workspace with events of files and of a server that was killed, a day published, a key, a destination."""
        cls.origin = space = Workspace()
        cls.addClassCleanup(space.close)
        rows = [(f"2026-{1 + at // 28:02}-{1 + at % 28:02}T09:{number % 60:02}:00Z", f"account {number:03}", f"user {number}", ("report_created", "login", "report_shared")[(at + number) % 3])
                for number in range(1300) for at in range(number % 5, 84)]
        space.must("import", space.file("history.csv", events_csv(rows)))
        space.must("score", "--until", "2026-03-20")
        space.must("destinations", "add", "files", "--kind", "files")
        server = LiveServer(space, "--no-nightly")
        cls.key = server.key
        cls.send(server, range(200))
        cls.wait_for_copy(space)
        cls.send(server, range(200, 400))
        server.kill()
        with Workspace() as copy:
            cls.put(copy)
            cls.expected = [cls.without_what_varies(copy.must(*command)) for command in cls.COMMANDS]

    @staticmethod
    def wait_for_copy(space):
        import clock
        clock.wait_until(lambda: sum(file.stat().st_size for file in (space.path / "cache").glob("by_account.duckdb*")) > 1_000_000)
        clock.system.sleep(1)

    @staticmethod
    def send(server, numbers):
        for number in numbers:
            status = server.track("/v1/batch", {"batch": [{"type": "track", "messageId": f"m{number}", "event": "live", "userId": f"user {number}", "timestamp": "2026-03-19T12:00:00Z",
                                                           "context": {"groupId": f"account {number % 100:03}"}, "properties": {"n": number}}]})[0]
            assert status == 200, status

    COMMANDS = (("status", "--json"), ("overview", "--json"), ("levels", "--from", "2026-03-01", "--to", "2026-03-20", "--csv"), ("account", "account 007", "--json"),
                ("scores", "--from", "2026-03-19", "--to", "2026-03-19", "--csv"), ("keys", "list", "--json"), ("destinations", "list", "--json"))
    # What is not the truth of the workspace: nothing that people see depends on it, or it is theirs to edit.
    CACHES = ("cache/", "messages/", "serve.json", "first-link", "test-clock", "tidemark.duckdb.durable", "control.sqlite-shm")

    @classmethod
    def put(cls, space):
        shutil.rmtree(space.path)
        shutil.copytree(cls.origin.path, space.path)

    @staticmethod
    def without_what_varies(text):
        return "\n".join(line for line in text.splitlines() if '"store_bytes"' not in line)

    def files(self):
        return sorted(str(file.relative_to(self.origin.path)) for file in self.origin.path.rglob("*") if file.is_file() and file.stat().st_size > 0)

    def places(self, draw, name):
        size = (self.origin.path / name).stat().st_size
        return sorted({0, min(4, size - 1), size // 2, size - 1, *(draw.randrange(size) for _ in range(PLACES - 4))})

    def test_commands(self):
        draw = seeded()
        outcomes = collections.Counter()
        for name in self.files():
            if name == "test-clock":
                continue
            for at in self.places(draw, name):
                with self.subTest(file=name, at=at), Workspace() as space:
                    self.put(space)
                    flip(space.path / name, at)
                    done = [space.run(*command) for command in self.COMMANDS]
                    doctor = space.run("doctor", "--deep")
                    self.assertNotIn(-6, [one.returncode for one in [*done, doctor]])
                    is_same = all(self.without_what_varies(one.stdout.decode()) == expected for one, expected in zip(done, self.expected))
                    said = "\n".join(one.stderr.decode() + one.stdout.decode() for one in [*done, doctor] if one.returncode != 0)
                    if is_same:
                        outcomes[name, "the same"] += 1
                    else:
                        # Whoever is told something else is told why: the file is named.
                        self.assertNotIn(name.split("/")[0] + "/", self.CACHES)
                        self.assertNotIn(name, self.CACHES)
                        self.assertIn(name.removesuffix(".wal").removesuffix("-wal"), said)
                        outcomes[name, "named"] += 1
        for (name, what), count in sorted(outcomes.items()):
            print(f"{name}: {what} {count}")


    def test_pages_and_events(self):
        """A server heals caches and indexes by itself: a page fails once at most, and events are taken."""
        draw = seeded()
        names = [name for name in self.files() if name.startswith(("cache/", "messages/"))]
        for name in names:
            for at in draw.sample(self.places(draw, name), 4 if LONG else 1):
                with self.subTest(file=name, at=at), Workspace() as space:
                    self.put(space)
                    flip(space.path / name, at)
                    with LiveServer(space, "--no-nightly") as server:
                        server.key = self.key
                        self.send(server, range(390, 410))
                        self.assertEqual(server.metrics()["tidemark_events_total"], 10)  # the others came before
                        for path in ("/api/v1/overview", "/api/v1/accounts/account%20007", "/api/v1/accounts/account%20007/events?day=2026-03-19"):
                            status, answer = server.ask(path)
                            self.assertEqual(status, 200, answer)


if __name__ == "__main__":
    workspace.main()

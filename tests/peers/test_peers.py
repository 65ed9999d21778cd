"""The real clients of other vendors send to a server, unmodified; it is killed and started again while they do."""
import collections
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import threading
import time
import unittest

import clock
import node_packages
import workspace
from live_server import LiveServer
from workspace import Workspace

clock.use_real()  # as the clients do

HERE = pathlib.Path(__file__).resolve().parent
CLIENTS = node_packages.FOLDER
COUNT = 3000
BROWSED = 1000


def expected(count):
    """How many events each account has of each name."""
    return collections.Counter((f"acct_{at % 5}", "Report Shared" if at % 3 == 0 else "Report Created", f"u{at % 7}") for at in range(count))


class Peers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        node_packages.install()

    def send(self, client, server, count):
        shutil.copy(HERE / "send.mjs", CLIENTS / "send.mjs")
        environment = {**os.environ, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
        done = subprocess.run(["node", CLIENTS / "send.mjs", client, server.url, server.key, str(count)], capture_output=True, timeout=300,
                              cwd=CLIENTS, env=environment)
        self.assertEqual(done.returncode, 0, done.stderr.decode())

    def check(self, server, count):
        events = server.events()
        self.assertEqual(len(events), count)
        self.assertEqual(collections.Counter((one["account_id"], one["event"], one["user_id"]) for one in events), expected(count))
        numbers = sorted(one["properties"]["n"] for one in events)
        self.assertEqual(numbers, list(range(count)))
        days = collections.Counter((one["properties"]["n"] % 3, one["at"][:10]) for one in events)
        self.assertEqual(len(days), 3, days)  # each remainder on a day of its own
        self.assertEqual({one["properties"]["text"] for one in events}, {'ü "quoted" \\ \U0001F600'})

    def test_each_client_is_understood(self):
        for client, count in (("mixpanel", COUNT), ("amplitude", COUNT), ("cloudevents", 300), ("segment", COUNT), ("segment_old", COUNT),
                              ("rudder", COUNT), ("posthog", COUNT)):
            with self.subTest(client=client), Workspace() as space, LiveServer(space) as server:
                self.send(client, server, count)
                self.check(server, count)
                self.assertEqual(server.metrics()["tidemark_events_refused_total"], 0)

    def test_those_that_try_again_lose_nothing_when_the_server_is_killed(self):
        rng = random.Random()
        for client in ("segment", "rudder", "posthog"):
            with self.subTest(client=client), Workspace() as space, LiveServer(space) as server:
                sending = threading.Thread(target=self.send, args=(client, server, COUNT))
                sending.start()
                time.sleep(0.5)
                kills = 0
                while sending.is_alive() and kills < 4:
                    time.sleep(rng.uniform(0.05, 0.4))
                    server.kill()
                    time.sleep(rng.uniform(0, 0.2))
                    server.start()
                    kills += 1
                sending.join()
                print(client, kills, "kills")
                self.check(server, COUNT)

    def browse(self, client, count, kills):
        """A page in a browser sends; the server is killed and started again meanwhile."""
        with self.subTest(client=client), Workspace() as space, LiveServer(space) as server:
            shutil.copy(HERE / "browse.mjs", CLIENTS / "browse.mjs")
            with open(space.folder / "page.log", "wb") as log:
                page = subprocess.Popen(["node", CLIENTS / "browse.mjs", client, server.url, server.key, str(count)], cwd=CLIENTS,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
                try:
                    # Before it sends, a page fetches what its client is to do; that it tries once.
                    end = time.monotonic() + 120
                    while not server.events() and time.monotonic() < end:
                        time.sleep(0.1)
                    for _ in range(kills):
                        time.sleep(random.uniform(0.5, 2))
                        server.kill()
                        time.sleep(random.uniform(0, 0.3))
                        server.start()
                    page.stdout.readline()  # all is sent, or waits in the page to be sent again
                    end = time.monotonic() + 120
                    while len(server.events()) < count and time.monotonic() < end:
                        time.sleep(0.2)
                finally:
                    page.communicate(timeout=60)  # ends its input: the page may go
            events = server.events()
            self.assertEqual(sorted(one["properties"]["n"] for one in events), list(range(count)))
            self.assertEqual({(one["account_id"], one["user_id"], one["event"]) for one in events},
                             {("acme", "ann", "Report Created"), ("acme", "ann", "Report Shared")})
            self.assertEqual(server.metrics()["tidemark_events_refused_total"], 0)

    def test_each_browser_client_is_understood_and_loses_nothing_it_tries_again(self):
        for client in ("segment", "rudder", "posthog", "amplitude"):
            self.browse(client, BROWSED, kills=2)
        self.browse("mixpanel", BROWSED, kills=0)  # drops what it was sending when a connection breaks

    def test_those_told_to_come_again_lose_nothing(self):
        """429 while too much waits: others keep the server busy."""
        told_clients = 0
        for client in ("segment", "rudder", "segment_old", "posthog"):
            with self.subTest(client=client), Workspace() as space, LiveServer(space, "--most-waiting-bytes", "1") as server:
                is_over, told = threading.Event(), []
                noise = json.dumps({"batch": [{"type": "track", "event": "noise", "messageId": f"noise{at}", "userId": "eve", "context": {"groupId": "noise"}}
                                              for at in range(2000)]}).encode()

                def keep_busy():
                    while not is_over.wait(random.uniform(0, 0.05)):
                        told.append(server.send("/v1/batch", noise, server.basic())[0])

                others = [threading.Thread(target=keep_busy) for _ in range(4)]
                for other in others:
                    other.start()
                try:
                    self.send(client, server, 300)
                finally:
                    is_over.set()
                    for other in others:
                        other.join()
                told_clients += server.metrics()["tidemark_requests_busy_total"] - told.count(429)
                events = [one for one in server.events() if one["event"] != "noise"]
                self.assertEqual(sorted(one["properties"]["n"] for one in events), list(range(300)))
        self.assertGreater(told_clients, 0)

    def test_who_and_where_is_said_once_and_holds_for_all(self):
        with Workspace() as space, LiveServer(space) as server:
            self.send("segment_identity", server, 0)
            self.assertEqual([one["account_id"] for one in server.events()], ["acme"] * 3)
            score = server.ask("/api/v1/accounts/acme/score")[1]
            self.assertEqual((score["account_id"], score["provisional"]), ("acme", True))

    def test_what_the_document_says_works_as_it_stands(self):
        text = (HERE.parents[1] / "docs" / "connect.md").read_text(encoding="utf-8")
        snippets = re.findall(r"^```js\n(.*?)^```", text, re.S | re.M)
        self.assertEqual(len(snippets), 6)
        for snippet in snippets:
            with self.subTest(snippet=snippet.splitlines()[0]), Workspace() as space, LiveServer(space) as server:
                snippet = snippet.replace("YOUR_WRITE_KEY", server.key).replace("127.0.0.1:8080", f"127.0.0.1:{server.port}")
                file = CLIENTS / "snippet.mjs"
                file.write_text(snippet, encoding="utf-8")
                subprocess.run(["node", file], cwd=CLIENTS, check=True, capture_output=True, timeout=60,
                               env={**os.environ, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"})
                self.assertEqual([(one["account_id"], one["user_id"], one["event"]) for one in server.events()], [("acme", "ann", "report_created")])
                self.assertGreater(server.ask("/api/v1/accounts/acme/score")[1]["milli_points"], 0)


if __name__ == "__main__":
    workspace.main()

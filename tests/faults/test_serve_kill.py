"""Kill -9 of a server under load: what was acknowledged is there, and once, however often it is sent again."""
import contextlib
import datetime
import itertools
import random
import shutil
import subprocess
import tempfile
import threading
import time
import unittest

import clock
import workspace
from live_server import LiveServer
from workspace import Workspace

SENDERS, EVENTS, KILLS = 6, 40, 8


class ServeKill(unittest.TestCase):
    def test_acknowledged_means_durable_and_once(self):
        seed = random.SystemRandom().randrange(10**6)
        print("seed", seed)
        with Workspace() as space, LiveServer(space) as server:
            acknowledged, lock, enough = {}, threading.Lock(), threading.Event()
            tries, batches = [0], [0]

            def send(sender):
                rng = random.Random(seed + sender)
                for batch in itertools.count():
                    if enough.is_set():
                        return
                    ids = [f"m-{sender}-{batch}-{at}" for at in range(EVENTS)]
                    body = {"batch": [{"type": "track", "event": "report_created", "userId": f"u{rng.randrange(50)}", "messageId": one,
                                       "timestamp": f"2026-0{rng.randrange(1, 9)}-1{rng.randrange(10)}T09:00:00Z",
                                       "context": {"groupId": f"a{rng.randrange(20)}"}} for one in ids]}
                    while True:  # as SDKs do: the same ids, until it is acknowledged
                        with lock:
                            tries[0] += 1
                        try:
                            status = server.track("/v1/batch", body)[0]
                        except OSError:
                            time.sleep(0.05)
                            continue
                        if status == 200:
                            break
                        self.assertIn(status, (429, 503))
                        time.sleep(0.05)
                    with lock:
                        acknowledged.update(dict.fromkeys(ids))
                        batches[0] += 1
                    if rng.random() < 0.2:  # an answer that got lost: everything comes again
                        with contextlib.suppress(OSError):
                            server.track("/v1/batch", body)

            threads = [threading.Thread(target=send, args=(sender,)) for sender in range(SENDERS)]
            for thread in threads:
                thread.start()
            rng = random.Random(seed)
            for _ in range(KILLS):
                time.sleep(rng.uniform(0.05, 0.6))
                server.kill()
                server.start()
            enough.set()
            for thread in threads:
                thread.join()
            total = batches[0] * EVENTS
            self.assertEqual(len(acknowledged), total)
            server.stop()
            self.assertEqual(space.json("status")["events"], total)
            print(f"{tries[0]} requests for {batches[0]} batches")

    def test_a_full_disk_is_answered_with_503_and_loses_nothing_acknowledged(self):
        with tempfile.TemporaryDirectory() as disk:
            if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=30m", "tmpfs", disk], capture_output=True).returncode != 0:
                self.skipTest("mounting needs root")
            try:
                with Workspace(within=disk) as space, LiveServer(space) as server:
                    acknowledged, refused = 0, 0
                    for batch in range(200):
                        ids = [f"m-{batch}-{at}" for at in range(100)]
                        body = {"batch": [{"type": "track", "event": "e", "userId": "ann", "messageId": one, "properties": {"random": random.randbytes(1500).hex()},
                                           "context": {"groupId": "acme"}} for one in ids]}
                        status, headers, _ = server.track("/v1/batch", body)
                        while status != 200:
                            refused += 1
                            self.assertEqual((status, headers["Retry-After"]), (503, "2"))
                            self.assertEqual(server.get("/readyz")[0], 503)
                            if refused == 3:
                                subprocess.run(["mount", "-o", "remount,size=400m", disk], check=True)
                            status, headers, _ = server.track("/v1/batch", body)
                        acknowledged += len(ids)
                        if refused and batch > 110:
                            break
                    self.assertGreaterEqual(refused, 3)
                    self.assertEqual(server.get("/readyz")[0], 200)
                    server.stop()
                    self.assertEqual(space.json("identity")["events"], acknowledged)
            finally:
                subprocess.run(["umount", "-l", disk], check=True)

    def test_a_stop_answers_what_is_at_hand_and_leaves_no_access(self):
        with Workspace() as space, LiveServer(space) as server:
            self.assertEqual(server.track("/v1/track", {"userId": "u", "event": "e", "context": {"groupId": "a"}})[0], 200)
            log = server.stop()
            self.assertIn('"msg":"stopped"', log)
            self.assertFalse((space.path / "serve.json").exists())
            self.assertEqual(space.json("status")["events"], 1)
            self.assertNotIn(server.key, log)

    def test_told_twice_to_stop_it_stops_in_order(self):
        with Workspace() as space, LiveServer(space) as server:
            for _ in range(3):  # supervisors tell a process and its group
                server.process.terminate()
            self.assertIn("stopped", server.stop())
            self.assertEqual(server.process.returncode, 0)

    def test_another_process_is_told_who_has_the_store(self):
        with Workspace() as space, LiveServer(space):
            said = space.run("serve", "--port", 0, timeout=60)
            self.assertEqual(said.returncode, 1)
            self.assertIn("in use by another process", said.stderr.decode())


class NightKill(unittest.TestCase):
    def test_a_nightly_run_that_is_killed_goes_on_to_the_same_days(self):
        seed = random.SystemRandom().randrange(10**6)
        print("seed", seed)
        rng = random.Random(seed)
        with Workspace() as space:
            space.path = space.folder / "company"
            space.must("demo", space.path, "--accounts", 400, "--days", 400, at=False)
            space.must("score", "--until", workspace.day("2020-01-01", (clock.today() - datetime.date(2020, 1, 1)).days - 300))
            shutil.copytree(space.path, space.folder / "alone")
            with LiveServer(space) as server:
                for _ in range(12):
                    time.sleep(rng.uniform(0, 0.25))
                    server.kill()
                    server.start()
                for _ in range(600):
                    if space.json("status")["next"].startswith("nothing") and server.metrics()["tidemark_nightly_running"] == 0:
                        break
                    time.sleep(0.1)
                published = space.published()
            space.path = space.folder / "alone"
            space.must("score")
            self.assertEqual(published, space.published())


if __name__ == "__main__":
    workspace.main()

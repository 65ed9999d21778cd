"""Kill -9 at random moments of import and score: nothing acknowledged is lost, nothing is counted twice."""
import os
import random
import subprocess
import time
import unittest

import workspace
from workspace import Workspace, day, events_csv

KILLS = int(os.environ.get("TIDEMARK_KILLS", 52))


def log(seed, with_ids):
    rng = random.Random(seed)
    rows = []
    for at in range(650_000):
        row = (f"{day('2025-01-01', rng.randrange(420))}T{rng.randrange(24):02}:00:00Z", f"a{int(3000 * rng.random() ** 2)}",
               f"u{rng.randrange(9000)}", ("report_created", "report_shared", "login")[rng.randrange(3)])
        rows.append((*row, f"m{at}") if with_ids else row)
    return events_csv(rows, ("timestamp", "account_id", "user_id", "event", *(["message_id"] if with_ids else [])))


class Kill(unittest.TestCase):
    def run_killed(self, space, seconds, kills, rng, *arguments):
        """Runs a command, killed `kills` times on the way, to its end; returns how many kills met it at work."""
        hits = 0
        for _ in range(kills):
            running = subprocess.Popen(space.command(*arguments), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(rng.uniform(0, seconds))
            if running.poll() is None:
                running.kill()
                hits += 1
            running.wait()
        space.must(*arguments)
        return hits

    def survive(self, with_ids, seed):
        rng = random.Random(seed)
        text = log(seed, with_ids)
        with Workspace() as clean, Workspace() as space:
            started = time.monotonic()
            clean.must("import", clean.file("events.csv", text))
            import_seconds = time.monotonic() - started
            started = time.monotonic()
            clean.must("score", "--until", "2026-03-31")
            score_seconds = time.monotonic() - started

            file = space.file("events.csv", text)
            hits = self.run_killed(space, import_seconds * 0.6, KILLS // 4, rng, "import", file)
            self.assertTrue(space.json("import", file)["was_there_already"])
            hits += self.run_killed(space, score_seconds, KILLS // 4, rng, "score", "--until", "2026-03-31")
            self.assertEqual(space.published(), clean.published())
            scores = ("scores", "--from", "2025-03-01", "--to", "2025-03-02", "--csv")
            self.assertEqual(space.must(*scores), clean.must(*scores))
            print(f"seed {seed}: {hits} of {2 * (KILLS // 4)} kills hit, import {import_seconds:.1f} s, score {score_seconds:.1f} s")

    def test_with_message_ids(self):
        self.survive(True, random.SystemRandom().randrange(10**6))

    def test_without_message_ids(self):
        self.survive(False, random.SystemRandom().randrange(10**6))


if __name__ == "__main__":
    workspace.main()

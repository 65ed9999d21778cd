"""The program equals the oracle: on random logs under random definitions, on the golden files, on the real logs."""
import gzip
import json
import os
import random
import unittest

import workspace
from workspace import GOLDEN, REAL_DATA, Workspace, day, events_csv, oracle

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Apia",
         "America/Sao_Paulo", "Africa/Casablanca", "Australia/Lord_Howe", "Asia/Pyongyang"]
EVENTS = ["report_created", "report_shared", "invite_sent", "login", "email_bounced", "Ünïcode, \"quoted\"", "x"]


def random_definition(rng):
    actions = rng.sample(EVENTS, rng.randint(1, 5))
    lines = [f'name = "Random"\ntime_zone = "{rng.choice(ZONES)}"']
    if rng.random() < 0.8:
        lines.append(f"engaged_day_points = {rng.choice(['0', '1.0', '0.001', '2.75', '1000'])}")
    if rng.random() < 0.5:
        lines.append(f'not_activity = {json.dumps(rng.sample(EVENTS, rng.randint(0, 2)), ensure_ascii=False)}')
    for event in actions:
        lines.append("[[action]]")
        lines.append(f"when = {{ event = {json.dumps(event, ensure_ascii=False)} }}")
        lines.append(f"points = {rng.choice(['0', '1', '5.0', '0.333', '12.5', '999.999', '1000', '0.001'])}")
        if rng.random() < 0.7:
            lines.append(f'repeat = "{rng.choice(["diminishing", "every", "once"])}"')
        if rng.random() < 0.4:
            lines.append(f"cap_per_day = {rng.choice([1, 2, 3, 20, 1000000])}")
    return "\n".join(lines) + "\n"


def random_log(rng, first, days, accounts):
    """Gaps, bursts, decline, return, merges of days around midnight, odd ids, offsets."""
    rows = []
    for number in range(accounts):
        name = rng.choice([f"acct-{number}", f"A{number}", f"ä{number}", f"a,{number}", f'q"{number}', f" s{number}"])
        begin = rng.choice([0, rng.randint(0, days // 2)])
        rate = rng.choice([0.03, 0.1, 0.2, 0.6])
        left = rng.choice([days, rng.randint(begin, days)])
        pause = rng.randint(begin, days)
        pause_end = pause + rng.choice([0, 20, 29, 30, 31, 45, 90])
        for offset in range(begin, days):
            if offset > left or pause <= offset < pause_end or rng.random() > rate:
                continue
            for _ in range(rng.choice([1, 1, 2, 5, 30 if rng.random() < 0.1 else 3])):
                hour = rng.choice([0, 3, 12, 22, 23])
                zone = rng.choice(["Z", "", "+01:00", "-05:00", "+05:45", ".250Z"])
                stamp = f"{day(first, offset)}T{hour:02}:{rng.choice([0, 29, 30, 59]):02}:{rng.choice([0, 59]):02}{zone}"
                rows.append((stamp, name, f"u{rng.randint(1, 4)}", rng.choice(EVENTS)))
    rng.shuffle(rows)
    return rows


class OracleProperty(unittest.TestCase):
    def compare(self, space, definition, events, first, last):
        arguments = ["--definition", definition, "--from", first, "--to", last, "--csv"]
        self.assertEqual(space.must("scores", *arguments), oracle("scores", definition, events, first, last))
        expected = json.loads(oracle("calibrate", definition, events, day(first, -1)))
        found = space.json("calibration", "--definition", definition, "--day", day(first, -1))
        for key in ("low_cut", "high_cut"):    # floating point: one milli-point of grace
            if key in expected:
                self.assertLessEqual(abs(found.pop(key) - expected[key]), 1)
        self.assertEqual(found, {key: value for key, value in expected.items() if key in found})
        calibration = space.file("calibration.json", json.dumps(expected))
        for mode in ("levels", "changes"):
            self.assertEqual(space.must(mode, *arguments, "--calibration", calibration),
                             oracle(mode, definition, events, first, last, calibration))
        return expected["basis"]

    def test_random_logs(self):
        seed = int(os.environ.get("TIDEMARK_SEED", random.SystemRandom().randrange(10**6)))
        bases = []
        for number in range(int(os.environ.get("TIDEMARK_ORACLE_RUNS", 12))):
            with self.subTest(seed=seed, number=number), Workspace() as space:
                rng = random.Random(f"{seed}/{number}")
                first = rng.choice(["2025-01-01", "2024-02-01", "2011-09-01", "1990-01-05", "2026-02-20"])
                days = rng.choice([60, 200, 260])
                log = random_log(rng, first, days, rng.choice([3, 50, 90]))
                events = space.file("events.csv", events_csv(log))
                definition = space.file("definition.toml", random_definition(rng))
                space.must("import", events)
                begin = rng.randint(1 if rng.random() < 0.3 else days // 2, days + 10)
                bases.append(self.compare(space, definition, events, day(first, begin), day(first, begin + rng.randint(0, 40))))
        print(f"seed {seed}: {', '.join(bases)}")

    def test_golden_scores(self):
        with Workspace() as space:
            space.must("import", GOLDEN / "events.csv")
            scores = space.must("scores", "--definition", GOLDEN / "definition.toml",
                                "--from", "2026-03-01", "--to", "2026-04-30", "--csv")
            self.assertEqual(scores, (GOLDEN / "scores.csv").read_text())

    @unittest.skipUnless(REAL_DATA.is_dir(), "the real logs are not at hand")
    def test_openstack_companies(self):
        definition = GOLDEN / "openstack_definition.toml"
        with Workspace() as space:
            space.must("import", REAL_DATA / "openstack_companies" / "events.csv.gz")
            found = space.json("calibration", "--definition", definition, "--day", "2021-06-30")
            self.assertEqual(found, json.loads((GOLDEN / "openstack_calibration_2021-06-30.json").read_text()))
            rules = ["--definition", definition, "--calibration", GOLDEN / "openstack_calibration_2021-06-30.json", "--csv"]
            self.assertEqual(space.must("changes", "--from", "2021-07-01", "--to", "2021-07-31", *rules),
                             (GOLDEN / "openstack_changes_2021-07.csv").read_text())
            self.assertEqual(space.must("levels", "--from", "2021-07-01", "--to", "2021-07-03", *rules),
                             (GOLDEN / "openstack_levels_2021-07.csv").read_text())

    @unittest.skipUnless(REAL_DATA.is_dir(), "the real logs are not at hand")
    def test_college_messages(self):
        with Workspace() as space:
            packed = REAL_DATA / "collegemsg" / "events.csv.gz"
            space.must("import", packed)
            events = space.file("events.csv", gzip.decompress(packed.read_bytes()))
            definition = space.file("d.toml", 'time_zone = "America/Los_Angeles"\nengaged_day_points = 0.5\n'
                                              '[[action]]\nwhen = { event = "message_sent" }\npoints = 3.0\n')
            self.compare(space, definition, events, "2004-08-01", "2004-08-20")


if __name__ == "__main__":
    workspace.main()

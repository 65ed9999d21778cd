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


LOG_COLUMNS = ("timestamp", "account_id", "user_id", "event", "properties")
PROPERTIES = ["channel", "pages", "automatic", "plan.name", "tags", "staging"]


def toml(value):
    """A value as TOML spells it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml(one)}" for key, one in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


def random_condition(rng):
    test, wanted = rng.choice([
        ("is", rng.choice(["external", "2", 2, 2.5, True, False, "true"])), ("is_not", rng.choice(["external", 2, True])),
        ("one_of", rng.sample(["external", "internal", 2, 3.5, True], rng.randint(1, 3))), ("contains", rng.choice(["ter", "a", "x\"y"])),
        ("matches", rng.choice(["^ext", "l$", "[0-9]+", "a|b"])), ("at_least", rng.choice([2, 2.5, -1])), ("at_most", rng.choice([2, 3])),
        ("exists", rng.choice([True, False]))])
    return {"property": rng.choice(PROPERTIES), test: wanted}


def random_pattern(rng):
    key, name = rng.choice([("event", rng.choice(EVENTS)), ("event", rng.choice(EVENTS)), ("event_starts_with", rng.choice(["report", "l", "Ü"])),
                            ("event_matches", rng.choice(["^report_", "in", "o.*t", "."]))])
    pattern = {key: name}
    for part in ("where", "unless"):
        if rng.random() < 0.4:
            pattern[part] = [random_condition(rng) for _ in range(rng.randint(1, 2))]
    return pattern


def random_rule(rng):
    if rng.random() < 0.5:
        return {"when": {"event": rng.choice(EVENTS)}}
    if rng.random() < 0.6:
        return {"when": random_pattern(rng)}
    return {"any": [random_pattern(rng) for _ in range(rng.randint(1, 3))]}


def standing_inputs(rng):
    lines = []
    rules = []
    for number in range(rng.choice([0, 1, 2])):
        rule = random_rule(rng)
        while rule in rules:  # two of one rule are refused
            rule = random_rule(rng)
        rules.append(rule)
        lines += ["[[milestone]]", f'name = "M{number}"', *(f"{key} = {toml(value)}" for key, value in rule.items()),
                  f"points = {rng.choice(['10', '0.5', '3.333'])}"]
        if rng.random() < 0.6:
            lines.append(f"within_days = {rng.choice([0, 7, 30, 90])}")
    if rng.random() < 0.4:
        lines += ["[tenure]", f"points_per_30_days = {rng.choice(['0.5', '2', '0.001'])}"]
        if rng.random() < 0.6:
            lines.append(f"at_most = {rng.choice(['6.0', '1', '0'])}")
    if rng.random() < 0.5:
        lines += ["[[trait]]", 'property = "nps"', "bands = [ { at_least = 9, points = 4.0 }, { at_least = 6.5, points = 1.25 } ]"]
    if rng.random() < 0.3:
        lines += ["[[trait]]", 'property = "seats.paid"', "bands = [ { at_least = -1, points = 2 } ]"]
    if rng.random() < 0.3:
        lines += ["[habit]", f"points = {rng.choice(['0', '0.7', '12.5'])}"]
    return lines


def who_and_levels(rng):
    lines = []
    if rng.random() < 0.3:
        lines += ["[exclude]", f"users = {toml(rng.choice([['u1'], ['*2', 'nobody'], ['u*4', '*x*']]))}",
                  f"accounts = {toml(rng.choice([[], ['A1*'], ['*3', 'ä*']]))}", f"flags = {toml(rng.choice([[], ['staging']]))}"]
    if rng.random() < 0.3:
        lines += ["[onboarding]", f"steps = {toml(rng.sample(EVENTS[:4], rng.randint(1, 2)))}"]
        if rng.random() < 0.5:
            lines.append(f"within_days = {rng.choice([5, 30, 60])}")
    lines += ["[levels]", f"by = {toml(rng.choice(['churn', 'churn', 'bands', 'fixed']))}",
              f"bands = {toml(rng.choice([{'low': 3, 'medium': 6}, {'low': 0, 'medium': 9}, {'low': 5, 'medium': 7}]))}",
              f"fixed = {toml(rng.choice([{'low_cut': 12.0, 'high_cut': 80.0}, {'low_cut': 0, 'high_cut': 0.001}]))}"]
    if rng.random() < 0.4:
        lines += [f"rise_percent = {rng.choice([0, 15, 33])}", f"confirm_days = {rng.choice([1, 2, 5])}"]
    if rng.random() < 0.3:
        lines += ["[scale]", f"reference = {rng.choice(['12.5', '0.001', '100'])}"]
    return lines


def random_definition(rng):
    lines = [f'name = "Random"\ntime_zone = "{rng.choice(ZONES)}"']
    if rng.random() < 0.4:
        lines.append(f"window_days = {rng.choice([14, 29, 60, 90, 120])}")
    if rng.random() < 0.8:
        lines.append(f"engaged_day_points = {rng.choice(['0', '1.0', '0.001', '2.75', '1000'])}")
    if rng.random() < 0.5:
        lines.append(f'not_activity = {json.dumps(rng.sample(EVENTS, rng.randint(0, 2)), ensure_ascii=False)}')
    seen = set()
    for number in range(rng.randint(1, 5)):
        rule = random_rule(rng)
        key = canonical_rule(rule)
        if key in seen:     # two actions with the same rule are an error
            continue
        seen.add(key)
        lines += ["[[action]]", f'name = "A{number}"', *(f"{key} = {toml(value)}" for key, value in rule.items()),
                  f"points = {rng.choice(['0', '1', '5.0', '0.333', '12.5', '999.999', '1000', '0.001'])}"]
        if rng.random() < 0.7:
            lines.append(f'repeat = "{rng.choice(["diminishing", "every", "once"])}"')
        if rng.random() < 0.4:
            lines.append(f"cap_per_day = {rng.choice([1, 2, 3, 20, 1000000])}")
    return "\n".join(lines + standing_inputs(rng) + who_and_levels(rng)) + "\n"


def canonical_rule(rule):
    def pattern(one):
        return json.dumps({key: sorted({json.dumps(c, sort_keys=True) for c in value}) if isinstance(value, list) else value
                           for key, value in one.items()}, sort_keys=True)
    return tuple(sorted({pattern(one) for one in rule.get("any", [rule.get("when")])}))


def random_properties(rng):
    if rng.random() < 0.3:
        return ""
    return json.dumps({name: value for name, value in {
        "channel": rng.choice(["external", "internal", "2", "true", None]), "pages": rng.choice([1, 2, 2.5, "3", "2", "many", 10**20]),
        "automatic": rng.choice([True, False, "true", "false", 1]), "plan": rng.choice([{"name": "external"}, {"name": 3}, "flat"]),
        "tags": rng.choice([["a", "ter"], [1, 2], [], ["x\"y"]]), "context": {"staging": rng.choice([True, False, "true"])},
        "staging": rng.choice([True, False])}.items() if rng.random() < 0.6})


def random_facts(rng, log, first):
    """What is stated of the accounts, dated here and there; every row of one file."""
    rows = []
    for name in sorted({row[1] for row in log} | {"never seen"}):
        for _ in range(rng.choice([0, 1, 1, 3])):
            since = rng.choice(["", day(first, rng.randint(-20, 300)), f"{day(first, rng.randint(0, 200))}T23:30:00Z"])
            created = rng.choice(["", day(first, rng.randint(-400, 50)), f"{day(first, rng.randint(-40, 5))}T22:30:00+01:00"])
            rows.append((name, since, created, rng.choice(["", "9", "7", "6.5", "3", "none", "1e1"]), rng.choice(["", "5", "-2", "x"])))
    return events_csv(rows, ("account_id", "valid_from", "created_at", "nps", "seats.paid"))


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
                rows.append((stamp, name, f"u{rng.randint(1, 4)}", rng.choice(EVENTS), random_properties(rng)))
    rng.shuffle(rows)
    return rows


class OracleProperty(unittest.TestCase):
    def compare(self, space, definition, events, first, last, *facts):
        arguments = ["--definition", definition, "--from", first, "--to", last, "--csv"]
        self.assertEqual(space.must("scores", *arguments), oracle("scores", definition, events, first, last, *facts))
        expected = json.loads(oracle("calibrate", definition, events, day(first, -1), *facts))
        found = space.json("calibration", "--definition", definition, "--day", day(first, -1))
        for key in ("low_cut", "high_cut"):    # floating point: one milli-point of grace
            if key in expected:
                self.assertLessEqual(abs(found.pop(key) - expected[key]), 1)
        self.assertEqual(found, {key: value for key, value in expected.items() if key in found})
        calibration = space.file("calibration.json", json.dumps(expected))
        for mode in ("levels", "changes"):
            self.assertEqual(space.must(mode, *arguments, "--calibration", calibration),
                             oracle(mode, definition, events, first, last, calibration, *facts))
        return expected["basis"]

    def test_random_logs(self):
        seed = int(os.environ.get("TIDEMARK_SEED", random.SystemRandom().randrange(10**6)))
        bases = []
        for number in range(int(os.environ.get("TIDEMARK_ORACLE_RUNS", 12))):
            with self.subTest(seed=seed, number=number), Workspace() as space:
                rng = random.Random(f"{seed}/{number}")
                first = rng.choice(["2025-01-01", "2024-02-01", "2011-09-01", "1990-01-05", "2026-02-20"])
                days = rng.choice([60, 200, 260])
                log = random_log(rng, first, days, rng.choice([3, 70, 120]))
                events = space.file("events.csv", events_csv(log, LOG_COLUMNS))
                accounts = space.file("accounts.csv", random_facts(rng, log, first))
                definition = space.file("definition.toml", random_definition(rng))
                space.must("import", events)
                space.must("import", "--accounts", accounts)
                begin = rng.randint(1 if rng.random() < 0.3 else days // 2, days + 10)
                bases.append(self.compare(space, definition, events, day(first, begin), day(first, begin + rng.randint(0, 40)),
                                          "--accounts", accounts))
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

"""Whose events are, by rule and by hand: domains of e-mail addresses, merges and what they move, what exclusions keep out."""
import json
import unittest

import workspace
from live_server import LiveServer
from workspace import DEFINITION, Workspace, day, events_csv

FIRST = "2026-01-01"


def rows(account, days, count=1, event="report_created", user=None):
    return [(f"{day(FIRST, at)}T10:{minute:02}:00Z", account, user or f"{account}-ann", event) for at in days for minute in range(count)]


def moved(space, *days):
    return {one["account_id"]: one for one in space.json("movement", *days)["accounts"]}


class Domains(unittest.TestCase):
    EVENTS = [{"type": "track", "event": "report_created", "userId": user, "messageId": f"m{user}{at}", "timestamp": f"{day(FIRST, at)}T10:00:00Z"}
              for at in range(5) for user in ("ann@acme.example", "Ben@ACME.example", "u3", "eve@gmail.com", "u5")]
    SAID = [{"type": "identify", "userId": "u3", "traits": {"email": "cy@acme.example"}, "timestamp": f"{FIRST}T00:00:00Z"},
            {"type": "group", "userId": "u5", "groupId": "acct-5", "timestamp": f"{FIRST}T00:00:00Z"},
            {"type": "identify", "userId": "u5", "traits": {"email": "dan@acme.example"}, "timestamp": f"{FIRST}T00:00:00Z"}]

    def check(self, space):
        said = space.json("identity")
        self.assertEqual((said["events"], said["events_waiting"]), (25, 5))
        self.assertEqual([one["id"] for one in said["waiting"]], ["eve@gmail.com"])
        scores = {line.split(",")[1] for line in space.must("scores", "--from", FIRST, "--to", day(FIRST, 4), "--csv").splitlines()[1:]}
        self.assertEqual(scores, {"acme.example", "acct-5"})
        users = space.json("account", "acme.example", "--day", day(FIRST, 4))["users"]
        self.assertEqual(sorted(one["user_id"] for one in users), ["Ben@ACME.example", "ann@acme.example", "u3"])

    def test_users_count_by_domain_when_asked_whatever_comes_first(self):
        for turned_on in ("before", "after"):
            with self.subTest(turned_on=turned_on), Workspace() as space:
                with LiveServer(space) as server:
                    if turned_on == "before":
                        space.must("identity", "domains", "on")
                    for message in self.EVENTS + self.SAID:
                        self.assertEqual(server.track("/v1/batch", {"batch": [message]})[0], 200)
                    if turned_on == "after":
                        self.assertEqual(space.json("identity")["events_waiting"], 20)
                        space.must("identity", "domains", "on")
                    self.assertEqual(server.ask("/api/v1/accounts/acme.example/score")[1]["account_id"], "acme.example")
                self.check(space)
                space.must("identity", "domains", "off")
                self.assertEqual(space.json("identity")["events_waiting"], 20)

    def test_imports_follow(self):
        with Workspace() as space:
            space.must("identity", "domains", "on")
            space.must("import", "--users", space.file("users.csv", "user_id,email,account_id\nu3,cy@acme.example,\nu5,dan@acme.example,acct-5\n"))
            table = [(one["timestamp"], "", one["userId"], one["event"]) for one in self.EVENTS if one["userId"] != "eve@gmail.com"]
            space.must("import", space.file("events.csv", events_csv(table)))
            archive = "".join(json.dumps(one) + "\n" for one in self.EVENTS if one["userId"] == "eve@gmail.com")
            space.must("import", "--from", "segment", space.file("archive.json", archive))
            self.check(space)

    def test_an_account_that_names_its_domain_has_its_people(self):
        with Workspace() as space:
            space.must("identity", "domains", "on")
            space.must("import", "--accounts", space.file("accounts.csv", "account_id,domain\nacct-9,ACME.example\n"))
            space.must("import", space.file("events.csv", events_csv([(one["timestamp"], "", one["userId"], one["event"]) for one in self.EVENTS[:2]])))
            users = space.json("account", "acct-9", "--day", FIRST)["users"]
            self.assertEqual(sorted(one["user_id"] for one in users), ["Ben@ACME.example", "ann@acme.example"])


    def test_a_domain_that_an_account_gave_up_is_no_longer_its(self):
        with Workspace() as space:
            space.must("identity", "domains", "on")
            table = [(f"{FIRST}T10:00:00Z", "New.Example", "cy", "report_created"), (f"{FIRST}T10:00:00Z", "", "ann@old.example", "report_created"),
                     (f"{FIRST}T10:00:00Z", "", "ben@new.example", "report_created")]
            space.must("import", space.file("events.csv", events_csv(table)))
            # An account that is named like a domain, in whatever case, has its people.
            self.assertEqual(sorted(one["user_id"] for one in space.json("account", "New.Example", "--day", FIRST)["users"]), ["ben@new.example", "cy"])
            space.must("import", "--accounts", space.file("a.csv", f"account_id,domain,valid_from\nacct-9,old.example,{FIRST}\n"))
            self.assertEqual([one["user_id"] for one in space.json("account", "acct-9", "--day", FIRST)["users"]], ["ann@old.example"])
            space.must("import", "--accounts", space.file("b.csv", "account_id,domain,valid_from\nacct-9,new.example,2026-02-01\n"))
            self.assertEqual([one["user_id"] for one in space.json("account", "acct-9", "--day", FIRST)["users"]], ["ben@new.example"])
            self.assertEqual([one["user_id"] for one in space.json("account", "old.example", "--day", FIRST)["users"]], ["ann@old.example"])


class Merges(unittest.TestCase):
    def scored(self, space):
        """Forty days of two accounts, published."""
        space.must("import", space.file("events.csv", events_csv(rows("a", range(40), 2) + rows("b", range(40)) + rows("c", range(40)))))
        space.must("score", "--until", day(FIRST, 35))

    def test_a_merge_re_scores_the_past_and_what_it_moves_says_so(self):
        with Workspace() as space:
            self.scored(space)
            before = space.published()
            space.must("identity", "merge", "a", "--into", "b")
            self.assertEqual(space.published(), before)  # what was published stays
            together = [line for line in space.must("scores", "--from", FIRST, "--to", day(FIRST, 39), "--csv").splitlines() if ",b," in line]
            with Workspace() as other:
                other.must("import", other.file("events.csv", events_csv(rows("b", range(40), 2) + [(t.replace("T10", "T11"), *rest) for t, *rest in rows("b", range(40))])))
                self.assertEqual([line for line in other.must("scores", "--from", FIRST, "--to", day(FIRST, 39), "--csv").splitlines() if ",b," in line], together)
            space.must("score", "--until", day(FIRST, 39))
            now = moved(space, "--from", day(FIRST, 35), "--to", day(FIRST, 39))
            self.assertEqual((now["a"]["to"], now["a"]["is_merge"]), ("inactive", True))
            self.assertIn("(merge)", space.must("movement", "--from", day(FIRST, 35), "--to", day(FIRST, 39)))
            self.assertIn(b"ask for b", space.run("account", "a").stderr)
            space.must("identity", "unmerge", "a")
            space.must("import", space.file("more.csv", events_csv(rows("a", range(40, 50), 2) + rows("b", range(40, 50)))))
            space.must("score", "--until", day(FIRST, 49))
            back = moved(space, "--from", day(FIRST, 39), "--to", day(FIRST, 49))
            self.assertEqual((back["a"]["from"], back["a"]["is_merge"]), ("inactive", True))
            self.assertEqual([one["is_merge"] for one in space.json("account", "a")["changes"]], [False, True, True])

    def test_nothing_else_is_called_a_merge(self):
        with Workspace() as space:
            space.must("import", space.file("early.csv", events_csv(rows("a", range(1)))))
            space.must("import", space.file("events.csv", events_csv(rows("b", range(40)) + rows("c", range(3)))))
            space.must("identity", "merge", "a", "--into", "b")  # before anything was published
            space.must("score", "--until", day(FIRST, 39))
            self.assertEqual({one["is_merge"] for one in moved(space, "--from", day(FIRST, 5), "--to", day(FIRST, 39)).values()}, {False})

    def test_an_account_says_itself_where_it_went(self):
        with Workspace() as space:
            self.scored(space)
            space.must("import", "--accounts", space.file("accounts.csv", "account_id,merged_into\na,b\nc,nowhere\n"))
            said = space.json("identity")["merges"]
            self.assertEqual([(one["account_id"], one["into"], one["by"]) for one in said], [("a", "b", "property")])
            done = space.run("identity", "unmerge", "a")
            self.assertEqual(done.returncode, 1)
            self.assertIn(b"merged_into", done.stderr)
            with LiveServer(space) as server:
                self.assertEqual(server.ask("/api/v1/accounts/a/score")[1]["account_id"], "b")
                server.track("/v1/batch", {"batch": [{"type": "group", "userId": "a-ann", "groupId": "a", "traits": {"merged_into": None}}]})
                self.assertEqual(server.ask("/api/v1/accounts/a/score")[1]["account_id"], "a")


class Excluded(unittest.TestCase):
    DRAFT = DEFINITION + '[exclude]\nusers = ["*@ours.example"]\naccounts = ["demo-*"]\nflags = ["staging"]\n'

    def test_a_preview_says_what_each_rule_keeps_out(self):
        flagged = [(f"{FIRST}T12:00:00Z", "acme", "ann", "report_created", '{"staging": true}')]
        plain = [(*row, "") for row in rows("acme", range(3), user="ann") + rows("acme", range(2), user="joe@ours.example") +
                 rows("demo-1", range(4), user="eve") + rows("demo-2", range(1), user="joe@ours.example")]
        table = events_csv(plain + flagged, ("timestamp", "account_id", "user_id", "event", "properties"))
        with Workspace() as space:
            space.must("import", space.file("events.csv", table))
            self.assertIn("Nobody is excluded", space.must("identity", "excluded"))
            draft = space.file("draft.toml", self.DRAFT)
            expected = space.json("identity", "excluded", "--definition", draft)
            self.assertEqual((expected["events"], expected["excluded"]), (11, 8))
            self.assertEqual([(one["of"], one["pattern"], one["events"], one["users"], one["accounts"], one["examples"]) for one in expected["rules"]],
                             [("users", "*@ours.example", 3, 1, 2, ["joe@ours.example"]), ("accounts", "demo-*", 5, 2, 2, ["demo-1", "demo-2"]),
                              ("flags", "staging", 1, 1, 1, ["ann"])])
            self.assertEqual(expected["left_empty"], ["demo-1", "demo-2"])
            self.assertIn("2 accounts are left without any activity: demo-1, demo-2", space.must("identity", "excluded", "--definition", draft))
            with LiveServer(space):
                self.assertEqual(space.json("identity", "excluded", "--definition", draft), expected)
            (space.path / "tidemark.toml").write_text(self.DRAFT)
            self.assertEqual(space.json("identity", "excluded"), expected)
            # The preview is what scoring leaves out.
            scores = space.must("scores", "--from", FIRST, "--to", day(FIRST, 5), "--csv")
            self.assertEqual({line.split(",")[1] for line in scores.splitlines()[1:]}, {"acme"})


if __name__ == "__main__":
    workspace.main()

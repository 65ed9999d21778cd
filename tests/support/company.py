"""What several tests of deliveries begin with."""
import unittest

from workspace import Workspace, day


def newest_day_with_changes(space):
    """The newest published day with level changes, and these by account."""
    last = space.json("status")["last_published"]
    changes = space.json("changes", "--from", day(last, -30), "--to", last)
    newest = max(one["day"] for one in changes)
    return newest, {one["account_id"]: one for one in changes if one["day"] == newest}


class ScoredCompany(unittest.TestCase):
    """The simulated company, scored to its last day, for all tests of a class."""

    @classmethod
    def setUpClass(cls):
        cls.space = Workspace()
        cls.addClassCleanup(cls.space.close)
        cls.space.path = cls.space.folder / "company"
        cls.space.must("demo", cls.space.path, at=False)
        cls.space.must("score")

    @classmethod
    def levels_of_accounts(cls):
        return {one["account_id"]: one["level"] for one in cls.space.json("accounts", "--limit", "100000")["accounts"]}

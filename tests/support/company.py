"""What several tests of deliveries begin with."""
import unittest

from workspace import Workspace


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

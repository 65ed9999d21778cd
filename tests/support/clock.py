"""The clock that the program and the tests go by: pinned to an instant, so that a test says the same at any hour.

TIDEMARK_TEST_INSTANT chooses the instant at which each test program starts; time goes on from there. `clock.py SEED` draws
one of INSTANTS and prints it: tools/check does that once a run. A test of real clients, whose clocks are the machine's, calls
`use_real()` before it makes a workspace."""
import datetime
import os
import random
import sys
import time as system

PINNED = "2027-03-09T10:00:00+00:00"
INSTANTS = (
    PINNED,                       # a Tuesday morning
    "2027-11-30T23:37:00+00:00",  # 00:37 in Berlin: a new day and a new month, before the nightly run
    "2027-03-28T00:59:30+00:00",  # Berlin's night of 23 hours
    "2027-10-31T00:59:30+00:00",  # Berlin's night of 25 hours
    "2027-03-14T06:59:30+00:00",  # New York's
    "2027-11-07T05:59:30+00:00",
    "2028-02-29T12:00:00+00:00",
    "2027-12-31T23:59:30+00:00",  # the last minute of a year
    "2027-01-31T10:00:00+00:00",  # a Sunday that ends a month
)

offset = 0


def pin():
    """Moves the program's clock, for all processes this one starts."""
    global offset
    instant = datetime.datetime.fromisoformat(os.environ.get("TIDEMARK_TEST_INSTANT") or PINNED)
    offset = round(instant.timestamp() - system.time())
    os.environ["TIDEMARK_TEST_CLOCK"] = str(offset)


def use_real():
    global offset
    offset = 0
    os.environ.pop("TIDEMARK_TEST_CLOCK", None)


def move(space, days):
    """Moves the clock of this workspace and of the tests, also under a running server."""
    global offset
    offset += days * 86_400
    (space.path / "test-clock").write_text(f"{offset}\n")


def time():
    return system.time() + offset


def now():
    return datetime.datetime.fromtimestamp(time(), datetime.timezone.utc)


def today():
    return now().date()


def wait_until(holds, seconds=60, fails=lambda: "it did not happen in time"):
    """Waits for a condition; fails with these words after a deadline that a loaded machine keeps too, or, without them, gives up."""
    end = system.monotonic() + seconds
    while not (found := holds()):
        if system.monotonic() > end:
            if fails is None:
                return found
            raise AssertionError(fails())
        system.sleep(0.05)
    return found


if __name__ == "__main__":
    print(random.Random(sys.argv[1]).choice(INSTANTS))
else:
    pin()

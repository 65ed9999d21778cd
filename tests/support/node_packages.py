"""Packages of npm that tests use: clients of other vendors, a browser's driver, an accessibility checker."""
import fcntl
import pathlib
import shutil
import subprocess

LISTED = pathlib.Path(__file__).resolve().parents[1] / "peers"
FOLDER = pathlib.Path(__file__).resolve().parents[2] / "build" / "peers"


def install():
    """The pinned clients, beside the build; once for each lockfile. (Not npm ci: it insists on optional packages of other systems.)"""
    lock = (LISTED / "package-lock.json").read_bytes()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with open(FOLDER / "lock", "w") as only_one:  # two tests may want them at once
        fcntl.flock(only_one, fcntl.LOCK_EX)
        install_alone(lock)


def install_alone(lock):
    if (FOLDER / "complete").exists() and (FOLDER / "complete").read_bytes() == lock:
        return
    for name in ("package.json", "package-lock.json"):
        shutil.copy(LISTED / name, FOLDER / name)
    subprocess.run(["npm", "install", "--no-save", "--omit=optional", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"], cwd=FOLDER, check=True)
    (FOLDER / "complete").write_bytes(lock)

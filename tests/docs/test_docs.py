"""The documents are true: their commands run, their folders exist, the examples of every --help work."""
import os
import re
import shlex
import subprocess
import unittest
import zipfile

import clickhouse
import workspace
from workspace import PROGRAM, ROOT, Workspace, day, events_csv

ROWS = [(f"{day('2026-01-01', at % 90)}T{at % 24:02}:00:00Z", f"acct-{at % 30}", f"u{at % 50}", "report_created") for at in range(3000)]
# Accounts that were there for weeks and left: some commands have nothing to say where nobody does.
LEFT = [(f"{day('2026-01-01', at)}T12:00:00Z", f"left-{account}", f"left-{account}-ann", "report_created")
        for account in range(20) for at in range(36 + account % 15)]
FILES = ("export.zip", "events.csv", "events.csv.gz", "march.jsonl", "april.jsonl", "draft.toml", "hubspot.key", "mail.key", "slack.url", "accounts.csv", "users.csv")
IN_CLICKHOUSE = ("store", "tables", "work")


def blocks(path, kind):
    return re.findall(rf"^```{kind}\n(.*?)^```", path.read_text(encoding="utf-8"), re.S | re.M)

class Documents(unittest.TestCase):
    def folder(self, space):
        """A folder with the files the examples name."""
        import gzip
        import json
        text = events_csv(ROWS + LEFT)
        space.file("events.csv", text)
        space.file("events.csv.gz", gzip.compress(text.encode()))
        for name, account in (("march.jsonl", "a"), ("april.jsonl", "b")):
            space.file(name, "".join(json.dumps({"timestamp": t, "event": e, "workspace": {"id": account}}) + "\n" for t, _, _, e in ROWS[:50]))
        with zipfile.ZipFile(space.folder / "export.zip", "w") as archive:
            archive.writestr("1/2026-01-01_1.json", json.dumps({"event_type": "opened", "event_time": "2026-01-01 10:00:00", "user_id": "ann", "groups": {"company": ["acme"]}}))
        space.file("draft.toml", workspace.DEFINITION)
        space.file("hubspot.key", "pat-na1-example")
        space.file("mail.key", "tidemark:password")
        space.file("slack.url", "https://hooks.slack.example/services/T0/B0/x")
        space.file("accounts.csv", "account_id,plan,created_at\n" + "".join(f"acct-{at},pro,2025-12-0{at % 9 + 1}\n" for at in range(30)))
        space.file("users.csv", "user_id,account_id,role\n" + "".join(f"u{at},acct-{at % 30},admin\n" for at in range(50)))
        (space.folder / "tidemark").symlink_to(PROGRAM)
        return space.folder

    def shell(self, script, folder, at):
        done = subprocess.run(["bash", "-euc", script], cwd=at, capture_output=True, env={"PATH": f"{folder}:/usr/bin:/bin", **{name: os.environ[name] for name in ("TIDEMARK_STORE_PASSWORD",) if name in os.environ}})
        self.assertEqual(done.returncode, 0, f"{script}\n{done.stderr.decode()}")

    def test_commands_of_the_documents(self):
        for document in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
            with self.subTest(document=document.name), Workspace() as space:
                folder = self.folder(space)
                for script in blocks(document, "sh"):
                    self.shell(script, folder, folder)

    def test_examples_of_every_help(self):
        commands = re.findall(r"^  (\w+) ", subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, check=True).stdout.split("Subcommands:")[1].split("\n\n")[0], re.M)
        self.assertGreaterEqual(len(commands), 10)
        for command in commands:
            if command in IN_CLICKHOUSE and not clickhouse.is_installed():
                continue
            shown = subprocess.run([PROGRAM, command, "--help"], capture_output=True, text=True, check=True).stdout
            examples = [line.strip() for line in shown.split("Examples:")[1].splitlines() if "tidemark" in line]
            self.assertTrue(examples, command)
            with self.subTest(command=command), Workspace() as space:
                folder = self.folder(space)
                if command in IN_CLICKHOUSE:
                    self.in_clickhouse(space, command, examples)
                    continue
                if command in ("init", "demo"):
                    examples = [line.replace("/tmp", str(folder)).replace("~", str(folder)) for line in examples]
                else:
                    if command != "import":
                        space.must("import", folder / "events.csv")
                        space.must("score", "--until", "2026-03-25")
                    examples = [re.sub(r"\bacme\b", "acct-1", line) for line in examples]
                if command == "keys":
                    hint = space.json("keys", "create")["key"][:10]
                    examples = [re.sub(r"\btmw_\w+", hint, line) for line in examples]
                # Any free port will do; what goes on until it is told to stop is told so.
                examples = [re.sub(r"^(tidemark serve)(.*?)(?: --port \d+)?$", r"\1\2 --port 0", line) for line in examples]
                examples = [re.sub(r"^(tidemark (?:serve|events --tail))", r"timeout --preserve-status 5 \1", line) for line in examples]
                for name in FILES:
                    (space.path / name).write_bytes((folder / name).read_bytes())
                for example in examples:
                    self.shell(example, folder, space.path)

    def in_clickhouse(self, space, command, examples):
        """Where the examples name one, it is one of ours; who takes part in a run finds the others there."""
        server = clickhouse.ClickHouse()
        self.addCleanup(server.close)
        address = server.new_database("tidemark")
        os.environ["TIDEMARK_STORE_PASSWORD"] = clickhouse.PASSWORD
        self.addCleanup(os.environ.pop, "TIDEMARK_STORE_PASSWORD", None)
        if command == "work":
            definition = (space.path / "tidemark.toml").read_bytes()
            space.path = space.folder / "elsewhere"
            space.must("init", space.path, "--store", address, at=False)
            (space.path / "tidemark.toml").write_bytes(definition)
        if command == "tables":
            space.must("store", "copy", "--to", address)
            space.must("store", "use", address)
            server.ask("CREATE DATABASE product")
            server.ask("CREATE TABLE product.events (account_id String, user_id String, name String, occurred_at DateTime, properties String) ENGINE = MergeTree() ORDER BY account_id")
            server.ask("CREATE TABLE product.clicks (org_id UInt64, seconds UInt32) ENGINE = MergeTree() ORDER BY org_id")
        else:
            space.must("import", space.folder / "events.csv")
        for example in examples:
            script = example.replace("clickhouse://tidemark@ch.example.com:8123/tidemark", address)
            if command == "work":
                script = f"tidemark score --workers 4 & tidemark work 3/4 & tidemark work 4/4 & {script}; wait"
            self.shell(script, space.folder, space.path)

    def test_definition_of_the_readme(self):
        with Workspace(blocks(ROOT / "README.md", "toml")[0]) as space:
            space.must("import", space.file("e.csv", events_csv(ROWS)))
            space.must("score", "--until", "2026-03-25")

    def test_definitions_of_the_documents(self):
        for document in sorted((ROOT / "docs").glob("*.md")):
            for text in blocks(document, "toml"):
                with self.subTest(document=document.name), Workspace() as space:
                    if "[[play]]" in text:
                        (space.path / "plays.toml").write_text(text, encoding="utf-8")
                        self.assertEqual(len(space.json("plays")), text.count("[[play]]"))
                    else:
                        space.must("definition", "check", space.file("d.toml", text))

    def test_every_folder_and_file_named_exists(self):
        text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
        for folder in (ROOT / "src").iterdir():
            self.assertIn(f"| `{folder.name}` |", text)
        for name in re.findall(r"`((?:src|tests|tools|bench|fuzz|docs)/[\w./-]+)`", text):
            self.assertTrue((ROOT / name).exists(), name)
        layers = {folder.name for folder in (ROOT / "src").iterdir()}
        for name in re.findall(r"`(\w+/[\w/]+\.(?:h|cpp))`", text):
            if name.split("/")[0] in layers:
                self.assertTrue((ROOT / "src" / name).exists(), name)

    def test_every_table_is_explained(self):
        text = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
        for file in (ROOT / "src/store/duckdb/migrations").glob("*.sql"):
            for table in re.findall(r"CREATE (?:TABLE|VIEW) (\w+)", file.read_text()):
                self.assertIn(f"`{table}`", text)


if __name__ == "__main__":
    workspace.main()

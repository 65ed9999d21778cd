"""A digest by e-mail, to a real server of mail."""
import json
import queue
import shutil
import subprocess
import threading
import unittest

import node_packages
import workspace
from company import ScoredCompany, newest_day_with_changes
from workspace import day

USER = "tidemark:correct horse"


@unittest.skipUnless(shutil.which("node"), "the server of mail runs by node")
class Mail(ScoredCompany):
    @classmethod
    def setUpClass(cls):
        node_packages.install()
        super().setUpClass()
        cls.last = cls.space.json("status")["last_finished_day"]

    def sink(self, user=USER):
        script = node_packages.FOLDER / "mail_sink.mjs"
        script.write_bytes((node_packages.LISTED / "mail_sink.mjs").read_bytes())
        run = subprocess.Popen(["node", script, *user.split(":")], stdout=subprocess.PIPE, text=True)
        self.addCleanup(run.stdout.close)
        self.addCleanup(run.wait)
        self.addCleanup(run.kill)
        port = int(run.stdout.readline())
        mails = queue.Queue()
        threading.Thread(target=lambda: [mails.put(json.loads(line)) for line in run.stdout], daemon=True).start()
        return f"smtp://127.0.0.1:{port}", mails

    def add(self, url, to=("ann@example.com", "ben@example.com"), secret=USER):
        recipients = [word for address in to for word in ("--to", address)]
        self.space.must("destinations", "add", "team", "--kind", "email", "--url", url, "--allow-private", "--from", "tidemark@example.com", *recipients,
                        "--secret-file", self.space.file("mail.secret", secret))
        self.addCleanup(self.space.run, "destinations", "remove", "team")

    def test_a_day_is_told_once_to_all_in_words_and_as_a_page(self):
        url, mails = self.sink()
        changed, changes = newest_day_with_changes(self.space)
        self.space.must("score", "--until", day(changed, -1), "--republish")
        self.add(url)
        self.space.must("deliver")
        self.assertEqual(self.space.json("destinations", "deliveries"), [])  # published before it was created
        self.space.must("score", "--until", changed)
        self.space.must("deliver")
        told, = self.space.json("destinations", "deliveries")
        self.assertEqual((told["state"], told["attempts"]), ("delivered", 2))  # first it was told to come again
        mail = mails.get(timeout=10)
        self.assertEqual(sorted(mail["to"]), ["ann@example.com", "ben@example.com"])
        self.assertEqual(mail["from"], '"Tidemark" <tidemark@example.com>')
        self.assertIn("fell", mail["subject"])
        self.assertEqual(mail["id"], f"<{told['id']}@example.com>")
        for account in list(changes)[:20]:
            self.assertIn(account, mail["text"])
            self.assertIn(account, mail["html"])
        self.space.must("deliver")
        self.assertTrue(mails.empty())

    def test_who_is_not_let_in_is_paused_and_nobody_is_no_recipient(self):
        url, _ = self.sink()
        self.add(url, secret="tidemark:wrong")
        done = self.space.run("destinations", "test", "team")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(b"535", done.stderr)
        self.assertNotIn(b"wrong", done.stderr + done.stdout)
        self.space.must("destinations", "rotate", "team", "--secret-file", self.space.file("right", USER))
        self.space.run("destinations", "test", "team")  # the first one is told to come again
        self.assertIn("taken", self.space.must("destinations", "test", "team"))
        self.space.must("destinations", "remove", "team")
        self.add(url, to=["nobody@example.com"])
        done = self.space.run("destinations", "test", "team")
        self.assertIn(b"no such person", done.stderr)

    def test_a_header_cannot_be_slipped_in(self):
        for wrong in (["--from", "a@b\r\nBcc: c@d"], ["--to", "x@y>,<z@w"], ["--to", "nobody"], []):
            options = {"--from": "tidemark@example.com", "--to": "ann@example.com"} | dict([wrong] if wrong else [("--from", "")])
            done = self.space.run("destinations", "add", "ill", "--kind", "email", "--url", "smtp://127.0.0.1", *[word for pair in options.items() for word in pair])
            self.assertEqual(done.returncode, 2, wrong)
        # What lacks is said, and nothing else: a server of mail may do without a secret.
        done = self.space.run("destinations", "add", "ill", "--kind", "email", "--url", "smtp://127.0.0.1", "--from", "tidemark@example.com")
        self.assertIn(b"somebody to send to", done.stderr)
        self.assertNotIn(b"--secret-file", done.stderr)


if __name__ == "__main__":
    workspace.main()

"""What others read of the API: the description is lint-free and makes types that compile; an assistant's own client is understood."""
import json
import os
import pathlib
import subprocess
import unittest
import shutil

import node_packages
import workspace
from contract import ApiClient, described
from live_server import LiveServer
from workspace import ROOT, Workspace, day, events_csv

CLIENTS = node_packages.FOLDER
DESCRIPTION = ROOT / "src" / "api" / "openapi.json"
USE = """
import type { paths, components } from "./api";
type Listed = paths["/api/v1/accounts"]["get"]["responses"]["200"]["content"]["application/json"];
export const first = (page: Listed): components["schemas"]["Level"] | undefined => page.data[0]?.level;
export const wrong = (page: Listed): number => {
  // @ts-expect-error: the total is no text
  const total: string = page.total;
  return total.length;
};
"""


class Description(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        node_packages.install()

    def run_tool(self, *command):
        done = subprocess.run(command, cwd=CLIENTS, capture_output=True, text=True, timeout=300, env={**os.environ, "REDOCLY_TELEMETRY": "off"})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def test_lint_finds_nothing(self):
        said = self.run_tool("node", "node_modules/@redocly/cli/bin/cli.js", "lint", DESCRIPTION)
        self.assertIn("valid", said)
        self.assertNotIn("warning", said.split("validated in")[1], said)

    def test_types_are_made_of_it(self):
        self.run_tool("node", "node_modules/openapi-typescript/bin/cli.js", DESCRIPTION, "-o", "api.d.ts")
        (CLIENTS / "use.ts").write_text(USE)
        self.run_tool("node", "node_modules/typescript/bin/tsc", "--strict", "--noEmit", "--skipLibCheck", "--module", "esnext", "--moduleResolution", "bundler", "use.ts")

    def test_an_assistant_is_understood(self):
        rows = [(f"{day('2026-01-01', at % 60)}T{at % 24:02}:00:00Z", f"acct-{at % 30}", f"u{at % 50}", "report_created") for at in range(2000)]
        with Workspace() as space:
            space.must("import", space.file("e.csv", events_csv(rows)))
            space.must("score", "--until", "2026-02-20")
            key = space.json("keys", "create", "--scope", "read")["key"]
            with LiveServer(space, "--no-nightly") as server:
                shutil.copy(pathlib.Path(__file__).with_name("assist.mjs"), CLIENTS / "assist.mjs")
                told = json.loads(self.run_tool("node", "assist.mjs", server.url + "/mcp", key))
                api = ApiClient(server, described(server), key)
                self.assertEqual(told["server"]["name"], "tidemark")
                self.assertEqual(told["tools"], ["list_accounts", "explain_score", "level_changes", "at_risk"])
                self.assertEqual(told["listed"], api.get("/accounts", sort="points", limit=2))
                self.assertEqual(told["explained"], api.get(f"/accounts/{told['listed']['data'][0]['account_id']}/explanation"))
                self.assertTrue(told["unknown"])


if __name__ == "__main__":
    workspace.main()

"""What is sent, held against the vendors' own OpenAPI files by prism, where they are at hand: it refuses whatever is not as they say."""
import shutil
import socket
import subprocess
import time
import unittest
import urllib.error
import urllib.request

import node_packages
import workspace
from company import ScoredCompany
from workspace import ROOT

SCHEMAS = ROOT.parent / "shared" / "wire" / "schemas"


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@unittest.skipUnless(SCHEMAS.is_dir() and shutil.which("node"), "the vendors' schemas are not at hand")
class VendorSchemas(ScoredCompany):
    @classmethod
    def setUpClass(cls):
        node_packages.install()
        super().setUpClass()

    def prism(self, schema):
        port = free_port()
        log = open(self.space.folder / "prism.log", "wb")
        self.addCleanup(log.close)
        run = subprocess.Popen(["node", node_packages.FOLDER / "node_modules" / ".bin" / "prism", "mock", "--multiprocess=false", "-p", str(port), SCHEMAS / schema],
                               stdout=log, stderr=subprocess.STDOUT)
        self.addCleanup(run.wait)
        self.addCleanup(run.kill)
        for _ in range(400):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2)
            except urllib.error.HTTPError:
                return f"http://127.0.0.1:{port}"  # it answers
            except OSError:
                time.sleep(0.1)
        self.fail((self.space.folder / "prism.log").read_text())

    def told(self, kind, schema, secret, *options):
        url = self.prism(schema)
        self.space.must("destinations", "add", kind, "--kind", kind, "--url", url, "--allow-private", "--secret-file", self.space.file("secret", secret), *options)
        self.addCleanup(self.space.must, "destinations", "remove", kind)
        self.space.must("deliver")
        counts = next(one for one in self.space.json("destinations", "list") if one["name"] == kind)
        refused = self.space.json("destinations", "deliveries", "--state", "refused")
        self.assertEqual((counts["refused"], counts["waiting"], counts["why_paused"]), (0, 0, ""), refused[:1])
        self.assertGreater(counts["delivered"], 100)

    def test_hubspot(self):
        # The file is of the version before, which says the same at another path.
        schema = (SCHEMAS / "hubspot-companies.cleaned.json").read_text(encoding="utf-8")
        self.told("hubspot", self.space.file("hubspot.json", schema.replace("/crm/v3/objects/companies", "/crm/objects/2026-03/companies")), "pat-na1-11111111")
        # Read back, too; what it answers is an example.
        self.space.must("destinations", "drift", "hubspot")

    def test_customer_io(self):
        self.told("customer.io", "customerio-track.json", "site:key")

    def test_intercom(self):
        # Its file calls all attributes texts, though its example has numbers.
        self.told("intercom", "intercom.yaml", "token", "--field", "engagement_level=level", "--field", "engagement_level_since=since")

    def test_what_is_not_as_they_say_is_refused(self):
        """That the checks can fail."""
        url = self.prism("customerio-track.json")
        body = b'{"batch": [{"type": "object", "action": "identify", "identifiers": {"object_type_id": 1}, "attributes": 3}]}'
        request = urllib.request.Request(url + "/api/v2/batch", body, {"Content-Type": "application/json", "Authorization": "Basic YTpi"})
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request)
        self.assertIn(refused.exception.code, (400, 422))


if __name__ == "__main__":
    workspace.main()

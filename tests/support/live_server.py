"""A server over a workspace, to be asked, killed and started again at the same port."""
import base64
import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class LiveServer:
    def __init__(self, space, *options, environment=None):
        self.space, self.options, self.port = space, options, free_port()
        self.environment = {**os.environ, **(environment or {})}
        self.key = space.json("keys", "create", "--source", "test")["key"]
        self.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        # To files: a pipe that nobody reads would stop a server that logs much.
        self.log, self.errors = self.space.folder / "serve.log", self.space.folder / "serve.errors"
        with open(self.log, "wb") as log, open(self.errors, "wb") as errors:
            self.process = subprocess.Popen(self.space.command("serve", "--port", self.port, *self.options), stdout=log, stderr=errors, env=self.environment)
        for _ in range(600):
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended: {self.errors.read_text()}")
            try:
                if self.get("/readyz")[0] == 200 and b"listening at" in self.log.read_bytes():
                    return
            except OSError:
                pass
            time.sleep(0.05)
        raise AssertionError("the server did not get ready")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        """Asks it to stop, and returns what it logged."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        return self.log.read_text()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def send(self, path, body=None, headers=None, method=None):
        """Status, headers and body of the answer."""
        data = json.dumps(body).encode() if isinstance(body, (dict, list)) else body
        request = urllib.request.Request(self.url + path, data=data, headers=headers or {}, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=30) as answer:
                return answer.status, dict(answer.headers), answer.read()
        except urllib.error.HTTPError as answer:
            return answer.code, dict(answer.headers), answer.read()

    def get(self, path, headers=None):
        return self.send(path, headers=headers)

    def basic(self, key=None):
        return {"Authorization": "Basic " + base64.b64encode(f"{key or self.key}:".encode()).decode()}

    def track(self, path, body):
        return self.send(path, body, self.basic())

    def ask(self, path, method=None):
        access = json.loads((self.space.path / "serve.json").read_text())
        status, _, body = self.send(path, b"" if method else None, {"Authorization": f"Bearer {access['token']}"}, method)
        return status, json.loads(body)

    def events(self, limit=10000):
        return self.ask(f"/api/v1/events?limit={limit}")[1]["events"]

    def metrics(self):
        lines = self.get("/metrics")[2].decode().splitlines()
        return {line.rsplit(" ", 1)[0]: int(line.rsplit(" ", 1)[1]) for line in lines if not line.startswith("#")}

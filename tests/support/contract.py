"""Asks a server and holds every answer against its description (src/api/openapi.json)."""
import copy
import json
import re
import urllib.parse

import jsonschema

METHODS = ("get", "post", "put", "delete")


def strict(schema):
    """The same schema, that takes no member it does not name."""
    schema = copy.deepcopy(schema)

    def visit(part):
        if isinstance(part, dict):
            if "properties" in part:
                part.setdefault("additionalProperties", False)
            for value in part.values():
                visit(value)
        elif isinstance(part, list):
            for value in part:
                visit(value)

    visit(schema)
    return schema


class Described:
    """The operations a server describes."""

    def __init__(self, document):
        self.document = document
        self.components = strict(document["components"])
        self.operations = {}  # (method, path with braces)
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                self.operations[method.upper(), path] = operation
        self.seen = set()  # (method, path, status)

    def find(self, method, path):
        """The operation of a path; one that is named outright goes before one with braces."""
        fitting = [known for known_method, known in self.operations
                   if known_method == method and re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(known)), path)]
        return min(fitting, key=lambda known: known.count("{"), default=None)

    def needs(self, method, path):
        found = re.search(r"Needs (\w+) access", self.operations[method, path].get("description", ""))
        return found[1] if found else "nothing"

    def check(self, method, path, status, headers, body):
        known = self.find("GET" if method == "HEAD" else method, path)
        if known is None:
            raise AssertionError(f"{method} {path} is not described")
        responses = self.operations["GET" if method == "HEAD" else method, known]["responses"]
        if str(status) not in responses:
            raise AssertionError(f"{method} {path}: status {status} is not described: {body[:300]!r}")
        self.seen.add((method, known, status))
        response = responses[str(status)]
        if "$ref" in response:
            response = self.components["responses"][response["$ref"].rsplit("/", 1)[1]]
        content = response.get("content")
        if not content:
            if body:
                raise AssertionError(f"{method} {path}: {status} has a body: {body[:300]!r}")
            return None
        kind = headers.get("Content-Type", "").split(";")[0]
        if kind not in content:
            raise AssertionError(f"{method} {path}: {kind} is not described")
        if kind not in ("application/json", "application/problem+json"):
            return body
        value = json.loads(body)
        schema = {**strict(content[kind]["schema"]), "components": self.components}
        wrong = next(iter(jsonschema.Draft202012Validator(schema).iter_errors(value)), None)
        if wrong:
            raise AssertionError(f"{method} {path}: {'/'.join(map(str, wrong.absolute_path))}: {wrong.message[:500]}")
        return value


class ApiClient:
    """Somebody who asks: with a key, with a session, or as nobody."""

    def __init__(self, server, described, key=None):
        self.server, self.described, self.key = server, described, key
        self.cookie = self.csrf = None

    def headers(self, method):
        headers = {}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        if self.cookie:
            headers["Cookie"] = self.cookie
            if method not in ("GET", "HEAD") and self.csrf:
                headers["X-CSRF-Token"] = self.csrf
        return headers

    def send(self, method, path, body=None, headers=None):
        """Status, headers and what the body holds."""
        all_headers = {**self.headers(method), **(headers or {})}
        data = None
        if body is not None:
            all_headers.setdefault("Content-Type", "application/json")
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
        status, answered, text = self.server.send("/api/v1" + path, data, all_headers, method)
        value = self.described.check(method, "/api/v1" + path.split("?")[0], status, answered, text)
        return status, answered, value

    def get(self, path, **parameters):
        query = urllib.parse.urlencode(parameters, doseq=True)
        status, _, value = self.send("GET", path + ("?" + query if query else ""))
        if status != 200:
            raise AssertionError(f"GET {path}: {status}: {value}")
        return value

    def must(self, method, path, body=None, headers=None):
        status, _, value = self.send(method, path, body, headers)
        if status // 100 != 2:
            raise AssertionError(f"{method} {path}: {status}: {value}")
        return value

    def sign_in(self, email, password):
        status, headers, value = self.send("POST", "/session", {"email": email, "password": password})
        if status == 200:
            self.take_cookie(headers, value)
        return status

    def take_cookie(self, headers, session):
        self.cookie = headers["Set-Cookie"].split(";")[0]
        self.csrf = session["csrf_token"]


def described(server):
    return Described(json.loads(server.get("/api/openapi.json")[2]))


def part(text):
    """A text as one part of a path."""
    return urllib.parse.quote(text, safe="")

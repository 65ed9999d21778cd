"""Other ends of deliveries, each with a state of its own: they take, refuse, stall and break as vendors do."""
import base64
import hashlib
import hmac
import http.server
import json
import threading
import time


class Receiver:
    """A server on loopback. `faults` is asked before each request: a (status, headers, body) to answer with instead, or None."""

    def __init__(self, faults=None):
        self.faults, self.lock, self.requests = faults or (lambda body: None), threading.Lock(), []
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with receiver.lock:
                    receiver.requests.append((self.path, dict(self.headers), body))
                    status, headers, answer = receiver.faults(body) or receiver.take(self.path, self.headers, body)
                if status is None:  # breaks the connection after taking it
                    self.close_connection = True
                    return
                data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                try:
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)
                except OSError:
                    pass  # whoever asked was killed

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def take(self, path, headers, body):
        return 200, {}, b"ok"


class Hook(Receiver):
    """A webhook that checks each signature and keeps what it was told, by id."""

    def __init__(self, secret, faults=None):
        self.key, self.messages, self.order = base64.b64decode(secret.removeprefix("whsec_")), {}, []
        super().__init__(faults)

    def take(self, path, headers, body):
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        expected = "v1," + base64.b64encode(hmac.new(self.key, signed, hashlib.sha256).digest()).decode()
        if not any(hmac.compare_digest(one, expected) for one in headers["webhook-signature"].split()) or abs(int(headers["webhook-timestamp"]) - time.time()) > 300:
            return 401, {}, b"this is not signed by you"
        if headers["webhook-id"] not in self.messages:
            self.order.append(headers["webhook-id"])
        self.messages.setdefault(headers["webhook-id"], []).append(json.loads(body))
        return 200, {}, b""


class HubSpot(Receiver):
    """Companies by their unique property, as the batch upsert of the vendor keeps them."""

    def __init__(self, token, faults=None, refused=(), refuses_whole=()):
        self.token, self.companies, self.writes = token, {}, 0
        self.refused, self.refuses_whole = set(refused), set(refuses_whole)
        super().__init__(faults)

    def take(self, path, headers, body):
        if headers["Authorization"] != f"Bearer {self.token}":
            return 401, {}, {"status": "error", "category": "INVALID_AUTHENTICATION"}
        if path != "/crm/objects/2026-03/companies/batch/upsert":
            return 404, {}, {"status": "error"}
        inputs = json.loads(body)["inputs"]
        assert len(inputs) <= 100 and all(isinstance(value, str) for one in inputs for value in one["properties"].values())
        if any(one["id"] in self.refuses_whole for one in inputs):
            return 400, {}, {"status": "error", "category": "VALIDATION_ERROR", "message": "a value is not valid"}
        errors = []
        for one in inputs:
            if one["id"] in self.refused:
                errors.append({"status": "error", "category": "VALIDATION_ERROR", "message": f"no company like {one['id']}",
                               "context": {"objectWriteTraceId": [one["objectWriteTraceId"]]}})
                continue
            self.writes += 1
            self.companies.setdefault(one["id"], {}).update(one["properties"])
        return (207, {}, {"status": "COMPLETE", "numErrors": len(errors), "errors": errors}) if errors else (200, {}, {"status": "COMPLETE"})


def basic(user):
    return "Basic " + base64.b64encode(user.encode()).decode()


class CustomerIo(Receiver):
    """Objects with attributes, as the track API's batches keep them."""

    def __init__(self, key, faults=None, refused=()):
        self.key, self.objects, self.refused = key, {}, set(refused)
        super().__init__(faults)

    def take(self, path, headers, body):
        if headers["Authorization"] != basic(self.key):
            return 401, {}, {"errors": [{"message": "Unauthorized request"}]}
        if path != "/api/v2/batch" or len(body) >= 500_000:
            return 400, {}, {"errors": [{"message": "not a batch"}]}
        errors = []
        for place, one in enumerate(json.loads(body)["batch"]):
            assert (one["type"], one["action"], one["identifiers"]["object_type_id"]) == ("object", "identify", "1")
            account = one["identifiers"]["object_id"]
            if account in self.refused:
                errors.append({"batch_index": place, "reason": "invalid", "field": "object_id", "message": f"{account} is no object"})
            else:
                self.objects.setdefault(account, {}).update(one["attributes"])
        return (207, {}, {"errors": errors}) if errors else (200, {}, {})


class Intercom(Receiver):
    """Companies by company_id, one a request."""

    def __init__(self, token, faults=None, refused=()):
        self.token, self.companies, self.refused = token, {}, set(refused)
        super().__init__(faults)

    def take(self, path, headers, body):
        if headers["Authorization"] != f"Bearer {self.token}":
            return 401, {}, {"type": "error.list", "errors": [{"code": "unauthorized", "message": "Access Token Invalid"}]}
        if path != "/companies" or not headers["Intercom-Version"]:
            return 404, {}, {"type": "error.list", "errors": [{"code": "not_found", "message": "Resource not found"}]}
        company = json.loads(body)
        if company["company_id"] in self.refused:
            return 422, {}, {"type": "error.list", "errors": [{"code": "parameter_invalid", "message": "Custom attribute does not exist"}]}
        self.companies.setdefault(company["company_id"], {}).update(company["custom_attributes"])
        return 200, {}, {"type": "company", "company_id": company["company_id"]}

"""Other ends of deliveries, each with a state of its own: they take, refuse, stall and break as vendors do."""
import base64
import csv
import hashlib
import hmac
import http.server
import io
import json
import re
import threading
import time
import urllib.parse

import clock


def read_chunks(stream):
    body = b""
    while size := int(stream.readline(), 16):
        body += stream.read(size)
        stream.readline()
    stream.readline()
    return body


class Receiver:
    """A server on loopback. `faults` is asked before each request: a (status, headers, body) to answer with instead, or None."""

    def __init__(self, faults=None):
        self.faults, self.lock, self.requests = faults or (lambda body: None), threading.Lock(), []
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = read_chunks(self.rfile) if "chunked" in self.headers.get("Transfer-Encoding", "") else self.rfile.read(int(self.headers.get("Content-Length", 0)))
                with receiver.lock:
                    receiver.requests.append((self.path, dict(self.headers), body))
                    receiver.method = self.command
                    status, headers, answer = receiver.faults(body) or receiver.take(self.path, self.headers, body)
                if status is None:  # breaks the connection after taking it
                    self.close_connection = True
                    return
                data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                try:
                    self.send_response(status)
                    if not isinstance(answer, bytes):
                        self.send_header("Content-Type", "application/json;charset=UTF-8")
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)
                except OSError:
                    pass  # whoever asked was killed

            do_PATCH = do_GET = do_PUT = do_POST

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.handle_error = lambda *_: None  # whoever asked was killed
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
        if not any(hmac.compare_digest(one, expected) for one in headers["webhook-signature"].split()) or abs(int(headers["webhook-timestamp"]) - clock.time()) > 300:
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
        if path == "/crm/objects/2026-03/companies/batch/read":
            asked = json.loads(body)
            assert asked["idProperty"] == "account_id" and len(asked["inputs"]) <= 100
            known = [(one["id"], self.companies[one["id"]]) for one in asked["inputs"] if one["id"] in self.companies]
            return 200 if len(known) == len(asked["inputs"]) else 207, {}, {
                "status": "COMPLETE", "results": [{"id": str(place), "properties": {name: (fields | {"account_id": account}).get(name) for name in asked["properties"]}}
                                                  for place, (account, fields) in enumerate(known)]}
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
        nobody = 404, {}, {"type": "error.list", "errors": [{"code": "not_found", "message": "Resource not found"}]}
        path, _, asked = path.partition("?company_id=")
        if path != "/companies" or not headers["Intercom-Version"]:
            return nobody
        if self.method == "GET":
            account = urllib.parse.unquote(asked)
            return (200, {}, {"type": "company", "company_id": account, "custom_attributes": self.companies[account]}) if account in self.companies else nobody
        company = json.loads(body)
        if company["company_id"] in self.refused:
            return 422, {}, {"type": "error.list", "errors": [{"code": "parameter_invalid", "message": "Custom attribute does not exist"}]}
        self.companies.setdefault(company["company_id"], {}).update(company["custom_attributes"])
        return 200, {}, {"type": "company", "company_id": company["company_id"]}


class Braze(Receiver):
    """Users by external id; of those it does not know nothing is kept where only existing ones are to be updated."""

    def __init__(self, key, users, faults=None, refused=()):
        self.key, self.users, self.refused = key, {user: {} for user in users}, set(refused)
        super().__init__(faults)

    def take(self, path, headers, body):
        if headers["Authorization"] != f"Bearer {self.key}":
            return 401, {}, {"message": "Invalid API key"}
        attributes = json.loads(body)["attributes"]
        if path != "/users/track" or not 0 < len(attributes) <= 75:
            return 400, {}, {"message": "Bad Request"}
        errors = []
        for index, one in enumerate(attributes):
            user, only_existing = one.pop("external_id"), one.pop("_update_existing_only", False)
            if user in self.refused:
                errors.append({"type": "The value provided for the 'external_id' field is not valid.", "input_array": "attributes", "index": index})
            elif user in self.users or not only_existing:
                self.users.setdefault(user, {}).update(one)
        return 201, {}, {"message": "success", "attributes_processed": len(attributes) - len(errors)} | ({"errors": errors} if errors else {})


class ActiveCampaign(Receiver):
    """Accounts by numbers of its own, with custom fields by numbers of their own."""

    def __init__(self, key, fields, names=(), faults=None):
        self.key, self.fields = key, {str(number): label for number, label in enumerate(fields, 7)}
        self.accounts = {str(number): {"name": name} for number, name in enumerate(names, 100)}
        super().__init__(faults)

    def take(self, path, headers, body):
        if headers["Api-Token"] != self.key:
            return 403, {}, {"message": "No Result found for the supplied key"}
        path, _, query = path.removeprefix("/api/3/").partition("?")
        asked = dict(urllib.parse.parse_qsl(query))
        kind, _, number = path.partition("/")
        if (self.method, path) == ("GET", "accountCustomFieldMeta"):
            return 200, {}, {"accountCustomFieldMeta": [{"id": number, "fieldLabel": label, "fieldType": "text"} for number, label in self.fields.items()]}
        if (self.method, path) == ("GET", "accounts"):
            found = [{"id": number, "name": account["name"]} for number, account in self.accounts.items() if asked["search"] in account["name"]]
            return 200, {}, {"accounts": found[:int(asked["limit"])], "meta": {"total": str(len(found))}}
        account = json.loads(body)["account"]
        if any(one["customFieldId"] not in self.fields for one in account["fields"]):
            return 422, {}, {"errors": [{"title": "The custom field does not exist"}]}
        if kind != "accounts" or (self.method == "PUT") != (number in self.accounts):
            return 404, {}, {"message": f"No Result found for Account with id {number}"}
        if self.method == "POST" and account["name"] in [one["name"] for one in self.accounts.values()]:
            return 422, {}, {"errors": [{"title": "The account name already exists in the system."}]}
        number = number or str(100 + len(self.accounts))
        self.accounts.setdefault(number, {}).update({"name": account["name"]} | {self.fields[one["customFieldId"]]: one["fieldValue"] for one in account["fields"]})
        return 200 if self.method == "PUT" else 201, {}, {"account": {"id": number, "name": account["name"]}}


class Salesforce(Receiver):
    """Accounts by an external id, as the collections and the bulk jobs of Salesforce keep them, behind a token that runs out after some calls.
    What the accounts are called is known; a record of another one would be new, and lacks a name."""

    def __init__(self, client, accounts, faults=None, calls_of_token=5, locked=(), quota=10_000):
        self.client, self.accounts, self.calls_of_token = client, {account: {} for account in accounts}, calls_of_token
        self.locked, self.quota, self.tokens, self.calls = set(locked), quota, {}, 0
        self.jobs, self.looks_of_job, self.ends_as, self.unprocessed = {}, 2, ("JobComplete", ""), set()
        super().__init__(faults)

    def take(self, path, headers, body):
        if path == "/services/oauth2/token":
            return self.let_in(headers, body)
        token = headers["Authorization"].removeprefix("Bearer ")
        if self.tokens.get(token, 0) <= 0:
            return 401, {}, [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]
        self.tokens[token] -= 1
        self.calls += 1
        if self.calls > self.quota:
            return 403, {}, [{"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}]
        version, _, path = path.removeprefix("/services/data/v").partition("/")
        if path.startswith("query?q="):
            return self.query(urllib.parse.unquote(path.removeprefix("query?q=")))
        if path.startswith("jobs/ingest"):
            return self.job(path.removeprefix("jobs/ingest").strip("/"), headers, body)
        if float(version) < 46 or path != "composite/sobjects/Account/Account_Id__c":
            return 404, {}, [{"message": "Provided external ID field does not exist or is not accessible", "errorCode": "NOT_FOUND"}]
        records = json.loads(body)["records"]
        if len(records) > 200 or any("id" in one or one["attributes"]["type"] != "Account" for one in records):
            return 400, {}, [{"message": "not a collection", "errorCode": "JSON_PARSER_ERROR"}]
        return 200, {"Sforce-Limit-Info": f"api-usage={self.calls}/{self.quota}"}, [self.upsert(one) for one in records]

    def let_in(self, headers, body):
        form = dict(urllib.parse.parse_qsl(body.decode()))
        if not headers["Content-Type"].startswith("application/x-www-form-urlencoded") or form.pop("grant_type", "") != "client_credentials":
            return 400, {}, {"error": "unsupported_grant_type", "error_description": "grant type not supported"}
        if f"{form['client_id']}:{form['client_secret']}" != self.client:
            return 400, {}, {"error": "invalid_client", "error_description": "invalid client credentials"}
        token = f"00Dxx!{len(self.tokens)}"
        self.tokens[token] = self.calls_of_token
        return 200, {}, {"access_token": token, "instance_url": self.url, "id": f"{self.url}/id/00Dxx/005xx", "token_type": "Bearer"}

    def query(self, soql):
        asked, named = re.fullmatch(r"SELECT (.*) FROM Account WHERE Account_Id__c IN \((.*)\)", soql).groups()
        names = [re.sub(r"\\(.)", r"\1", one) for one in re.findall(r"'((?:[^'\\]|\\.)*)'", named)]
        records = [{"attributes": {"type": "Account"}} | {field: (self.accounts[name] | {"Account_Id__c": name}).get(field) for field in asked.split(", ")}
                   for name in names if name in self.accounts]
        return 200, {}, {"totalSize": len(records), "done": True, "records": records}

    def job(self, path, headers, body):
        """A job is made, given its records, closed, looked at until it is done, and asked what became of them."""
        name, _, what = path.partition("/")
        if self.method == "POST" and not name:
            wishes = json.loads(body)
            if (wishes["operation"], wishes["object"], wishes["externalIdFieldName"]) != ("upsert", "Account", "Account_Id__c"):
                return 400, {}, [{"errorCode": "INVALIDJOB", "message": "InvalidJob : not an upsert of accounts"}]
            job = {"id": f"750xx{len(self.jobs):013}", "state": "Open", "apiVersion": 62.0, "contentUrl": f"services/data/v62.0/jobs/ingest/750xx{len(self.jobs):013}/batches"}
            self.jobs[job["id"]] = job | wishes
            return 200, {}, self.jobs[job["id"]]
        if name not in self.jobs:
            return 404, {}, [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]
        job = self.jobs[name]
        shown = {key: value for key, value in job.items() if key not in ("csv", "looks", "rows")}
        if (self.method, what) == ("PUT", "batches") and job["state"] == "Open" and headers["Content-Type"].startswith("text/csv"):
            job["csv"] = body.decode()
            return 201, {}, b""
        if (self.method, what) == ("PATCH", ""):
            state = json.loads(body)["state"]
            if (job["state"], state) not in (("Open", "UploadComplete"), ("Open", "Aborted"), ("UploadComplete", "Aborted"), ("InProgress", "Aborted")):
                return 400, {}, [{"errorCode": "INVALIDJOBSTATE", "message": f"{job['state']} to {state}"}]
            job |= {"state": state, "looks": self.looks_of_job}
            return 200, {}, shown | {"state": state}
        if (self.method, what) == ("GET", ""):
            if job["state"] in ("UploadComplete", "InProgress"):
                job["looks"] -= 1
                job["state"] = "InProgress" if job["looks"] > 0 else self.end(job)
            return 200, {}, shown | {"state": job["state"]} | ({"errorMessage": self.ends_as[1]} if self.ends_as[1] else {})
        if self.method == "GET" and what in ("successfulResults", "failedResults", "unprocessedrecords"):
            text = io.StringIO()
            lines = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
            fields = job["rows"][0]
            lines.writerow((["sf__Id", "sf__Created"] if what[0] == "s" else ["sf__Id", "sf__Error"] if what[0] == "f" else []) + fields)
            lines.writerows(job[what])
            return 200, {"Content-Type": "text/csv"}, text.getvalue().encode()
        return 400, {}, [{"errorCode": "INVALIDJOBSTATE", "message": f"{self.method} {what} of a job that is {job['state']}"}]

    def end(self, job):
        if self.ends_as[0] != "JobComplete":
            return self.ends_as[0]
        job["rows"] = list(csv.reader(io.StringIO(job["csv"])))
        job |= {"successfulResults": [], "failedResults": [], "unprocessedrecords": []}
        fields, *rows = job["rows"]
        for row in rows:
            record = dict(zip(fields, row))
            account = record["Account_Id__c"]
            if account in self.unprocessed:
                self.unprocessed.discard(account)
                job["unprocessedrecords"].append(row)
                continue
            # An empty cell leaves what is there.
            said = self.upsert({field: None if value == "#N/A" else value for field, value in record.items() if value != ""} | {"attributes": {}})
            if said["success"]:
                job["successfulResults"].append(["001xx", "false", *row])
            else:
                error = said["errors"][0]
                job["failedResults"].append(["", f"{error['statusCode']}:{error['message']}:{','.join(error['fields'])} --", *row])
        return "JobComplete"

    def upsert(self, record):
        account = record.pop("Account_Id__c")
        record.pop("attributes")
        if account in self.locked:
            self.locked.discard(account)
            return refused("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record")
        if account not in self.accounts:
            return refused("REQUIRED_FIELD_MISSING", "Required fields are missing: [Name]", ["Name"])
        self.accounts[account].update(record)
        return {"id": "001xx", "success": True, "errors": [], "created": False}


def refused(code, words, fields=()):
    return {"success": False, "errors": [{"statusCode": code, "message": words, "fields": list(fields)}]}

"""A new ClickHouse, asked by HTTP: the library chDB, one question at a time. `chdb_server.py LIBRARY FOLDER PORT` keeps its tables in the folder.

Standing on one process and one folder it has no cluster and no users; of the parameters of a question it knows `database` and `query`."""
import ctypes
import http.server
import pathlib
import sys
import threading
import urllib.parse


class Chdb:
    def __init__(self, library, folder):
        self.folder = pathlib.Path(folder)
        self.library = ctypes.CDLL(library)
        for name, gives, takes in [
                ("chdb_connect", ctypes.POINTER(ctypes.c_void_p), [ctypes.c_int, ctypes.POINTER(ctypes.c_char_p)]),
                ("chdb_query_n", ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]),
                ("chdb_result_buffer", ctypes.c_void_p, [ctypes.c_void_p]),
                ("chdb_result_length", ctypes.c_size_t, [ctypes.c_void_p]),
                ("chdb_result_error", ctypes.c_char_p, [ctypes.c_void_p]),
                ("chdb_destroy_query_result", None, [ctypes.c_void_p])]:
            function = getattr(self.library, name)
            function.restype, function.argtypes = gives, takes
        arguments = [b"clickhouse", f"--path={self.folder}/data".encode()]
        self.connection = self.library.chdb_connect(len(arguments), (ctypes.c_char_p * len(arguments))(*arguments))
        self.lock = threading.Lock()
        self.told = 0

    def run(self, sql):
        result = self.library.chdb_query_n(self.connection[0], sql, len(sql), b"TabSeparated", 12)
        try:
            error = self.library.chdb_result_error(result)
            if error:
                raise ValueError(error.decode(errors="replace"))
            length = self.library.chdb_result_length(result)
            return ctypes.string_at(self.library.chdb_result_buffer(result), length) if length else b""
        finally:
            self.library.chdb_destroy_query_result(result)

    def ask(self, database, query, body):
        """Rows to insert come as the body; a question may be the body itself."""
        with self.lock:
            self.run(f"USE {database}".encode())
            if not query:
                return self.run(body)
            self.told += 1
            rows = self.folder / f"rows-{self.told}"
            rows.write_bytes(body)
            try:
                into, _, kind = query.partition(" FORMAT ")
                return self.run(f"{into} FROM INFILE '{rows}' FORMAT {kind}".encode())
            finally:
                rows.unlink()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.say(200, b"Ok.\n")

    def do_POST(self):
        asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            self.say(200, self.server.chdb.ask(asked.get("database", "default"), asked.get("query", ""), body))
        except ValueError as error:
            self.say(500, str(error).encode())

    def say(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def main():
    library, folder, port = sys.argv[1:]
    with http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Handler) as server:
        server.chdb = Chdb(library, folder)
        server.serve_forever()


if __name__ == "__main__":
    main()

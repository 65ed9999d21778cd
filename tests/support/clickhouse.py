"""Debian's clickhouse-server with settings and data of its own, on free ports of loopback."""
import contextlib
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request

PROGRAM = pathlib.Path("/usr/sbin/clickhouse-server")

USERS = """<yandex><profiles><default/></profiles><users><tidemark><password>{password}</password><networks><ip>127.0.0.1</ip></networks><profile>default</profile>
<quota>default</quota></tidemark></users><quotas><default/></quotas></yandex>"""

CONFIG = """<yandex><logger><level>error</level><console>1</console></logger><http_port>{http}</http_port><tcp_port>{native}</tcp_port>
<interserver_http_port>{between}</interserver_http_port><listen_host>127.0.0.1</listen_host><path>{folder}/data/</path><tmp_path>{folder}/tmp/</tmp_path>
<users_config>users.xml</users_config><default_profile>default</default_profile><default_database>default</default_database>
<mark_cache_size>67108864</mark_cache_size></yandex>"""

PASSWORD = "harbour lantern velvet"


def is_installed():
    return PROGRAM.exists()


def free_ports(count):
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


class ClickHouse:
    """Asked as the user tidemark, with PASSWORD."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tidemark-ch-"))
        self.http, native, between = free_ports(3)
        (self.folder / "users.xml").write_text(USERS.format(password=PASSWORD))
        (self.folder / "config.xml").write_text(CONFIG.format(http=self.http, native=native, between=between, folder=self.folder))
        self.start()

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.run = subprocess.Popen([PROGRAM, f"--config-file={self.folder}/config.xml"], cwd=self.folder, stdout=log, stderr=subprocess.STDOUT)
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.http}/ping", timeout=2):
                    return
            except OSError:
                time.sleep(0.05)
        raise AssertionError((self.folder / "log").read_text()[-2000:])

    def kill(self):
        self.run.kill()
        self.run.wait()

    def close(self):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def ask(self, sql):
        request = urllib.request.Request(f"http://127.0.0.1:{self.http}/?user=tidemark&password={PASSWORD.replace(' ', '+')}", sql.encode())
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read().decode()

    def new_database(self, name):
        """Its address."""
        self.ask(f"CREATE DATABASE {name}")
        return f"clickhouse://tidemark@127.0.0.1:{self.http}/{name}"

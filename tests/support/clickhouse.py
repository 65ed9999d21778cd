"""Debian's clickhouse-server, alone or as shards of a cluster, and a new one, with settings and data of their own, on free ports of loopback."""
import contextlib
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import node_packages

PROGRAM = pathlib.Path("/usr/sbin/clickhouse-server")

USERS = """<yandex><profiles><default/></profiles><users><tidemark><password>{password}</password><networks><ip>127.0.0.1</ip></networks><profile>default</profile>
<quota>default</quota></tidemark></users><quotas><default/></quotas></yandex>"""

CONFIG = """<yandex><logger><level>error</level><console>1</console></logger><http_port>{http}</http_port><tcp_port>{native}</tcp_port>
<interserver_http_port>{between}</interserver_http_port><listen_host>127.0.0.1</listen_host><path>{folder}/data/</path><tmp_path>{folder}/tmp/</tmp_path>
<users_config>users.xml</users_config><default_profile>default</default_profile><default_database>default</default_database>
<mark_cache_size>67108864</mark_cache_size>{more}</yandex>"""

PASSWORD = "harbour lantern velvet"


def is_installed():
    return PROGRAM.exists()


def free_ports(count):
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


class Started:
    """A server with a folder of its own, which may be killed and started again. `command` starts it; `answers` says whether it is ready, or fails."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tidemark-server-"))

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.run = subprocess.Popen(self.command(), cwd=self.folder, stdout=log, stderr=subprocess.STDOUT)
        for _ in range(600):
            try:
                self.answers()
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


class Asked(Started):
    """A server that answers at the port `http`: as the user tidemark, with PASSWORD."""

    def answers(self):
        urllib.request.urlopen(f"http://127.0.0.1:{self.http}/ping", timeout=2).close()

    def ask(self, sql):
        request = urllib.request.Request(f"http://127.0.0.1:{self.http}/?user=tidemark&password={PASSWORD.replace(' ', '+')}", sql.encode())
        with urllib.request.urlopen(request, timeout=300) as answer:
            return answer.read().decode()

    def new_database(self, name):
        """Its address."""
        self.ask(f"CREATE DATABASE {name}")
        return f"clickhouse://tidemark@127.0.0.1:{self.http}/{name}"


class NewClickHouse(Asked):
    """As new as chDB; whoever asks is let in."""

    LIBRARY = node_packages.FOLDER / "node_modules/@chdb/lib-linux-x64-gnu/libchdb.so"

    def __init__(self):
        super().__init__()
        node_packages.install()
        self.http, = free_ports(1)
        self.start()

    def command(self):
        return [sys.executable, pathlib.Path(__file__).with_name("chdb_server.py"), self.LIBRARY, self.folder, str(self.http)]


class ClickHouse(Asked):
    """Debian's."""

    def __init__(self, ports=None, more=""):
        super().__init__()
        self.http, native, between = ports or free_ports(3)
        (self.folder / "users.xml").write_text(USERS.format(password=PASSWORD))
        (self.folder / "config.xml").write_text(CONFIG.format(http=self.http, native=native, between=between, folder=self.folder, more=more))
        self.start()

    def command(self):
        return [PROGRAM, f"--config-file={self.folder}/config.xml"]


class ZooKeeper(Started):
    JARS = pathlib.Path("/usr/share/java")

    def __init__(self):
        super().__init__()
        self.port, = free_ports(1)
        (self.folder / "zoo.cfg").write_text(f"tickTime=500\ndataDir={self.folder}/data\nclientPort={self.port}\nclientPortAddress=127.0.0.1\nadmin.enableServer=false\n")
        self.start()

    @classmethod
    def is_installed(cls):
        return (cls.JARS / "zookeeper.jar").exists() and shutil.which("java") is not None

    def command(self):
        return ["java", "-Xmx128m", "-cp", f"{self.JARS}/zookeeper.jar:{self.JARS}/*", "org.apache.zookeeper.server.quorum.QuorumPeerMain", self.folder / "zoo.cfg"]

    def answers(self):
        socket.create_connection(("127.0.0.1", self.port), timeout=1).close()


class Cluster:
    """Servers, and the ZooKeeper between them: as the cluster `pair`, in which each is a shard, and as the cluster `twins`, whose tables are replicated, with so many replicas of each shard."""

    def __init__(self, shards=2, replicas=1):
        self.keeper = ZooKeeper()
        self.replicas = replicas
        ports = [free_ports(3) for _ in range(shards * replicas)]
        replica = "<replica><host>127.0.0.1</host><port>{}</port><user>tidemark</user><password>" + PASSWORD + "</password></replica>"
        shard = lambda is_replicated, members: f"<shard><internal_replication>{is_replicated}</internal_replication>{''.join(replica.format(native) for _, native, _ in members)}</shard>"
        pair = "".join(shard("false", [one]) for one in ports)
        twins = "".join(shard("true", ports[first:first + replicas]) for first in range(0, len(ports), replicas))
        more = (f"<remote_servers><pair>{pair}</pair><twins>{twins}</twins></remote_servers><zookeeper><node><host>127.0.0.1</host><port>{self.keeper.port}</port></node></zookeeper>"
                "<distributed_ddl><path>/ddl</path></distributed_ddl>")
        self.shards = [ClickHouse(of, f"{more}<macros><shard>{number // replicas}</shard><replica>{number}</replica></macros>") for number, of in enumerate(ports)]

    def close(self):
        for shard in self.shards:
            shard.close()
        self.keeper.close()

    def new_database(self, name, is_replicated=False):
        """Its address, at the first shard."""
        for _ in range(100):  # after a ZooKeeper died its sessions are gone for a while
            try:
                self.shards[0].ask(f"CREATE DATABASE IF NOT EXISTS {name} ON CLUSTER pair")
                break
            except urllib.error.HTTPError:
                time.sleep(0.2)
        return f"clickhouse://tidemark@127.0.0.1:{self.shards[0].http}/{name}?cluster=" + (f"twins&replicas={self.replicas}" if is_replicated else "pair")

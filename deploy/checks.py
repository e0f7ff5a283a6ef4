"""What ``make check`` asks beside style, types and imports: ``python -m deploy.checks``, one line each, exit 1 when one
fails. That the migrations build an empty database is shown by every test that uses one."""

import ast
import re
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

from deploy import event_map, schemas
from deploy.catalogue import __main__ as catalogue
from shared.migrate import SERVICES, migrations_of

ROOT = Path(__file__).resolve().parent.parent
_NAME_AND_PIN = re.compile(r"\s*([A-Za-z0-9._-]+)(?:\[[^\]]*\])?\s*(?:==\s*([^\s;\\]+))?")


def map_faults() -> list[str]:
    changed = event_map.differences()
    return [*changed[:20], f"corriger · mend: {event_map.COMMAND}"] if changed else []


def every_migration_fault() -> list[str]:
    return [fault for service in SERVICES for fault in migration_faults(migrations_of(service))]


def migration_faults(folder: Path) -> list[str]:
    """One history: files 0001_…, 0002_… without gap, each after the one before, and HEAD (in which two branches meet as
    a conflict in git) naming the newest."""
    service, faults, before = folder.parent.name, [], None
    files = sorted((folder / "versions").glob("*.py"))
    for number, file in enumerate(files, start=1):
        said, expected = _revisions(file), {"revision": f"{number:04}", "down_revision": before}
        if not file.name.startswith(f"{number:04}_"):
            faults.append(f"{service}: {file.name}, attendu · expected {number:04}_…")
        if said != expected:
            faults.append(f"{service}: {file.name}: {said}, attendu · expected {expected}")
        before = f"{number:04}"
    head = (folder / "HEAD").read_text().strip() if (folder / "HEAD").exists() else None
    if head != before:
        faults.append(f"{service}: migrations/HEAD = {head}, attendu · expected {before}")
    return faults


def _revisions(file: Path) -> dict[str, object]:
    return {
        node.targets[0].id: node.value.value
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
        if node.targets[0].id in ("revision", "down_revision")
    }


def every_lock_fault() -> list[str]:
    return lock_faults(ROOT / "pyproject.toml", ROOT / "requirements.lock")


def lock_faults(pyproject: Path, lock: Path) -> list[str]:
    """Each dependency of pyproject.toml stands in the lock, with the version it is pinned to, and with its hash."""
    project = tomllib.loads(pyproject.read_text())["project"]
    optional = project.get("optional-dependencies", {}).values()
    lines = [*project["dependencies"], *(line for group in optional for line in group)]
    wanted = [_name_and_pin(line) for line in lines if not line.startswith(f"{project.get('name')}[")]
    entries = re.findall(r"^[A-Za-z0-9].*(?:\n[ \t]+.*)*", lock.read_text(), re.MULTILINE)
    locked = dict(_name_and_pin(entry) for entry in entries)
    return [
        *(f"absent de requirements.lock · missing: {name}" for name, _ in wanted if name not in locked),
        *(
            f"{name}: {pin} dans pyproject.toml, {locked[name]} dans requirements.lock · in the lock"
            for name, pin in wanted
            if name in locked and pin not in (None, locked[name])
        ),
        *(f"sans empreinte · no hash: {entry.split()[0]}" for entry in entries if "--hash=sha256:" not in entry),
    ]


def every_run_lock_fault() -> list[str]:
    return run_lock_faults(ROOT / "pyproject.toml", ROOT / "requirements.lock", ROOT / "requirements.run.lock")


def run_lock_faults(pyproject: Path, lock: Path, run_lock: Path) -> list[str]:
    """What the image installs is a part of what is tested, version and hash, without what only programs on this machine
    use (the extras of pyproject.toml)."""
    project = tomllib.loads(pyproject.read_text())["project"]
    needed = {_name_and_pin(line)[0] for line in project["dependencies"]}
    extra = {_name_and_pin(line)[0] for group in project["optional-dependencies"].values() for line in group}
    tested, installed = _entries(lock), _entries(run_lock)
    return [
        *(f"absent de requirements.run.lock · missing: {name}" for name in sorted(needed - set(installed))),
        *(f"de trop · not for the image: {name}" for name in sorted((extra - needed) & set(installed))),
        *(
            f"autre que requirements.lock · differs: {name}"
            for name in installed
            if tested.get(name) != installed[name]
        ),
    ]


def _entries(lock: Path) -> dict[str, tuple[str, frozenset[str]]]:
    """Each locked package with its first line (version, marker) and its hashes."""
    entries = re.findall(r"^[A-Za-z0-9].*(?:\n[ \t]+.*)*", lock.read_text(), re.MULTILINE)
    return {
        _name_and_pin(entry)[0]: (
            entry.splitlines()[0].rstrip(" \\"),
            frozenset(re.findall(r"--hash=(\S+)", entry)),
        )
        for entry in entries
    }


def _name_and_pin(line: str) -> tuple[str, str | None]:
    """``psycopg[binary,pool]==3.2`` -> ("psycopg", "3.2"); names as PEP 503 compares them."""
    found = _NAME_AND_PIN.match(line)
    assert found, line
    return re.sub(r"[-_.]+", "-", found[1]).lower(), found[2]


CHECKS: tuple[tuple[str, Callable[[], list[str]]], ...] = (
    ("carte des événements à jour · event map current", map_faults),
    ("catalogue des événements à jour · event catalogue current", catalogue.differences),
    ("événements publiés comme ils sont · events released as they are", schemas.faults),
    ("migrations en une seule suite · migrations in one line", every_migration_fault),
    ("verrou des dépendances à jour · dependency lock current", every_lock_fault),
    ("verrou de l'image à jour · the image's lock current", every_run_lock_fault),
)


def main() -> int:
    failed = False
    for name, faults in CHECKS:
        found = faults()
        print(f"{'non · no ' if found else 'oui · yes'}  {name}")
        for fault in found:
            print(f"           {fault}")
        failed = failed or bool(found)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

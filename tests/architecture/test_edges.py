"""Routes, migrations, the lock: what stands between us and others."""

import importlib
from pathlib import Path

import pytest

from deploy import checks
from deploy.checks import lock_faults, migration_faults, run_lock_faults
from shared.http.callers import Operation, operations
from shared.migrate import migrations_of
from tests.architecture.tree import ROOT, SERVICES

SIGN_IN = ("/connexion", "/sign-in")
PUBLIC = {
    **{f"{service} GET {path}": "probes carry no token" for service in SERVICES for path in ("/live", "/ready")},
    "intake POST /v1/self-referrals": "a person who refers herself has no account",
    "intake GET /v1/links/{code}": "whoever holds the code is let in: whose link it is, and the notice",
    **{f"portal GET {path}": "sends on to the page that asks who is there" for path in ("/", "/fr", "/en")},
    **{f"portal {method} {path}": "where one says who one is" for method in ("GET", "POST") for path in SIGN_IN},
    **{f"portal POST {path}": "takes the session away, whoever's it was" for path in ("/quitter", "/sign-out")},
    **{
        f"portal {method} /{lang}/r/{{code}}": "a personal link: who holds it may refer herself"
        for method in ("GET", "POST")
        for lang in ("fr", "en")
    },
    **{
        f"portal GET /{path}": "thanks her who has just referred herself"
        for path in ("fr/r/{code}/merci", "en/r/{code}/thank-you")
    },
    "portal GET /static/{name}": "style and scripts, the same for all",
}
"""Every route that anyone may call, and why."""


def _operations(service: str) -> list[Operation]:
    settings = getattr(importlib.import_module(f"services.{service}.settings"), f"{service.capitalize()}Settings")
    app = importlib.import_module(f"services.{service}.main").app
    return list(operations(app(settings(**{f"{service}_database_url": "postgresql://nowhere/none"}))))


def test_every_route_knows_who_is_calling_or_is_on_the_public_list() -> None:
    running = [service for service in SERVICES if (ROOT / "services" / service / "main.py").exists()]
    every = [(service, operation) for service in running for operation in _operations(service)]
    assert len(every) > 50
    assert [(service, o.method, o.path) for service, o in every if not o.guarded] == []
    open_to_all = {f"{service} {o.method} {o.path}" for service, o in every if not o.roles}
    assert open_to_all == {line for line in PUBLIC if line.split()[0] in running}


@pytest.mark.parametrize("service", SERVICES)
def test_migrations_are_one_history_and_head_names_its_end(service: str) -> None:
    assert migration_faults(migrations_of(service)) == []


def test_a_gap_a_second_branch_and_a_wrong_head_are_found(tmp_path: Path) -> None:
    def history(*revisions: tuple[str, str, str | None], head: str) -> list[str]:
        folder = tmp_path / head / str(len(revisions)) / "migrations"
        (folder / "versions").mkdir(parents=True)
        for file, revision, before in revisions:
            (folder / "versions" / file).write_text(f"revision = {revision!r}\ndown_revision = {before!r}\n")
        (folder / "HEAD").write_text(f"{head}\n")
        return migration_faults(folder)

    first, second = ("0001_a.py", "0001", None), ("0002_b.py", "0002", "0001")
    assert history(first, second, head="0002") == []
    assert history(first, second, head="0001")
    assert history(first, ("0003_c.py", "0003", "0001"), head="0003")
    assert history(first, second, ("0002_other.py", "0002", "0001"), head="0002")
    assert history(first, ("0002_b.py", "0002", None), head="02")


def test_what_the_project_depends_on_is_locked() -> None:
    assert checks.every_lock_fault() == []


def test_a_missing_a_moved_and_an_unhashed_pin_are_found(tmp_path: Path) -> None:
    project, lock = tmp_path / "pyproject.toml", tmp_path / "requirements.lock"
    project.write_text(
        '[project]\ndependencies = ["Some_Thing[extra]==1.2"]\n[project.optional-dependencies]\ndev = ["x"]'
    )
    lock.write_text("some-thing==1.2 \\\n    --hash=sha256:ab\n    # via us\nx==3 \\\n    --hash=sha256:cd\n")
    assert lock_faults(project, lock) == []
    lock.write_text("some-thing==1.3 \\\n    --hash=sha256:ab\ny==3\n")
    assert len(lock_faults(project, lock)) == 3


def test_what_the_image_installs_is_locked_and_is_a_part_of_what_is_tested() -> None:
    assert checks.every_run_lock_fault() == []


def test_what_the_image_lacks_has_too_much_of_or_has_otherwise_is_found(tmp_path: Path) -> None:
    project, lock, run = (tmp_path / name for name in ("pyproject.toml", "requirements.lock", "requirements.run.lock"))
    project.write_text('[project]\nname = "us"\ndependencies = ["a"]\n[project.optional-dependencies]\n'
                       'dev = ["us[local]", "x"]\nlocal = ["java"]')  # fmt: skip
    a, b, java = (f"{name}==1 \\\n    --hash=sha256:{name}\n" for name in ("a", "b", "java"))
    lock.write_text(a + "    # via us\n" + b + java)
    faults = {
        "": a + b,
        "missing: a": b,
        "not for the image: java": a + b + java,
        "differs: a": a.replace("==1", "==2"),
        "differs: b": a + b.replace("sha256:b", "sha256:other"),
        "differs: c": a + b.replace("b", "c"),
    }
    for fault, installed in faults.items():
        run.write_text(installed)
        assert [each.rpartition("· ")[2] for each in run_lock_faults(project, lock, run)] == ([fault] if fault else [])

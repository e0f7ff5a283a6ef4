import json
import stat
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from deploy.local.environment import development_files, everything, for_process, given_databases, load_secrets
from deploy.local.processes import FIXED_PORTS, PROCESSES, SERVICES
from deploy.local.words import CannotStart
from shared.tokens import Role, Verifier
from tests import compose

ALL_FIVE = {f"{service.upper()}_DATABASE_URL": f"postgresql://x:y@elsewhere/{service}" for service in SERVICES}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    development_files(tmp_path)
    return tmp_path


def test_databases_given_from_outside_are_used(folder: Path) -> None:
    settings = everything(folder, FIXED_PORTS, ALL_FIVE, PROCESSES)
    assert settings["INTAKE_DATABASE_URL"] == "postgresql://x:y@elsewhere/intake"


def test_a_broker_given_from_outside_is_used(folder: Path) -> None:
    settings = everything(folder, FIXED_PORTS, {"KAFKA_BOOTSTRAP_SERVERS": "elsewhere:9092"}, PROCESSES)
    assert settings["KAFKA_BOOTSTRAP_SERVERS"] == "elsewhere:9092"


def test_some_databases_of_five_are_refused_and_the_missing_ones_named() -> None:
    some = {name: url for name, url in ALL_FIVE.items() if not name.startswith(("INTAKE", "PORTAL"))}
    with pytest.raises(CannotStart, match="INTAKE_DATABASE_URL, PORTAL_DATABASE_URL"):
        given_databases(some)


def test_a_process_knows_its_own_database_only(folder: Path) -> None:
    settings = everything(folder, FIXED_PORTS, {}, PROCESSES)
    for process in PROCESSES:
        known = {name for name in for_process(process, settings) if name.endswith("_DATABASE_URL")}
        assert known == ({f"{process.service.upper()}_DATABASE_URL"} if process.service else set())


def test_the_ministrys_tokens_reach_the_sandbox_alone_and_the_signing_secret_both_ends_of_it(folder: Path) -> None:
    settings = everything(folder, FIXED_PORTS, {}, PROCESSES)

    def told(name: str) -> set[str]:
        return {process.name for process in PROCESSES if name in for_process(process, settings)}

    assert told("MINISTRY_TOKEN") == told("MIFI_TOKEN") == {"ministry"}
    assert told("MINISTRY_WEBHOOK_SECRET") == {"ministry", "subsidies", "subsidies-worker"}


def test_the_sandbox_holds_a_token_that_says_it_acts_for_the_ministry(folder: Path) -> None:
    settings = everything(folder, FIXED_PORTS, {}, PROCESSES)
    caller = Verifier(Path(settings["TOKENS_JWKS_FILE"]), settings["TOKENS_ISSUER"]).verify(settings["MINISTRY_TOKEN"])
    assert (caller.role, caller.organisation) == (Role.MINISTRY, "services_quebec")


def test_secrets_are_made_once_and_are_the_owners_alone(tmp_path: Path) -> None:
    first = load_secrets(tmp_path)
    assert load_secrets(tmp_path) == first
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
    assert len(set(json.loads((tmp_path / "secrets.json").read_text()).values())) == len(first)


def settings_of_all_processes() -> set[str]:
    """The variables that the processes read, by their settings classes."""
    names: set[str] = set()
    for module in [*(f"services.{service}.settings" for service in SERVICES), "deploy.local.ministry.settings"]:
        if find_spec(module) is None:  # a service that needs nothing of its own has no settings.py
            continue
        for kind in vars(import_module(module)).values():
            if isinstance(kind, type) and issubclass(kind, BaseSettings) and kind.__module__ == module:
                prefix = kind.model_config.get("env_prefix", "")
                names |= {(field.alias or prefix + name).upper() for name, field in kind.model_fields.items()}
    return names - {"SERVICE"}


def test_every_setting_of_the_example_is_known_and_the_other_way_round(folder: Path) -> None:
    example = (Path(__file__).parents[2] / ".env.example").read_text()
    shown = {line.lstrip("#").partition("=")[0] for line in example.splitlines() if "=" in line and " " not in line}
    handed_over = set(everything(folder, FIXED_PORTS, {}, PROCESSES)) - {"PYTHONPATH", "PYTHONUNBUFFERED"}
    only_by_hand = settings_of_all_processes() - handed_over
    only_tests = {"TEST_KAFKA_BOOTSTRAP_SERVERS", "TEST_DATABASE_ADMIN_URL", "TEST_WITHOUT_DOCKER", "TEST_WITH_DOCKER"}
    assert shown == handed_over | only_by_hand | only_tests | set(compose.left_open())

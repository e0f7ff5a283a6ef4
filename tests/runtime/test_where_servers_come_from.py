"""Tests take the broker and the database that are given, else containers, else the embedded ones, and say which."""

import os
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from deploy.local.topics import Topic, create_topics
from tests import compose
from tests.server_kinds import docker_is_ready
from tests.servers import Servers, servers

BOTH = (compose.image("kafka"), compose.image("postgres"))
Engine = Callable[..., Path]


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """``engine(answers=…, has=…, pull=…)``: stands in for the docker command; the file in which it notes its calls."""
    monkeypatch.delenv("TEST_WITHOUT_DOCKER", raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    def stand_in(*, answers: bool = True, has: tuple[str, ...] = (), pull: str = "exit 0") -> Path:
        calls = tmp_path / "calls"
        inspect = " ".join(f'[ "$3" = {image} ] && exit 0;' for image in has)
        script = tmp_path / "docker"
        script.write_text(
            f'#!/bin/sh\necho "$@" >> {calls}\ncase "$1" in version) exit {int(not answers)};; '
            f"image) {inspect} exit 1;; pull) {pull};; esac\n"
        )
        script.chmod(0o755)
        return calls

    return stand_in


def test_containers_when_an_engine_answers_and_has_both_images(engine: Engine) -> None:
    calls = engine(has=BOTH)
    assert docker_is_ready(1)
    assert "pull" not in calls.read_text()


def test_containers_when_the_images_arrive_in_time(engine: Engine) -> None:
    calls = engine(has=BOTH[:1])
    assert docker_is_ready(1)
    assert f"pull --quiet {BOTH[1]}" in calls.read_text()


@pytest.mark.parametrize(
    "state",
    [{"answers": False, "has": BOTH}, {"has": BOTH[:1], "pull": "exit 1"}, {"pull": "exec sleep 30"}],
    ids=["no engine", "a pull that is refused", "a pull that takes too long"],
)
def test_no_containers(engine: Engine, state: dict[str, object]) -> None:
    engine(**state)
    assert not docker_is_ready(0.5)


def test_no_containers_when_they_are_not_wanted(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = engine(has=BOTH)
    monkeypatch.setenv("TEST_WITHOUT_DOCKER", "1")
    assert not docker_is_ready(1)
    assert not calls.exists()


@pytest.mark.bus
@pytest.mark.parametrize("variable", ["TEST_KAFKA_BOOTSTRAP_SERVERS", "KAFKA_BOOTSTRAP_SERVERS"])
def test_given_servers_are_used_said_and_left_running(
    real: Servers, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    for name in ("TEST_KAFKA_BOOTSTRAP_SERVERS", "KAFKA_BOOTSTRAP_SERVERS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, real.bootstrap)
    monkeypatch.setenv("TEST_DATABASE_ADMIN_URL", real.admin_url)
    said: list[str] = []
    with servers(said.append) as given:
        assert (given.start().bootstrap, given.admin_url) == (real.bootstrap, real.admin_url)
    where = real.admin_url.rpartition("@")[2]
    assert sorted(said) == [
        f"Kafka : given by the environment, {real.bootstrap}",
        f"PostgreSQL : given by the environment, {where}",
    ]
    assert create_topics(real.bootstrap, [Topic(f"after.{uuid4().hex}", 1, 1, 1, "delete")])  # it still answers

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.ports import Claims, choose, free_port, is_free, listens


@pytest.fixture
def claims(tmp_path: Path) -> Iterator[Claims]:
    with Claims(tmp_path / "ports") as mine:
        yield mine


def test_a_wanted_port_is_given_when_it_is_free(claims: Claims) -> None:
    port = free_port()
    assert choose({"portal": port}, claims) == {"portal": port}


def test_a_port_that_another_start_has_chosen_and_does_not_listen_on_yet_is_passed_over(tmp_path: Path) -> None:
    port = free_port()
    with Claims(tmp_path) as theirs, Claims(tmp_path) as ours:
        assert choose({"portal": port}, theirs) == {"portal": port}
        assert is_free(port), "nothing listens"
        assert choose({"portal": port}, ours)["portal"] != port
    with Claims(tmp_path) as later:
        assert choose({"portal": port}, later) == {"portal": port}


def test_a_taken_port_is_replaced_by_another(claims: Claims) -> None:
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        taken = somebody.getsockname()[1]
        chosen = choose({"portal": taken}, claims)
    assert chosen["portal"] != taken
    assert is_free(chosen["portal"])


def test_no_two_processes_get_the_same_port(claims: Claims) -> None:
    port = free_port()
    chosen = choose({"portal": port, "intake": port, "matching": 0, "subsidies": 0}, claims)
    assert len(set(chosen.values())) == 4


def test_a_stranger_on_our_port_is_not_taken_for_ours() -> None:
    with socket.create_server(("127.0.0.1", 0)) as ours:
        port = ours.getsockname()[1]
        assert listens(os.getpid(), port)
        assert not listens(os.getppid(), port)

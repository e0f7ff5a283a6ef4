import os
import socket

from deploy.local.ports import choose, free_port, is_free, listens


def test_a_wanted_port_is_given_when_it_is_free() -> None:
    port = free_port()
    assert choose({"portal": port}) == {"portal": port}


def test_a_taken_port_is_replaced_by_another() -> None:
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        taken = somebody.getsockname()[1]
        chosen = choose({"portal": taken})
    assert chosen["portal"] != taken
    assert is_free(chosen["portal"])


def test_no_two_processes_get_the_same_port() -> None:
    port = free_port()
    chosen = choose({"portal": port, "intake": port, "matching": 0, "subsidies": 0})
    assert len(set(chosen.values())) == 4


def test_a_stranger_on_our_port_is_not_taken_for_ours() -> None:
    with socket.create_server(("127.0.0.1", 0)) as ours:
        port = ours.getsockname()[1]
        assert listens(os.getpid(), port)
        assert not listens(os.getppid(), port)

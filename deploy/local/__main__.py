"""`python -m deploy.local up | down | status | logs | reset | wait | demo | env`: what the Makefile calls."""

import argparse
import os
import shlex
import signal
import subprocess
import sys
import time
from typing import NoReturn

from deploy.local import screen
from deploy.local.environment import ROOT
from deploy.local.processes import FIXED_PORTS
from deploy.local.stack import Stack
from deploy.local.words import CannotStart, about_files

FOLDER = ROOT / ".local"
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(arguments: list[str] | None = None, stack: Stack | None = None) -> int:
    asked = _parser().parse_args(arguments)
    stack = stack or Stack(FOLDER, FIXED_PORTS)
    stack.say = lambda line: screen.console.print(f"[dim]·[/] {line}")
    for number in _ENDING:
        signal.signal(number, _interrupt)  # a closed terminal stops the system as Ctrl-C does
    try:
        return int(_COMMANDS[asked.command](stack, asked))
    except CannotStart as error:
        screen.show_failure(error.french, error.english)
        return 1
    except OSError as fault:
        words = about_files(fault)
        if words is None:
            raise
        screen.show_failure(words.french, words.english)
        return 1
    except KeyboardInterrupt:
        return 130


def up(stack: Stack, asked: argparse.Namespace) -> int:
    """Starts everything and stays until Ctrl-C."""
    _start(stack)
    return 0 if asked.detach else _stay(stack)


def down(stack: Stack, _: argparse.Namespace) -> int:
    ran = _uninterrupted(stack)
    screen.console.print("✓ Arrêté · stopped" if ran else "Rien n'était démarré · nothing was running")
    return 0


def status(stack: Stack, _: argparse.Namespace) -> int:
    """0 only when all is ready."""
    if not stack.running:
        left = stack.keeper.orphans()
        if left:
            names = ", ".join(left)
            screen.show_failure(
                f"Sans superviseur : {names} (make down)", f"Left without a supervisor: {names} (make down)"
            )
        else:
            screen.console.print("Rien n'est démarré · nothing is running (make up)")
        return 1
    health = stack.health()
    pids = {name: str(child.known.pid) for name, child in stack.keeper.children().items() if child.known.pid}
    screen.show_table(health, pids)
    return 0 if all(each.ready for each in health) else 1


def logs(stack: Stack, asked: argparse.Namespace) -> int:
    known = sorted(file.stem for file in (stack.folder / "logs").glob("*.log"))
    if not known or (asked.name and not any(name.startswith(asked.name) for name in known)):
        screen.show_failure(
            f"Aucun journal. Il y a : {', '.join(known)}", f"No such log. There are: {', '.join(known)}"
        )
        return 1
    try:
        screen.follow(stack.folder / "logs", asked.name, keep_on=not asked.once)
    except KeyboardInterrupt:
        screen.console.print()
    return 0


def reset(stack: Stack, _: argparse.Namespace) -> int:
    """Stops the system and deletes everything it stored."""
    data = stack.places()
    screen.console.print("Suppression de toutes les données · deleting all data:")
    for place in data:
        screen.console.print(f"  {place}")
    _uninterrupted(stack)
    stack.remove()
    screen.console.print("✓ Supprimé ; les téléchargements restent · deleted; downloads are kept")
    return 0


def wait(stack: Stack, asked: argparse.Namespace) -> int:
    """Waits until a system that is being started elsewhere is ready."""
    until = time.monotonic() + asked.seconds
    while not (stack.running and stack.begun) and time.monotonic() < until:
        time.sleep(0.2)
    stack.wait_ready(max(0.0, until - time.monotonic()))
    return 0


def demo(stack: Stack, asked: argparse.Namespace) -> int:
    """Lives the story. A system that this command started stays for a person at a terminal, and ends otherwise."""
    was_up = stack.running
    if not was_up:
        _start(stack)
    command = [sys.executable, "-m", "deploy.local.demo", *asked.arguments]
    try:
        code = subprocess.run(command, cwd=ROOT, env={**os.environ, **stack.env}, check=False).returncode
        if not was_up and code == 0 and sys.stdout.isatty():
            return _stay(stack)
    finally:
        if not was_up:
            _uninterrupted(stack)
    return code


def env(stack: Stack, _: argparse.Namespace) -> int:
    """Prints the running system's settings for a shell: eval "$(python -m deploy.local env)"."""
    for name, value in stack.env.items():
        print(f"export {name}={shlex.quote(value)}")
    return 0


_COMMANDS = {
    "up": up,
    "down": down,
    "status": status,
    "logs": logs,
    "reset": reset,
    "wait": wait,
    "demo": demo,
    "env": env,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, function in _COMMANDS.items():
        command = commands.add_parser(name, help=function.__doc__)
        if name == "up":
            command.add_argument("--detach", action="store_true", help="return when all is ready")
        if name == "logs":
            command.add_argument("name", nargs="?", help="one process, or a service: its two processes")
            command.add_argument("--once", action="store_true", help="do not follow")
        if name == "wait":
            command.add_argument("--seconds", type=float, default=120)
        if name == "demo":
            command.add_argument("arguments", nargs="*")
    return parser


def _start(stack: Stack) -> None:
    screen.console.print("Démarrage · starting: Kafka, PostgreSQL, 11 processus · processes")
    stack.start()
    screen.show_start(stack.laps, stack.chosen_ports, FIXED_PORTS)


def _stay(stack: Stack) -> int:
    """Watches until Ctrl-C, and then stops everything. The signal only leaves a mark: an exception raised wherever we
    happen to be could be lost there."""
    told: list[int] = []
    for number in _ENDING:
        signal.signal(number, lambda number, _: told.append(number))
    screen.console.print("  Ctrl-C arrête tout · stops everything")
    pids = {name: child.known.pid for name, child in stack.keeper.children().items()}
    while stack.running and not told:
        time.sleep(0.3)
        for name, child in stack.keeper.children().items():
            if child.known.pid and child.known.pid != pids.get(name):
                pids[name] = child.known.pid
                screen.console.print(f"[yellow]↻[/] {name} redémarré · restarted (make logs S={name})")
    if told:
        screen.console.print("\nArrêt… · stopping…")
        _uninterrupted(stack)
        screen.console.print("✓ Arrêté · stopped")
        return 0
    if not stack.begun:
        screen.console.print("✓ Arrêté par une autre commande · stopped by another command")
        return 0
    _uninterrupted(stack)
    log = stack.folder / "logs" / "supervisor.log"
    screen.show_failure(f"Le superviseur a disparu : {log}", f"The supervisor has gone: {log}")
    return 1


def _uninterrupted(stack: Stack) -> bool:
    """A second Ctrl-C must not leave half of the system behind; what does not stop is killed after its time."""
    _heed_no_more()
    return stack.stop()


def _interrupt(*_: object) -> NoReturn:
    """Once: what stops then must not be stopped halfway."""
    _heed_no_more()
    raise KeyboardInterrupt


def _heed_no_more() -> None:
    for number in _ENDING:
        signal.signal(number, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main())

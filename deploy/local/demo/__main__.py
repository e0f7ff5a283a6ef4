"""`python -m deploy.local.demo`: lives Rola's story on the running system and shows what each service did about it."""

import argparse
import os
import sys
import time
from uuid import uuid4

from deploy.local.demo import show
from deploy.local.demo.actors import monday_after
from deploy.local.demo.pages import links_of, timeline_of
from deploy.local.demo.people import companies, rola
from deploy.local.demo.script import LATER, STEPS
from deploy.local.demo.tale import Tale
from deploy.local.demo.wire import NotDone, System, TooLate, Wire
from deploy.local.environment import ROOT
from deploy.local.screen import show_failure
from deploy.local.stack import Stack
from deploy.local.words import CannotStart
from shared import clock


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.local.demo", description=__doc__)
    parser.add_argument("--stay", action="store_true", help="do not move the programme's clock")
    parser.add_argument("--run", default=uuid4().hex[:8], help="a name for this run (default: a new one)")
    asked = parser.parse_args(arguments)
    try:
        system = System.of(os.environ if "PORTAL_URL" in os.environ else Stack(ROOT / ".local").env)
    except CannotStart as error:
        show_failure(error.french, error.english)
        return 1
    os.environ["CLOCK_FILE"] = str(system.clock_file)
    wire = Wire(system, asked.run)
    try:
        live(wire, move_clock=not asked.stay)
    except (NotDone, TooLate) as error:
        show.failed(error)
        return 1
    finally:
        wire.close()
    return 0


def live(wire: Wire, *, move_clock: bool) -> None:
    """The story from the fair to the first follow-up contact."""
    today = clock.today()
    tale = Tale(wire, rola(today), companies(), today, monday_after(today, weeks=1))
    show.begin(wire.run_id, wire.system.urls["portal"])
    began = time.monotonic()
    for number, step in enumerate((*STEPS, *(LATER if move_clock else ())), 1):
        show.step(number, step)
        before = len(wire.waits)
        show.done(step.live(tale), wire.waits[before:])
    seconds = time.monotonic() - began
    show.timeline(("Son dossier, de service en service", "Her file, from service to service"), timeline_of(tale))
    show.end(seconds, wire.waits, links_of(tale))


if __name__ == "__main__":
    sys.exit(main())

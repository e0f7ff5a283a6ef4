"""`python -m deploy.local.demo`: lives the stories of Rola, Julio and Elias on the running system and shows what each
service did, then fills a whole programme. The same run again shows the same, and adds nothing."""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from typing import Any

from deploy.local.demo import show
from deploy.local.demo.actors import Advisor, Manager, monday_after
from deploy.local.demo.crew import DEFAULT_RUN
from deploy.local.demo.crowd import Size
from deploy.local.demo.elias import EliasTale
from deploy.local.demo.funnel import funnel_of
from deploy.local.demo.pages import links_of, timeline_of
from deploy.local.demo.people import centre, companies, julio, rola, teachers
from deploy.local.demo.programme import Programme
from deploy.local.demo.script import ELIAS, JULIO, LATER, STEPS
from deploy.local.demo.staff import seed_staff
from deploy.local.demo.story import Step
from deploy.local.demo.tale import Tale
from deploy.local.demo.tape import Tape
from deploy.local.demo.wire import NotDone, System, TooLate, Wire
from deploy.local.environment import ROOT
from deploy.local.screen import show_failure
from deploy.local.stack import Stack
from deploy.local.words import CannotStart
from shared import clock

PERSONAS = Size(companies=5, people=4, employed=4)  # what the three stories leave behind


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.local.demo", description=__doc__)
    parser.add_argument("--stay", action="store_true", help="Rola's story alone, without moving the programme's clock")
    parser.add_argument("--stories", action="store_true", help="the three stories, and no more")
    parser.add_argument("--run", default=DEFAULT_RUN, help="another name: other people, beside those of the first")
    parser.add_argument("--size", default="290,392,202", help="companies supported, people admitted, people employed")
    asked = parser.parse_args(arguments)
    try:
        system = System.of(os.environ if "PORTAL_URL" in os.environ else Stack(ROOT / ".local").env)
    except CannotStart as error:
        show_failure(error.french, error.english)
        return 1
    os.environ["CLOCK_FILE"] = str(system.clock_file)
    try:
        if asked.stay:
            live_rola(system, asked.run, STEPS)
            return 0
        began = time.monotonic()
        seed_staff(Wire(system, asked.run))
        links = live_stories(system, asked.run)
        if not asked.stories:
            fill_programme(system, asked.run, Size(*map(int, asked.size.split(","))) - PERSONAS)
        show.end(time.monotonic() - began, links)
    except (NotDone, TooLate) as error:
        show.failed(error)
        return 1
    except KeyboardInterrupt:
        show.interrupted()
        return 130
    return 0


def live_stories(system: System, run: str) -> list[tuple[str, str, str]]:
    """The three of them, one after the other, each on a day of its own; where to look at them."""
    links = live_rola(system, run, (*STEPS, *LATER))
    wire, today = _wire(system, run, "julio")
    tale = Tale(wire, julio(today), (), today, monday_after(today, weeks=3))
    live(wire, ("L'histoire de Julio", "Julio's story"), tale, JULIO)
    wire, today = _wire(system, run, "elias")
    elias = EliasTale(wire, centre(), teachers(today), today)
    live(wire, ("L'histoire d'Elias", "Elias's story"), elias, ELIAS)
    return links


def live_rola(system: System, run: str, steps: Sequence[Step]) -> list[tuple[str, str, str]]:
    """From the fair to her advancement, with her file as the portal tells it."""
    wire, today = _wire(system, run, "rola")
    tale = Tale(wire, rola(today), companies(), today, monday_after(today, weeks=1))
    live(wire, ("L'histoire de Rola", "Rola's story"), tale, steps)
    show.timeline(("Son dossier, de service en service", "Her file, from service to service"), timeline_of(tale))
    return links_of(tale)


def live(wire: Wire, title: tuple[str, str], tale: Any, steps: Sequence[Step]) -> None:
    """Each step once: those of an earlier life of this run are told again, from the tape."""
    assert wire.tape is not None
    show.begin(*title, wire.run_id)
    for number, step in enumerate(steps):
        wire.tape.begin_step(number)
        lived_before, before = wire.tape.playing, len(wire.waits)
        show.step(number + 1, step)
        done = step.live(tale)
        wire.tape.end_step()
        show.done(done, () if lived_before else wire.waits[before:])


def fill_programme(system: System, run: str, size: Size) -> None:
    wire = Wire(system, run)
    show.begin("Le programme entier", "The whole programme", run)
    began = time.monotonic()
    with show.ProgressBar() as bar:
        numbers = Programme(wire, size, bar).live()
    manager = Manager(wire)
    show.numbers(numbers, manager.definitions(), time.monotonic() - began)
    show.funnel(funnel_of(manager))


def _wire(system: System, run: str, story: str) -> tuple[Wire, Any]:
    """A story's wire, and the day on which it began. A tape of data that has been deleted since is thrown away."""
    file = system.clock_file.parent / "demo" / f"{run}-{story}.jsonl"
    tape = Tape.open(file, clock.today())
    known = tape.first_candidate
    if known and not Advisor(Wire(system, run)).knows(known):
        tape.erase()
        tape = Tape.open(file, clock.today())
    return Wire(system, run, tape), tape.began_on


if __name__ == "__main__":
    sys.exit(main())

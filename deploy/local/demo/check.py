"""`python -m deploy.local.demo.check` (make demo-check), after a demo: reads the programme's numbers, the funnel and
the subsidies by API, ends one job, and sees the number of people employed go down within a second. Then that person
finds other work, so that the numbers are those of the demo again."""

import argparse
import os
import sys
import time
from collections.abc import Callable

from deploy.local.demo import show
from deploy.local.demo.actors import Advisor, Manager, RetentionAdvisor
from deploy.local.demo.funnel import funnel_of
from deploy.local.demo.wire import NotDone, System, TooLate, Wire
from deploy.local.environment import ROOT
from deploy.local.screen import show_failure
from deploy.local.stack import Stack
from deploy.local.words import CannotStart
from shared import clock

WITHIN_MS = 1000
LEAST_INTRODUCED = 0.75
_NUMBERS = ("supported", "admitted", "employed")


class NotSo(Exception):
    """What was checked does not hold."""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.local.demo.check", description=__doc__)
    parser.add_argument("--size", default="290,392,202", help="companies supported, people admitted, people employed")
    asked = parser.parse_args(arguments)
    try:
        system = System.of(os.environ if "PORTAL_URL" in os.environ else Stack(ROOT / ".local").env)
    except CannotStart as error:
        show_failure(error.french, error.english)
        return 1
    os.environ["CLOCK_FILE"] = str(system.clock_file)
    wire = Wire(system, f"check-{time.time_ns()}")
    try:
        check_numbers(Manager(wire), dict(zip(_NUMBERS, map(int, asked.size.split(",")), strict=True)))
        check_story(Manager(wire))
        end_one_job(wire)
    except (NotSo, NotDone, TooLate) as error:
        show_failure(str(error), f"{error} (make demo first; make reset begins anew)")
        return 1
    return 0


def check_numbers(manager: Manager, wanted: dict[str, int]) -> None:
    """Raises NotSo when they are others."""
    seen = manager.numbers()
    if seen != wanted:
        raise NotSo(f"{seen}, {wanted} attendus · expected")
    told = "/".join(str(value) for value in seen.values())
    show.checked([(f"{told} exactement", f"{told} exactly")])


def check_story(manager: Manager) -> None:
    """Most jobs were chosen among companies introduced, some found alone; subsidies were granted. Raises NotSo."""
    hires, states = manager.funnel()["hires"], manager.subsidy_counts()
    share = hires["chosen"] / (hires["chosen"] + hires["self_found"])
    if share < LEAST_INTRODUCED or not hires["self_found"] or not hires["ended"]:
        raise NotSo(f"embauches · hires: {hires}")
    for what, state in (("requests", "active"), ("requests", "refused"), ("claims", "paid")):
        if not states.get((what, state)):
            raise NotSo(f"aucune · none: {what} {state}")
    show.funnel(funnel_of(manager))
    show.checked([(f"{share:.0%} des embauches par présentation", f"{share:.0%} of the hires by introduction")])


def end_one_job(wire: Wire) -> None:
    """Somebody loses her job; the number says so within a second; she finds another. Raises NotSo."""
    manager, retention = Manager(wire), RetentionAdvisor(wire)
    employed, today = manager.numbers()["employed"], clock.today()
    jobs = [task for task in retention.due_tasks(mine=False) if task.contact == "weeks_2"]
    if not jobs:
        raise NotSo("aucun appel à faire · no call to make")
    job = jobs[0]
    elsewhere = next(task.employer_id for task in jobs if task.employer_id != job.employer_id)
    ms = _until(wire, employed - 1, lambda: retention.end_employment(job.hire_id, today, "laid_off"))
    show.checked([(f"un emploi terminé : {employed} → {employed - 1} en {ms:.0f} ms",
                   f"one job ended: {employed} → {employed - 1} within {ms:.0f} ms")])  # fmt: skip
    terms = {
        "occupation": "94105", "wage_cents": 2300, "hours_per_week": "40", "starts_on": str(today), "permanent": True,
    }  # fmt: skip
    _until(wire, employed, lambda: Advisor(wire).report_hire(job.candidate_id, elsewhere, terms, in_field=False))
    show.checked([(f"un autre trouvé : {employed} de nouveau", f"another one found: {employed} again")])


def _until(wire: Wire, employed: int, act: Callable[[], object]) -> float:
    """Milliseconds from the act to the number that it leads to. Raises TooLate, or NotSo when it took too long."""
    manager, began = Manager(wire), time.perf_counter()
    act()
    wire.wait(f"employed: {employed}", lambda: manager.numbers()["employed"] == employed)
    ms = (time.perf_counter() - began) * 1000
    if ms >= WITHIN_MS:
        raise NotSo(f"{employed} après · after {ms:.0f} ms")
    return ms


if __name__ == "__main__":
    sys.exit(main())

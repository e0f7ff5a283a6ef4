import pytest
from deploy.local.demo import script
from deploy.local.demo.script import STEPS, LATER, JULIO, ELIAS
from deploy.local.demo.people import julio, teachers, centre, companies
from deploy.local.demo.elias import EliasTale
from deploy.local.demo.tale import Tale
from deploy.local.demo.actors import monday_after
from shared import clock
from tests.flows.running import Running
import time
pytestmark = [pytest.mark.system, pytest.mark.xdist_group("system")]

def go(tale, steps):
    for s in steps:
        t=time.monotonic()
        done = s.live(tale)
        print(f"{time.monotonic()-t:5.2f}", s.en)
        for d in done: print("        ", d.service, d.fr, "|", d.en)

def test_rola(running: Running) -> None:
    tale = running.tell()
    go(tale, STEPS+LATER)
    from collections import Counter
    print(Counter((f.service,f.kind) for f in tale.advisor.timeline(tale.candidate_id)))
    print(tale.manager.numbers())

def test_julio(running: Running) -> None:
    today = clock.today()
    tale = Tale(running.wire(), julio(today), (), today, monday_after(today, weeks=3))
    go(tale, JULIO)
    print(tale.manager.numbers())

def test_elias(running: Running) -> None:
    today = clock.today()
    tale = EliasTale(running.wire(), centre(), teachers(today), today)
    go(tale, ELIAS)
    print(tale.manager.numbers())

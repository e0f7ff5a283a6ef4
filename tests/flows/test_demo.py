"""The demo as a person starts it: the stories, then a programme (here a small one); started again, it adds nothing."""

import os
import subprocess
import sys
import time

import pytest

from deploy.local.demo.actors import Advisor, Manager
from deploy.local.environment import ROOT
from shared import clock
from tests.flows.running import Running
from tests.notes import note

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("system")]
COMPANIES, PEOPLE, EMPLOYED = 29, 39, 20
WITHIN_MS = 1000
SMALL = f"{COMPANIES},{PEOPLE},{EMPLOYED}"


def test_the_demo_fills_a_programme_once_and_its_numbers_are_exact(
    running: Running, pytestconfig: pytest.Config
) -> None:
    manager = Manager(running.wire())
    before = manager.numbers()
    began = time.monotonic()
    told = demo(running)
    seconds = time.monotonic() - began
    sentences = ("embauchée ailleurs · hired elsewhere", "non choisie · not chosen", "approuvée : ", "à faire, ",
                 "Counted among the people employed", "/fr/personnes/", "/connexion", "MIFI", "Perspective Carrière",
                 "avancement")  # fmt: skip
    assert [sentence for sentence in sentences if sentence not in told] == []
    wanted = {
        "supported": before["supported"] + COMPANIES,
        "admitted": before["admitted"] + PEOPLE,
        "employed": before["employed"] + EMPLOYED,
    }
    assert manager.numbers() == wanted
    the_story_is_told(running, f"flow-{os.getpid()}")

    began = time.monotonic()
    demo(running)
    again = time.monotonic() - began
    assert manager.numbers() == wanted, "a second demo adds nothing"
    ms = end_one_job(running, manager)
    assert ms < WITHIN_MS
    note(pytestconfig, f"demo {seconds:.1f} s, again {again:.1f} s, one job less after {ms:.0f} ms")


def the_story_is_told(running: Running, run: str) -> None:
    """What the services stored of this run's crowd (matching's hires, portal's, subsidies' requests): most jobs were
    chosen between companies that matching proposed; nobody worked before she was admitted; subsidies were decided."""
    sql = "SELECT candidate_id FROM vault_persons WHERE email LIKE %s"
    crowd = [each["candidate_id"] for each in running.rows("intake", sql, f"person-%.{run}@example.org")]
    assert len(crowd) > PEOPLE - 4
    jobs = running.rows("matching", "SELECT * FROM hires WHERE candidate_id = ANY(%s)", crowd)
    chosen = [job for job in jobs if job["source"] == "introduction"]
    assert 0.75 <= len(chosen) / len(jobs) < 1
    assert any(job["state"] == "ended" for job in jobs)
    proposed = running.rows(
        "matching",
        """SELECT candidate_id, count(DISTINCT employer_id) AS companies, bool_or(state = 'declined') AS declined
           FROM introductions WHERE by_hand IS NULL AND candidate_id = ANY(%s) GROUP BY 1""",
        crowd,
    )
    companies = {each["candidate_id"]: each["companies"] for each in proposed}
    assert sum(companies.get(job["candidate_id"], 0) >= 2 for job in chosen) > len(chosen) / 2
    assert any(each["declined"] for each in proposed)
    early = running.rows(
        "portal",
        """SELECT hire_id FROM hires JOIN people USING (candidate_id)
           WHERE candidate_id = ANY(%s) AND starts_on < admitted_on""",
        crowd,
    )
    assert early == []
    states = {each["state"] for each in running.rows(
        "subsidies", "SELECT state FROM requests WHERE candidate_id = ANY(%s)", crowd)}  # fmt: skip
    assert "active" in states
    assert running.rows(
        "retention", "SELECT 1 FROM contacts JOIN tasks USING (task_id) WHERE candidate_id = ANY(%s)", crowd
    )


def demo(running: Running) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "deploy.local.demo", "--run", f"flow-{os.getpid()}", "--size", SMALL],
        env={**os.environ, **running.stack.env, "COLUMNS": "200"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=480,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def end_one_job(running: Running, manager: Manager) -> float:
    """Somebody of the programme loses her job; milliseconds until the number says so."""
    job = running.rows(
        "portal",
        """SELECT candidate_id, employer_id FROM hires
           WHERE source = 'self_found' AND ended_on IS NULL AND starts_on <= %s ORDER BY hire_id LIMIT 1""",
        clock.today(),
    )[0]
    employed = manager.numbers()["employed"]
    wire = running.wire()
    began = time.perf_counter()
    Advisor(wire).report_end(str(job["candidate_id"]), str(job["employer_id"]), clock.today(), "laid_off")
    wire.wait("the number goes down", lambda: manager.numbers()["employed"] == employed - 1)
    return (time.perf_counter() - began) * 1000

"""The demo as a person starts it."""

import os
import subprocess
import sys

import pytest

from deploy.local.environment import ROOT
from tests.flows.running import Running

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("system")]


@pytest.mark.parametrize("time", ["first", "second"])
def test_the_demo_tells_the_whole_story_each_time_it_is_run(running: Running, time: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "deploy.local.demo", "--run", f"{time}-{os.getpid()}"],
        env={**os.environ, **running.stack.env, "COLUMNS": "200"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = ("embauchée ailleurs · hired elsewhere", "non choisie · not chosen", "approuvée : ", "à faire, ",
            "Counted among the people employed", "/fr/personnes/", "/connexion")  # fmt: skip
    assert [sentence for sentence in told if sentence not in done.stdout] == []

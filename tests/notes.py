"""What a test run says beside its results: where its servers came from, what it measured."""

import sys
from contextlib import nullcontext

import pytest


def note(config: pytest.Config, line: str) -> None:
    """On the terminal, also when the test passes."""
    capture = config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled() if capture else nullcontext():
        print(f"\n[tests] {line}", file=sys.stderr, flush=True)

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.messaging.running import Probe
from tests.servers import Servers


@pytest.fixture
def probe(real: Servers, tmp_path: Path) -> Iterator[Probe]:
    real.start()
    probe = Probe(real, tmp_path)
    yield probe
    probe.stop()

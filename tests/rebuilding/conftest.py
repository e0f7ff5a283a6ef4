"""A portal database of its own for each test: these commit."""

import pytest

from tests.databases import Databases


@pytest.fixture
def url(databases: Databases) -> str:
    return databases.fresh("portal")

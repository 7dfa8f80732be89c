"""The sample village, in a real database file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.samples import Village, open_store, settle


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    store = open_store(tmp_path)
    yield settle(store)
    store.close()

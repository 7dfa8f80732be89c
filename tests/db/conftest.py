"""A sample village in a real encrypted file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.samples import Village, open_store, settle


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    made = settle(open_store(tmp_path))
    yield made
    made.store.close()

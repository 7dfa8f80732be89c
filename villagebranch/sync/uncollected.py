"""Keeping Python's collector from looking again and again at what lives until the end: a quarter of the time of a large
package."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Do the block, or the function that this decorates, with the collector at rest."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()

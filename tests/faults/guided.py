"""Packages that reach code which no other has reached: atheris follows the coverage of `sync/` while a partner lies.

    python -m tests.faults.guided [--seconds 600]

What atheris gives are the manifest or the pages of a package, which is then rightly signed and locked, or a whole file.
Where there is no wheel of atheris, it says so and is content.
"""

import argparse
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from villagebranch.domain.errors import Refused


class Changed(Exception):
    """A package that was rolled back, or refused, left something behind."""


def look_for(seconds: int) -> None:
    """Let atheris look for so long; it ends the process, with a traceback where something came through."""
    import atheris

    with atheris.instrument_imports(include=["villagebranch.sync"]):
        from tests.faults import liars

    pair = liars.Pair()
    forger = liars.Forger(pair)

    def one(content: bytes) -> None:
        sort, told = content[:1], content[1:]
        if sort < b"\x55":
            made = forger.signed(told, forger.parts[2])
        else:
            made = forger.with_text(told) if sort < b"\xd0" else told
        with suppress(Refused):
            pair.open(made)
        if pair.victim.back_up() != pair.image:
            raise Changed

    with tempfile.TemporaryDirectory() as corpus:
        seeds = (b"\0" + liars.told(forger.parts[1]), b"\x60" + forger.text, b"\xff" + forger.honest)
        for number, content in enumerate(seeds):
            (Path(corpus) / str(number)).write_bytes(content)
        told = ("-max_len=65536", "-rss_limit_mb=300", "-print_final_stats=1")
        atheris.Setup([sys.argv[0], corpus, f"-max_total_time={seconds}", *told], one)
        atheris.Fuzz()


def main() -> int:
    """Look for as long as was asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=int, default=600)
    asked = parser.parse_args()
    try:
        look_for(asked.seconds)
    except ModuleNotFoundError:
        print("guided=0 (no atheris for this machine)")
    return 0


if __name__ == "__main__":
    sys.exit(main())

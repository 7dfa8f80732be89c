"""Work on strangers' files in a process of its own, which has little memory, little time, and nothing to lose.

The module asked is run as a program: what it is given comes on its standard input, its answer on its standard output.
The frozen program is its own interpreter, so `__main__` sends `FLAG module …` on to the module.
"""

import os
import sys
from pathlib import Path

FLAG = "--aside"


def ask(module: str, arguments: list[str], seconds: int, given: bytes = b"") -> bytes | None:
    """Return the answer of `villagebranch.exchange.<module>`, or None where it died or took too long."""
    import subprocess  # the child, which imports this module too, has no use for it

    frozen = getattr(sys, "frozen", False)
    named = [FLAG, module] if frozen else ["-P", "-m", f"villagebranch.exchange.{module}"]
    try:
        done = subprocess.run(
            [sys.executable, *named, *arguments],
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a parser's last words may quote the file
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    return done.stdout if done.returncode == 0 else None


def cap_memory(limit: int) -> None:
    """Let this process have no more than `limit` bytes."""
    if sys.platform == "win32":
        from villagebranch.exchange import windows_job

        windows_job.cap_memory(limit)
    else:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

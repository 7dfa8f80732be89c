"""A child of this process under strace: seen call by call, or with calls that fail."""

import ctypes
import mmap
import os
import subprocess
import traceback
from collections.abc import Callable, Sequence

Work = Callable[[], object]
_SET_PTRACER = 0x59616D61


class Words:
    """A few words from a child to its parent, through memory: no call of the system is needed to say them."""

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, 1 << 16)

    def say(self, line: str) -> None:
        self._shared.write(f"{line}\n".encode())

    def lines(self) -> list[str]:
        return self._shared[:].rstrip(b"\0").decode().splitlines()


def traced(options: Sequence[str], prepare: Callable[[], Work]) -> int:
    """Fork a child, and let it do what `prepare` returns under strace with these options; return its exit code.

    strace sees only the work: its counting of calls begins there. The code is negative for a signal, 255 for an exception.
    """
    (ready, tell_ready), (go, tell_go) = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        os.close(tell_go)
        _live(prepare, tell_ready, go)
    os.close(tell_ready)
    os.close(go)
    os.read(ready, 1)
    tracer = subprocess.Popen(["strace", "-f", "-p", str(child), *options], stderr=subprocess.PIPE)
    told = tracer.stderr.readline() if tracer.stderr else b""
    if b"attached" in told:
        os.write(tell_go, b"!")
    os.close(tell_go)
    os.close(ready)
    _, status = os.waitpid(child, 0)
    tracer.communicate()
    if b"attached" not in told:
        raise RuntimeError(told.decode())
    return os.waitstatus_to_exitcode(status)


def _live(prepare: Callable[[], Work], ready: int, go: int) -> None:
    """Be the child: never return."""
    status = 255
    try:
        # Where only a parent may trace its children, let strace do it too, which is a brother.
        ctypes.CDLL(None).prctl(_SET_PTRACER, ctypes.c_ulong(-1))
        work = prepare()
        os.write(ready, b"!")
        if os.read(go, 1):
            work()
            status = 0
    except BaseException:  # noqa: BLE001  whatever it is, the child must not go on as its parent
        traceback.print_exc()
    finally:
        os._exit(status)

"""A child of this process under strace: seen call by call, or with calls that fail."""

import os
import subprocess
import traceback
from collections.abc import Callable, Sequence


def traced(options: Sequence[str], work: Callable[[], int]) -> int:
    """Fork a child that does `work` under strace with these options; return what it returned, negative for a signal.

    strace holds the child before the first call of `work`, so that its counting of calls begins there.
    """
    ready, go = os.pipe()
    child = os.fork()
    if child == 0:
        status = 255
        try:
            os.close(go)
            if os.read(ready, 1):
                status = work()
        except Exception:  # noqa: BLE001  whatever it is, the child must not go on as its parent
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(ready)
    tracer = subprocess.Popen(["strace", "-f", "-p", str(child), *options], stderr=subprocess.PIPE)
    told = tracer.stderr.readline() if tracer.stderr else b""
    if b"attached" in told:
        os.write(go, b"!")
    os.close(go)
    _, status = os.waitpid(child, 0)
    tracer.communicate()
    if b"attached" not in told:
        raise RuntimeError(told.decode())
    return os.waitstatus_to_exitcode(status)

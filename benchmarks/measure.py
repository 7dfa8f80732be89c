"""Run our way of doing some work and its peers in turn, each in a fresh process, and print what they cost.

Absolute times mean nothing on a shared machine, so what counts is the ratio of medians: every round runs
everybody once. What a module imports before `compare` is paid by nobody; what the work itself imports counts.
"""

import gc
import json
import os
import resource
import statistics
import struct
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Work = Callable[[], object]


@dataclass(frozen=True)
class Cost:
    """Median CPU seconds (own, threads and waited-for children) and median peak memory in MiB."""

    cpu: float
    mib: float


def compare(
    name: str, ours: Work, peers: Mapping[str, Work], rounds: int = 5, *, rehearsed: bool = False
) -> dict[str, Cost]:
    """Run `ours` and every peer `rounds` times in turn; print a line each and a JSON line; return medians.

    With `rehearsed`, each process does its work once before it is measured: for work of a few hundredths of a second in
    a program that has been running, which a fresh process would spend half on touching its memory for the first time.
    """
    runners = {"ours": ours, **peers}
    gc.collect()
    gc.freeze()  # nobody's work goes through what was there before it
    runs: dict[str, list[Cost]] = {who: [] for who in runners}
    for _ in range(rounds):
        for who, work in runners.items():
            runs[who].append(_in_child(work, rehearsed))
    costs = {
        who: Cost(statistics.median(c.cpu for c in each), statistics.median(c.mib for c in each))
        for who, each in runs.items()
    }
    ratios = {who: costs["ours"].cpu / max(cost.cpu, 1e-9) for who, cost in costs.items() if who != "ours"}
    print(name, flush=True)
    for who, cost in costs.items():
        ratio = f"   ours = {ratios[who]:.3f} x {who}" if who in ratios else ""
        print(f"  {who:<24}{cost.cpu * 1000:>11.1f} ms CPU{cost.mib:>8.0f} MiB{ratio}", flush=True)
    figures = {who: {"cpu_s": round(cost.cpu, 5), "mib": round(cost.mib, 1)} for who, cost in costs.items()}
    print(json.dumps({"name": name, "runs": figures, "ratios": ratios}, ensure_ascii=False), flush=True)
    return costs


def _in_child(work: Work, rehearsed: bool) -> Cost:
    receiving, sending = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            if rehearsed:
                work()
            before = _cpu()
            work()
            os.write(sending, struct.pack("d", _cpu() - before))
            status = 0
        except BaseException:  # noqa: BLE001 - whatever went wrong, this child must not live on as the parent
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(sending)
    with os.fdopen(receiving, "rb") as answer:
        spent = answer.read()
    _, status, usage = os.wait4(pid, 0)
    if status != 0:
        raise RuntimeError(f"{work} failed")
    return Cost(struct.unpack("d", spent)[0], usage.ru_maxrss / 1024)


def _cpu() -> float:
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )

"""A power cut at any moment loses nothing that was acknowledged; and the harness notices what would."""

import random
from pathlib import Path

import pytest

from tests.faults.disk import Call, Disk
from tests.faults.harness import needs_strace, run, unix_only

pytestmark = [unix_only]
slow = pytest.mark.slow


@slow
@needs_strace
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_four_times_1250_power_cuts_lose_nothing_that_was_acknowledged(seed):
    done = run("power_cut", "--rounds", 1250, "--seed", seed)
    assert int(done.stdout.split()[0].removeprefix("states=")) >= 1250
    assert done.stdout.endswith("lost=0 half=0 corrupt=0\n")
    assert done.returncode == 0


@slow
@needs_strace
@pytest.mark.parametrize(
    "fault", ["wal", "sqlite-default", "skipped-fsync", "file-not-flushed", "folder-not-flushed"]
)
def test_the_harness_notices_a_seeded_fault(fault):
    done = run("power_cut", "--rounds", 1250, "--fault", fault)
    assert done.returncode == 1
    assert "lost=0 half=0 corrupt=0" not in done.stdout


def disk_after(*lines: str) -> Disk:
    disk = Disk(Path("/disk"), Path("/said"), [])
    for line in lines:
        call = Call.read(line.replace("'", '"'))
        assert call is not None
        disk.feed(call)
    return disk


def texts(*words: str) -> list[str]:
    return ["".join(f"\\x{byte:02x}" for byte in word.encode()) for word in words]


def left(disk: Disk) -> set[tuple[tuple[str, bytes], ...]]:
    """Return everything that a thousand cuts leave."""
    dice = random.Random(1)
    cuts = (disk.cut(dice).items() for _ in range(1000))
    return {tuple(sorted((path, one.content) for path, one in cut)) for cut in cuts}


def test_what_was_not_flushed_may_be_there_or_not():
    path, first, second = texts("/disk/a", "ab", "cd")
    calls = [
        f"openat(AT_FDCWD, '{path}', O_RDWR|O_CREAT, 0600) = 3",
        f"pwrite64(3, '{first}', 2, 0) = 2",
        f"pwrite64(3, '{second}', 2, 2) = 2",
    ]
    contents = [b"", b"ab", b"\0\0cd", b"abcd"]
    assert left(disk_after(*calls)) == {(), *((("/disk/a", content),) for content in contents)}


def test_what_was_flushed_stays_and_a_longer_write_tears():
    path, folder, page = *texts("/disk/a", "/disk"), "\\x61" * 1024
    calls = [
        f"openat(AT_FDCWD, '{path}', O_RDWR|O_CREAT, 0600) = 3",
        f"openat(AT_FDCWD, '{folder}', O_RDONLY) = 4",
        "fsync(4) = 0",
        f"write(3, '{page}', 1024) = 1024",
    ]
    torn = [b"", b"a" * 512, bytes(512) + b"a" * 512, b"a" * 1024]
    assert left(disk_after(*calls)) == {(("/disk/a", content),) for content in torn}
    assert left(disk_after(*calls, "fdatasync(3) = 0")) == {(("/disk/a", b"a" * 1024),)}


def test_a_name_is_sure_once_its_folder_was_flushed():
    part, path, folder = texts("/disk/a.part", "/disk/a", "/disk")
    calls = [
        f"openat(AT_FDCWD, '{part}', O_RDWR|O_CREAT, 0600) = 3",
        f"rename('{part}', '{path}') = 0",
    ]
    assert left(disk_after(*calls)) == {(), (("/disk/a.part", b""),), (("/disk/a", b""),)}
    flushed = disk_after(*calls, f"openat(AT_FDCWD, '{folder}', O_RDONLY) = 4", "fsync(4) = 0")
    assert left(flushed) == {(("/disk/a", b""),)}

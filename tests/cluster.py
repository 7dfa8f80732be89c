"""A PostgreSQL server of one's own: no port, a socket in a temporary folder, a database for whoever asks, gone afterwards."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

CLERK, PASSWORD = "clerk", "梅溪2026"  # one who has to give a password
_OWNER = "postgres"  # the server refuses to run as root


def programs() -> Path | None:
    """Return the folder of the server's programs, of the newest version there is; None where it cannot be run."""
    if sys.platform == "win32" or (os.getuid() == 0 and not _has_owner()):
        return None
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    found = shutil.which("initdb")
    return debian[-1].parent if debian else Path(found).resolve().parent if found else None


def _has_owner() -> bool:
    import pwd

    return any(one.pw_name == _OWNER for one in pwd.getpwall())


@contextmanager
def running() -> Iterator["Cluster"]:
    """Yield a cluster, started; skip the test where the server is not installed."""
    bin = programs()
    if bin is None:
        pytest.skip("no PostgreSQL server here; on Debian, ./dev test installs it")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    if os.getuid() == 0:
        shutil.chown(folder, _OWNER)
    cluster = Cluster(bin, folder)
    try:
        cluster.begin()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder)


class Cluster:
    """One server with its folder; each database is named by whoever asks first."""

    def __init__(self, bin: Path, folder: Path) -> None:
        self._bin, self.folder = bin, folder
        self._made: dict[object, str] = {}

    def begin(self) -> None:
        """Make the server's folder, and start it."""
        self._do("initdb", "-U", _OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        rules = self.folder / "data" / "pg_hba.conf"
        rules.write_text(f"local all {CLERK} scram-sha-256\n" + rules.read_text())
        self.start()
        self.run(f"CREATE ROLE {CLERK} LOGIN PASSWORD '{PASSWORD}'")

    def start(self) -> None:
        """Start the server, and wait until it answers. A power cut is not tried here, so it need not wait for the disk."""
        options = f"-c listen_addresses= -c fsync=off -c max_connections=200 -k {self.folder}"
        self._do("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        """Stop the server as a crash would."""
        self._do("pg_ctl", "-m", "immediate", "stop", check=False)

    def address(self, name: object, *, template: str = "template0", user: str = _OWNER) -> str:
        """Return the address of a database, which is made where there is none of that name."""
        if name not in self._made:
            self._made[name] = f"v{len(self._made)}"
            self.run(f"CREATE DATABASE {self._made[name]} TEMPLATE {template} STRATEGY FILE_COPY")
        return f"postgresql+psycopg://{user}@/{self._made[name]}?host={self.folder}"

    def run(self, statement: str) -> None:
        """Do something that belongs to no one database."""
        with psycopg.connect(host=str(self.folder), user=_OWNER, autocommit=True) as conn:
            conn.execute(statement)  # type: ignore[arg-type]

    def _do(self, program: str, *told: str, check: bool = True) -> None:
        owner = {"user": _OWNER, "group": _OWNER, "extra_groups": []} if os.getuid() == 0 else {}
        command = [self._bin / program, "-D", self.folder / "data", *told]
        done = subprocess.run(
            command,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            **owner,
        )
        assert done.returncode == 0 or not check, done.stderr

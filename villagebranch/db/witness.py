"""A word about each database outside of it: how far it had come and which file it was, on this computer.

What was copied to another computer or folder, or put back by hand from an old copy, is known by it before the first
write, and goes on under a new identity (`migrate.bring_up_to_date`): its peers would take its acts for another's. Where
the word is wrong, a new identity does no harm; a folder that was only moved keeps its own.
"""

import json
import os
import platform
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, insert, select

from villagebranch.db.identity import Identity, LocalState

_WITNESSED = "witnessed"


def usual_words() -> Path:
    """Return the folder of these words; it never travels with the data."""
    import platformdirs

    return platformdirs.user_state_path("villagebranch", appauthor=False) / "replicas"


class Testimony(Protocol):
    """Whoever can tell whether a database is the one that wrote under its identity last."""

    def denies(self, conn: Connection, identity: Identity) -> bool:
        """Tell whether it is not."""

    def begin(self, conn: Connection, identity: Identity) -> None:
        """Take down which one it is, now that it has its identity."""

    def note(self, identity: Identity) -> bool:
        """Take down how far it has come, and tell whether that went well."""


@dataclass
class Witness:
    """Keeps the word about one database file in `folder`; `denied` tells that it was found to be a copy."""

    database: Path
    folder: Path
    denied: bool = False

    def denies(self, conn: Connection, identity: Identity) -> bool:
        """Tell whether this file is not the one that wrote under this identity here last, or has forgotten some of it."""
        known = conn.scalar(select(LocalState.value).where(LocalState.key == _WITNESSED)) is not None
        word = self._word(identity)
        if word is None:
            self.denied = known
            return known
        now, before = self._where(), Path(str(word.get("path")))
        is_here = all(word.get(name) == now[name] for name in ("file", "machine"))
        is_there_too = str(before) != now["path"] and _file(before) == now["file"]
        self.denied = not is_here or is_there_too or identity.acts < int(word.get("acts") or 0)
        return self.denied

    def begin(self, conn: Connection, identity: Identity) -> None:
        """Write the first word, and note in the database that there is one."""
        known = conn.scalar(select(LocalState.value).where(LocalState.key == _WITNESSED)) is not None
        if self.note(identity) and not known:
            conn.execute(insert(LocalState), {"key": _WITNESSED, "value": "1"})

    def note(self, identity: Identity) -> bool:
        """Write down how far the database has come, and tell whether that went well: a disk that refuses is no reason not
        to go on."""
        told = json.dumps(self._where() | {"acts": identity.acts})
        path = self._path(identity)
        part = path.with_suffix(".part")
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            part.write_text(told, encoding="utf-8")
            os.replace(part, path)
            return True
        return False

    def _path(self, identity: Identity) -> Path:
        return self.folder / f"{identity.uid}.json"

    def _word(self, identity: Identity) -> dict[str, Any] | None:
        try:
            word = json.loads(self._path(identity).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return word if isinstance(word, dict) else None

    def _where(self) -> dict[str, Any]:
        return {"path": str(self.database.absolute()), "file": _file(self.database), "machine": _machine()}


def _file(path: Path) -> int:
    """Return the number that the file system knows a file by, 0 where there is none: a copy has another one."""
    try:
        return path.stat().st_ino
    except OSError:
        return 0


def _machine() -> str:
    """Return what this computer calls itself, with the number that its system was given at installation."""
    return f"{platform.node()} {_installed()}"


def _installed() -> str:
    with suppress(OSError):
        if sys.platform == "win32":
            import winreg

            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography") as key:
                return str(winreg.QueryValueEx(key, "MachineGuid")[0])
        return Path("/etc/machine-id").read_text(encoding="ascii").strip()
    return ""

"""PouchDB as a peer, through npm and node where they are: two databases on disk that replicate with one another."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

_PACKAGE = "pouchdb-node@9.0.0"
_HERE = Path(__file__).parent
_BUILT = _HERE.parent / "build" / "pouchdb"

Documents = Mapping[str, Mapping[str, Any]]
"""Id → fields."""


def exchanged(base: Documents, there: Documents, here: Documents) -> str:
    """Return what it cost to bring what one changed (`there`) to the other (`here`) and back, or why it was not run."""
    if not (shutil.which("npm") and shutil.which("node")):
        return "not run: no npm here"
    if not (_BUILT / "node_modules").is_dir():
        install = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--no-package-lock"]
        done = subprocess.run([*install, "--prefix", _BUILT, _PACKAGE], check=False)
        if done.returncode:
            return "not run: npm could not fetch it"
    with TemporaryDirectory() as folder:
        work = json.dumps({"folder": folder, "base": base, "there": there, "here": here})
        script = ["node", _HERE / "pouch.js", _BUILT / "node_modules" / "pouchdb-node"]
        return subprocess.run(script, input=work, capture_output=True, check=True, text=True).stdout.strip()

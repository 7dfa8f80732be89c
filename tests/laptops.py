"""A computer as scripts drive it: a data folder and the commands that are run on it."""

import json
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from villagebranch.__main__ import main


class Laptop:
    """A data folder and the commands that are run on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *words: object, ends: int = 0):
        with redirect_stdout(StringIO()) as told:
            assert main(["--data", str(self.folder), *map(str, words)]) == ends, told.getvalue()
        return json.loads(told.getvalue())

    def export(self, to: str, stick: Path) -> Path:
        return Path(self("package", "export", "--to", to, "--out", stick)["file"])

    def take(self, *files: Path, ends: int = 0):
        return self("package", "import", *files, "--apply", ends=ends)

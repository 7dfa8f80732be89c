"""The composition root: opens the window, runs a command, walks the tour or checks itself."""

import sys
from pathlib import Path


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks, and return the exit code."""
    asked = sys.argv[1:] if arguments is None else arguments
    match asked:
        case [] | ["--data", _]:
            from villagebranch.ui.app import open_window

            return open_window(Path(asked[1]) if asked else None)
        case [file] | ["--data", _, file] if file.lower().endswith(".vbx"):
            from villagebranch.ui.app import open_window

            return open_window(Path(asked[1]) if len(asked) > 1 else None, Path(file))
        case ["tour", out, *scale]:
            from villagebranch.tour import walk

            return walk(Path(out), *scale)
        case ["--self-check"]:
            from villagebranch.tour import self_check

            return self_check()
        case ["--aside", ("workbook_child" | "picture_child") as module, *rest]:
            # The frozen program is its own interpreter: strangers' files are opened in a process of their own.
            from importlib import import_module

            import_module(f"villagebranch.exchange.{module}").main(rest)
            return 0
        case _:
            from villagebranch.command_line import run

            return run(asked)


if __name__ == "__main__":
    raise SystemExit(main())

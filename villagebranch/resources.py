"""Where the fonts, icons, code tables, rules and demonstration books lie: beside the package, also in the frozen program."""

from pathlib import Path

RESOURCES = Path(__file__).resolve().parents[1] / "resources"

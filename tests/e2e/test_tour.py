"""The whole month through the real program in a process of its own: offscreen, and in a real window under Xvfb."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from villagebranch.ledgers import LEDGERS
from villagebranch.resources import RESOURCES
from villagebranch.tour import ANSWERED, TOWNSHIP_SHOWN
from villagebranch.ui.pages import PAGES

EXPECTED = json.loads((RESOURCES / "demo" / "expected.json").read_text(encoding="utf-8"))


def walk(out: Path, *before: str, **environment: str) -> dict[str, Any]:
    command = [*before, sys.executable, "-m", "villagebranch", "tour", str(out)]
    env = {k: v for k, v in os.environ.items() if k not in ("QT_QPA_PLATFORM", "DISPLAY")} | environment
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=420, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert str(out / "ledgers") in done.stdout
    told: dict[str, Any] = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    return told


def check(out: Path, told: dict[str, Any]) -> None:
    imported = {kind: count for kinds in told["imported"].values() for kind, count in kinds.items()}
    assert imported == {kind: EXPECTED[kind] for kind in imported}
    assert [f"{Path(one['book']).stem} 第{one['row']}行" for one in told["refused"]] == EXPECTED[
        "bad_id_rows"
    ]
    assert told["month"]["journal_agrees"]
    assert told["month"]["visits"] == 24
    assert len(told["ledgers"]) == 2 * len(LEDGERS)
    assert all(pages > 0 for pages in told["ledgers"].values())
    for scale in ("100", "125", "150"):
        pictures = {path.stem for path in (out / "pictures" / scale).glob("*.png")}
        assert len(pictures) == len(PAGES) + len(TOWNSHIP_SHOWN) + 1
        assert ANSWERED in pictures
    with Image.open(next((out / "pictures" / "100").glob("*home.png"))) as picture:
        assert picture.size == (1366, 768)
        assert len(picture.convert("RGB").getcolors(1 << 24) or []) > 50


@pytest.mark.slow
@pytest.mark.timeout(450)
def test_the_tour_offscreen_arrives_at_the_expected_figures(tmp_path: Path) -> None:
    check(tmp_path / "out", walk(tmp_path / "out", QT_QPA_PLATFORM="offscreen"))


@pytest.mark.slow
@pytest.mark.timeout(450)
@pytest.mark.skipif(shutil.which("xvfb-run") is None, reason="no Xvfb here; ./dev test installs it")
def test_the_tour_in_a_real_window_arrives_at_the_same_figures(tmp_path: Path) -> None:
    screen = ("xvfb-run", "-a", "-s", "-screen 0 1366x768x24")
    check(tmp_path / "out", walk(tmp_path / "out", *screen, QT_QPA_PLATFORM="xcb"))

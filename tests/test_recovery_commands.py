"""A forgotten password by commands: the card is made, printed, and opens the data when nobody knows the password."""

import shutil
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.test_exchange_commands import Laptop


@pytest.fixture(scope="module")
def founded(tmp_path_factory) -> Path:
    """A branch with one person in it."""
    folder = tmp_path_factory.mktemp("founded") / "a"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VILLAGEBRANCH_PASSWORD", "lianxin-2026")
        laptop = Laptop(folder)
        laptop("init", "--branch", "梅溪村党支部", "--user", "周丽")
        laptop("add", "person", "name=陆根发")
    return folder


@pytest.fixture
def laptop(founded: Path, tmp_path: Path, monkeypatch) -> Laptop:
    monkeypatch.setenv("VILLAGEBRANCH_PASSWORD", "lianxin-2026")
    return Laptop(Path(shutil.copytree(founded, tmp_path / "a")))


def test_who_forgot_the_password_comes_in_with_the_card(laptop: Laptop, tmp_path: Path, monkeypatch):
    made = laptop("recovery-card", "--out", tmp_path / "card.pdf")
    words = PdfReader(BytesIO((tmp_path / "card.pdf").read_bytes())).pages[0].extract_text()
    assert all(group in words for group in made["card"].split())
    monkeypatch.setenv("VILLAGEBRANCH_PASSWORD", "forgotten")
    laptop("digest", ends=2)
    monkeypatch.setenv("VILLAGEBRANCH_NEW_PASSWORD", "lianxin-2027")
    assert laptop("recover", "--card", made["card"]) == {"user": "周丽", "role": "secretary"}
    monkeypatch.setenv("VILLAGEBRANCH_PASSWORD", "lianxin-2027")
    assert laptop("check")["counts"]["person"] == 1


def test_a_mistyped_card_is_told_by_its_group_and_changes_nothing(laptop: Laptop, tmp_path, monkeypatch):
    card = laptop("recovery-card", "--out", tmp_path / "card.pdf")["card"]
    typed = card[:-1] + str((int(card[-1]) + 1) % 10)
    monkeypatch.setenv("VILLAGEBRANCH_NEW_PASSWORD", "lianxin-2027")
    assert "第 8 组" in laptop("recover", "--card", typed, ends=2)["error"]
    assert laptop("digest")


def test_a_card_that_was_replaced_opens_nothing(laptop: Laptop, tmp_path: Path, monkeypatch):
    old = laptop("recovery-card", "--out", tmp_path / "old.pdf")["card"]
    laptop("recovery-card", "--out", tmp_path / "new.pdf")
    monkeypatch.setenv("VILLAGEBRANCH_NEW_PASSWORD", "lianxin-2027")
    assert "资料没有坏" in laptop("recover", "--card", old, ends=2)["error"]


def test_a_card_that_cannot_be_put_on_paper_does_not_end_the_one_before(
    laptop: Laptop, tmp_path, monkeypatch
):
    old = laptop("recovery-card", "--out", tmp_path / "old.pdf")["card"]
    laptop("recovery-card", "--out", tmp_path / "no such folder" / "new.pdf", ends=2)
    monkeypatch.setenv("VILLAGEBRANCH_NEW_PASSWORD", "lianxin-2027")
    assert laptop("recover", "--card", old)["user"] == "周丽"


def test_a_damaged_file_is_salvaged_into_a_folder_that_is_whole(laptop: Laptop, tmp_path: Path):
    digest = laptop("digest")["digest"]
    file = laptop.folder / "village.db"
    content = bytearray(file.read_bytes())
    for page in (1, 4, 14):
        content[page * 4096 - 2000] ^= 1
    file.write_bytes(content)
    assert "损坏" in laptop("digest", ends=2)["error"]
    told = laptop("salvage", "--out", tmp_path / "saved")
    assert (told["broken"], told["saved"]["person"]) == (3, 1)
    assert "坏了 3 页" in told["told"][0]
    saved = Laptop(tmp_path / "saved")
    assert saved("check")["digest"] == digest
    assert file.read_bytes() == content


def test_salvage_writes_over_nothing(laptop: Laptop, tmp_path: Path):
    laptop("salvage", "--out", tmp_path / "saved")
    assert "已经有一份资料" in laptop("salvage", "--out", tmp_path / "saved", ends=2)["error"]

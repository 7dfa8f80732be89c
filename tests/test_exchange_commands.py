"""Two laptops of a branch exchange by commands, as scripts drive them: real folders, real files on a stick."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.laptops import Laptop


@pytest.fixture(scope="module", autouse=True)
def secrets() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VILLAGEBRANCH_PASSWORD", "lianxin-2026")
        patch.setenv("VILLAGEBRANCH_PASSPHRASE", "梅溪村党支部 2026")
        yield


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    return tmp_path / "stick"


@pytest.fixture(scope="module")
def founded(tmp_path_factory) -> Path:
    """Two laptops of one branch that know each other; the second began with a snapshot of the first."""
    folder = tmp_path_factory.mktemp("founded")
    a, b = Laptop(folder / "a"), Laptop(folder / "b")
    a("init", "--branch", "梅溪村党支部", "--user", "周丽")
    a("add", "person", "name=陆根发", "phone=13800000000")
    snapshot = a("package", "export", "--snapshot", "--out", folder)["file"]
    assert b("init", "--join", snapshot, "--user", "吴晓燕")["branch"] == "梅溪村党支部"
    card = b("card", "--out", folder)
    assert a("partner", "add", card["file"])[0]["fingerprint"] == card["fingerprint"]
    return folder


@pytest.fixture
def pair(founded: Path, tmp_path: Path) -> tuple[Laptop, Laptop]:
    """Copies of the two laptops, each test its own."""
    for name in ("a", "b"):
        shutil.copytree(founded / name, tmp_path / name)
    return Laptop(tmp_path / "a"), Laptop(tmp_path / "b")


def test_two_laptops_agree_after_a_conflict_was_settled_on_one(pair, stick):
    a, b = pair
    id = a("add", "person", "name=张桂芳", "phone=13800000001")["id"]
    b.take(a.export("吴晓燕", stick))
    a("set", "person", id, "phone=13800000002")
    b("set", "person", id, "phone=13800000003")
    from_a, from_b = a.export("吴晓燕", stick), b.export("周丽", stick)
    preview = b("package", "import", from_a)
    assert (preview[0]["applied"], preview[0]["conflicts"]) == (False, [f"person:{id}:phone"])
    a.take(from_b)
    b.take(from_a)
    (conflict,) = a("conflicts")
    assert {side["values"]["phone"] for side in conflict["sides"]} == {"13800000002", "13800000003"}
    assert conflict["before"] == {"phone": "13800000001"}
    a("settle", conflict["id"], "--keep", "theirs")
    b.take(a.export("吴晓燕", stick))
    assert b("conflicts") == []
    assert a("digest")["digest"] == b("digest")["digest"]
    assert a("check")["journal"] == "ok"


def test_gap_applies_nothing_and_leaves_a_request_that_heals_it(pair, stick):
    """The first laptop believes what a restored backup no longer has."""
    a, b = pair
    before = stick.parent / "before"
    shutil.copytree(b.folder, before)
    b.take(a.export("吴晓燕", stick))
    a("add", "person", "name=张桂芳")
    b.take(a.export("吴晓燕", stick))
    a.take(b.export("周丽", stick))
    a("add", "person", "name=吴阿根")
    shutil.rmtree(b.folder)
    shutil.copytree(before, b.folder)
    late = a.export("吴晓燕", stick)
    failed = b("package", "import", late, "--apply", ends=2)
    assert "缺" in failed["error"]
    (request,) = stick.glob("*请求补送*")
    a.take(request)
    b.take(a.export("吴晓燕", stick))
    assert a("digest")["digest"] == b("digest")["digest"]


def test_files_are_taken_in_whatever_order_they_fit(pair, stick):
    a, b = pair
    files = []
    for name in ("张桂芳", "吴阿根"):
        a("add", "person", f"name={name}")
        files.append(a.export("吴晓燕", stick))
    done = b.take(*reversed(files))
    assert [one["applied"] for one in done] == [True, True]
    assert a("digest")["digest"] == b("digest")["digest"]


def test_stranger_and_broken_file_are_refused_in_words(pair, stick, tmp_path):
    a, b = pair
    package = a.export("吴晓燕", stick)
    broken = stick / "broken.vbx"
    broken.write_bytes(package.read_bytes()[:-1])
    assert "坏了" in b.take(broken, ends=2)["error"]
    c = Laptop(tmp_path / "c")
    c("init", "--branch", "石桥村党支部")
    assert "另一台电脑" in c.take(package, ends=2)["error"]
    card = b("card", "--out", stick)["file"]
    assert "别的支部" in c("partner", "add", card, ends=2)["error"]
    d = Laptop(tmp_path / "d")
    d("init", "--join", a("package", "export", "--snapshot", "--out", stick)["file"], "--user", "沈建国")
    d("partner", "add", card)
    assert "还不认识" in b.take(d.export("吴晓燕", stick), ends=2)["error"]


def test_single_acts_check_what_they_are_given(pair):
    a, _ = pair
    assert "name" in a("add", "person", "phone=13800000001", ends=2)["problems"]
    assert "nonsense" in a("add", "person", "nonsense=1", ends=2)["problems"]
    assert "id" in a("set", "person", "nobody", "name=甲乙", ends=2)["problems"]
    id = a("add", "household", "door=3号")["id"]
    assert a("remove", "household", id)["id"] == id
    assert a("show", "households") == []


def test_inspect_says_for_whom_a_package_is_without_opening_it(pair, stick):
    a, b = pair
    told = b("package", "inspect", a.export("吴晓燕", stick))[0]
    assert (told["kind"], told["recipient"]) == ("delta", b("card", "--out", stick)["fingerprint"])


def test_very_many_deletions_need_a_word_of_their_own(pair, stick):
    a, b = pair
    ids = [a("add", "person", f"name=村民甲{number}")["id"] for number in "一二三四五六七八九十百"]
    b.take(a.export("吴晓燕", stick))
    for id in ids:
        a("remove", "person", id)
    package = a.export("吴晓燕", stick)
    assert b("package", "import", package)[0]["drastic"]
    assert "要删除 11 条记录" in b.take(package, ends=2)["error"]
    assert b("package", "import", package, "--apply", "--deletions")[0]["deletions"] == 11
    assert a("digest")["digest"] == b("digest")["digest"]

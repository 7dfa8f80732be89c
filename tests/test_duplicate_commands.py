"""What is there twice, by commands: people entered on two laptops, and a laptop that is a copy of another one."""

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.test_exchange_commands import Laptop, founded, pair, secrets, stick

__all__ = ["founded", "pair", "secrets", "stick"]


def there(laptop: Laptop, name: str) -> str:
    """Add a person of that name and return the id."""
    return laptop("add", "person", f"name={name}", "born_on=1954-03-01")["id"]


def test_same_person_entered_on_two_laptops_is_found_merged_and_the_merge_travels(pair, stick):
    a, b = pair
    ids = there(a, "张桂芳"), there(b, "张桂芳")
    b.take(a.export("吴晓燕", stick))
    (found,) = [one for one in b("duplicates") if one["title"] == "张桂芳"]
    assert ({found["keep"], found["gone"]}, found["reasons"]) == (set(ids), ["同名、同生日"])
    assert b("merge", "person", found["keep"], found["gone"])["act"]
    assert b("duplicates") == []
    a.take(b.export("周丽", stick))
    assert a("duplicates") == []
    assert a("digest")["digest"] == b("digest")["digest"]
    assert "不在册" in b("merge", "person", found["keep"], found["gone"], ends=2)["error"]


def test_what_came_late_is_listed_and_brought_over(pair, stick):
    a, b = pair
    ids = there(a, "张桂芳"), there(a, "张桂芳")
    b.take(a.export("吴晓燕", stick))
    a("merge", "person", *ids)
    b("set", "person", ids[1], "phone=13800000009")
    a.take(b.export("周丽", stick))
    (found,) = a("duplicates")
    assert (found["gone"], found["late"]) == (ids[1], {"phone": "13800000009"})
    a("bring-over", "person", *ids)
    assert a("duplicates") == []


def test_pair_that_is_not_the_same_is_not_listed_again(pair):
    a, _ = pair
    ids = there(a, "张桂芳"), there(a, "张桂芳")
    a("not-same", "person", *ids)
    assert a("duplicates") == []


def test_group_of_fields_is_settled_by_pairs_and_the_rest_stays_as_shown(pair, stick):
    a, b = pair
    issue = a("add", "issue", "words=路灯坏了", "collected_on=2026-11-01", "stage=已收集")["id"]
    b.take(a.export("吴晓燕", stick))
    a("set", "issue", issue, "fed_back_on=2026-11-20", "fed_back_way=当面", "satisfaction=satisfied")
    b("set", "issue", issue, "fed_back_on=2026-11-21")
    a.take(b.export("周丽", stick))
    (conflict,) = a("conflicts")
    assert "字段=内容" in a("settle", conflict["id"], "--keep", "2026-11-22", ends=2)["error"]
    assert "words" in a("settle", conflict["id"], "--keep", "words=别的", ends=2)["error"]
    a("settle", conflict["id"], "--keep", "fed_back_on=2026-11-22", "satisfaction=")
    assert a("conflicts") == []
    b.take(a.export("吴晓燕", stick))
    assert a("digest")["digest"] == b("digest")["digest"]


# A laptop that is a copy.


class Machine(Laptop):
    """A laptop with what it keeps outside of its data folder."""

    def __init__(self, folder: Path, state: Path) -> None:
        super().__init__(folder)
        self.state = state

    def __call__(self, *words: object, ends: int = 0):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_STATE_HOME", str(self.state))
            return super().__call__(*words, ends=ends)

    def clone(self, folder: Path, state: Path) -> "Machine":
        """Copy the whole disk: what lies outside of the data speaks of the copy, as it does on a cloned disk."""
        shutil.copytree(self.folder, folder)
        shutil.copytree(self.state, state)
        for word in state.rglob("*.json"):
            told = json.loads(word.read_text(encoding="utf-8"))
            told |= {"path": str(folder / "village.db"), "file": os.stat(folder / "village.db").st_ino}
            word.write_text(json.dumps(told), encoding="utf-8")
        return Machine(folder, state)


@pytest.fixture
def machines(pair, tmp_path: Path) -> tuple[Machine, Machine]:
    a, b = (Machine(one.folder, tmp_path / f"state of {one.folder.name}") for one in pair)
    for one in (a, b):
        there(one, "开机")
    return a, b


def test_copied_folder_goes_on_under_its_own_name_without_being_told(machines, stick, tmp_path):
    a, b = machines
    before = a("digest")["replica"]
    shutil.copytree(a.folder, tmp_path / "copy")
    copy = Machine(tmp_path / "copy", a.state)
    there(a, "张桂芳")
    there(copy, "吴阿根")
    assert copy("digest")["replica"] != before == a("digest")["replica"]
    b.take(a.export("吴晓燕", stick))
    b.take(copy.export("吴晓燕", stick))
    # They have one card between them: what the copy acknowledged, the original must ask for.
    assert "缺" in a.take(b.export("周丽", stick), ends=2)["error"]
    (request,) = stick.glob("*请求补送*")
    b.take(request)
    a.take(b.export("周丽", stick))
    assert a("digest")["digest"] == b("digest")["digest"]


def test_cloned_disk_is_named_and_repaired_and_nothing_of_either_is_lost(machines, stick, tmp_path):
    a, b = machines
    b.take(a.export("吴晓燕", stick))
    copy = a.clone(tmp_path / "copy", tmp_path / "state of copy")
    there(a, "张桂芳")
    lost = [there(copy, name) for name in ("吴阿根", "李秀英")]
    b.take(a.export("吴晓燕", stick))
    named = b.take(copy.export("吴晓燕", stick), ends=2)["error"]
    assert "同一个编号" in named
    assert "new-identity" in named
    evidence = b("package", "export", "--to", "周丽", "--out", stick)["file"]
    assert "同一个编号" in copy.take(Path(evidence), ends=2)["error"]
    done = copy("new-identity", evidence)
    assert (done["acts"], done["records"]) == (2, len(lost))
    assert copy("check")["journal"] == "ok"
    card = copy("card", "--out", stick)
    assert card["fingerprint"] == done["fingerprint"]
    b("partner", "add", card["file"], "--name", "复制出来的电脑")
    b.take(copy.export("吴晓燕", stick))
    for one, name in ((a, "周丽"), (copy, "复制出来的电脑")):
        one.take(b.export(name, stick))
    assert len({one("digest")["digest"] for one in (a, b, copy)}) == 1
    assert copy("digest")["replica"] == done["replica"]
    there(copy, "以后")
    b.take(copy.export("吴晓燕", stick))
    assert copy("digest")["digest"] == b("digest")["digest"]


def test_new_identity_without_a_package_only_begins_anew(machines, stick):
    a, _ = machines
    before = a("digest")
    done = a("new-identity")
    assert (done["acts"], done["replica"] != before["replica"]) == (0, True)
    assert a("digest")["digest"] == before["digest"]
    assert a("digest")["replica"] == done["replica"]

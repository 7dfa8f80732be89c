"""Where live data may lie, and that only one window has it open."""

import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from villagebranch.db.disks import Disk, disk_of, linux_disks, mounted, sticks
from villagebranch.db.keys import Cost
from villagebranch.db.place import Place, check_place, hold, usual_place
from villagebranch.db.seat import found
from villagebranch.domain.errors import Refused, Trouble

LAPTOP = """\
/dev/sda2 / ext4 rw,relatime 0 0
tmpfs /tmp tmpfs rw 0 0
/dev/sda1 /boot/efi vfat rw 0 0
/dev/sdb1 /media/zhou/U\\040盘 vfat rw,nosuid 0 0
/dev/sdc1 /run/media/zhou/移动硬盘 ext4 rw 0 0
/dev/sda3 /home/zhou/windows fuseblk rw 0 0
//server/share /home/zhou/镇里 cifs rw 0 0
nas:/vol /home/zhou/nas nfs4 rw 0 0
gvfsd-fuse /run/user/1000/gvfs fuse.gvfsd-fuse rw 0 0
fuse-overlayfs /home/box fuse.fuse-overlayfs rw 0 0
overlay /home/container overlay rw 0 0
"""


@pytest.fixture
def disks(tmp_path: Path) -> tuple[Disk, ...]:
    usb = tmp_path / "devices" / "usb2" / "sdc"
    (usb / "sdc1").mkdir(parents=True)
    inside = tmp_path / "devices" / "ata1" / "sda"
    for number in (1, 2, 3):
        (inside / f"sda{number}").mkdir(parents=True)
    (inside / "removable").write_text("0\n")
    blocks = tmp_path / "block"
    blocks.mkdir()
    for partition in (usb / "sdc1", *inside.glob("sda*")):
        (blocks / partition.name).symlink_to(partition)
    return tuple(linux_disks(LAPTOP, blocks))


@pytest.mark.parametrize("folder", ["/home/zhou/资料", "/tmp/pytest-1/x", "/home/box/x", "/home/container/x"])
def test_a_disk_of_this_computer_is_taken(disks, folder):
    check_place(Path(folder), disks)


@pytest.mark.parametrize(
    ("folder", "why"),
    [
        ("/media/zhou/U 盘/资料", "U 盘"),
        ("/run/media/zhou/移动硬盘/资料", "移动硬盘"),
        ("/home/zhou/windows/资料", "移动硬盘"),
        ("/home/zhou/镇里/资料", "网络"),
        ("/home/zhou/nas/资料", "网络"),
        ("/run/user/1000/gvfs/x", "网络"),
        ("//server/share/资料", "网络"),
        ("/home/zhou/OneDrive/资料", "OneDrive"),
        ("/home/zhou/OneDrive - 镇政府/资料", "OneDrive"),
        ("/home/zhou/我的坚果云/资料", "坚果云"),
        ("/home/zhou/Nutstore Files/资料", "坚果云"),
        ("/home/zhou/百度网盘/资料", "百度网盘"),
        ("/home/zhou/BaiduSyncdisk/资料", "百度网盘"),
        ("/home/zhou/WPS云盘/资料", "WPS 云盘"),
        ("/home/zhou/WPS Cloud Files/12345/资料", "WPS 云盘"),
        ("/home/zhou/Dropbox/资料", "Dropbox"),
        ("/home/zhou/Dropbox (Personal)/资料", "Dropbox"),
    ],
)
def test_a_place_that_loses_data_is_refused_with_a_way_on(disks, folder, why):
    with pytest.raises(Refused, match=why) as caught:
        check_place(Path(folder), disks)
    assert "请" in caught.value.problems["folder"]


def test_a_synced_folder_is_known_by_the_mark_inside(tmp_path):
    (tmp_path / ".stfolder").mkdir()
    with pytest.raises(Refused, match="网盘同步"):
        check_place(tmp_path / "村" / "资料", ())


def test_a_link_into_a_synced_folder_is_followed(tmp_path):
    (tmp_path / "Dropbox").mkdir()
    (tmp_path / "资料").symlink_to(tmp_path / "Dropbox")
    with pytest.raises(Refused, match="Dropbox"):
        check_place(tmp_path / "资料", ())


def test_a_folder_that_does_not_exist_yet_is_taken_and_not_made(tmp_path):
    check_place(tmp_path / "a" / "b", mounted())
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "村.txt").write_text("x")
    with pytest.raises(Refused, match="是一个文件"):
        check_place(tmp_path / "村.txt", ())


def test_a_folder_that_takes_no_writing_is_refused():
    with pytest.raises(Refused) as caught:
        check_place(Path("/proc"), ())
    assert "folder" in caught.value.problems


def test_folders_that_only_sound_like_a_cloud_are_taken(tmp_path):
    check_place(tmp_path / "百度网盘下载的表" / "Dropboxes", ())


def test_only_what_pulls_out_is_a_stick(disks):
    assert [disk.name for disk in disks if disk.removable] == ["U 盘", "移动硬盘"]


def test_the_innermost_disk_holds_the_folder(disks):
    assert disk_of(Path("/boot/efi/x"), disks).format == "vfat"
    assert disk_of(Path("/boot/x"), disks).format == "ext4"
    assert disk_of(Path("/x"), ()) is None


def test_this_computer_tells_its_disks(tmp_path):
    assert disk_of(tmp_path, mounted()).free > 0
    assert all(stick.removable for stick in sticks())


def test_the_usual_place_bears_our_name():
    assert usual_place().folder.name == "villagebranch"


def test_folders_are_made_for_this_account_only(tmp_path):
    place = Place(tmp_path / "村" / "资料")
    place.prepare()
    assert place.backups.is_dir()
    assert place.drafts.is_dir()
    if os.name == "posix":
        assert place.folder.stat().st_mode & 0o077 == 0


def test_a_second_window_is_told_that_the_first_is_open(tmp_path):
    place = Place(tmp_path)
    with hold(place), pytest.raises(Trouble, match="正在另一个窗口里打开"), hold(place):
        pass
    with hold(place):
        assert place.lock.read_text() == str(os.getpid())


def test_a_crash_lets_go_of_the_place(tmp_path):
    place = Place(tmp_path)
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom villagebranch.db.place import Place, hold\n"
        "with hold(Place(Path(sys.argv[1]))):\n    print('held', flush=True)\n    time.sleep(60)\n"
    )
    other = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE)
    with other:
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(Trouble, match="正在另一个窗口里打开"), hold(place):
            pass
        assert place.lock.read_text() == str(other.pid)
        other.send_signal(signal.SIGKILL)
    with hold(place):
        pass


def test_a_beginning_that_failed_leaves_nothing_in_the_way_of_the_next(tmp_path: Path):
    place = Place(tmp_path / "village")
    place.lock.mkdir(parents=True)
    with pytest.raises(Trouble):
        found(place, "梅溪村党支部", "王堃", "稻香2026", datetime.now, Cost(8, 1, 1))
    place.lock.rmdir()
    found(place, "梅溪村党支部", "王堃", "稻香2026", datetime.now, Cost(8, 1, 1)).close()


def test_a_place_that_the_disk_does_not_tell_of_ends_in_a_sentence(tmp_path):
    with pytest.raises(Trouble):
        check_place(tmp_path / ("村" * 90), ())  # no disk takes so long a name

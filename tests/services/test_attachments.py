"""Photos: the record names a hash, the bytes are kept once."""

import pytest
from sqlalchemy import func, select

from villagebranch.domain.errors import Refused
from villagebranch.records.attachment import AttachmentBlob
from villagebranch.services import attachments


def attach(village, owner="v-1", jpeg=b"jpeg", caption=""):
    with village.store.write("周丽", "添照片") as act:
        return attachments.attach(act, "visit", owner, jpeg, 1600, 1200, caption)


def photos(village, owner="v-1"):
    with village.store.read() as conn:
        return attachments.photos(conn, "visit", owner)


def test_photo_comes_back_with_its_bytes(village):
    attach(village, caption="屋面漏雨处")
    (photo,) = photos(village)
    with village.store.read() as conn:
        assert attachments.picture(conn, photo.sha256) == b"jpeg"
    assert (photo.caption, photo.width, photo.height) == ("屋面漏雨处", 1600, 1200)


def test_photos_keep_the_order_in_which_they_came(village):
    ids = [attach(village, jpeg=str(n).encode()) for n in range(40)]
    assert [photo.id for photo in photos(village)] == ids


def test_same_picture_on_two_visits_is_kept_once(village):
    attach(village)
    attach(village, owner="v-2")
    with village.store.read() as conn:
        assert conn.scalar(select(func.count()).select_from(AttachmentBlob)) == 1
    assert photos(village)[0].sha256 == photos(village, "v-2")[0].sha256


def test_photo_taken_away_is_no_longer_shown(village):
    id = attach(village)
    with village.store.write("周丽", "去掉照片") as act:
        attachments.detach(act, id)
    assert photos(village) == ()


def test_caption_of_an_essay_is_refused(village):
    with pytest.raises(Refused) as refused:
        attach(village, caption="长" * 101)
    assert list(refused.value.problems) == ["caption"]

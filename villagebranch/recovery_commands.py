"""The commands for days when something went wrong: the recovery card, a forgotten password, a damaged file."""

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from villagebranch.db import rescue, seat, vault
from villagebranch.db.files import write_whole
from villagebranch.db.place import Place
from villagebranch.db.seat import Seat
from villagebranch.domain.errors import Refused
from villagebranch.ledgers import recovery_card
from villagebranch.ledgers.pdf import write_pdf
from villagebranch.resources import RESOURCES

Answer = dict[str, Any] | list[dict[str, Any]]


def declare(
    command: Callable[[str, Callable[[Namespace], Answer], str], ArgumentParser],
    seated: Callable[[Callable[[Namespace, Seat], Answer]], Callable[[Namespace], Answer]],
    password: Callable[[], str],
) -> None:
    """Tell the parser of the commands in this module; `seated` makes one that is done on an open seat."""
    made = command("recovery-card", seated(_card), "换一张应急卡，存成 PDF；数字只显示这一次")
    made.add_argument("--out", type=Path, required=True)
    made = command("recover", _recover, "忘了密码：用应急卡设新密码（取自 VILLAGEBRANCH_NEW_PASSWORD）")
    made.add_argument("--card", required=True)
    made.add_argument("--user", default="", help="谁的密码；不写就是书记")
    made = command(
        "salvage", lambda asked: _salvage(asked, password()), "资料文件坏了：把读得出来的抢救到新文件夹"
    )
    made.add_argument("--out", type=Path, required=True)


def _card(asked: Namespace, held: Seat) -> Answer:
    held.require("recovery_card")
    card = vault.new_card()
    branch = vault.read(held.place).branch
    printed = write_pdf(recovery_card.build(card, branch, date.today()), RESOURCES / "fonts")
    # The paper first: a card that nobody has must not end the one before.
    write_whole(asked.out, printed.pdf)
    held.set_card(card)
    return {"card": " ".join(card), "out": str(asked.out), "pages": printed.pages}


def _recover(asked: Namespace) -> Answer:
    place, password = Place(asked.data), os.environ.get("VILLAGEBRANCH_NEW_PASSWORD", "")
    wanted = {"name": asked.user} if asked.user else {"role": "secretary"}
    users = [one for one in vault.read(place).users if wanted.items() <= vars(one).items()]
    if not users:
        raise Refused({"user": f"没有叫「{asked.user}」的使用人。"})
    key = vault.unlock_by_card(place, asked.card, datetime.now()).key
    held = seat.renew(place, key, users[0].id, vault.chosen(password, password), datetime.now)
    held.close()
    return {"user": held.user.name, "role": held.user.role}


def _salvage(asked: Namespace, password: str) -> Answer:
    place = Place(asked.data)
    opened = vault.unlock(place, None, password, datetime.now())
    report = rescue.salvage(place, opened, Place(asked.out), datetime.now)
    return {"out": str(asked.out)} | vars(report) | {"told": report.sentences()}

"""应急卡 on paper: the digits large enough for weak eyes, the same as a QR code, how to use it and where to keep it."""

from datetime import date
from io import BytesIO

from villagebranch.domain.dayshow import day_words
from villagebranch.domain.paper import Cell, Document, Form, Line, Sheet, Words
from villagebranch.domain.recovery_card import GROUPS, Card

_HALF = GROUPS // 2
_TOLD = (
    "怎么用　打开连心册，点「忘了密码，用应急卡」，照着填上面八组数字（或用扫码枪扫这个码），再设一个新密码。"
    "资料不会丢，这张卡以后还能用。",
    "怎么放　只打印一张，封进信封，骑缝签字，交镇党建办或锁进柜子。不要拍照，不要存在电脑里，不要发给别人。",
    "换新卡　在「设置」里换了新卡，这一张就作废，请销毁；换卡以前做的备份，仍要用这一张打开。",
)


def build(card: Card, branch: str, today: date) -> Document:
    """Return the paper of `card`, which opens the data of `branch`."""
    rows = (Words("　".join(half), "center", 30.0) for half in (card[:_HALF], card[_HALF:]))
    seal = Cell("（党支部盖章）", "muted")
    code = Form((60.0, 102.0), (Line((Cell(image=qr_code(card)), seal), 58.0),))
    sheet = Sheet(
        "应　急　卡",
        (*rows, code, *(Words(told, size=14.0) for told in _TOLD)),
        subtitle="忘了密码时，只有它能打开资料",
        line=(f"单位：{branch}", f"制卡日期：{day_words(today.isoformat())}"),
        signatures=("封存人签字：", "党支部书记签字：", "封存日期：　　　年　　月　　日"),
        numbered=False,
        foot="这张卡和钥匙一样：谁拿着它，谁就能打开资料",
    )
    return Document("应急卡", (sheet,), branch)


def qr_code(card: Card) -> bytes:
    """Return the digits of `card` as a QR code (PNG), with the quiet zone around it."""
    # Not needed before somebody makes a card.
    import segno

    file = BytesIO()
    segno.make("".join(card), error="q", micro=False).save(file, kind="png", scale=8, border=4)
    return file.getvalue()

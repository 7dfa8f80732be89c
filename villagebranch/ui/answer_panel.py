"""Answering an issue that a village took up to the township."""

from __future__ import annotations

from villagebranch.db.journal import Act
from villagebranch.domain.fields import Draft
from villagebranch.domain.names import village_of
from villagebranch.services import township_reply
from villagebranch.services.township_reply import ANSWER_FORM
from villagebranch.services.village_issues import IssueOfVillage
from villagebranch.ui.ask_panel import AskPanel
from villagebranch.ui.desk import Desk


def answer_panel(desk: Desk, one: IssueOfVillage) -> AskPanel:
    """Return the form that answers an issue of a village, in the village's stream."""
    about = " · ".join(filter(None, (f"{village_of(one.village)}：{one.words}", one.asked)))

    def write(act: Act, draft: Draft) -> None:
        township_reply.answer(act, one.source, draft, desk.today())

    return AskPanel(desk, ANSWER_FORM, "答复", about, {}, write, stream=one.village_id)

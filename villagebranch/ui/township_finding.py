"""The search box of a township: villages by name or pinyin, and their issues by any words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property

from villagebranch.db.store import Store
from villagebranch.domain.dayshow import day_near
from villagebranch.domain.names import Index, Pinyin, village_of
from villagebranch.resources import RESOURCES
from villagebranch.services import township_month, village_issues
from villagebranch.services.search import KINDS
from villagebranch.services.village_issues import Wanted
from villagebranch.ui.desk import Source, Suggestion

_MOST = 8


class TownshipFinding:
    """Finds for the search box (`find`); `sources` are empty, since a township keeps none of what forms link to."""

    sources: Mapping[str, Source] = dict.fromkeys(KINDS, Source(lambda _query: [], lambda _id: ""))

    def __init__(self, store: Store, today: Callable[[], date]) -> None:
        self._store, self._today = store, today

    def find(self, query: str) -> Sequence[Suggestion]:
        """Return what the search box offers, villages first; from any thread."""
        query = query.strip()
        if not query:
            return []
        with self._store.read() as conn:
            names = township_month.names(conn)
            told = village_issues.ids(conn, Wanted(words=query), self._today())[:_MOST]
            issues = village_issues.rows(conn, told)
        spelled = Index((id, self._pinyin.search_key(name)) for id, name in names.items())
        villages = [
            Suggestion(id, names[id], tag="村", page="village") for id in spelled.search(query, limit=_MOST)
        ]
        return villages + [
            Suggestion(
                one.source,
                one.words,
                village_of(one.village),
                one.shown("stage"),
                day_near(one.collected_on, self._today()),
                "issues",
            )
            for one in issues
        ]

    @cached_property
    def _pinyin(self) -> Pinyin:
        return Pinyin((RESOURCES / "codes" / "pinyin.tsv").read_text(encoding="utf-8"))

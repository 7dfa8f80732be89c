"""The search box and the pickers over the one catalogue, which keeps up with the journal at each keystroke."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from threading import Lock

from villagebranch.db.store import Store
from villagebranch.services import households, issues, people
from villagebranch.services.meeting_year import meeting_words
from villagebranch.services.search import KINDS, Catalogue, Hit
from villagebranch.services.spelling import pinyin
from villagebranch.ui.desk import Source, Suggestion

_PAGES = {
    "member": "members",
    "household": "households",
    "person": "households",
    "issue": "issues",
    "meeting": "meeting",
}


class Finding:
    """Finds records for the search box (`find`) and for the links of forms (`sources`, by the kind linked to)."""

    def __init__(self, store: Store, today: Callable[[], date]) -> None:
        self._store, self._today = store, today
        self._catalogue: Catalogue | None = None
        self._one_at_a_time = Lock()
        self.sources: Mapping[str, Source] = {
            "household": Source(lambda query: self._hits(query, ("household",)), self._household),
            "member": Source(lambda query: self._hits(query, ("member",)), self._member),
            "person": Source(lambda query: self._hits(query, ("person",)), self._person),
            "issue": Source(lambda query: self._hits(query, ("issue",)), self._issue),
            "meeting": Source(lambda query: self._hits(query, ("meeting",)), self._meeting),
        }

    def find(self, query: str) -> Sequence[Suggestion]:
        """Return what the search box offers; from any thread, so that the first call can come before the first key."""
        return self._hits(query, KINDS)

    def _hits(self, query: str, kinds: Sequence[str]) -> list[Suggestion]:
        with self._one_at_a_time, self._store.read() as conn:
            if self._catalogue is None:
                self._catalogue = Catalogue(conn, pinyin())
            self._catalogue.refresh(conn)
            return [_suggestion(hit) for hit in self._catalogue.find(query, self._today(), kinds)]

    def _household(self, id: str) -> str:
        with self._store.read() as conn:
            return households.words_of(conn, [id]).get(id, "")

    def _member(self, id: str) -> str:
        with self._store.read() as conn:
            return next((row.words("name") for row in people.members(conn, [id])), "")

    def _person(self, id: str) -> str:
        with self._store.read() as conn:
            return people.names(conn, [id]).get(id, "")

    def _issue(self, id: str) -> str:
        with self._store.read() as conn:
            return next((row.words for row in issues.rows(conn, [id])), "")

    def _meeting(self, id: str) -> str:
        with self._store.read() as conn:
            return meeting_words(conn, id)


def _suggestion(hit: Hit) -> Suggestion:
    return Suggestion(hit.id, hit.title, hit.detail, hit.tag, hit.note, _PAGES[hit.kind])

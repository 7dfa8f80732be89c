"""Mistakes that a merge can make, to be seeded into the random histories: each was made by somebody once."""

from villagebranch.db.journal import link
from villagebranch.sync import check, merge, standing
from villagebranch.sync.parcel import chains


def _lose_changes(conn, news) -> None:
    """Write to the journal what came, apart from the last change of an act of several."""
    whole(conn, [one._replace(act=one.act._replace(changes=one.act.changes[:1])) for one in news])


def _trusting(conn, replica, held, acts, _parcel):
    """Go on from what is here by the numbers alone, without looking whether it is the same chain."""
    last, news = chains(conn, {replica: held})[replica].chain, []
    for act in acts:
        if act.number > held:
            last = link(last, act.head, act.vector, act.changes)
            news.append(check.Fresh(act, last, check._read(act)))
    return news


def _dropped(writers, past):
    """Keep of equal heads only the last."""
    heads = whole_heads(writers, past)
    return [one for one in heads if one is heads[-1] or one.fields != heads[-1].fields][-1:]


whole, whole_heads = merge._write_journal, standing._heads
FAULTS = {
    "none": lambda: None,
    "local-tie": lambda: setattr(standing, "order", lambda entry: entry.stamp),
    "dropped-head": lambda: setattr(standing, "_heads", _dropped),
    "no-vector": lambda: setattr(merge, "_log_vector", lambda *_: None),
    "lost-change": lambda: setattr(merge, "_write_journal", _lose_changes),
    "no-chain": lambda: setattr(check, "_follow", _trusting),
}

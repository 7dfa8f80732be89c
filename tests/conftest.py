"""What every test needs: Qt without a screen, and the look of the program on the one application."""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests import samples

if TYPE_CHECKING:
    from tests.cluster import Cluster
    from tests.sync.on_server import OnServer
    from villagebranch.ui.theme import Theme

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(scope="session", autouse=True)
def elsewhere(tmp_path_factory) -> Iterator[None]:
    """What the program writes about a database outside of it, it writes where this test run ends."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(scope="session")
def dressed(qapp) -> "Theme":
    """The application with its fonts and style sheet, made once."""
    from villagebranch.ui.theme import Theme

    return Theme(qapp)


@pytest.fixture
def theme(dressed) -> Iterator["Theme"]:
    """The theme, at its usual size again after the test."""
    yield dressed
    dressed.zoom(0)


@pytest.fixture(scope="session")
def cluster() -> Iterator["Cluster"]:
    """A PostgreSQL server for the tests of this process."""
    pytest.importorskip("psycopg", reason="no PostgreSQL driver here; ./dev test installs it")
    from tests.cluster import running

    with running() as started:
        yield started
        from tests.sync.on_server import OnServer

        OnServer.close()


@pytest.fixture
def on_server(cluster, monkeypatch) -> Iterator[type["OnServer"]]:
    """Let stores and replicas be made on a PostgreSQL server."""
    from tests.sync.on_server import OnServer
    from tests.sync.replicas import Replica
    from villagebranch.db.postgres import Server

    OnServer.cluster = cluster
    monkeypatch.setattr(Replica, "kept_in", OnServer)
    monkeypatch.setattr(samples, "database", lambda folder: Server(cluster.address(folder)))
    yield OnServer
    OnServer.forget()


@pytest.fixture(params=["file", "server"])
def everywhere(request) -> None:
    """Let a test be done twice: over an encrypted file (replicas: in memory), and over a PostgreSQL server."""
    if request.param == "server":
        request.getfixturevalue("on_server")

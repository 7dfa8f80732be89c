"""A wire to the server that breaks just when the server has done what it was asked: the answer to a commit never arrives."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.cluster import Cluster

_NAME = ".s.PGSQL.5432"


@contextmanager
def losing_answers(cluster: Cluster, folder: Path) -> Iterator[str]:
    """Yield the address of a database behind a wire that breaks, once, before the answer to the commit of an act."""
    wire = _Wire(folder / _NAME, cluster.folder / _NAME)
    try:
        yield cluster.address(folder).replace(str(cluster.folder), str(folder))
    finally:
        wire.close()
    assert wire.broken, "no commit came by"


class _Wire:
    def __init__(self, here: Path, server: Path) -> None:
        self.broken = False
        self._server = str(server)
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(here))
        self._listening.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        """Carry what is asked, one connection; its answers are carried by another thread until the wire is cut."""
        cut = threading.Event()
        acted = False
        with client, socket.socket(socket.AF_UNIX) as server:
            server.connect(self._server)
            answers = threading.Thread(target=_answer, args=(server, client, cut), daemon=True)
            answers.start()
            while asked := client.recv(1 << 16):
                acted = acted or b"INSERT INTO sync_act" in asked
                if acted and not self.broken and b"COMMIT" in asked:
                    self.broken = True
                    cut.set()
                server.sendall(asked)
            server.shutdown(socket.SHUT_WR)
            answers.join()


def _answer(server: socket.socket, client: socket.socket, cut: threading.Event) -> None:
    with suppress(OSError):
        while answer := server.recv(1 << 16):
            if cut.is_set():
                break
            client.sendall(answer)
        client.shutdown(socket.SHUT_RDWR)

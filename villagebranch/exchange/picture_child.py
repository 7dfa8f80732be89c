"""The process that decodes a stranger's photo: bytes on its standard input, a marshalled answer on its standard output."""

import marshal
import os
import sys

from villagebranch.domain.errors import Refused
from villagebranch.exchange.aside import cap_memory
from villagebranch.exchange.pictures import reencode

_MEMORY = 1 << 30


def main(_arguments: list[str]) -> None:
    """Answer (sentence, b'', 0, 0), or ('', jpeg, width, height)."""
    cap_memory(_MEMORY)
    answer: tuple[str, bytes, int, int]
    try:
        picture = reencode(sys.stdin.buffer.read())
        answer = ("", picture.jpeg, picture.width, picture.height)
    except Refused as refused:
        answer = (str(refused), b"", 0, 0)
    with open(1, "wb") as out:
        marshal.dump(answer, out)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])

"""A database server in place of the file: a data folder keeps its address, and the password to it sealed."""

import json
from typing import TYPE_CHECKING

from sqlalchemy import make_url

from villagebranch.db.cipher import Key
from villagebranch.db.files import spoken, write_whole
from villagebranch.db.place import Place
from villagebranch.db.sealed import seal, unseal
from villagebranch.domain.errors import Refused, Trouble

if TYPE_CHECKING:
    from villagebranch.db.postgres import Server


def server(address: str) -> "Server":
    """Return the server at an address like postgresql+psycopg://user:password@host/name; raise `Refused` for another.

    The driver is imported here, since hardly anybody needs it; raises `Trouble` where it is not installed.
    """
    try:
        from villagebranch.db.postgres import Server
    except ImportError as missing:
        raise Trouble("这个安装里没有数据库服务器的驱动（psycopg）。多座席的乡镇请从源码安装。") from missing
    return Server(address)


def remember(place: Place, key: Key, address: str) -> None:
    """Keep the address of the server for this data folder. Raises `Refused` where there is a file already."""
    if place.database.exists():
        raise Refused(
            {"database": "这个文件夹里已经有资料文件（village.db），不能改用数据库服务器。请换一个空文件夹。"}
        )
    url = server(address).url
    password = url.password or url.query.get("password")
    told = {"address": url._replace(password=None).difference_update_query(["password"]).render_as_string()}
    if password:
        told["password"] = seal(key, str(password).encode()).hex()
    write_whole(place.server, json.dumps(told).encode())


def recall(place: Place, key: Key) -> "Server":
    """Return the server that the data folder keeps; without a password, the driver's own ways are tried (.pgpass)."""
    with spoken():
        content = place.server.read_bytes()
    try:
        kept = json.loads(content)
        url = make_url(kept["address"])
        password = unseal(key, bytes.fromhex(kept.get("password", "")))
    except (ValueError, KeyError, TypeError) as error:
        raise Trouble("记着的数据库地址（server.json）坏了。请用 --database 再写一次地址。") from error
    if password is not None:
        url = url.set(password=password.decode())
    return server(url.render_as_string(hide_password=False))

"""The product's own database in memory, from one image; a power cut leaves what was committed."""

from __future__ import annotations

from functools import cache

from reconciler.store.database import Database

LINEAGE = "51511151-0000-4000-8000-000000000001"


@cache
def fresh_image() -> bytes:
    database = Database(None)
    with database.transaction() as db:
        db.execute("UPDATE meta SET value = ? WHERE key = 'lineage'", (LINEAGE,))
    return database.image()


class Durable:
    """Stands for the database of a history; ``cut_power`` puts what is durable in place of what was there.

    ``copy`` is one that somebody took at some time.
    """

    def __init__(self) -> None:
        self.copy: bytes | None = None
        self.now = _open(fresh_image())

    def cut_power(self) -> None:
        self.put(self.now.image())

    def put(self, image: bytes) -> None:
        self.now.close()
        self.now = _open(image)


def _open(image: bytes) -> Database:
    return Database(None, image)

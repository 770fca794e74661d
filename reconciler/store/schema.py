"""The tables, by version.  A database of a later version is refused, an earlier one is brought up to date."""

from __future__ import annotations

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

    CREATE TABLE experiments (
      name TEXT PRIMARY KEY,
      epoch INTEGER NOT NULL,
      generation INTEGER NOT NULL,
      digest TEXT NOT NULL,
      created_at TEXT,
      expires_at TEXT,
      on_expiry TEXT NOT NULL
    ) STRICT;

    CREATE TABLE resources (
      experiment TEXT NOT NULL,
      kind TEXT NOT NULL,
      name TEXT NOT NULL,
      endpoint TEXT NOT NULL,
      spec TEXT NOT NULL,
      needs TEXT NOT NULL,
      carrier TEXT,
      intended TEXT,
      PRIMARY KEY (experiment, kind, name)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE intents (
      id INTEGER PRIMARY KEY,
      run TEXT NOT NULL,
      experiment TEXT NOT NULL,
      kind TEXT NOT NULL,
      name TEXT NOT NULL,
      action TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('issued', 'done', 'failed', 'waiting', 'unknown')),
      issued_at TEXT NOT NULL,
      settled_at TEXT,
      detail TEXT
    ) STRICT;
    CREATE INDEX open_intents ON intents (experiment) WHERE state IN ('issued', 'unknown');

    CREATE TABLE number_leases (
      pool TEXT NOT NULL,
      item INTEGER NOT NULL,
      experiment TEXT NOT NULL,
      holder TEXT NOT NULL,
      member TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('held', 'quarantine')),
      free_at TEXT,
      PRIMARY KEY (pool, item)
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX one_mac ON number_leases (item & 16777215) WHERE pool = 'ipv4';
    CREATE INDEX by_experiment ON number_leases (experiment, holder);

    CREATE TABLE node_leases (
      node TEXT PRIMARY KEY,
      experiment TEXT NOT NULL,
      holder TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE node_failures (
      experiment TEXT NOT NULL,
      node TEXT NOT NULL,
      count INTEGER NOT NULL,
      last TEXT NOT NULL,
      PRIMARY KEY (experiment, node)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE locks (
      experiment TEXT PRIMARY KEY,
      run TEXT NOT NULL,
      machine TEXT NOT NULL,
      pid INTEGER NOT NULL,
      since TEXT NOT NULL,
      beat TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    """,
)

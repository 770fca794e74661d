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
    CREATE UNIQUE INDEX one_mac ON number_leases ((item & 16777215)) WHERE pool = 'ipv4';
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
    """
    ALTER TABLE experiments RENAME COLUMN epoch TO life;
    ALTER TABLE experiments ADD COLUMN project TEXT NOT NULL DEFAULT '';
    CREATE TABLE projects (
      name TEXT PRIMARY KEY,
      nodes INTEGER,
      addresses INTEGER,
      vlans INTEGER
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    INSERT INTO counters SELECT 'epoch', coalesce(max(life), 0) FROM experiments;

    CREATE TABLE intended (
      experiment TEXT NOT NULL,
      kind TEXT NOT NULL,
      name TEXT NOT NULL,
      endpoint TEXT NOT NULL,
      spec TEXT NOT NULL,
      needs TEXT NOT NULL,
      carrier TEXT,
      PRIMARY KEY (experiment, kind, name)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO intended SELECT experiment, kind, name, endpoint, intended, needs, carrier
      FROM resources WHERE intended IS NOT NULL;
    ALTER TABLE resources DROP COLUMN intended;

    CREATE TABLE runs (
      run TEXT PRIMARY KEY,
      machine TEXT NOT NULL,
      host TEXT NOT NULL,
      boot TEXT NOT NULL,
      space TEXT NOT NULL,
      pid INTEGER NOT NULL,
      started INTEGER NOT NULL,
      epoch INTEGER NOT NULL,
      since TEXT NOT NULL,
      beat TEXT NOT NULL,
      ended_at TEXT
    ) STRICT, WITHOUT ROWID;
    INSERT INTO runs SELECT run, min(machine), '', '', '', min(pid), 0, 0, min(since), max(beat), NULL
      FROM locks GROUP BY run;
    INSERT INTO runs SELECT run, '', '', '', '', 0, 0, 0, min(issued_at), max(issued_at), max(issued_at)
      FROM intents WHERE run NOT IN (SELECT run FROM locks) GROUP BY run;

    ALTER TABLE locks RENAME TO old_locks;
    CREATE TABLE locks (
      experiment TEXT PRIMARY KEY,
      epoch INTEGER NOT NULL,
      serial INTEGER NOT NULL,
      run TEXT,
      since TEXT
    ) STRICT, WITHOUT ROWID;
    INSERT INTO locks SELECT experiment, 0, 0, run, since FROM old_locks;
    DROP TABLE old_locks;

    DROP INDEX open_intents;
    ALTER TABLE intents RENAME TO old_intents;
    CREATE TABLE intents (
      id INTEGER PRIMARY KEY,
      run TEXT NOT NULL,
      experiment TEXT NOT NULL,
      kind TEXT NOT NULL,
      name TEXT NOT NULL,
      action TEXT NOT NULL,
      endpoint TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('prepared', 'issued', 'done', 'absent', 'unknown')),
      accepted INTEGER NOT NULL DEFAULT 0,
      ticket TEXT NOT NULL DEFAULT '',
      noted_at TEXT NOT NULL,
      settled_at TEXT,
      detail TEXT
    ) STRICT;
    INSERT INTO intents (run, experiment, kind, name, action, endpoint, state, noted_at, settled_at, detail)
      SELECT i.run, i.experiment, i.kind, i.name, i.action, coalesce(r.endpoint, ''),
        CASE WHEN i.state = 'failed' THEN 'absent' WHEN i.state = 'waiting' OR r.endpoint IS NULL THEN 'done'
          ELSE i.state END,
        i.issued_at, i.settled_at, i.detail
      FROM old_intents i LEFT JOIN resources r
        ON r.experiment = i.experiment AND r.kind = i.kind AND r.name = i.name;
    DROP TABLE old_intents;
    CREATE INDEX unsettled ON intents (experiment, kind, name) WHERE state IN ('prepared', 'issued', 'unknown');

    CREATE TABLE holders (
      id INTEGER PRIMARY KEY,
      experiment TEXT NOT NULL,
      holder TEXT NOT NULL,
      vm_group TEXT NOT NULL,
      UNIQUE (experiment, holder, vm_group)
    ) STRICT;
    INSERT INTO holders (experiment, holder, vm_group)
      SELECT DISTINCT experiment, holder, substr(member, 1, length(rtrim(member, '0123456789')) - 1)
      FROM number_leases;

    DROP INDEX one_mac;
    DROP INDEX by_experiment;
    ALTER TABLE number_leases RENAME TO old_leases;
    CREATE TABLE number_leases (
      pool TEXT NOT NULL,
      item INTEGER NOT NULL,
      holder INTEGER NOT NULL,
      member INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('reserved', 'bound', 'quarantine', 'outside')),
      free_at TEXT,
      PRIMARY KEY (pool, item)
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX one_mac ON number_leases ((item & 16777215)) WHERE pool = 'ipv4' AND state <> 'outside';
    CREATE INDEX by_holder ON number_leases (holder, state);
    CREATE INDEX quarantined ON number_leases (free_at) WHERE state = 'quarantine';
    INSERT INTO number_leases
      SELECT l.pool, l.item, h.id,
        CASE WHEN l.member = '' THEN 0
          ELSE CAST(substr(l.member, length(rtrim(l.member, '0123456789')) + 1) AS INTEGER) END,
        CASE WHEN l.state = 'held' THEN 'bound' ELSE l.state END, l.free_at
      FROM old_leases l JOIN holders h ON h.experiment = l.experiment AND h.holder = l.holder
        AND h.vm_group = substr(l.member, 1, length(rtrim(l.member, '0123456789')) - 1);
    DROP TABLE old_leases;

    ALTER TABLE node_leases ADD COLUMN state TEXT NOT NULL DEFAULT 'bound'
      CHECK (state IN ('reserved', 'bound', 'outside'));

    CREATE TABLE work (
      experiment TEXT PRIMARY KEY,
      queued_at TEXT NOT NULL,
      run TEXT,
      again INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE commits (id TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT, WITHOUT ROWID;
    """,
    """
    DROP TABLE work;
    CREATE TABLE work (
      experiment TEXT PRIMARY KEY,
      state TEXT NOT NULL CHECK (state IN ('queued', 'claimed', 'looked', 'over')),
      text TEXT NOT NULL,
      queued_at TEXT NOT NULL,
      run TEXT NOT NULL,
      again INTEGER NOT NULL,
      looked_at TEXT NOT NULL,
      closes_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    """,
    """
    ALTER TABLE locks ADD COLUMN known INTEGER NOT NULL DEFAULT 0;
    UPDATE locks SET known = epoch;
    CREATE TABLE acquisitions (
      experiment TEXT NOT NULL,
      taken INTEGER NOT NULL,
      latest INTEGER NOT NULL,
      PRIMARY KEY (experiment, taken)
    ) STRICT, WITHOUT ROWID;
    """,
    """
    CREATE TABLE audit (
      experiment TEXT NOT NULL,
      number INTEGER NOT NULL CHECK (number > 0),
      at TEXT NOT NULL,
      run TEXT NOT NULL,
      who TEXT NOT NULL,
      epoch INTEGER NOT NULL,
      act TEXT NOT NULL,
      what TEXT NOT NULL,
      digest TEXT NOT NULL,
      hash TEXT NOT NULL,
      PRIMARY KEY (experiment, number)
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER audit_not_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is only added to'); END;
    CREATE TRIGGER audit_not_shortened BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is only added to'); END;
    """,
    """
    UPDATE resources SET endpoint = 'openconfig' || substr(endpoint, 8) WHERE endpoint LIKE 'netconf@%';
    UPDATE intended SET endpoint = 'openconfig' || substr(endpoint, 8) WHERE endpoint LIKE 'netconf@%';
    UPDATE intents SET endpoint = 'openconfig' || substr(endpoint, 8) WHERE endpoint LIKE 'netconf@%';
    UPDATE resources SET endpoint = 'allocations@database' WHERE endpoint = 'lease@book';
    UPDATE intended SET endpoint = 'allocations@database' WHERE endpoint = 'lease@book';
    UPDATE intents SET endpoint = 'allocations@database' WHERE endpoint = 'lease@book';
    UPDATE node_leases SET holder = 'reservation/' || holder WHERE experiment <> '';
    ALTER TABLE resources ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE intended ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
    INSERT INTO locks (experiment, epoch, serial, known)
      SELECT name, 0, 0, life FROM experiments WHERE name NOT IN (SELECT experiment FROM locks);
    UPDATE locks SET known = (SELECT e.life FROM experiments e WHERE e.name = locks.experiment)
      WHERE known < (SELECT e.life FROM experiments e WHERE e.name = locks.experiment);
    """,
)

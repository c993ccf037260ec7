-- Runs and what they said of each cell. One text for SQLite and PostgreSQL; ${id} and ${clustered} differ.

CREATE TABLE run (
  id ${id},
  run_id TEXT NOT NULL UNIQUE,         -- several merged journals: their ids, joined by +
  started_at BIGINT NOT NULL,          -- milliseconds since 1970, UTC
  finished_at BIGINT NOT NULL,
  tool_version TEXT NOT NULL,
  profile TEXT NOT NULL,
  rehearsal INTEGER NOT NULL,
  pace DOUBLE PRECISION NOT NULL
);
CREATE INDEX run_finished ON run (finished_at);

-- The journals that a run was made from: one, or several merged ones.
CREATE TABLE part (
  part TEXT NOT NULL,
  run INTEGER NOT NULL,
  PRIMARY KEY (part, run)
);

-- A name may come to stand for another server: then it is another row.
CREATE TABLE cell (
  id ${id},
  name TEXT NOT NULL,                  -- endpoint@carrier[/ip6]
  endpoint TEXT NOT NULL,
  protocol TEXT NOT NULL,
  transport TEXT NOT NULL,
  family TEXT NOT NULL,
  carrier TEXT NOT NULL,
  role TEXT NOT NULL,
  target TEXT NOT NULL,                -- a fingerprint of what was tried, empty when not known
  UNIQUE (name, protocol, transport, role, target)
);

-- Verdicts are few and come again: each distinct one stands here once.
CREATE TABLE finding (
  id ${id},
  state TEXT NOT NULL,
  cause TEXT NOT NULL,                 -- empty when there is none
  rule TEXT NOT NULL,
  answered INTEGER NOT NULL,           -- some trial of the run reached the asked depth
  significant INTEGER NOT NULL,        -- its failures were more than this line loses
  UNIQUE (state, cause, rule, answered, significant)
);

CREATE TABLE verdict (
  cell INTEGER NOT NULL,
  run INTEGER NOT NULL,
  finding INTEGER NOT NULL,
  latency_us BIGINT,                   -- the median over the successes
  PRIMARY KEY (cell, run)
)${clustered};

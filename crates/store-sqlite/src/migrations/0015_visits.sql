-- Hits, until their visit is over. What says whose one is, is sealed in its facts.
CREATE TABLE hit (
    account_id BLOB NOT NULL,
    site TEXT NOT NULL,
    is_recognised INTEGER NOT NULL,
    visitor INTEGER NOT NULL,
    at INTEGER NOT NULL,
    facts BLOB NOT NULL
) STRICT;
CREATE INDEX hit_of_visitor ON hit (account_id, site, is_recognised, visitor, at);

-- Visits that are over, until their time is.
CREATE TABLE visit (
    account_id BLOB NOT NULL,
    site TEXT NOT NULL,
    day INTEGER NOT NULL,
    is_recognised INTEGER NOT NULL,
    visitor INTEGER NOT NULL,
    facts BLOB NOT NULL
) STRICT;
CREATE INDEX visit_of_day ON visit (account_id, site, day);
CREATE INDEX visit_of_visitor ON visit (account_id, site, visitor) WHERE is_recognised = 1;

-- Days with visits: whether their figures are those of their visits.
CREATE TABLE visit_day (
    account_id BLOB NOT NULL,
    site TEXT NOT NULL,
    day INTEGER NOT NULL,
    version INTEGER NOT NULL,
    is_tallied INTEGER NOT NULL,
    PRIMARY KEY (account_id, site, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX visit_day_untallied ON visit_day (day) WHERE is_tallied = 0;

-- What a day adds up to, by dimension.
CREATE TABLE tally (
    account_id BLOB NOT NULL,
    site TEXT NOT NULL,
    dimension TEXT NOT NULL,
    day INTEGER NOT NULL,
    facts BLOB NOT NULL,
    PRIMARY KEY (account_id, site, dimension, day)
) STRICT;

-- Why hits are missing.
CREATE TABLE dropped_hit (
    account_id BLOB NOT NULL,
    site TEXT NOT NULL,
    day INTEGER NOT NULL,
    reason TEXT NOT NULL,
    hits INTEGER NOT NULL,
    PRIMARY KEY (account_id, site, day, reason)
) STRICT, WITHOUT ROWID;

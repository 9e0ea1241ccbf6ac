-- Visitors who are recognised and have visits that are over, counted through, so that a set of them is short.
CREATE TABLE visitor (
    account_id BLOB NOT NULL,
    site TEXT NOT NULL,
    number INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    PRIMARY KEY (account_id, site, number)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX visitor_ordinal ON visitor (account_id, site, ordinal);
INSERT INTO visitor
    SELECT account_id, site, visitor, row_number() OVER (PARTITION BY account_id, site) - 1
    FROM (SELECT DISTINCT account_id, site, visitor FROM visit WHERE is_recognised = 1);
-- Their figures had numbers where there are ordinals now.
UPDATE visit_day SET is_tallied = 0 WHERE version > 0;

-- What a stretch of days adds up to, by dimension; none of a stretch of which a day was added up since.
CREATE TABLE stretch_tally (
    account_id BLOB NOT NULL,
    site TEXT NOT NULL,
    dimension TEXT NOT NULL,
    stretch INTEGER NOT NULL,
    facts BLOB NOT NULL,
    PRIMARY KEY (account_id, site, dimension, stretch)
) STRICT;

-- The sealed salts of sites and days, by which visitors who are not recognised are counted. They are in no backup of keys.
CREATE TABLE visit_salt (
    site BYTEA NOT NULL,
    day INTEGER NOT NULL,
    salt BYTEA NOT NULL,
    PRIMARY KEY (site, day)
);
COMMENT ON TABLE visit_salt IS 'everywhere';

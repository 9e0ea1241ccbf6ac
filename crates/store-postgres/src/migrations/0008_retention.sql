-- What happened to a person, from which retention clocks run, stands with the subject. While the ends of their records do
-- not all follow, nothing of theirs expires.
ALTER TABLE subject ADD COLUMN triggers TEXT NOT NULL DEFAULT '{}';
ALTER TABLE subject ADD COLUMN settling BOOLEAN NOT NULL DEFAULT false;
CREATE INDEX subject_settling ON subject (id) WHERE settling;
-- Of whom something is kept is asked apart from what ends, and they are few.
CREATE INDEX subject_kept ON subject (id) WHERE freezes <> '[]' OR settling;

-- What ends when is counted along one index that holds all that is asked, those without an end first.
CREATE INDEX record_metadata_by_end ON record_metadata (expires_at, account_id, record_type);
DROP INDEX record_metadata_by_expiry;

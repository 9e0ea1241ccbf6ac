-- What screening found in a record, in words of a closed vocabulary. Most records have none.
ALTER TABLE record_metadata ADD COLUMN flags TEXT NOT NULL DEFAULT '[]';
CREATE INDEX record_metadata_flagged ON record_metadata (account_id, record_id) WHERE flags <> '[]';

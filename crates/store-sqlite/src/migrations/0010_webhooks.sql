-- Where events are delivered to, and how far each has come. `facts` is the webhook as JSON, its secret sealed; one that is
-- given up has no `due_at`.

CREATE TABLE webhook (
    id BLOB PRIMARY KEY,
    account_id BLOB NOT NULL,
    version INTEGER NOT NULL,
    due_at INTEGER,
    from_index INTEGER NOT NULL,
    from_ordinal INTEGER NOT NULL,
    facts TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_by_account ON webhook (account_id, id);
CREATE INDEX webhook_due ON webhook (due_at) WHERE due_at IS NOT NULL;

-- Where events are delivered to, and how far each has come. `facts` is the webhook as JSON, its secret sealed; one that is
-- given up has no `due_at`.
CREATE TABLE webhook (
    bucket INTEGER NOT NULL,
    id UUID NOT NULL,
    account_id UUID NOT NULL,
    version BIGINT NOT NULL,
    due_at BIGINT,
    from_index BIGINT NOT NULL,
    from_ordinal BIGINT NOT NULL,
    facts TEXT NOT NULL,
    PRIMARY KEY (id, bucket)
);
COMMENT ON TABLE webhook IS 'by bucket';
CREATE INDEX webhook_by_account ON webhook (account_id, id);
CREATE INDEX webhook_due ON webhook (due_at) WHERE due_at IS NOT NULL;

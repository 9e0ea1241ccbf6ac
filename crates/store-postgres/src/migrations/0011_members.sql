-- Whether an account goes on: a row where it does not, as it did from the beginning.
CREATE TABLE account_state (
    account_id UUID PRIMARY KEY,
    state TEXT NOT NULL,
    since BIGINT NOT NULL
);
COMMENT ON TABLE account_state IS 'everywhere';

-- When an API key was last used, to within a day.
CREATE TABLE api_key_use (
    key_id UUID PRIMARY KEY,
    used_at BIGINT NOT NULL
);
COMMENT ON TABLE api_key_use IS 'everywhere';

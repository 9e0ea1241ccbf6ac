-- Why a version of a policy did not wait for the notice that was promised.
ALTER TABLE policy_version ADD COLUMN because TEXT;

-- When an account accepted the version that it accepted.
ALTER TABLE account ADD COLUMN accepted_at INTEGER;

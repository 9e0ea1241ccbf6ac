-- Why a version of a policy did not wait for the notice that was promised.
ALTER TABLE policy_version ADD COLUMN because TEXT;

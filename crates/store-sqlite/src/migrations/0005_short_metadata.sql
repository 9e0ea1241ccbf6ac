-- Most lists are empty, and most records were collected for one purpose, by which their row lies: neither is spelled out,
-- as queries read thousands of these rows. An empty list is nothing; so is `collected_for` where it is just the home.
UPDATE record_metadata SET
    collected_for = CASE WHEN collected_for = json_array(home) THEN '' ELSE collected_for END,
    shared_with = CASE WHEN shared_with = '[]' THEN '' ELSE shared_with END,
    objections = CASE WHEN objections = '[]' THEN '' ELSE objections END,
    automated = CASE WHEN automated = '[]' THEN '' ELSE automated END;
UPDATE record_metadata SET collected_for = '' WHERE home = '' AND collected_for = '[]';

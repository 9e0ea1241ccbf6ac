-- Slots begin with the number that they begin with on the embedded engine, so that a backup of the keys can be restored
-- there: a wrapped key is bound to the number of its slot.
UPDATE key_slot_next SET slot = 4 WHERE slot < 4;

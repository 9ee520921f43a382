-- Why nothing may be written here: it is being moved, or has moved, or is not
-- whole yet.  Empty: it may.
ALTER TABLE head ADD COLUMN closed TEXT NOT NULL DEFAULT '';

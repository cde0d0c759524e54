-- What makes an inclusion proof quick. A proof needs eight hashes out of a tile of 256; with the sixteen nodes of height 4 beside
-- the hashes, it reads a kilobyte and hashes some twenty nodes instead of reading eight and hashing 247. Tiles from before have
-- none and are hashed whole. Nothing rests on it: a proof is verified before it is given, and made from the hashes if it fails.
SET ROLE parley_log_owner;

ALTER TABLE log.tile ADD COLUMN nodes bytea CHECK (length(nodes) = 512);
ALTER TABLE log.tile ALTER COLUMN nodes SET STORAGE EXTERNAL;

RESET ROLE;

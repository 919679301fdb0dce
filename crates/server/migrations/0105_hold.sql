-- A wait that OpenAI asked for was known by the windows alone that it refused with 429. One that came with a 503, or while
-- names were read, was forgotten as soon as somebody hurried. It is the connection's own: until when, and since when.
ALTER TABLE connection ADD COLUMN held_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE connection ADD COLUMN held_at BIGINT NOT NULL DEFAULT 0;

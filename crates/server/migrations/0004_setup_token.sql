-- The one-time token of the first run, hashed. There is at most one, and none once a user exists.
CREATE TABLE setup_token (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    token_hash TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- The one-time token of the set-up, by its SHA-256. The primary key lets there be one at most.
CREATE TABLE setup_token (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    token_hash TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- Sessions. Only a hash of the cookie's value is kept, so nobody signs in with a copy of the database.
CREATE TABLE session (
    token_hash TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES app_user (id),
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL
);

CREATE INDEX session_of_user ON session (user_id);

-- What an installation has once. The check value recognises the master key before anything else is read or written.
CREATE TABLE installation (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    check_value TEXT NOT NULL,
    fingerprint_key TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

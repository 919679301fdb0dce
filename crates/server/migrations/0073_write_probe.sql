-- Whether the database takes changes: written and emptied again when it has refused one. It has no row otherwise.
CREATE TABLE write_probe (
    id BIGINT NOT NULL PRIMARY KEY,
    body BYTEA NOT NULL
);

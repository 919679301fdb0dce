-- Every call to OpenAI with an admin key: what a security reviewer asks for first. Written in the transaction of what was
-- read; each row's hash covers its columns and the hash before it, per connection, so that what is changed or removed is
-- noticed. There is no reference to a connection: a key is tried before its connection exists, and the log outlives it.
CREATE TABLE upstream_call (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    connection_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    -- When the call began.
    at BIGINT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    status BIGINT,
    outcome TEXT NOT NULL,
    request_id TEXT,
    duration_ms BIGINT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (connection_id, seq)
);

CREATE INDEX upstream_call_at ON upstream_call (tenant_id, at, connection_id, seq);

-- Where a connection's log begins, since old calls are dropped, and where it ends.
CREATE TABLE upstream_call_head (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    connection_id TEXT NOT NULL PRIMARY KEY,
    -- The number of the last row that was dropped, 0 for none, and its hash.
    dropped_seq BIGINT NOT NULL,
    dropped_hash TEXT NOT NULL,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL,
    seal TEXT NOT NULL
);

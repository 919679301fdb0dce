-- Sealed admin keys and the wrapped data keys that open them. Deleting a wrapped key destroys what it sealed.
-- There is no reference to a connection, because a draft's key is sealed before its connection exists.
CREATE TABLE secret (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    connection_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    version BIGINT NOT NULL,
    sealed TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (connection_id, kind, version)
);

CREATE TABLE wrapped_key (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    connection_id TEXT NOT NULL PRIMARY KEY,
    wrapped TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

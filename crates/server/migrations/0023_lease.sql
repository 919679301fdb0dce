-- Which process imports a connection now, so that of several on one database one does. The token rises with every
-- change of hands: a process that was paused and comes back writes with an old one, and is refused. The expiry is a
-- moment of the database's own clock, since those of two machines differ.
CREATE TABLE lease (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    connection_id TEXT NOT NULL PRIMARY KEY REFERENCES connection (id),
    owner TEXT NOT NULL,
    token BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

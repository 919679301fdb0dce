-- Who asks for which permission. Of each person and permission one request is open at most.
CREATE TABLE access_request (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    user_id TEXT NOT NULL REFERENCES app_user (id),
    permission TEXT NOT NULL,
    note TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    decided_at BIGINT
);

CREATE UNIQUE INDEX access_request_open ON access_request (user_id, permission) WHERE state = 'open';
CREATE INDEX access_request_tenant ON access_request (tenant_id, state, created_at);

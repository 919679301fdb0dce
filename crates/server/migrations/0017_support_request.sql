-- Support requests with the diagnostics that the server wrote when they were opened.
CREATE TABLE support_request (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    subject TEXT NOT NULL,
    message TEXT NOT NULL,
    diagnostics TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE INDEX support_request_newest ON support_request (tenant_id, created_at);

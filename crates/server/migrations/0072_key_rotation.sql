-- The rotation of the master key that is under way, if there is one. It ends when no wrapped key is of an older one.
CREATE TABLE key_rotation (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    -- 1: secrets get new data keys as well.
    data_keys BIGINT NOT NULL,
    began_at BIGINT NOT NULL
);

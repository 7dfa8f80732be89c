-- Exchange between replicas: the registers in conflict, and which person or household another one turned out to be.

CREATE TABLE sync_conflict (
    kind TEXT NOT NULL,
    record TEXT NOT NULL,
    register TEXT NOT NULL,
    PRIMARY KEY (kind, record, register)
);

ALTER TABLE person ADD COLUMN merged_into TEXT;
ALTER TABLE household ADD COLUMN merged_into TEXT;

CREATE TABLE partner (
    sign TEXT NOT NULL,
    age TEXT NOT NULL,
    name TEXT NOT NULL,
    acked TEXT NOT NULL,
    PRIMARY KEY (sign)
);

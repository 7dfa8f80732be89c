-- The township: whose cards are whose, what it has sealed, what it answers and asks, and what villages report to it.

ALTER TABLE partner ADD COLUMN role TEXT NOT NULL DEFAULT 'branch';
ALTER TABLE partner ADD COLUMN unit TEXT NOT NULL DEFAULT '';
ALTER TABLE partner ADD COLUMN branch TEXT NOT NULL DEFAULT '';

ALTER TABLE branch ADD COLUMN report_visits INTEGER;

CREATE TABLE sync_seal (
    replica TEXT NOT NULL,
    number INTEGER NOT NULL,
    chain BLOB NOT NULL,
    sign TEXT NOT NULL,
    signature BLOB NOT NULL,
    PRIMARY KEY (replica)
);

CREATE TABLE superior (
    name TEXT,
    sign TEXT,
    age TEXT,
    id TEXT NOT NULL,
    removed_at TEXT,
    PRIMARY KEY (id)
);

CREATE TABLE township_reply (
    issue_id TEXT,
    disposition TEXT,
    words TEXT,
    replied_on TEXT,
    replied_by TEXT,
    id TEXT NOT NULL,
    removed_at TEXT,
    PRIMARY KEY (id)
);

CREATE INDEX township_reply_issue ON township_reply (issue_id);

CREATE TABLE instruction (
    title TEXT,
    words TEXT,
    due_on TEXT,
    issued_on TEXT,
    issued_by TEXT,
    done_on TEXT,
    done_note TEXT,
    id TEXT NOT NULL,
    removed_at TEXT,
    PRIMARY KEY (id)
);

CREATE TABLE village (
    name TEXT,
    secretary TEXT,
    households INTEGER,
    members INTEGER,
    branch TEXT,
    reported_at TEXT,
    made_at TEXT,
    knowledge TEXT,
    conflicts INTEGER,
    apart INTEGER,
    id TEXT NOT NULL,
    removed_at TEXT,
    PRIMARY KEY (id)
);

CREATE TABLE cadre_month (
    period TEXT,
    name TEXT,
    post TEXT,
    visited INTEGER,
    quota INTEGER,
    village_id TEXT,
    source TEXT,
    touched BIGINT,
    id TEXT NOT NULL,
    removed_at TEXT,
    PRIMARY KEY (id)
);

CREATE INDEX cadre_month_village ON cadre_month (village_id, period);

CREATE TABLE village_month (
    period TEXT,
    liaison INTEGER,
    home INTEGER,
    patrol INTEGER,
    households INTEGER,
    village_id TEXT,
    source TEXT,
    touched BIGINT,
    id TEXT NOT NULL,
    removed_at TEXT,
    PRIMARY KEY (id)
);

CREATE INDEX village_month_village ON village_month (village_id, period);

CREATE TABLE village_issue (
    words TEXT,
    villager_group TEXT,
    source_way TEXT,
    category TEXT,
    collected_on TEXT,
    stage TEXT,
    measure TEXT,
    lead TEXT,
    owner TEXT,
    due_on TEXT,
    resolved_on TEXT,
    result TEXT,
    fed_back_on TEXT,
    satisfaction TEXT,
    escalated_on TEXT,
    asked TEXT,
    village_id TEXT,
    source TEXT,
    touched BIGINT,
    id TEXT NOT NULL,
    removed_at TEXT,
    PRIMARY KEY (id)
);

CREATE INDEX village_issue_village ON village_issue (village_id, collected_on);
CREATE INDEX village_issue_source ON village_issue (source);

CREATE TABLE village_visit (
    occurred_on TEXT,
    visit_type TEXT,
    visitors TEXT,
    place TEXT,
    account TEXT,
    village_id TEXT,
    source TEXT,
    touched BIGINT,
    id TEXT NOT NULL,
    removed_at TEXT,
    PRIMARY KEY (id)
);

CREATE INDEX village_visit_village ON village_visit (village_id, occurred_on);

CREATE TABLE instruction_report (
    done_on TEXT,
    done_note TEXT,
    village_id TEXT,
    source TEXT,
    touched BIGINT,
    id TEXT NOT NULL,
    removed_at TEXT,
    PRIMARY KEY (id)
);

CREATE INDEX instruction_report_village ON instruction_report (village_id);

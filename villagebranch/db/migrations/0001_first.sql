-- The first schema: every record kind, the journal, the kept columns and what belongs to this copy alone.

CREATE TABLE local_state (
    "key" TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY ("key")
);

CREATE TABLE sync_act (
    replica TEXT NOT NULL,
    number INTEGER NOT NULL,
    stamp BIGINT NOT NULL,
    author TEXT NOT NULL,
    at TEXT NOT NULL,
    form TEXT NOT NULL,
    schema INTEGER NOT NULL,
    undoes TEXT,
    chain BLOB NOT NULL,
    PRIMARY KEY (replica, number)
);

CREATE TABLE sync_change (
    replica TEXT NOT NULL,
    number INTEGER NOT NULL,
    item INTEGER NOT NULL,
    kind TEXT NOT NULL,
    record TEXT NOT NULL,
    fields TEXT NOT NULL,
    PRIMARY KEY (replica, number, item)
);

CREATE TABLE sync_vector (
    replica TEXT NOT NULL,
    number INTEGER NOT NULL,
    vector TEXT NOT NULL,
    PRIMARY KEY (replica, number)
);

CREATE TABLE household (
    number INTEGER,
    villager_group TEXT,
    door TEXT,
    phone TEXT,
    tags TEXT,
    card_given INTEGER,
    note TEXT,
    id TEXT NOT NULL,
    removed_at TEXT,
    PRIMARY KEY (id)
);

CREATE TABLE household_member (
    household_id TEXT,
    person_id TEXT,
    relation TEXT,
    remark TEXT,
    id TEXT NOT NULL,
    removed_at TEXT,
    PRIMARY KEY (id)
);

CREATE TABLE person (
    name TEXT,
    sex TEXT,
    born_on TEXT,
    ethnicity TEXT,
    id_number TEXT,
    phone TEXT,
    address TEXT,
    native_place TEXT,
    education TEXT,
    degree TEXT,
    school TEXT,
    occupation TEXT,
    work_started_on TEXT,
    police_station TEXT,
    id TEXT NOT NULL,
    removed_at TEXT,
    PRIMARY KEY (id)
);

CREATE TABLE visit (
    household_id TEXT,
    place TEXT,
    occurred_on TEXT,
    recorded_at TEXT,
    visitors TEXT,
    visit_type TEXT,
    account TEXT,
    id TEXT NOT NULL,
    removed_at TEXT,
    PRIMARY KEY (id)
);

CREATE TABLE visit_visitor (
    visit_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    occurred_on TEXT NOT NULL,
    household_id TEXT,
    PRIMARY KEY (visit_id, person_id)
);

CREATE TABLE household_state (
    household_id TEXT NOT NULL,
    head_id TEXT,
    head_name TEXT,
    people INTEGER NOT NULL,
    last_visit_on TEXT,
    PRIMARY KEY (household_id)
);

CREATE TABLE agenda_item (
    meeting_id TEXT,
    position INTEGER,
    title TEXT,
    reporter_id TEXT,
    discussion TEXT,
    vote_way TEXT,
    votes_yes INTEGER,
    votes_no INTEGER,
    votes_abstain INTEGER,
    votes_written INTEGER,
    resolution TEXT,
    owner_id TEXT,
    due_on TEXT,
    issue_id TEXT,
    earlier_id TEXT,
    major INTEGER,
    election INTEGER,
    id TEXT NOT NULL,
    removed_at TEXT,
    PRIMARY KEY (id)
);

CREATE TABLE attachment (
    owner_kind TEXT,
    owner_id TEXT,
    caption TEXT,
    sha256 TEXT,
    width INTEGER,
    height INTEGER,
    id TEXT NOT NULL,
    removed_at TEXT,
    PRIMARY KEY (id)
);

CREATE TABLE attachment_blob (
    sha256 TEXT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (sha256)
);

CREATE TABLE attendance (
    meeting_id TEXT,
    person_id TEXT,
    status TEXT,
    reason TEXT,
    can_vote INTEGER,
    id TEXT NOT NULL,
    removed_at TEXT,
    PRIMARY KEY (id)
);

CREATE TABLE branch (
    name TEXT,
    township TEXT,
    village TEXT,
    district_code TEXT,
    phone TEXT,
    secretary TEXT,
    place TEXT,
    term_ends_on TEXT,
    id TEXT NOT NULL,
    removed_at TEXT,
    PRIMARY KEY (id)
);

CREATE TABLE cadre (
    person_id TEXT,
    post TEXT,
    from_on TEXT,
    to_on TEXT,
    id TEXT NOT NULL,
    removed_at TEXT,
    PRIMARY KEY (id)
);

CREATE TABLE household_link (
    cadre_id TEXT,
    household_id TEXT,
    from_on TEXT,
    to_on TEXT,
    id TEXT NOT NULL,
    removed_at TEXT,
    PRIMARY KEY (id)
);

CREATE TABLE issue (
    words TEXT,
    confirmed INTEGER,
    visit_id TEXT,
    household_id TEXT,
    reporter TEXT,
    source TEXT,
    issue_kind TEXT,
    category TEXT,
    collected_on TEXT,
    answer TEXT,
    stage TEXT,
    measure TEXT,
    lead_id TEXT,
    owner_id TEXT,
    due_on TEXT,
    resolved_on TEXT,
    result TEXT,
    fed_back_on TEXT,
    fed_back_way TEXT,
    satisfaction TEXT,
    escalated_on TEXT,
    merged_into TEXT,
    id TEXT NOT NULL,
    removed_at TEXT,
    PRIMARY KEY (id)
);

CREATE TABLE issue_event (
    issue_id TEXT,
    event_type TEXT,
    happened_on TEXT,
    note TEXT,
    by_id TEXT,
    id TEXT NOT NULL,
    removed_at TEXT,
    PRIMARY KEY (id)
);

CREATE TABLE meeting (
    meeting_type TEXT,
    starts_at TEXT,
    ends_at TEXT,
    place TEXT,
    title TEXT,
    chair_id TEXT,
    recorder_id TEXT,
    party_group TEXT,
    lecturer TEXT,
    hours INTEGER,
    guests TEXT,
    discussion TEXT,
    outcome TEXT,
    id TEXT NOT NULL,
    removed_at TEXT,
    PRIMARY KEY (id)
);

CREATE TABLE member (
    person_id TEXT,
    status TEXT,
    joined_on TEXT,
    full_on TEXT,
    post TEXT,
    party_group TEXT,
    sponsors TEXT,
    away INTEGER,
    away_since TEXT,
    away_place TEXT,
    contact_id TEXT,
    exempt INTEGER,
    dues_fen INTEGER,
    hardship TEXT,
    honours TEXT,
    remark TEXT,
    id TEXT NOT NULL,
    removed_at TEXT,
    PRIMARY KEY (id)
);

CREATE TABLE monthly_summary (
    period TEXT,
    state TEXT,
    meeting_id TEXT,
    frozen_at TEXT,
    snapshot TEXT,
    id TEXT NOT NULL,
    removed_at TEXT,
    PRIMARY KEY (id)
);

CREATE TABLE visit_quota (
    cadre_id TEXT,
    from_month TEXT,
    per_month INTEGER,
    id TEXT NOT NULL,
    removed_at TEXT,
    PRIMARY KEY (id)
);

CREATE INDEX sync_change_of ON sync_change (kind, record);
CREATE INDEX sync_act_by_stamp ON sync_act (stamp);
CREATE INDEX person_by_name ON person (name);
CREATE INDEX person_by_id_number ON person (id_number);
CREATE INDEX household_by_door ON household (villager_group, door);
CREATE INDEX household_member_of ON household_member (household_id);
CREATE INDEX household_member_is ON household_member (person_id);
CREATE INDEX member_is ON member (person_id);
CREATE INDEX household_link_by_household ON household_link (household_id);
CREATE INDEX household_link_by_cadre ON household_link (cadre_id);
CREATE INDEX visit_by_day ON visit (occurred_on DESC, id DESC, visit_type) WHERE removed_at IS NULL;
CREATE INDEX visit_by_household ON visit (household_id, occurred_on DESC, id DESC, visit_type) WHERE removed_at IS NULL;
CREATE INDEX visit_visitor_by_person ON visit_visitor (person_id, occurred_on DESC, visit_id DESC);
CREATE INDEX issue_by_day ON issue (collected_on DESC, id DESC, stage) WHERE removed_at IS NULL;
CREATE INDEX issue_by_visit ON issue (visit_id);
CREATE INDEX issue_by_household ON issue (household_id);
CREATE INDEX issue_by_stage ON issue (stage, due_on) WHERE removed_at IS NULL;
CREATE INDEX issue_by_resolved ON issue (resolved_on) WHERE removed_at IS NULL;
CREATE INDEX issue_by_fed_back ON issue (fed_back_on, satisfaction) WHERE removed_at IS NULL;
CREATE INDEX visit_removed ON visit (removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX issue_removed ON issue (removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX issue_event_of ON issue_event (issue_id);
CREATE INDEX meeting_by_time ON meeting (starts_at DESC, id DESC);
CREATE INDEX attendance_of ON attendance (meeting_id, removed_at, status, can_vote);
CREATE INDEX attendance_by_person ON attendance (person_id);
CREATE INDEX agenda_item_of ON agenda_item (meeting_id);
CREATE INDEX agenda_item_by_issue ON agenda_item (issue_id);
CREATE INDEX attachment_of ON attachment (owner_kind, owner_id);

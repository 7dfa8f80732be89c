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
    removed_at TEXT, merged_into TEXT,
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
    removed_at TEXT, merged_into TEXT,
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
CREATE TABLE sync_conflict (
    kind TEXT NOT NULL,
    record TEXT NOT NULL,
    register TEXT NOT NULL,
    PRIMARY KEY (kind, record, register)
);
CREATE TABLE partner (
    sign TEXT NOT NULL,
    age TEXT NOT NULL,
    name TEXT NOT NULL,
    acked TEXT NOT NULL,
    PRIMARY KEY (sign)
);
CREATE TABLE exchange_log (
    number INTEGER NOT NULL,
    at TEXT NOT NULL,
    way TEXT NOT NULL,
    sign TEXT NOT NULL,
    partner TEXT NOT NULL,
    kind TEXT NOT NULL,
    package TEXT NOT NULL,
    file TEXT NOT NULL,
    changes INTEGER NOT NULL,
    acts TEXT NOT NULL,
    PRIMARY KEY (number)
);
CREATE TABLE merged (
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    survivor TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE not_same (
    one_id TEXT,
    other_id TEXT,
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
CREATE INDEX person_merged ON person (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX household_merged ON household (merged_into) WHERE merged_into IS NOT NULL;
INSERT INTO "local_state" VALUES ('uid', '1b5e811d62d27eb9ba7021b1b9d3db7d');
INSERT INTO "local_state" VALUES ('code', '6dnxauk');
INSERT INTO "local_state" VALUES ('chain', '734937c6262bdcca8fbdc0912c50f3c24e423357747b9741cda8af4b2eddf441');
INSERT INTO "local_state" VALUES ('acts', '2');
INSERT INTO "local_state" VALUES ('ids', '19');
INSERT INTO "local_state" VALUES ('clock', '1795426200001');
INSERT INTO "local_state" VALUES ('schema', '4');
INSERT INTO "sync_act" VALUES ('6dnxauk', 1, 1795426200000, '王堃', '2026-11-23T09:30:00', '练习', 4, NULL, X'8957A8D6AAE4FE655195664EF539406B4119C196A3B521A51FB52C90097503CB');
INSERT INTO "sync_act" VALUES ('6dnxauk', 2, 1795426200001, '周丽', '2026-11-23T09:30:00', '记一次走访', 4, NULL, X'734937C6262BDCCA8FBDC0912C50F3C24E423357747B9741CDA8AF4B2EDDF441');
INSERT INTO "sync_change" VALUES ('6dnxauk', 1, 0, 'branch', '6dnxauk-00001', '{"name":"梅溪村党支部","place":"党群服务中心","secretary":"王堃","township":"枫泾镇"}');
INSERT INTO "sync_change" VALUES ('6dnxauk', 1, 1, 'person', '6dnxauk-00002', '{"born_on":"1978-02-11","name":"王堃","sex":"male"}');
INSERT INTO "sync_change" VALUES ('6dnxauk', 1, 2, 'person', '6dnxauk-00003', '{"born_on":"1985-06","name":"周丽","sex":"female"}');
INSERT INTO "sync_change" VALUES ('6dnxauk', 1, 3, 'person', '6dnxauk-00004', '{"born_on":"1995-02-03","name":"吴晓燕","sex":"female"}');
INSERT INTO "sync_change" VALUES ('6dnxauk', 1, 4, 'member', '6dnxauk-00005', '{"joined_on":"2011-01","party_group":"第一党小组","person_id":"6dnxauk-00002","post":"党支部书记","status":"full"}');
INSERT INTO "sync_change" VALUES ('6dnxauk', 1, 5, 'member', '6dnxauk-00006', '{"joined_on":"2012-07-01","party_group":"第一党小组","person_id":"6dnxauk-00003","post":"组织委员","status":"full"}');
INSERT INTO "sync_change" VALUES ('6dnxauk', 1, 6, 'member', '6dnxauk-00007', '{"joined_on":"2025-12-01","party_group":"第一党小组","person_id":"6dnxauk-00004","status":"probationary"}');
INSERT INTO "sync_change" VALUES ('6dnxauk', 1, 7, 'cadre', '6dnxauk-00008', '{"from_on":"2021-01-01","person_id":"6dnxauk-00002","post":"党支部书记"}');
INSERT INTO "sync_change" VALUES ('6dnxauk', 1, 8, 'cadre', '6dnxauk-00009', '{"from_on":"2021-01-01","person_id":"6dnxauk-00003","post":"组织委员"}');
INSERT INTO "sync_change" VALUES ('6dnxauk', 1, 9, 'household', '6dnxauk-0000a', '{"door":"18号","number":1,"phone":"13800002207","tags":"low_income","villager_group":"5组"}');
INSERT INTO "sync_change" VALUES ('6dnxauk', 1, 10, 'person', '6dnxauk-0000b', '{"born_on":"1954","name":"陆根发"}');
INSERT INTO "sync_change" VALUES ('6dnxauk', 1, 11, 'household_member', '6dnxauk-0000c', '{"household_id":"6dnxauk-0000a","person_id":"6dnxauk-0000b","relation":"head"}');
INSERT INTO "sync_change" VALUES ('6dnxauk', 1, 12, 'household', '6dnxauk-0000d', '{"door":"1号","number":2,"phone":"13800002207","tags":"alone","villager_group":"3组"}');
INSERT INTO "sync_change" VALUES ('6dnxauk', 1, 13, 'person', '6dnxauk-0000e', '{"born_on":"1954","name":"张桂芳"}');
INSERT INTO "sync_change" VALUES ('6dnxauk', 1, 14, 'household_member', '6dnxauk-0000f', '{"household_id":"6dnxauk-0000d","person_id":"6dnxauk-0000e","relation":"head"}');
INSERT INTO "sync_change" VALUES ('6dnxauk', 1, 15, 'household_link', '6dnxauk-0000g', '{"cadre_id":"6dnxauk-00009","from_on":"2025-01-01","household_id":"6dnxauk-0000a"}');
INSERT INTO "sync_change" VALUES ('6dnxauk', 2, 0, 'visit', '6dnxauk-0000h', '{"account":"血压偏高，药快吃完了。","household_id":"6dnxauk-0000a","occurred_on":"2026-11-20","recorded_at":"2026-11-23 09:30","visit_type":"home","visitors":"6dnxauk-00003"}');
INSERT INTO "sync_change" VALUES ('6dnxauk', 2, 1, 'issue', '6dnxauk-0000i', '{"collected_on":"2026-11-20","household_id":"6dnxauk-0000a","source":"home","stage":"collected","visit_id":"6dnxauk-0000h","words":"稻谷没有车送粮站"}');
INSERT INTO "sync_change" VALUES ('6dnxauk', 2, 2, 'issue_event', '6dnxauk-0000j', '{"by_id":"6dnxauk-00003","event_type":"collected","happened_on":"2026-11-20","issue_id":"6dnxauk-0000i"}');
INSERT INTO "household" VALUES (1, '5组', '18号', '13800002207', 'low_income', NULL, NULL, '6dnxauk-0000a', NULL, NULL);
INSERT INTO "household" VALUES (2, '3组', '1号', '13800002207', 'alone', NULL, NULL, '6dnxauk-0000d', NULL, NULL);
INSERT INTO "household_member" VALUES ('6dnxauk-0000a', '6dnxauk-0000b', 'head', NULL, '6dnxauk-0000c', NULL);
INSERT INTO "household_member" VALUES ('6dnxauk-0000d', '6dnxauk-0000e', 'head', NULL, '6dnxauk-0000f', NULL);
INSERT INTO "person" VALUES ('王堃', 'male', '1978-02-11', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '6dnxauk-00002', NULL, NULL);
INSERT INTO "person" VALUES ('周丽', 'female', '1985-06', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '6dnxauk-00003', NULL, NULL);
INSERT INTO "person" VALUES ('吴晓燕', 'female', '1995-02-03', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '6dnxauk-00004', NULL, NULL);
INSERT INTO "person" VALUES ('陆根发', NULL, '1954', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '6dnxauk-0000b', NULL, NULL);
INSERT INTO "person" VALUES ('张桂芳', NULL, '1954', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '6dnxauk-0000e', NULL, NULL);
INSERT INTO "visit" VALUES ('6dnxauk-0000a', NULL, '2026-11-20', '2026-11-23 09:30', '6dnxauk-00003', 'home', '血压偏高，药快吃完了。', '6dnxauk-0000h', NULL);
INSERT INTO "visit_visitor" VALUES ('6dnxauk-0000h', '6dnxauk-00003', '2026-11-20', '6dnxauk-0000a');
INSERT INTO "household_state" VALUES ('6dnxauk-0000d', '6dnxauk-0000e', '张桂芳', 1, NULL);
INSERT INTO "household_state" VALUES ('6dnxauk-0000a', '6dnxauk-0000b', '陆根发', 1, '2026-11-20');
INSERT INTO "branch" VALUES ('梅溪村党支部', '枫泾镇', NULL, NULL, NULL, '王堃', '党群服务中心', NULL, '6dnxauk-00001', NULL);
INSERT INTO "cadre" VALUES ('6dnxauk-00002', '党支部书记', '2021-01-01', NULL, '6dnxauk-00008', NULL);
INSERT INTO "cadre" VALUES ('6dnxauk-00003', '组织委员', '2021-01-01', NULL, '6dnxauk-00009', NULL);
INSERT INTO "household_link" VALUES ('6dnxauk-00009', '6dnxauk-0000a', '2025-01-01', NULL, '6dnxauk-0000g', NULL);
INSERT INTO "issue" VALUES ('稻谷没有车送粮站', NULL, '6dnxauk-0000h', '6dnxauk-0000a', NULL, 'home', NULL, NULL, '2026-11-20', NULL, 'collected', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '6dnxauk-0000i', NULL);
INSERT INTO "issue_event" VALUES ('6dnxauk-0000i', 'collected', '2026-11-20', NULL, '6dnxauk-00003', '6dnxauk-0000j', NULL);
INSERT INTO "member" VALUES ('6dnxauk-00002', 'full', '2011-01', NULL, '党支部书记', '第一党小组', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '6dnxauk-00005', NULL);
INSERT INTO "member" VALUES ('6dnxauk-00003', 'full', '2012-07-01', NULL, '组织委员', '第一党小组', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '6dnxauk-00006', NULL);
INSERT INTO "member" VALUES ('6dnxauk-00004', 'probationary', '2025-12-01', NULL, NULL, '第一党小组', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '6dnxauk-00007', NULL);

-- Duplicates: which records live on in another one, and which pairs a person has told apart.

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

CREATE INDEX person_merged ON person (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX household_merged ON household (merged_into) WHERE merged_into IS NOT NULL;

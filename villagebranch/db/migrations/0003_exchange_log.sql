-- 来往记录: what this computer has sent and taken in, in the order in which it did.

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

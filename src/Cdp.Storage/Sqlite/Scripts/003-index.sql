-- What is known over all customers (IGridIndex), written with the units that change it.

-- Whom to look at when. leased_until: a claimer has it until then.
CREATE TABLE due(
    workspace TEXT NOT NULL,
    customer BLOB NOT NULL,
    at INTEGER NOT NULL,
    leased_until INTEGER NOT NULL,
    PRIMARY KEY(workspace, customer)) WITHOUT ROWID;

CREATE INDEX due_by_time ON due(at);

CREATE TABLE memberships(
    workspace TEXT NOT NULL,
    audience TEXT NOT NULL,
    customer BLOB NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY(workspace, audience, customer)) WITHOUT ROWID;

CREATE INDEX memberships_by_customer ON memberships(workspace, customer);

-- How many entered less how many left, by hour: the sum over all hours is the present size.
CREATE TABLE audience_sizes(
    workspace TEXT NOT NULL,
    audience TEXT NOT NULL,
    hour INTEGER NOT NULL,
    delta INTEGER NOT NULL,
    PRIMARY KEY(workspace, audience, hour)) WITHOUT ROWID;

-- Live customers: from a stream's first append to its terminal record. sample: the UUID's last eight bytes, which are random, and then its first
-- eight. So they stand in the order of SampleKeys, and a row costs one key.
CREATE TABLE customers(
    workspace TEXT NOT NULL,
    sample BLOB NOT NULL,
    PRIMARY KEY(workspace, sample)) WITHOUT ROWID;

INSERT INTO customers(workspace, sample)
SELECT workspace, CAST(substr(stream, 9) || substr(stream, 1, 8) AS BLOB)
FROM (SELECT workspace, stream, max(version), kind FROM journal GROUP BY workspace, stream)
WHERE kind NOT IN (3, 6)
UNION
SELECT workspace, CAST(substr(customer, 9) || substr(customer, 1, 8) AS BLOB) FROM profiles p
WHERE NOT EXISTS (SELECT 1 FROM journal j WHERE j.workspace=p.workspace AND j.stream=p.customer);

-- How far background work has come. body: UTF-8 JSON.
CREATE TABLE progress(
    workspace TEXT NOT NULL,
    name TEXT NOT NULL,
    revision INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY(workspace, name));

-- AUTOINCREMENT: a number that was given away never comes again, also when its entry was removed. Readers go on behind numbers.
CREATE TABLE feed(
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace TEXT NOT NULL,
    topic TEXT NOT NULL,
    customer BLOB NOT NULL,
    at INTEGER NOT NULL,
    body BLOB NOT NULL);

-- By workspace, topic and number: an index ends with the number of its row.
CREATE INDEX feed_by_topic ON feed(workspace, topic);
CREATE INDEX feed_by_customer ON feed(workspace, customer);
CREATE INDEX feed_by_time ON feed(at);

-- dead: 1 for a message that was given up. created: when it was first due.
CREATE TABLE outbox(
    number INTEGER PRIMARY KEY,
    workspace TEXT NOT NULL,
    queue TEXT NOT NULL,
    id TEXT NOT NULL,
    customer BLOB NOT NULL,
    not_before INTEGER NOT NULL,
    created INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    leased_until INTEGER NOT NULL,
    dead INTEGER NOT NULL,
    body BLOB NOT NULL,
    UNIQUE(workspace, queue, id));

CREATE INDEX outbox_by_time ON outbox(workspace, queue, dead, not_before, id);
CREATE INDEX outbox_by_customer ON outbox(workspace, customer);

-- Attempts. id: the message's. status: the number of DeliveryStatus.
CREATE TABLE deliveries(
    number INTEGER PRIMARY KEY,
    workspace TEXT NOT NULL,
    queue TEXT NOT NULL,
    id TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    at INTEGER NOT NULL,
    duration INTEGER NOT NULL,
    status INTEGER NOT NULL,
    http_status INTEGER,
    code TEXT,
    retry_at INTEGER);

CREATE INDEX deliveries_by_queue ON deliveries(workspace, queue, at);
CREATE INDEX deliveries_by_message ON deliveries(workspace, queue, id, at);
CREATE INDEX deliveries_by_time ON deliveries(at);

-- Bodies live apart from the key of the journal: the key's tree stays small and hot, and bodies are appended at the end of theirs.
-- With the body inside a WITHOUT ROWID tree, random streams cost 2.7 times as much per row (docs/storage.md).
CREATE TABLE bodies(
    id INTEGER PRIMARY KEY,
    body BLOB NOT NULL);

-- stream: the 16 bytes of the UUID, big-endian, so that the order of keys is the order of creation. body: bodies.id, null for an empty one.
CREATE TABLE journal(
    workspace TEXT NOT NULL,
    stream BLOB NOT NULL,
    version INTEGER NOT NULL,
    time INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    body INTEGER,
    PRIMARY KEY(workspace, stream, version)) WITHOUT ROWID;

CREATE TABLE identifiers(
    workspace TEXT NOT NULL,
    type TEXT NOT NULL,
    value TEXT NOT NULL,
    customer BLOB NOT NULL,
    epoch_stream BLOB NOT NULL,
    epoch_version INTEGER NOT NULL,
    linked_at INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY(workspace, type, value)) WITHOUT ROWID;

CREATE TABLE profiles(
    workspace TEXT NOT NULL,
    customer BLOB NOT NULL,
    version INTEGER NOT NULL,
    state BLOB NOT NULL,
    PRIMARY KEY(workspace, customer));

-- hash: HMAC-SHA256 of "type:value" under the key that meta holds.
CREATE TABLE erasures(
    workspace TEXT NOT NULL,
    hash BLOB NOT NULL,
    at INTEGER NOT NULL,
    suppress INTEGER NOT NULL,
    PRIMARY KEY(workspace, hash)) WITHOUT ROWID;

CREATE TABLE meta(
    key TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL) WITHOUT ROWID;

INSERT INTO meta(key, value) VALUES ('erasure_key', randomblob(32)), ('recoveries', 0);

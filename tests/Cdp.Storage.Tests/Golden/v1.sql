-- A journal as schema 1 wrote it. Never changed: every later release must open it.
PRAGMA auto_vacuum=INCREMENTAL;
CREATE TABLE bodies(id INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE journal(workspace TEXT NOT NULL, stream BLOB NOT NULL, version INTEGER NOT NULL, time INTEGER NOT NULL, kind INTEGER NOT NULL, body INTEGER, PRIMARY KEY(workspace, stream, version)) WITHOUT ROWID;
CREATE TABLE identifiers(workspace TEXT NOT NULL, type TEXT NOT NULL, value TEXT NOT NULL, customer BLOB NOT NULL, epoch_stream BLOB NOT NULL, epoch_version INTEGER NOT NULL, linked_at INTEGER NOT NULL, last_seen INTEGER NOT NULL, source TEXT NOT NULL, PRIMARY KEY(workspace, type, value)) WITHOUT ROWID;
CREATE TABLE profiles(workspace TEXT NOT NULL, customer BLOB NOT NULL, version INTEGER NOT NULL, state BLOB NOT NULL, PRIMARY KEY(workspace, customer));
CREATE TABLE erasures(workspace TEXT NOT NULL, hash BLOB NOT NULL, at INTEGER NOT NULL, suppress INTEGER NOT NULL, PRIMARY KEY(workspace, hash)) WITHOUT ROWID;
CREATE TABLE meta(key TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
INSERT INTO bodies VALUES (7, CAST('golden' AS BLOB));
INSERT INTO journal VALUES ('default', x'01890000000070008000000000000001', 1, 1000, 1, 7), ('default', x'01890000000070008000000000000001', 2, 1001, 2, NULL);
INSERT INTO identifiers VALUES ('default', 'email', 'gold@example.test', x'01890000000070008000000000000001', x'01890000000070008000000000000001', 2, 1001, 1001, 'web');
INSERT INTO profiles VALUES ('default', x'01890000000070008000000000000001', 1, CAST('state' AS BLOB));
-- HMAC-SHA256 of "email:erased@example.test" under 32 zero bytes.
INSERT INTO erasures VALUES ('default', x'4ddc0e4825620ee01d04749040a7d8c72547d741ba4a264f9f9e4d4b3b146781', 5, 1);
INSERT INTO meta VALUES ('erasure_key', zeroblob(32)), ('recoveries', 0);
PRAGMA application_id=1128550471;
PRAGMA user_version=1;

-- Every version of every definition (IDefinitions). change: its place among the workspace's changes. body: UTF-8 JSON, null where the version deleted it.
CREATE TABLE definitions(
    workspace TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    change INTEGER NOT NULL,
    body BLOB,
    at INTEGER NOT NULL,
    by TEXT NOT NULL,
    reason TEXT,
    PRIMARY KEY(workspace, kind, name, version));

CREATE UNIQUE INDEX definitions_by_change ON definitions(workspace, change);

-- The latest change of every workspace: what pollers ask.
CREATE TABLE definition_changes(
    workspace TEXT NOT NULL PRIMARY KEY,
    latest INTEGER NOT NULL) WITHOUT ROWID;

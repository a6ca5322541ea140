-- Schema 2: definitions (IDefinitions), small documents that operators write, with every version of them.

-- change: its place among the workspace's changes. body: UTF-8 JSON, null where the version deleted it. at: Unix milliseconds.
CREATE TABLE definitions(
    workspace text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    change bigint NOT NULL,
    body bytea,
    at bigint NOT NULL,
    by text NOT NULL,
    reason text,
    PRIMARY KEY (workspace, kind, name, version),
    UNIQUE (workspace, change));

-- The latest change of every workspace. Writers lock the row until they commit, so that changes become visible in their order and without gaps,
-- which a sequence does not promise; pollers read it.
CREATE TABLE definition_changes(
    workspace text COLLATE "C" PRIMARY KEY,
    latest bigint NOT NULL);

INSERT INTO schema_versions(version) VALUES (2);

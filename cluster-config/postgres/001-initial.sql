-- Schema 1 of the journal over PostgreSQL 14 or later. Applied by the journal itself when it opens, or by apply.sql; never edited after a release.

CREATE TABLE schema_versions(
    version integer PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now());

-- Where every stream ends. The row is what writers lock, so that versions follow each other whichever process appends; it outlives the stream's
-- records, which retention may remove. Only columns outside the key change: with room in the page, no index entry is written.
CREATE TABLE streams(
    workspace text COLLATE "C" NOT NULL,
    stream uuid NOT NULL,
    version bigint NOT NULL,
    last_kind smallint NOT NULL,
    PRIMARY KEY (workspace, stream)) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);

-- time: Unix milliseconds (event time for events). kind: the number of RecordKind. body: UTF-8 JSON, null for an empty one.
CREATE TABLE journal(
    workspace text COLLATE "C" NOT NULL,
    stream uuid NOT NULL,
    version bigint NOT NULL,
    time bigint NOT NULL,
    kind smallint NOT NULL,
    body bytea,
    PRIMARY KEY (workspace, stream, version)) PARTITION BY HASH (stream);

CREATE TABLE journal_00 PARTITION OF journal FOR VALUES WITH (MODULUS 16, REMAINDER 0);
CREATE TABLE journal_01 PARTITION OF journal FOR VALUES WITH (MODULUS 16, REMAINDER 1);
CREATE TABLE journal_02 PARTITION OF journal FOR VALUES WITH (MODULUS 16, REMAINDER 2);
CREATE TABLE journal_03 PARTITION OF journal FOR VALUES WITH (MODULUS 16, REMAINDER 3);
CREATE TABLE journal_04 PARTITION OF journal FOR VALUES WITH (MODULUS 16, REMAINDER 4);
CREATE TABLE journal_05 PARTITION OF journal FOR VALUES WITH (MODULUS 16, REMAINDER 5);
CREATE TABLE journal_06 PARTITION OF journal FOR VALUES WITH (MODULUS 16, REMAINDER 6);
CREATE TABLE journal_07 PARTITION OF journal FOR VALUES WITH (MODULUS 16, REMAINDER 7);
CREATE TABLE journal_08 PARTITION OF journal FOR VALUES WITH (MODULUS 16, REMAINDER 8);
CREATE TABLE journal_09 PARTITION OF journal FOR VALUES WITH (MODULUS 16, REMAINDER 9);
CREATE TABLE journal_10 PARTITION OF journal FOR VALUES WITH (MODULUS 16, REMAINDER 10);
CREATE TABLE journal_11 PARTITION OF journal FOR VALUES WITH (MODULUS 16, REMAINDER 11);
CREATE TABLE journal_12 PARTITION OF journal FOR VALUES WITH (MODULUS 16, REMAINDER 12);
CREATE TABLE journal_13 PARTITION OF journal FOR VALUES WITH (MODULUS 16, REMAINDER 13);
CREATE TABLE journal_14 PARTITION OF journal FOR VALUES WITH (MODULUS 16, REMAINDER 14);
CREATE TABLE journal_15 PARTITION OF journal FOR VALUES WITH (MODULUS 16, REMAINDER 15);

-- value: the UTF-8 bytes, which text cannot hold all of (U+0000); read them with convert_from(value, 'UTF8').
CREATE TABLE identifiers(
    workspace text COLLATE "C" NOT NULL,
    type text COLLATE "C" NOT NULL,
    value bytea NOT NULL,
    customer uuid NOT NULL,
    epoch_stream uuid NOT NULL,
    epoch_version bigint NOT NULL,
    linked_at bigint NOT NULL,
    last_seen bigint NOT NULL,
    source text NOT NULL,
    PRIMARY KEY (workspace, type, value));

CREATE TABLE profiles(
    workspace text COLLATE "C" NOT NULL,
    customer uuid NOT NULL,
    version bigint NOT NULL,
    state bytea NOT NULL,
    PRIMARY KEY (workspace, customer)) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);

-- hash: HMAC-SHA256 of "type:value" under the key that meta holds.
CREATE TABLE erasures(
    workspace text COLLATE "C" NOT NULL,
    hash bytea NOT NULL,
    at bigint NOT NULL,
    suppress boolean NOT NULL,
    PRIMARY KEY (workspace, hash));

-- Erasures whose dead rows have not been vacuumed yet. xid: the transaction that erased.
CREATE TABLE unvacuumed(
    xid xid8 PRIMARY KEY,
    tables text[] NOT NULL);

CREATE TABLE meta(
    key text COLLATE "C" PRIMARY KEY,
    value bytea NOT NULL);

-- 244 bits from the server's strong random source, without an extension.
INSERT INTO meta(key, value) VALUES ('erasure_key', sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));

INSERT INTO schema_versions(version) VALUES (1);

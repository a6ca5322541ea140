-- Who is a member of a cluster of silos. Orleans' ADO.NET provider asks by the names in OrleansQuery and by their parameters and columns; the tables
-- and the statements are ours. Every change of a member raises the cluster's version in the same statement, and only from the version that the silo
-- has seen: of two silos that change something at once, one is told so and reads again. Once more does no harm.
CREATE TABLE IF NOT EXISTS silo_clusters
(
    cluster_id text PRIMARY KEY,
    version integer NOT NULL DEFAULT 0,
    changed_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS silo_members
(
    cluster_id text NOT NULL REFERENCES silo_clusters,
    address text NOT NULL,
    port integer NOT NULL,
    generation integer NOT NULL,
    silo_name text NOT NULL,
    host_name text NOT NULL,
    status integer NOT NULL,
    gateway_port integer NOT NULL,
    suspected_by text,
    started_at timestamptz NOT NULL,
    alive_at timestamptz NOT NULL,
    PRIMARY KEY (cluster_id, address, port, generation)
);

CREATE TABLE IF NOT EXISTS OrleansQuery
(
    QueryKey text PRIMARY KEY,
    QueryText text NOT NULL
);

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('InsertMembershipVersionKey', $$
    WITH made AS (INSERT INTO silo_clusters (cluster_id) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
    SELECT count(*)::int FROM made
$$),
('InsertMembershipKey', $$
    WITH raised AS (
        UPDATE silo_clusters SET version = version + 1, changed_at = now()
        WHERE cluster_id = @DeploymentId AND version = @Version AND NOT EXISTS (
            SELECT 1 FROM silo_members WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
        RETURNING cluster_id),
    made AS (
        INSERT INTO silo_members (cluster_id, address, port, generation, silo_name, host_name, status, gateway_port, started_at, alive_at)
        SELECT cluster_id, @Address, @Port, @Generation, @SiloName, @HostName, @Status, coalesce(@ProxyPort, 0), @StartTime, @IAmAliveTime FROM raised
        RETURNING 1)
    SELECT count(*)::int FROM made
$$),
('UpdateMembershipKey', $$
    WITH raised AS (
        UPDATE silo_clusters SET version = version + 1, changed_at = now()
        WHERE cluster_id = @DeploymentId AND version = @Version AND EXISTS (
            SELECT 1 FROM silo_members WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
        RETURNING cluster_id),
    changed AS (
        UPDATE silo_members m SET status = @Status, suspected_by = @SuspectTimes, alive_at = @IAmAliveTime FROM raised r
        WHERE m.cluster_id = r.cluster_id AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
        RETURNING 1)
    SELECT count(*)::int FROM changed
$$),
('UpdateIAmAlivetimeKey', $$
    UPDATE silo_members SET alive_at = @IAmAliveTime
    WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
$$),
('MembershipReadRowKey', $$
    SELECT c.cluster_id AS DeploymentId, m.address AS Address, m.port AS Port, m.generation AS Generation, m.silo_name AS SiloName,
        m.host_name AS HostName, m.status AS Status, m.gateway_port AS ProxyPort, m.suspected_by AS SuspectTimes, m.started_at AS StartTime,
        m.alive_at AS IAmAliveTime, c.version AS Version
    FROM silo_clusters c
    LEFT JOIN silo_members m ON m.cluster_id = c.cluster_id AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
    WHERE c.cluster_id = @DeploymentId
$$),
('MembershipReadAllKey', $$
    SELECT c.cluster_id AS DeploymentId, m.address AS Address, m.port AS Port, m.generation AS Generation, m.silo_name AS SiloName,
        m.host_name AS HostName, m.status AS Status, m.gateway_port AS ProxyPort, m.suspected_by AS SuspectTimes, m.started_at AS StartTime,
        m.alive_at AS IAmAliveTime, c.version AS Version
    FROM silo_clusters c LEFT JOIN silo_members m USING (cluster_id)
    WHERE c.cluster_id = @DeploymentId
$$),
('GatewaysQueryKey', $$
    SELECT address AS Address, gateway_port AS ProxyPort, generation AS Generation FROM silo_members
    WHERE cluster_id = @DeploymentId AND status = @Status AND gateway_port > 0
$$),
('DeleteMembershipTableEntriesKey', $$
    WITH gone AS (DELETE FROM silo_members WHERE cluster_id = @DeploymentId)
    DELETE FROM silo_clusters WHERE cluster_id = @DeploymentId
$$),
('CleanupDefunctSiloEntriesKey', $$
    DELETE FROM silo_members WHERE cluster_id = @DeploymentId AND alive_at < @IAmAliveTime AND status <> 3
$$)
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

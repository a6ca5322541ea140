-- Makes or migrates the journal's tables, and those of the silos' membership, by hand, for roles that may not do it themselves:
--   psql -f apply.sql "host=... dbname=... user=..."
-- Once more does no harm. The tables come into the first schema of the search path and belong to the role that runs this.
\set ON_ERROR_STOP on
BEGIN;
-- The lock that the journal takes when it does the same.
SELECT pg_advisory_xact_lock(1128550471);
SELECT NOT EXISTS(SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid=c.relnamespace
  WHERE c.relname='schema_versions' AND n.nspname=current_schema()) AS missing \gset
\if :missing
  \ir 001-initial.sql
\endif
SELECT max(version) < 2 AS missing FROM schema_versions \gset
\if :missing
  \ir 002-definitions.sql
\endif
SELECT max(version) < 3 AS missing FROM schema_versions \gset
\if :missing
  \ir 003-index.sql
\endif
-- Who is a member of a cluster of silos.
\ir membership.sql
COMMIT;

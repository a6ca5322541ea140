using Cdp.Testing.Requirements;
using Xunit;

namespace Cdp.Testing.Postgres;

/// <summary>A fact that needs a PostgreSQL server; skipped, with the command that installs it, where there is none.</summary>
public sealed class PostgresFactAttribute : FactAttribute
{
    /// <summary>Looks for the server.</summary>
    public PostgresFactAttribute() => Skip = PostgresBinaries.Missing;
}

/// <summary>A theory that needs a PostgreSQL server; skipped, with the command that installs it, where there is none.</summary>
public sealed class PostgresTheoryAttribute : TheoryAttribute
{
    /// <summary>Looks for the server.</summary>
    public PostgresTheoryAttribute() => Skip = PostgresBinaries.Missing;
}

/// <summary>Says that all tests of a compliance suite need a PostgreSQL server.</summary>
public sealed class NeedsPostgresAttribute : NeedsAttribute
{
    /// <inheritdoc />
    public override string? Missing => PostgresBinaries.Missing;
}

using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Storage.Postgres.Writing;

namespace Cdp.Storage.Postgres.Reading;

/// <summary>Owners of identifiers and the erasures they were part of.</summary>
internal static class OwnerReads
{
    // LATERAL with a limit leaves the server no other way than the whole key, also with a plan that it made when the tables were empty.
    private const string Sql = """
        SELECT k.ord, i.customer, i.epoch_stream, i.epoch_version, i.linked_at, e.at, e.suppress
        FROM unnest($2, $3, $4) WITH ORDINALITY AS k(type, value, hash, ord)
        LEFT JOIN LATERAL (
            SELECT * FROM identifiers WHERE workspace=$1 AND type=k.type AND value=k.value LIMIT 1) i ON true
        LEFT JOIN LATERAL (
            SELECT * FROM erasures WHERE workspace=$1 AND hash=k.hash LIMIT 1) e ON true
        """;

    public static ValueTask<IReadOnlyList<Ownership>> ReadAsync(
        Reads reads, IdentifierHash hash, string workspace, IReadOnlyList<Identifier> identifiers, CancellationToken cancellationToken) =>
        reads.RunAsync(
            Sql,
            (workspace, identifiers, hash),
            static (p, s) => p.With(s.workspace).With(s.identifiers, static i => i.Type).With(s.identifiers, static i => CommitWork.Value(i.Value))
                .With(s.identifiers, i => s.hash.Of(i)),
            static async (reader, s, token) =>
            {
                var answers = new Ownership[s.identifiers.Count];
                while (await reader.ReadAsync(token))
                {
                    var at = (int)reader.GetInt64(0) - 1;
                    var erasure = reader.IsDBNull(5) ? null : new Erasure(reader.GetInt64(5), reader.GetBoolean(6));
                    answers[at] = reader.IsDBNull(1)
                        ? new(s.identifiers[at], null, null, 0, erasure)
                        : new(s.identifiers[at], new CustomerId(reader.GetGuid(1)), new Epoch(new(reader.GetGuid(2)), reader.GetInt64(3)),
                            reader.GetInt64(4), erasure);
                }
                return (IReadOnlyList<Ownership>)answers;
            },
            cancellationToken);
}

using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Storage.Postgres.Writing;

namespace Cdp.Storage.Postgres.Reading;

/// <summary>Owners of identifiers and the erasures they were part of.</summary>
internal static class OwnerReads
{
    private const string Sql = """
        SELECT k.ord, i.customer, i.epoch_stream, i.epoch_version, i.linked_at, e.at, e.suppress
        FROM unnest($2, $3, $4) WITH ORDINALITY AS k(type, value, hash, ord)
        LEFT JOIN identifiers i ON i.workspace=$1 AND i.type=k.type AND i.value=k.value
        LEFT JOIN erasures e ON e.workspace=$1 AND e.hash=k.hash
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

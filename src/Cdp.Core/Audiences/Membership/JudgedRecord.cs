using Cdp.Core.Profiles;

namespace Cdp.Core.Audiences.Membership;

/// <summary>The body of <see cref="Journal.RecordKind.Judged"/>: who entered or left what, and what is known from then on.</summary>
/// <param name="By">The definitions that were judged by, see <see cref="AudiencesInForce.Name"/>.</param>
/// <param name="Memberships">All records as of then. Their <see cref="Membership.UntilMs"/> may have moved since: what came later was not written for it.</param>
/// <param name="Changes">At least one entry or exit, in the order of their moments.</param>
public sealed record JudgedRecord(string By, IReadOnlyList<Membership> Memberships, IReadOnlyList<MembershipChange> Changes);

/// <summary>The journal's own JSON of <see cref="JudgedRecord"/>, format version 1.</summary>
public static class JudgedCodec
{
    /// <summary>Writes a record's body.</summary>
    /// <param name="record">The record.</param>
    /// <returns>UTF-8 JSON.</returns>
    public static byte[] Write(JudgedRecord record) => RecordCodec.Build(json =>
    {
        json.WriteString("by", record.By);
        json.WritePropertyName("mem");
        MembershipCodec.Write(json, record.Memberships);
        json.WriteStartArray("ch");
        foreach (var (audience, version, kind, atMs, cause, historical) in record.Changes)
        {
            json.WriteStartArray();
            json.WriteStringValue(audience);
            json.WriteNumberValue(version);
            json.WriteNumberValue((int)kind);
            json.WriteNumberValue(atMs);
            json.WriteNumberValue((int)cause);
            json.WriteBooleanValue(historical);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    });

    /// <summary>Reads a record's body.</summary>
    /// <param name="body">UTF-8 JSON.</param>
    /// <returns>The record.</returns>
    /// <exception cref="FormatException">It is of an unknown format version.</exception>
    public static JudgedRecord Read(ReadOnlyMemory<byte> body)
    {
        using var document = RecordCodec.Parse(body);
        var root = document.RootElement;
        return new(
            root.GetProperty("by"u8).GetString()!,
            MembershipCodec.Read(root.GetProperty("mem"u8)),
            [.. root.GetProperty("ch"u8).EnumerateArray().Select(c => new MembershipChange(
                StringPool.Shared.Intern(c[0].GetString()!), c[1].GetInt64(), (ChangeKind)c[2].GetInt32(), c[3].GetInt64(), (ChangeCause)c[4].GetInt32(), c[5].GetBoolean()))]);
    }
}

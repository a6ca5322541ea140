using System.Text.Json;
using Cdp.Core.Profiles;

namespace Cdp.Core.Audiences.Membership;

/// <summary>Memberships inside a snapshot: our own JSON, format version 1.</summary>
public static class MembershipCodec
{
    private const int Version = 1;

    /// <summary>Writes them as one array.</summary>
    /// <param name="json">Where a value is expected.</param>
    /// <param name="memberships">The records.</param>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<Membership> memberships)
    {
        json.WriteStartArray();
        json.WriteNumberValue(Version);
        foreach (var (audience, version, isMember, since, until) in memberships)
        {
            json.WriteStartArray();
            json.WriteStringValue(audience);
            json.WriteNumberValue(version);
            json.WriteBooleanValue(isMember);
            json.WriteNumberValue(since);
            if (until != Verdict.Never) json.WriteNumberValue(until);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="json">The array.</param>
    /// <returns>The records.</returns>
    /// <exception cref="FormatException">It is of a format version that this release does not know.</exception>
    public static IReadOnlyList<Membership> Read(JsonElement json)
    {
        if (json[0].GetInt32() != Version) throw new FormatException("The memberships of a snapshot are of a format version that this release does not know.");
        return [.. json.EnumerateArray().Skip(1).Select(m => new Membership(
            StringPool.Shared.Intern(m[0].GetString()!), m[1].GetInt64(), m[2].GetBoolean(), m[3].GetInt64(), m.GetArrayLength() > 4 ? m[4].GetInt64() : Verdict.Never))];
    }
}

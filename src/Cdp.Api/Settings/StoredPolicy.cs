using Cdp.Core.Definitions;
using Cdp.Core.Identity;

namespace Cdp.Api.Settings;

/// <summary>An identity policy that was put by the admin API: it stands in place of the one in the configuration.</summary>
/// <param name="Definition">The version as it is stored.</param>
/// <param name="Rules">The rules that it makes.</param>
public sealed record StoredPolicy(Definition Definition, IdentityRules Rules);

using System.Net;

namespace Cdp.Silo.Tests.Clients;

/// <summary>Whatever profiles are read through.</summary>
internal interface IReadClient
{
    /// <summary>Who reads, for a report.</summary>
    string Name { get; }

    /// <summary>Reads once.</summary>
    /// <param name="reference">Which profile.</param>
    /// <returns>200 with the profile, 404, or another status as HTTP would say it.</returns>
    /// <exception cref="HttpRequestException">There was no whole answer.</exception>
    Task<(HttpStatusCode Status, ProfileAnswer? Profile)> ReadAsync(string reference);
}

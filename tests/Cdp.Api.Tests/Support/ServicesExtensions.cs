using Cdp.Api.Ingest;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.Api.Tests.Support;

internal static class ServicesExtensions
{
    public static IngestServices GetIngest(this IServiceProvider services) => services.GetRequiredService<IngestServices>();
}

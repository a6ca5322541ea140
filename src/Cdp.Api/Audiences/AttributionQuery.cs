using Cdp.Api.Http;
using Cdp.Core.Audiences.Attribution;
using Cdp.Core.Audiences.Windows;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Audiences;

/// <summary>What conversions are and how their credit is shared: <c>conversion</c>, <c>value</c>, <c>model</c>, <c>lookback</c>, <c>halfLife</c>.</summary>
internal sealed record AttributionQuery(AttributionModel Model, TimeSpan? Lookback, string Conversion, string Value)
{
    private const string DefaultConversion = "Order Completed";
    private const string DefaultValue = "total";

    /// <summary>Reads the query.</summary>
    /// <exception cref="ProblemException">A parameter is wrong.</exception>
    public static AttributionQuery Read(HttpRequest request) => new(
        ReadModel(request),
        Length(request, "lookback"),
        QueryValues.Text(request, "conversion") ?? DefaultConversion,
        QueryValues.Text(request, "value") ?? DefaultValue);

    private static AttributionModel ReadModel(HttpRequest request) => (QueryValues.Text(request, "model") ?? "linear") switch
    {
        "first" => AttributionModel.First,
        "last" => AttributionModel.Last,
        "linear" => AttributionModel.Linear,
        "time_decay" => AttributionModel.TimeDecay(Length(request, "halfLife") ?? TimeSpan.FromDays(7)),
        "position_based" => AttributionModel.PositionBased,
        _ => throw new ProblemException(ProblemCode.InvalidParameter, "model is one of first, last, linear, time_decay, position_based."),
    };

    private static TimeSpan? Length(HttpRequest request, string name)
    {
        if (QueryValues.Text(request, name) is not { } text) return null;
        return Durations.TryParse(text, out var ms) && ms >= 60_000
            ? TimeSpan.FromMilliseconds(ms)
            : throw new ProblemException(ProblemCode.InvalidParameter, $"{name} is a length of at least a minute, such as 90m, 12h, 30d or 4w.");
    }
}

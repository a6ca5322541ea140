using System.Diagnostics;
using Cdp.Api.Operations;
using Cdp.Core.Grid;
using Cdp.Core.Journal;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Cdp.Api.Http;

/// <summary>
/// The outermost middleware: CORS headers on every answer, preflights before everything else, and a problem document for every error. It logs
/// what failed by type and place, never by message: those may hold personal data.
/// </summary>
internal sealed partial class Edge(RequestDelegate next, HttpDurations durations, ILogger<Edge> logger)
{
    public Task InvokeAsync(HttpContext context)
    {
        var started = Stopwatch.GetTimestamp();
        Cors.Apply(context.Response.Headers);
        if (HttpMethods.IsOptions(context.Request.Method)) return Cors.AnswerPreflight(context);
        Task answer;
        try
        {
            answer = next(context);
        }
#pragma warning disable CA1031 // Whatever it is, the caller gets an answer.
        catch (Exception error)
#pragma warning restore CA1031
        {
            answer = Task.FromException(error);
        }

        if (!answer.IsCompletedSuccessfully) return AwaitAsync(context, answer, started);
        var finished = FinishAsync(context);
        durations.Record(context, started);
        return finished;
    }

    private static Task FinishAsync(HttpContext context)
    {
        var response = context.Response;
        return response.StatusCode < 400 || response.HasStarted || response.ContentType is not null
            ? Task.CompletedTask
            : Problem.WriteAsync(context, ProblemCode.ForStatus(response.StatusCode));
    }

    private async Task AwaitAsync(HttpContext context, Task answer, long started)
    {
        try
        {
            await answer;
        }
#pragma warning disable CA1031 // Whatever it is, the caller gets an answer.
        catch (Exception error)
#pragma warning restore CA1031
        {
            await FailAsync(context, error);
            durations.Record(context, started);
            return;
        }

        await FinishAsync(context);
        durations.Record(context, started);
    }

    private Task FailAsync(HttpContext context, Exception error)
    {
        if (context.RequestAborted.IsCancellationRequested && error is OperationCanceledException or IOException) return Task.CompletedTask;
        if (context.Response.HasStarted)
        {
            LogBrokenAnswer(error.GetType().Name);
            context.Abort();
            return Task.CompletedTask;
        }

        context.Response.Clear();
        Cors.Apply(context.Response.Headers);
        switch (error)
        {
            case ProblemException problem:
                return Problem.WriteAsync(context, problem.Problem, problem.Detail);
            case GridOverloadedException or JournalOverloadedException:
                return Problem.WriteAsync(context, ProblemCode.Overloaded);
            case GridUnavailableException or JournalUnavailableException or UnknownCommitOutcomeException:
                LogUnavailable(error.GetType().Name, error.InnerException?.GetType().Name);
                return Problem.WriteAsync(context, ProblemCode.Unavailable);
            case BadHttpRequestException bad:
                return Problem.WriteAsync(context, ProblemCode.ForStatus(bad.StatusCode));
            default:
                LogUnhandled(error.GetType().FullName ?? error.GetType().Name, error.StackTrace);
                return Problem.WriteAsync(context, ProblemCode.InternalError);
        }
    }
}

namespace Cdp.Benchmarks.Peers.Resp;

/// <summary>Redis answered with an error, with something else than was asked for, or not at all.</summary>
internal sealed class RespException(string message, Exception? inner = null) : Exception(message, inner);

using System.IO.Compression;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Http;

/// <summary>A request's body, whole and inflated, in a pooled buffer. Its content type is nobody's business: SDKs send anything there.</summary>
internal sealed class RequestBody : IDisposable
{
    /// <summary>Bytes, both on the wire and inflated.</summary>
    public const int MaxBytes = 8 * 1024 * 1024;

    private PooledBytes? _bytes;

    private RequestBody(PooledBytes bytes) => _bytes = bytes;

    public ReadOnlyMemory<byte> Memory
    {
        get
        {
            var memory = _bytes!.Memory;
            return memory.Span.StartsWith("\uFEFF"u8) ? memory[3..] : memory;
        }
    }

    /// <summary>Reads a body.</summary>
    /// <param name="request">The request.</param>
    /// <param name="budget">Who grants the memory; null for no bound but the cap.</param>
    /// <param name="maxBytes">The cap.</param>
    /// <returns>The body.</returns>
    /// <exception cref="ProblemException">It is too large, cannot be inflated, or the budget is used up.</exception>
    public static async Task<RequestBody> ReadAsync(HttpRequest request, ByteBudget? budget = null, int maxBytes = MaxBytes)
    {
        var encoding = request.Headers.ContentEncoding.ToString().Trim();
        if (!IsKnown(encoding)) throw new ProblemException(ProblemCode.UnsupportedEncoding, "Send the body plain or with gzip, deflate or br.");
        if (request.ContentLength > maxBytes) throw TooLarge(maxBytes);
        var wire = new PooledBytes(maxBytes, budget);
        try
        {
            await wire.FillAsync(request.Body, (int)(request.ContentLength ?? 0), request.HttpContext.RequestAborted);
            if (Inflater(encoding, wire) is not { } inflater) return new RequestBody(wire);
            var plain = new PooledBytes(maxBytes, budget);
            try
            {
                await using (inflater) await plain.FillAsync(inflater, wire.Memory.Length * 4, CancellationToken.None);
            }
            catch (Exception error)
            {
                plain.Dispose();
                if (error is InvalidDataException or InvalidOperationException or IOException) throw new ProblemException(ProblemCode.InvalidGzip);
                throw;
            }

            wire.Dispose();
            return new RequestBody(plain);
        }
        catch
        {
            wire.Dispose();
            throw;
        }
    }

    public static ProblemException TooLarge(int maxBytes) =>
        new(ProblemCode.BodyTooLarge, $"At most {maxBytes} bytes, on the wire and inflated.");

    public void Dispose()
    {
        _bytes?.Dispose();
        _bytes = null;
    }

    private static bool IsKnown(string encoding) =>
        encoding.Length == 0 || Is(encoding, "gzip") || Is(encoding, "identity") || Is(encoding, "br") || Is(encoding, "deflate");

    private static bool Is(string encoding, string name) => string.Equals(encoding, name, StringComparison.OrdinalIgnoreCase);

    // Gzip is known by its magic: some SDKs do not declare it, and some proxies inflate it but leave the header.
    private static Stream? Inflater(string encoding, PooledBytes wire)
    {
        if (wire.Memory.Span.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b])) return new GZipStream(wire.AsStream(), CompressionMode.Decompress);
        if (Is(encoding, "br")) return new BrotliStream(wire.AsStream(), CompressionMode.Decompress);
        return Is(encoding, "deflate") ? new ZLibStream(wire.AsStream(), CompressionMode.Decompress) : null;
    }
}

using System.Buffers;

namespace Cdp.Api.Http;

/// <summary>A growing pooled buffer with a cap, paid for out of a budget.</summary>
internal sealed class PooledBytes(int maxBytes, ByteBudget? budget) : IDisposable
{
    // A declared length is only a promise: memory is paid for as bytes arrive.
    private const int FirstBytes = 4 * 1024;
    private const int MaxFirstBytes = 64 * 1024;
    private byte[] _buffer = [];
    private int _length;
    private int _paid;

    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, _length);

    public Stream AsStream() => new MemoryStream(_buffer, 0, _length, writable: false);

    public async Task FillAsync(Stream source, int expected, CancellationToken cancellationToken)
    {
        Grow(Math.Clamp(Math.Min(expected, maxBytes) + 1, FirstBytes, MaxFirstBytes));
        while (true)
        {
            if (_length == _buffer.Length) Grow(Math.Min(_length * 2, maxBytes + 1));
            var read = await source.ReadAsync(_buffer.AsMemory(_length), cancellationToken);
            if (read == 0) return;
            _length += read;
            if (_length > maxBytes) throw RequestBody.TooLarge(maxBytes);
        }
    }

    public void Dispose()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _length = 0;
        budget?.Return(_paid);
        _paid = 0;
    }

    private void Grow(int size)
    {
        var more = size - _paid;
        if (budget is not null && !budget.TryTake(more)) throw new ProblemException(ProblemCode.Overloaded, "Too many bytes are in flight.");
        _paid += more;
        var grown = ArrayPool<byte>.Shared.Rent(size);
        _buffer.AsSpan(0, _length).CopyTo(grown);
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = grown;
    }
}

/// <summary>A bound on bytes that are in use at a time.</summary>
internal sealed class ByteBudget(Func<long> max)
{
    private long _used;

    public long Used => Volatile.Read(ref _used);

    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= max()) return true;
        Interlocked.Add(ref _used, -bytes);
        return false;
    }

    public void Return(long bytes) => Interlocked.Add(ref _used, -bytes);
}

using System.Net;

namespace Musubi.TransparencyLog.Tiles;

/// <summary>Where a log's published files are read from: a folder or a web address. Trust: none; whatever comes from
/// here is checked against a signed checkpoint.</summary>
public abstract class TileSource : IDisposable
{
    /// <summary>Path of the checkpoint below the log's prefix.</summary>
    public const string CheckpointPath = "checkpoint";

    /// <summary>Where it is, for people to read.</summary>
    public abstract string Name { get; }

    /// <summary>The whole file, or null: there is none.</summary>
    /// <param name="path">Below the log's prefix, without a leading slash.</param>
    /// <param name="mostBytes">Bound; a longer file is not read to its end.</param>
    /// <exception cref="IOException">It cannot be read, or is longer.</exception>
    public abstract ValueTask<byte[]?> Read(string path, int mostBytes, CancellationToken cancel);

    /// <summary>A folder for a path, a web address for http:// or https://.</summary>
    public static TileSource Open(string place)
    {
        ArgumentNullException.ThrowIfNull(place);
        return Uri.TryCreate(place, UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
                ? new HttpTiles(address)
                : new DirectoryTiles(place);
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) { }
}

/// <summary>The published folder itself.</summary>
public sealed class DirectoryTiles(string folder) : TileSource
{
    public override string Name => folder;

    public override ValueTask<byte[]?> Read(string path, int mostBytes, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        try
        {
            // A local file is read while we wait: handing it to another thread takes longer than reading it.
            using var file = File.OpenHandle(Path.Combine(folder, path));
            var length = RandomAccess.GetLength(file);
            if (length > mostBytes) throw new IOException($"{path} has {length} bytes, more than {mostBytes}.");
            var bytes = new byte[length];
            var read = 0;
            while (read < bytes.Length)
            {
                var count = RandomAccess.Read(file, bytes.AsSpan(read), read);
                if (count == 0) throw new IOException($"{path} became shorter while it was read.");
                read += count;
            }
            return ValueTask.FromResult<byte[]?>(bytes);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return ValueTask.FromResult<byte[]?>(null);
        }
    }
}

/// <summary>A log's URL prefix (tlog-tiles, APIs).</summary>
public sealed class HttpTiles : TileSource
{
    // A tile has 8 KB, a bundle of the longest entries 16 MB: a slow line is waited for, a dead one is not.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient client;

    /// <param name="prefix">http or https; with or without a slash at its end.</param>
    public HttpTiles(Uri prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        var text = prefix.AbsoluteUri;
        client = new HttpClient(new SocketsHttpHandler
        {
            AutomaticDecompression = DecompressionMethods.GZip,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        {
            BaseAddress = text.EndsWith('/') ? prefix : new Uri(text + "/"),
            Timeout = Patience,
        };
    }

    public override string Name => client.BaseAddress!.AbsoluteUri;

    public override async ValueTask<byte[]?> Read(string path, int mostBytes, CancellationToken cancel)
    {
        try
        {
            using var answer = await client.GetAsync(
                new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancel);
            if (answer.StatusCode is HttpStatusCode.NotFound) return null;
            if (answer.StatusCode is not HttpStatusCode.OK)
                throw new IOException($"{Name}{path} answered {(int)answer.StatusCode}.");
            await using var body = await answer.Content.ReadAsStreamAsync(cancel);
            using var whole = new MemoryStream();
            var buffer = new byte[81920];
            for (int count; (count = await body.ReadAsync(buffer, cancel)) > 0;)
            {
                if (whole.Length + count > mostBytes)
                    throw new IOException($"{Name}{path} has more than {mostBytes} bytes.");
                await whole.WriteAsync(buffer.AsMemory(0, count), cancel);
            }
            return whole.ToArray();
        }
        catch (HttpRequestException fault)
        {
            throw new IOException($"{Name}{path} cannot be read: {fault.Message}", fault);
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            throw new IOException($"{Name}{path} did not answer within {Patience.TotalSeconds:0} s.", late);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) client.Dispose();
        base.Dispose(disposing);
    }
}

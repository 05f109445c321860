using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Musubi.Chip.Readers.Pcsc;

/// <summary>The machine's card readers, by its PC/SC daemon: which there are, what lies in them, and the way to a
/// card.</summary>
/// <remarks>Every call has a context of its own: one that waits never holds up another.</remarks>
public static class PcscReaders
{
    /// <summary>A missed signal costs no more than this: then the readers are looked at anew.</summary>
    private static readonly TimeSpan WaitSlice = TimeSpan.FromSeconds(1);

    /// <summary>Between tries while no daemon runs.</summary>
    private static readonly TimeSpan ServicePause = TimeSpan.FromSeconds(1);

    /// <summary>The readers now; none is an empty list, no daemon a refusal.</summary>
    public static PcscResult<ImmutableArray<PcscReader>> List()
    {
        var opened = PcscContext.Open();
        if (opened.Refusal is { } refusal) return refusal;
        using var context = opened.Value;
        return Look(context);
    }

    /// <summary>Starts a conversation with the card in a reader; other programs wait until it is disposed.</summary>
    /// <param name="reader">Its name, in full.</param>
    /// <param name="cancel">Gives up waiting for a program that holds the card.</param>
    public static ValueTask<PcscResult<PcscCard>> Connect(string reader, CancellationToken cancel = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(reader);
        return PcscCard.Connect(reader, cancel);
    }

    /// <summary>The readers now and after every change: a card comes or goes, a reader, the daemon.</summary>
    /// <param name="time">For the pauses while no daemon runs.</param>
    /// <param name="cancel">Ends the sequence with <see cref="OperationCanceledException"/>.</param>
    public static async IAsyncEnumerable<PcscResult<ImmutableArray<PcscReader>>> Watch(
        TimeProvider time, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        PcscRefusal? told = null;
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            var opened = PcscContext.Open();
            if (opened.Refusal is not { } refusal)
            {
                told = null;
                await foreach (var view in Watch(opened.Value, cancel)) yield return view;
            }
            else if (told != refusal)
            {
                told = refusal;
                yield return refusal;
            }

            // The daemon is not there, or has just gone: its clients have to begin anew.
            await Task.Delay(ServicePause, time, cancel);
        }
    }

    /// <summary>Until the daemon goes.</summary>
    private static async IAsyncEnumerable<PcscResult<ImmutableArray<PcscReader>>> Watch(
        PcscContext context, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var owned = context;
        await using var onCancel = cancel.Register(context.CancelWait);
        ImmutableArray<PcscReader>? told = null;
        while (true)
        {
            var look = Look(context);
            if (look.Refusal is { Fault: not PcscFault.NoSuchReader }) yield break;
            // A reader that went while we looked: look again.
            if (look.IsGiven && (told is not { } before || !before.SequenceEqual(look.Value)))
            {
                told = look.Value;
                yield return look.Value;
            }
            var code = await Task.Run(() => context.Wait(told ?? [], WaitSlice), cancel);
            cancel.ThrowIfCancellationRequested();
            if (code is PcscCode.NoService or PcscCode.ServiceStopped or PcscCode.InvalidHandle) yield break;
        }
    }

    private static PcscResult<ImmutableArray<PcscReader>> Look(PcscContext context)
    {
        var listed = context.Library.ListReaders(context.Handle, out var names);
        if (listed == PcscCode.NoReadersAvailable) return ImmutableArray<PcscReader>.Empty;
        if (listed != PcscCode.Success) return PcscRefusal.Of(listed);
        using var states = new PcscReaderStates(names);
        var looked = context.Library.GetStatusChange(context.Handle, TimeSpan.Zero, states);
        return looked is PcscCode.Success or PcscCode.Timeout ? states.Read() : PcscRefusal.Of(looked);
    }
}

/// <summary>A context of the PC/SC daemon, released when it is disposed.</summary>
internal sealed class PcscContext : IDisposable
{
    private PcscContext(PcscLibrary library, nint handle) => (Library, Handle) = (library, handle);

    public PcscLibrary Library { get; }

    public nint Handle { get; }

    public static PcscResult<PcscContext> Open()
    {
        if (PcscLibrary.System is not { } library) return new PcscRefusal(PcscFault.NotInstalled, 0);
        var code = library.Establish(out var handle);
        return code == PcscCode.Success ? new PcscContext(library, handle) : PcscRefusal.Of(code);
    }

    /// <summary>Waits until the readers are no longer as they were seen, at most for so long.</summary>
    public PcscCode Wait(ImmutableArray<PcscReader> seen, TimeSpan bound)
    {
        using var states = new PcscReaderStates(seen.Select(reader => reader.Name));
        var code = Library.GetStatusChange(Handle, TimeSpan.Zero, states);
        if (code is not (PcscCode.Success or PcscCode.Timeout)) return code;
        if (!states.Read().SequenceEqual(seen)) return PcscCode.Success;
        states.Acknowledge();
        return Library.GetStatusChange(Handle, bound, states);
    }

    /// <summary>Ends a wait from another thread.</summary>
    public void CancelWait() => Library.Cancel(Handle);

    public void Dispose() => Library.Release(Handle);
}

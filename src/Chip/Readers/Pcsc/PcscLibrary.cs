using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;

namespace Musubi.Chip.Readers.Pcsc;

/// <summary>The few functions of the system's PC/SC library: pcsc-lite on Linux, winscard on Windows.</summary>
/// <remarks>
/// Both have the same functions with the platform's own C types (DWORD is <c>unsigned long</c>, 8 bytes on 64-bit Linux
/// and 4 on Windows); they differ in the names' endings, the characters and the room for an answer to reset. macOS has
/// a third set of types and is not supported.
/// Trust: the system's own library and daemon carry every byte to the card; what must stay secret from them travels in
/// secure messaging.
/// </remarks>
internal sealed unsafe class PcscLibrary
{
    /// <summary>Header, lengths, 65,536 bytes and a status word, with the library's own reserve.</summary>
    public const int LongestMessage = 65_548;

    private const uint SystemScope = 2;
    private const int MostNames = 65_536;
    private static readonly Lazy<PcscLibrary?> Loaded = new(Load);

    private readonly delegate* unmanaged<CULong, nint, nint, nint*, CLong> establish;
    private readonly delegate* unmanaged<nint, CLong> release;
    private readonly delegate* unmanaged<nint, CLong> cancel;
    private readonly delegate* unmanaged<nint, byte*, byte*, CULong*, CLong> listReaders;
    private readonly delegate* unmanaged<nint, CULong, byte*, CULong, CLong> getStatusChange;
    private readonly delegate* unmanaged<nint, byte*, CULong, CULong, nint*, CULong*, CLong> connect;
    private readonly delegate* unmanaged<nint, CULong, CULong, CULong, CULong*, CLong> reconnect;
    private readonly delegate* unmanaged<nint, CULong, CLong> disconnect;
    private readonly delegate* unmanaged<nint, CLong> beginTransaction;
    private readonly delegate* unmanaged<nint, CULong, CLong> endTransaction;
    private readonly delegate* unmanaged<nint, CULong*, byte*, CULong, CULong*, byte*, CULong*, CLong> transmit;

    private PcscLibrary(nint library, string wide)
    {
        establish = (delegate* unmanaged<CULong, nint, nint, nint*, CLong>)Export("SCardEstablishContext");
        release = (delegate* unmanaged<nint, CLong>)Export("SCardReleaseContext");
        cancel = (delegate* unmanaged<nint, CLong>)Export("SCardCancel");
        listReaders = (delegate* unmanaged<nint, byte*, byte*, CULong*, CLong>)Export("SCardListReaders" + wide);
        getStatusChange =
            (delegate* unmanaged<nint, CULong, byte*, CULong, CLong>)Export("SCardGetStatusChange" + wide);
        connect =
            (delegate* unmanaged<nint, byte*, CULong, CULong, nint*, CULong*, CLong>)Export("SCardConnect" + wide);
        reconnect = (delegate* unmanaged<nint, CULong, CULong, CULong, CULong*, CLong>)Export("SCardReconnect");
        disconnect = (delegate* unmanaged<nint, CULong, CLong>)Export("SCardDisconnect");
        beginTransaction = (delegate* unmanaged<nint, CLong>)Export("SCardBeginTransaction");
        endTransaction = (delegate* unmanaged<nint, CULong, CLong>)Export("SCardEndTransaction");
        transmit = (delegate* unmanaged<nint, CULong*, byte*, CULong, CULong*, byte*, CULong*, CLong>)
            Export("SCardTransmit");

        nint Export(string name) => NativeLibrary.GetExport(library, name);
    }

    /// <summary>The system's library, or null where there is none.</summary>
    public static PcscLibrary? System => Loaded.Value;

    private static Encoding Characters => OperatingSystem.IsWindows() ? Encoding.Unicode : Encoding.UTF8;

    public PcscCode Establish(out nint context)
    {
        nint made;
        var code = Code(establish(new(SystemScope), 0, 0, &made));
        context = code == PcscCode.Success ? made : 0;
        return code;
    }

    public PcscCode Release(nint context) => Code(release(context));

    /// <summary>Ends a waiting <see cref="GetStatusChange"/> of the context, from another thread.</summary>
    public PcscCode Cancel(nint context) => Code(cancel(context));

    public PcscCode ListReaders(nint context, out string[] names)
    {
        names = [];
        CULong length;
        var code = Code(listReaders(context, null, null, &length));
        if (code != PcscCode.Success) return code;
        var size = Characters.GetByteCount("\0");
        if (length.Value > MostNames) return PcscCode.InsufficientBuffer;
        var bytes = new byte[(int)length.Value * size];
        fixed (byte* list = bytes) code = Code(listReaders(context, null, list, &length));
        if (code != PcscCode.Success) return code;
        names = Characters.GetString(bytes, 0, (int)length.Value * size)
            .Split('\0', StringSplitOptions.RemoveEmptyEntries);
        return code;
    }

    /// <summary>Waits until a reader is no longer as it is known, and updates them.</summary>
    public PcscCode GetStatusChange(nint context, TimeSpan bound, PcscReaderStates states)
    {
        fixed (byte* entries = states.Bytes)
        {
            return Code(getStatusChange(
                context, new((uint)bound.TotalMilliseconds), entries, new((uint)states.Count)));
        }
    }

    public PcscCode Connect(nint context, string reader, PcscShare share, out nint card, out uint protocol)
    {
        var name = Characters.GetBytes(reader + '\0');
        nint made;
        CULong active;
        PcscCode code;
        fixed (byte* text = name)
        {
            code = Code(connect(
                context, text, new((uint)share), new(PcscProtocol.T0 | PcscProtocol.T1), &made, &active));
        }
        (card, protocol) = code == PcscCode.Success ? (made, (uint)active.Value) : (0, 0);
        return code;
    }

    public PcscCode Reconnect(nint card, PcscShare share, out uint protocol)
    {
        CULong active;
        var code = Code(reconnect(
            card, new((uint)share), new(PcscProtocol.T0 | PcscProtocol.T1), new((uint)PcscLeave.AsItIs), &active));
        protocol = code == PcscCode.Success ? (uint)active.Value : 0;
        return code;
    }

    public PcscCode Disconnect(nint card, PcscLeave leave) => Code(disconnect(card, new((uint)leave)));

    public PcscCode BeginTransaction(nint card) => Code(beginTransaction(card));

    public PcscCode EndTransaction(nint card, PcscLeave leave) => Code(endTransaction(card, new((uint)leave)));

    /// <summary>Sends a message; the answer has at least a status word when the code is success.</summary>
    public PcscCode Transmit(nint card, uint protocol, ReadOnlySpan<byte> message, Span<byte> answer, out int length)
    {
        // SCARD_IO_REQUEST: the protocol, then the structure's own length, two DWORDs.
        var header = stackalloc CULong[2] { new(protocol), new((uint)(2 * sizeof(CULong))) };
        var room = new CULong((uint)answer.Length);
        PcscCode code;
        fixed (byte* sent = message)
        fixed (byte* received = answer)
        {
            code = Code(transmit(card, header, sent, new((uint)message.Length), null, received, &room));
        }
        length = code == PcscCode.Success ? (int)room.Value : 0;
        return code;
    }

    /// <summary>A name as the library reads it, with its end.</summary>
    internal static byte[] Name(string reader) => Characters.GetBytes(reader + '\0');

    // Codes have 32 bits; where LONG has 64 they stand in the lower half.
    private static PcscCode Code(CLong code) => (PcscCode)unchecked((uint)code.Value);

    private static PcscLibrary? Load()
    {
        var windows = OperatingSystem.IsWindows();
        if (!windows && !OperatingSystem.IsLinux()) return null;
        return TryLoad(windows ? "winscard.dll" : "libpcsclite.so.1", out var library)
            ? new PcscLibrary(library.Value, windows ? "W" : "")
            : null;
    }

    private static bool TryLoad(string name, [NotNullWhen(true)] out nint? library)
    {
        var found = NativeLibrary.TryLoad(
            name, typeof(PcscLibrary).Assembly, DllImportSearchPath.SafeDirectories, out var handle);
        library = found ? handle : null;
        return found;
    }
}

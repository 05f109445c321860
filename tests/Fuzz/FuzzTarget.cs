namespace Musubi.Fuzz;

/// <summary>Something that is fed with any bytes. It catches the one exception that its format documents; whatever
/// else comes out, or a broken promise, is a finding.</summary>
/// <param name="Name">As `build.cs fuzz NAME` and the folder of the corpus call it.</param>
/// <param name="Feed">Takes one input.</param>
public sealed record FuzzTarget(string Name, Action<byte[]> Feed)
{
    /// <summary>Longer inputs are cut by the fuzzer: every format here says what it has to say in less.</summary>
    public const int MaximumLength = 4096;

    public static readonly FuzzTarget[] All =
    [
        new("tlv", TlvTarget.Feed),
        new("apdu", ApduTarget.Feed),
        new("cv-certificate", CvCertificateTarget.Feed),
        new("cms", SignedContentTarget.Feed),
        new("secure-messaging", SecureMessagingTarget.Feed),
        new("card", CardTarget.Feed),
        new("note", NoteTarget.Feed),
    ];
}

/// <summary>A promise of the code under test was broken. Nobody catches it.</summary>
public sealed class BrokenPromiseException(string promise) : Exception(promise)
{
    public static void Unless(bool kept, string promise)
    {
        if (!kept) throw new BrokenPromiseException(promise);
    }
}

using System.Runtime.InteropServices;

namespace Musubi.Chip.Pictures;

/// <summary>The functions of OpenJPEG 2 (Debian: libopenjp2-7) that are used, and where its members lie.</summary>
/// <remarks>
/// Offsets are those of <c>openjpeg.h</c> 2.5 on 64 bits; since 2.3 its structures grew at their ends only.
/// Trust: it parses pictures that came from a chip; whoever calls has verified their signature and bounded their size.
/// </remarks>
internal sealed unsafe class OpenJpeg
{
    public const int CodeStream = 0, File = 2;
    public const int Srgb = 1, Grey = 2;

    /// <summary>More than either structure of parameters has.</summary>
    public const int ParametersLength = 32_768;

    // opj_cparameters_t
    public const int DistortionAllocation = 20, Layers = 4796, Rates = 4800, Resolutions = 5600, Irreversible = 5616,
        ColourTransform = 18_698;

    // opj_image_cmptparm_t is nine numbers: dx dy w h x0 y0 prec bpp sgnd
    public const int ComponentNumbers = 9;

    // opj_image_t and opj_image_comp_t
    public const int ImageX1 = 8, ImageY1 = 12, ComponentCount = 16, ComponentList = 24;
    public const int ComponentLength = 64, Width = 8, Height = 12, Bits = 24, IsSigned = 32, Samples = 48;

    private const int ForReading = 1, ForWriting = 0;
    private const int StreamBuffer = 65_536;
    private static readonly string[] names = ["libopenjp2.so.7", "openjp2.dll", "libopenjp2.7.dylib"];
    private static readonly Lazy<OpenJpeg?> Loaded = new(Load);

    public readonly delegate* unmanaged<uint, int*, int, nint> CreateImage;
    public readonly delegate* unmanaged<nint, void> DestroyImage;
    public readonly delegate* unmanaged<int, nint> CreateCompress;
    public readonly delegate* unmanaged<byte*, void> SetDefaultEncoderParameters;
    public readonly delegate* unmanaged<nint, byte*, nint, int> SetupEncoder;
    public readonly delegate* unmanaged<nint, nint, nint, int> StartCompress;
    public readonly delegate* unmanaged<nint, nint, int> Encode;
    public readonly delegate* unmanaged<nint, nint, int> EndCompress;
    public readonly delegate* unmanaged<int, nint> CreateDecompress;
    public readonly delegate* unmanaged<byte*, void> SetDefaultDecoderParameters;
    public readonly delegate* unmanaged<nint, byte*, int> SetupDecoder;
    public readonly delegate* unmanaged<nint, nint, nint*, int> ReadHeader;
    public readonly delegate* unmanaged<nint, nint, nint, int> Decode;
    public readonly delegate* unmanaged<nint, void> DestroyCodec;
    public readonly delegate* unmanaged<nint, void> DestroyStream;
    private readonly delegate* unmanaged<nuint, int, nint> createStream;
    private readonly delegate* unmanaged<nint, delegate* unmanaged<byte*, nuint, nint, nuint>, void> setRead;
    private readonly delegate* unmanaged<nint, delegate* unmanaged<byte*, nuint, nint, nuint>, void> setWrite;
    private readonly delegate* unmanaged<nint, delegate* unmanaged<long, nint, long>, void> setSkip;
    private readonly delegate* unmanaged<nint, delegate* unmanaged<long, nint, int>, void> setSeek;
    private readonly delegate* unmanaged<nint, nint, nint, void> setUserData;
    private readonly delegate* unmanaged<nint, ulong, void> setUserDataLength;

    private OpenJpeg(nint library)
    {
        CreateImage = (delegate* unmanaged<uint, int*, int, nint>)Export("opj_image_create");
        DestroyImage = (delegate* unmanaged<nint, void>)Export("opj_image_destroy");
        CreateCompress = (delegate* unmanaged<int, nint>)Export("opj_create_compress");
        SetDefaultEncoderParameters =
            (delegate* unmanaged<byte*, void>)Export("opj_set_default_encoder_parameters");
        SetupEncoder = (delegate* unmanaged<nint, byte*, nint, int>)Export("opj_setup_encoder");
        StartCompress = (delegate* unmanaged<nint, nint, nint, int>)Export("opj_start_compress");
        Encode = (delegate* unmanaged<nint, nint, int>)Export("opj_encode");
        EndCompress = (delegate* unmanaged<nint, nint, int>)Export("opj_end_compress");
        CreateDecompress = (delegate* unmanaged<int, nint>)Export("opj_create_decompress");
        SetDefaultDecoderParameters =
            (delegate* unmanaged<byte*, void>)Export("opj_set_default_decoder_parameters");
        SetupDecoder = (delegate* unmanaged<nint, byte*, int>)Export("opj_setup_decoder");
        ReadHeader = (delegate* unmanaged<nint, nint, nint*, int>)Export("opj_read_header");
        Decode = (delegate* unmanaged<nint, nint, nint, int>)Export("opj_decode");
        DestroyCodec = (delegate* unmanaged<nint, void>)Export("opj_destroy_codec");
        DestroyStream = (delegate* unmanaged<nint, void>)Export("opj_stream_destroy");
        createStream = (delegate* unmanaged<nuint, int, nint>)Export("opj_stream_create");
        setRead = (delegate* unmanaged<nint, delegate* unmanaged<byte*, nuint, nint, nuint>, void>)
            Export("opj_stream_set_read_function");
        setWrite = (delegate* unmanaged<nint, delegate* unmanaged<byte*, nuint, nint, nuint>, void>)
            Export("opj_stream_set_write_function");
        setSkip = (delegate* unmanaged<nint, delegate* unmanaged<long, nint, long>, void>)
            Export("opj_stream_set_skip_function");
        setSeek = (delegate* unmanaged<nint, delegate* unmanaged<long, nint, int>, void>)
            Export("opj_stream_set_seek_function");
        setUserData = (delegate* unmanaged<nint, nint, nint, void>)Export("opj_stream_set_user_data");
        setUserDataLength = (delegate* unmanaged<nint, ulong, void>)Export("opj_stream_set_user_data_length");

        nint Export(string name) => NativeLibrary.GetExport(library, name);
    }

    /// <summary>The system's library, or null where there is none.</summary>
    public static OpenJpeg? System => Loaded.Value;

    /// <summary>A stream over memory.</summary>
    /// <param name="memory">A handle of a <see cref="MemoryStream"/>, freed after the stream.</param>
    /// <param name="length">Bytes to read; null writes.</param>
    public nint Stream(GCHandle memory, int? length)
    {
        var stream = createStream(StreamBuffer, length is null ? ForWriting : ForReading);
        setRead(stream, &Read);
        setWrite(stream, &Write);
        setSkip(stream, &Skip);
        setSeek(stream, &Seek);
        setUserData(stream, GCHandle.ToIntPtr(memory), 0);
        if (length is { } bytes) setUserDataLength(stream, (ulong)bytes);
        return stream;
    }

    private static MemoryStream Of(nint user) => (MemoryStream)GCHandle.FromIntPtr(user).Target!;

    [UnmanagedCallersOnly]
    private static nuint Read(byte* buffer, nuint length, nint user)
    {
        var read = Of(user).Read(new Span<byte>(buffer, (int)Math.Min(length, StreamBuffer)));
        // All ones is the library's end of stream.
        return read == 0 ? nuint.MaxValue : (nuint)read;
    }

    [UnmanagedCallersOnly]
    private static nuint Write(byte* buffer, nuint length, nint user)
    {
        Of(user).Write(new ReadOnlySpan<byte>(buffer, checked((int)length)));
        return length;
    }

    [UnmanagedCallersOnly]
    private static long Skip(long length, nint user)
    {
        var memory = Of(user);
        var moved = Math.Clamp(memory.Position + length, 0, memory.CanWrite ? int.MaxValue : memory.Length);
        var skipped = moved - memory.Position;
        memory.Position = moved;
        return skipped;
    }

    [UnmanagedCallersOnly]
    private static int Seek(long position, nint user)
    {
        if (position is < 0 or > int.MaxValue) return 0;
        Of(user).Position = position;
        return 1;
    }

    private static OpenJpeg? Load()
    {
        if (!Environment.Is64BitProcess) return null;
        foreach (var name in names)
            if (NativeLibrary.TryLoad(
                    name, typeof(OpenJpeg).Assembly, DllImportSearchPath.SafeDirectories, out var library))
                return new OpenJpeg(library);
        return null;
    }
}

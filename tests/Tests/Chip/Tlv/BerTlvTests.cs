using CsCheck;
using Musubi.Chip.Tlv;

namespace Musubi.Tests.Chip.Tlv;

public sealed class BerTlvTests
{
    private static readonly uint[] SomeTags =
        [0x04, 0x30, 0x5E, 0x80, 0x7F49, 0x5F20, 0xDF51, 0x7F8101, 0x9F8A7F];

    private static readonly Gen<uint> Tags = Gen.Int[0, SomeTags.Length - 1].Select(i => SomeTags[i]);

    [Fact]
    public void What_is_written_is_read() =>
        Gen.Select(Tags, Gen.Byte.Array[0, 70_000]).Array[0, 5].Sample(objects =>
        {
            var writer = new TlvWriter();
            foreach (var (tag, value) in objects) writer.Write(tag, value);
            var read = BerTlv.ReadAll(writer.ToArray());
            Assert.Equal(objects.Select(o => o.Item1), read.Select(o => o.Tag));
            Assert.Equal(objects.Select(o => o.Item2), read.Select(o => o.Value.ToArray()));
            Assert.Equal(writer.ToArray(), read.SelectMany(o => o.Encoded.ToArray()));
        }, iter: 100);

    [Fact]
    public void Any_bytes_are_read_or_refused_and_nothing_else() =>
        Gen.Byte.Array[0, 40].Sample(bytes =>
        {
            if (!BerTlv.TryReadAll(bytes, out var objects))
            {
                Assert.Throws<TlvException>(() => BerTlv.ReadAll(bytes));
                return;
            }

            Assert.Equal(bytes, objects.SelectMany(o => o.Encoded.ToArray()));
            foreach (var one in objects) one.TryChildren(out _);
        }, iter: 20_000);

    [Theory]
    [InlineData("1F", "Cut short inside a tag.")]
    [InlineData("80", "Cut short inside a length.")]
    [InlineData("8081", "Cut short inside a length.")]
    [InlineData("8080", "Lengths have one to three bytes after the form byte.")]
    [InlineData("808400000000", "Lengths have one to three bytes after the form byte.")]
    [InlineData("1F81818101", "Tags have at most three bytes.")]
    [InlineData("808301000100", "Object 80 is cut short: 65537 bytes announced, 1 there.")]
    [InlineData("8083FFFFFF00", "Longer than any card object.")]
    [InlineData("800200", "Object 80 is cut short: 2 bytes announced, 1 there.")]
    public void Wrong_bytes_are_refused_with_a_reason(string hex, string reason)
    {
        var wrong = Assert.Throws<TlvException>(() => BerTlv.ReadAll(Convert.FromHexString(hex)));
        Assert.Equal(reason, wrong.Message);
    }

    [Fact]
    public void Depth_and_number_are_bounded()
    {
        var nested = Array.Empty<byte>();
        for (var i = 0; i <= BerTlv.MaximumDepth + 1; i++) nested = TlvWriter.Encode(0x30, nested);
        var level = BerTlv.Read(nested);
        for (var i = 0; i < BerTlv.MaximumDepth; i++) level = Assert.Single(level.Children());
        Assert.Throws<TlvException>(() => level.Children());

        var many = new byte[2 * (BerTlv.MaximumObjectsPerLevel + 1)];
        for (var i = 0; i < many.Length; i += 2) many[i] = 0x04;
        Assert.Throws<TlvException>(() => BerTlv.ReadAll(many));
        Assert.Equal(BerTlv.MaximumObjectsPerLevel, BerTlv.ReadAll(many.AsMemory(2)).Length);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("61", null)]
    [InlineData("6105", 7)]
    [InlineData("7F49820102", 263)]
    public void The_length_to_come_is_known_from_the_first_bytes(string hex, int? length) =>
        Assert.Equal(length, BerTlv.EncodedLength(Convert.FromHexString(hex)));

    [Theory]
    [InlineData(0x30u, true)]
    [InlineData(0x04u, false)]
    [InlineData(0x7F49u, true)]
    [InlineData(0x5F20u, false)]
    public void Constructed_is_a_bit_of_the_first_byte(uint tag, bool constructed) =>
        Assert.Equal(constructed, BerTlv.Read(TlvWriter.Encode(tag, [])).IsConstructed);
}

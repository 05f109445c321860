using System.Security.Cryptography;
using Musubi.Chip.Crypto;

namespace Musubi.Tests.Chip.Crypto;

/// <summary>Both implementations of the curves, over the published values and against each other.</summary>
public sealed class CurveTests
{
    public static TheoryData<int> Ids => new(DomainParameters.All.Select(p => p.Id));

    [Theory]
    [InlineData("icao-pace-gm-ecdh.json")]
    [InlineData("bsi-pace.json")]
    public void Both_compute_the_published_mapping_and_agreement(string file)
    {
        var example = Vector.Read(file);
        var (mapping, agreement) = (example["mapping"], example["agreement"]);
        foreach (var curve in Both(DomainParameters.BrainpoolP256r1))
        {
            Assert.Equal(mapping["terminalPublic"].Bytes, curve.MultiplyGenerator(mapping["terminalPrivate"].Scalar));
            Assert.Equal(mapping["chipPublic"].Bytes, curve.MultiplyGenerator(mapping["chipPrivate"].Scalar));
            Assert.True(curve.TryMultiply(mapping["chipPrivate"].Scalar, mapping["terminalPublic"].Bytes, out var h));
            Assert.Equal(mapping["sharedSecretH"].Bytes, h);
            Assert.True(curve.TryMapGenerator(example["nonce"].Bytes, h, out var generator));
            Assert.Equal(mapping["mappedGenerator"].Bytes, generator);
            Assert.True(curve.TryMultiply(agreement["terminalPrivate"].Scalar, generator, out var terminal));
            Assert.Equal(agreement["terminalPublic"].Bytes, terminal);
            Assert.True(
                curve.TryMultiply(agreement["terminalPrivate"].Scalar, agreement["chipPublic"].Bytes, out var shared));
            Assert.Equal(agreement["sharedSecretK"].Bytes, CurveKey.X(shared).ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Both_agree_on_every_standard_curve(int id)
    {
        Assert.True(DomainParameters.TryFind(id, out var parameters));
        var curves = Both(parameters);
        Assert.Equal(curves[0].Order, curves[1].Order);
        using var key = CurveKey.Create(curves[0]);
        var secret = key.CopySecret();
        Assert.Equal(key.Public, curves[1].MultiplyGenerator(secret));
        Assert.True(curves[0].TryMultiply(secret, key.Public, out var first));
        Assert.True(curves[1].TryMultiply(secret, key.Public, out var second));
        Assert.Equal(first, second);
        Assert.True(curves[0].TryMapGenerator(secret, first, out var mapped));
        Assert.True(curves[1].TryMapGenerator(secret, first, out var mappedAgain));
        Assert.Equal(mapped, mappedAgain);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Both_verify_what_the_platform_signed_and_nothing_else(int id)
    {
        Assert.True(DomainParameters.TryFind(id, out var parameters));
        using var key = ECDsa.Create(parameters.ToECCurve());
        var q = key.ExportParameters(includePrivateParameters: false).Q;
        byte[] point = [0x04, .. q.X!, .. q.Y!];
        var hash = SHA256.HashData("signed"u8);
        var signature = key.SignHash(hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        var half = parameters.FieldLength;
        byte[][] wrong =
        [
            [.. signature[..^1], (byte)(signature[^1] ^ 1)], [.. signature[half..], .. signature[..half]],
            new byte[2 * half], [.. Enumerable.Repeat((byte)0xFF, 2 * half)], signature[..^1], [.. signature, 0], [],
        ];
        byte[][] noKeys = [[.. point[..^1], (byte)(point[^1] ^ 1)], point[..^1], new byte[point.Length], [0], []];
        foreach (var curve in Both(parameters))
        {
            Assert.True(curve.Verifies(point, hash, signature));
            Assert.False(curve.Verifies(point, SHA256.HashData("other"u8), signature));
            Assert.All(wrong, one => Assert.False(curve.Verifies(point, hash, one)));
            Assert.All(noKeys, one => Assert.False(curve.Verifies(one, hash, signature)));
        }
    }

    [Theory]
    [InlineData(8, "1.2.840.10045.3.1.1", 192)]
    [InlineData(9, "1.3.36.3.3.2.8.1.1.3", 192)]
    [InlineData(10, "1.3.132.0.33", 224)]
    [InlineData(11, "1.3.36.3.3.2.8.1.1.5", 224)]
    [InlineData(12, "1.2.840.10045.3.1.7", 256)]
    [InlineData(13, "1.3.36.3.3.2.8.1.1.7", 256)]
    [InlineData(14, "1.3.36.3.3.2.8.1.1.9", 320)]
    [InlineData(15, "1.3.132.0.34", 384)]
    [InlineData(16, "1.3.36.3.3.2.8.1.1.11", 384)]
    [InlineData(17, "1.3.36.3.3.2.8.1.1.13", 512)]
    [InlineData(18, "1.3.132.0.35", 521)]
    public void The_ids_of_table_4_name_these_curves(int id, string oid, int bits)
    {
        Assert.True(DomainParameters.TryFind(id, out var parameters));
        Assert.Equal((id, oid, bits), (parameters.Id, parameters.Oid, parameters.Bits));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(19)]
    [InlineData(255)]
    public void Other_ids_name_no_curve(int id) => Assert.False(DomainParameters.TryFind(id, out _));

    [Fact]
    public void A_point_that_is_not_on_the_curve_gives_no_product()
    {
        foreach (var curve in Both(DomainParameters.BrainpoolP256r1))
        {
            using var key = CurveKey.Create(curve);
            var scalar = key.CopySecret();
            var beside = (byte[])key.Public.Clone();
            beside[^1] ^= 1;
            byte[][] bad = [beside, [], [0], key.Public[..^1], [0x02, .. key.Public[1..33]], new byte[65]];
            foreach (var point in bad)
            {
                Assert.False(curve.TryMultiply(scalar, point, out var none));
                Assert.Empty(none);
                Assert.False(curve.TryMapGenerator(scalar, point, out _));
            }
        }
    }

    [Fact]
    public void A_scalar_of_zero_or_of_the_order_is_our_mistake()
    {
        foreach (var curve in Both(DomainParameters.NistP256))
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => curve.MultiplyGenerator(new byte[32]));
            Assert.Throws<ArgumentOutOfRangeException>(() => curve.MultiplyGenerator(curve.Order));
        }
    }

    private static ICurve[] Both(DomainParameters parameters)
    {
        Assert.True(Libcrypto.IsAvailable, "libcrypto.so.3 is missing: half of this test would not run");
        return [new LibcryptoCurve(parameters), new BouncyCastleCurve(parameters)];
    }
}

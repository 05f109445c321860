using System.Security.Cryptography;
using Musubi.Chip.Crypto;

namespace Musubi.Tests.Chip.Crypto;

/// <summary>AES as secure messaging uses it: many short messages under one key.</summary>
public sealed class AesTests
{
    private const string Key = "2b7e151628aed2a6abf7158809cf4f3c";

    // NIST SP 800-38A, F.2.1: CBC-AES128, the first two blocks.
    private const string Iv = "000102030405060708090a0b0c0d0e0f";
    private const string Plain = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51";
    private const string Cipher = "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2";

    [Theory]
    [InlineData("", "bb1d6929e95937287fa37d129b756746")]
    [InlineData("6bc1bee22e409f96e93d7e117393172a", "070a16b46b4d4144f79bdd9dd04a287c")]
    [InlineData(
        "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411",
        "dfa66747de9ae63030ca32611497c827")]
    public void CMAC_gives_the_values_of_RFC_4493(string message, string mac)
    {
        using var cmac = new AesCmac(Convert.FromHexString(Key));
        Span<byte> computed = stackalloc byte[AesCmac.Length];
        cmac.Compute(Convert.FromHexString(message), computed);
        Assert.Equal(mac, Convert.ToHexStringLower(computed));
        var first = Convert.FromHexString(mac)[..8];
        Assert.True(cmac.Verify(Convert.FromHexString(message), first));
        first[7] ^= 1;
        Assert.False(cmac.Verify(Convert.FromHexString(message), first));
    }

    [Fact]
    public void CBC_gives_the_values_of_SP_800_38A_for_every_message_anew()
    {
        using var aes = new AesCbc(Convert.FromHexString(Key));
        for (var message = 0; message < 3; message++)
        {
            var text = Convert.FromHexString(Plain);
            aes.Encrypt(Convert.FromHexString(Iv), text, 0, text.Length);
            Assert.Equal(Cipher, Convert.ToHexStringLower(text));
            aes.Decrypt(Convert.FromHexString(Iv), text, 0, text.Length);
            Assert.Equal(Plain, Convert.ToHexStringLower(text));
        }
    }

    [Theory]
    [InlineData(16)]
    [InlineData(24)]
    [InlineData(32)]
    public void Messages_of_any_length_and_order_are_what_they_are_alone(int keyLength)
    {
        var random = new Random(keyLength);
        var (key, iv) = (new byte[keyLength], new byte[AesCbc.Block]);
        random.NextBytes(key);
        using var aes = new AesCbc(key);
        using var alone = Aes.Create();
        alone.Key = key;
        for (var message = 0; message < 50; message++)
        {
            random.NextBytes(iv);
            var text = new byte[AesCbc.Block * random.Next(1, 20)];
            random.NextBytes(text);
            var isEncrypted = random.Next(2) == 0;
            var expected = isEncrypted
                ? alone.EncryptCbc(text, iv, PaddingMode.None)
                : alone.DecryptCbc(text, iv, PaddingMode.None);
            // In the middle of a buffer: what stands beside it stays.
            byte[] buffer = [0xAA, .. text, 0xBB];
            if (isEncrypted) aes.Encrypt(iv, buffer, 1, text.Length);
            else aes.Decrypt(iv, buffer, 1, text.Length);
            Assert.Equal([0xAA, .. expected, 0xBB], buffer);
        }
    }
}

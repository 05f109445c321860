using Musubi.Chip;
using Musubi.Chip.Applications;
using Musubi.Chip.Applications.Face;
using Musubi.Chip.Applications.Issuer;
using Musubi.Chip.Applications.Jpki;
using Musubi.Chip.Applications.Text;
using Musubi.Chip.Personalisation;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>Rewrites a card that its holder keeps, with what the registers say now. Each part may be repeated, so a
/// card that was pulled in between is simply written again.</summary>
internal sealed class CardRewriting(
    People people, CardContent content, IssuerKeys keys, ProtectedWriting protectedGroups, TimeProvider time)
{
    /// <summary>The refusal, or null when the card holds everything.</summary>
    public async Task<Refusal?> Write(CardRewrite rewrite, StepInput.WriteCard writing, CancellationToken cancel)
    {
        var pair = await people.Of(rewrite.Residence, rewrite.Number);
        if (pair is not { Residence.Record: { } residence, Number.Record: { } number })
            return new Refusal(RefusalCode.PersonUnknown);
        // 1. Protected groups first, on a card fresh from reset: PACE speaks to its master file. Staged on the chip,
        // they are readable together or not at all.
        if (!rewrite.Fields.IsEmpty && await protectedGroups.Write(rewrite, residence, writing, cancel) is { } refused)
            return refused;
        // 2. Is it that very card? A certificate of an interrupted writing may already be on it, so both count.
        if (await CardProving.CertificateSerial(writing.Card, cancel) is not { } onCard)
            return new Refusal(RefusalCode.ForeignCard);
        if (!MayBeTheCard(rewrite, number, onCard)) return new Refusal(RefusalCode.CardsOfDifferentPeople);
        // Card pulled from here on: the groups are new, the rest is written when the step is taken again.
        using var issuer = new IssuerChannel(writing.Card, keys.CardKey(rewrite.Serial.Stored));
        // 3. The text application with its integrity record.
        if (rewrite.Attributes)
        {
            var written = await TextApplication.RewriteAttributes(writing.Card, issuer, number.Number.Reveal(),
                content.Attributes(number), keys.TextSigner, cancel);
            if (written.Refusal is { } why) return new Refusal(Code(why));
            // Card pulled here: the text is new, the printed face old; both are written when the step is taken again.
            if (await RewriteFace(writing.Card, issuer, number, cancel) is { } faceRefused) return faceRefused;
        }
        // 4. Certificates: the card makes a key, the authority certifies it, both change over together.
        if (rewrite.SignatureCertificate is { } signature
            && await Replace(writing.Card, issuer, JpkiKey.Signing, key => keys.SigningAuthority.IssueSigning(
                key, content.Holder(number), time.GetUtcNow(), content.EndOf(rewrite.CertificatesUntil), signature),
                cancel)
                is { } no) return no;
        if (rewrite.AuthenticationCertificate is { } authentication
            && !NumberCardRecord.IsSerial(authentication, onCard)
            && await Replace(writing.Card, issuer, JpkiKey.Authentication, key => keys.AuthenticationAuthority
                .IssueAuthentication(key, time.GetUtcNow(), content.EndOf(rewrite.CertificatesUntil), authentication),
                    cancel)
                is { } neither) return neither;
        return null;
    }

    /// <summary>The face application of a separate card draws the address as it was printed; a merged card has
    /// none.</summary>
    private async Task<Refusal?> RewriteFace(
        ICardChannel card, IssuerChannel issuer, NumberRecord number, CancellationToken cancel)
    {
        var written = await FaceApplication.RewriteAddress(card, issuer, number.Number.Reveal(),
            PrintedPictures.NumberCardAddress(content.Holder(number).Address), keys.FaceSigner, keys.TextRoot, cancel);
        return written.Refusal is { } why and not CardRefusal.NoSuchApplication ? new Refusal(Code(why)) : null;
    }

    private static bool MayBeTheCard(CardRewrite rewrite, NumberRecord number, string onCard)
    {
        if (number.Cards.FirstOrDefault(one => one.Serial == rewrite.Serial) is not { } row) return false;
        if (row.HasCertificate(onCard)) return true;
        // The register holds the certificate that this very act is bringing: the card still bears the one before. Its
        // own key settles it in step 4: only the card of that serial takes a command under it.
        return rewrite.AuthenticationCertificate is not null;
    }

    private static async Task<Refusal?> Replace(
        ICardChannel card, IssuerChannel issuer, JpkiKey key,
        Func<ReadOnlyMemory<byte>, System.Security.Cryptography.X509Certificates.X509Certificate2> certify,
        CancellationToken cancel)
    {
        var replaced = await JpkiCounter.Replace(card, issuer, key, certify, cancel);
        return replaced.Refusal is { } why ? new Refusal(Code(why)) : null;
    }

    private static RefusalCode Code(CardRefusal refusal) => refusal switch
    {
        CardRefusal.NoSuchApplication => RefusalCode.ForeignCard,
        CardRefusal.NotGenuine => RefusalCode.CardForged,
        CardRefusal.AnswerNotFromThisCard or CardRefusal.NotPermitted => RefusalCode.CardsOfDifferentPeople,
        CardRefusal.NoSuchFile or CardRefusal.Malformed or CardRefusal.Refused => RefusalCode.CardUnreadable,
        CardRefusal.MemoryFailure => RefusalCode.CardWriteUnfinished,
    };
}

using Musubi.Office.Demo;
using Musubi.Vocabulary;

namespace Musubi.Office.Verify;

/// <summary>From a card on a verifier's reader to the answer on the screen.</summary>
public sealed class Verifying(Readers readers, PinPads pads)
{
    public Task<VerifyAnswer> Read(EntryId entry, string reader, string can, CancellationToken cancel)
    {
        var pins = pads.Take(reader);
        if (readers.Card(reader) is not { } card)
            return Task.FromResult(VerifyAnswer.Without(Verdict.CannotSay, new Refusal(RefusalCode.NoCard)));
        return Task.FromResult(VerifyAnswer.Without(Verdict.CannotSay, new Refusal(RefusalCode.PinNeeded)));
    }
}

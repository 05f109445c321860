using Musubi.Chip;
using Musubi.Chip.Apdu;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.ChipAuthentication;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;
using Musubi.Chip.RestrictedIdentification;
using Musubi.Chip.TerminalAuthentication;

namespace Musubi.Fuzz;

/// <summary>
/// Plays steps to a card and to the <see cref="RightsModel"/> beside it. The card gives nothing that the model does not
/// allow; and where nothing disturbed the steps, it gives what the model allows.
/// </summary>
public sealed class CardRun
{
    private readonly FuzzCard card;
    private readonly CardWire wire;
    private readonly RightsModel model = new();
    private ICardChannel? channel;
    private bool isUndisturbed = true;
    private bool isAtRoot = true;
    private int groupsRead;

    private CardRun(FuzzCard card) => (this.card, wire) = (card, new CardWire(card));

    /// <summary>Plays the steps to the card as it left the factory.</summary>
    /// <returns>How many groups were read: a run that reads none proves less.</returns>
    /// <exception cref="BrokenPromiseException">The card and the model disagree.</exception>
    public static async Task<int> Play(FuzzCard card, IEnumerable<CardStep> steps)
    {
        card.Renew();
        var run = new CardRun(card);
        foreach (var step in steps) await run.Play(step);
        return run.groupsRead;
    }

    private async Task Play(CardStep step)
    {
        var before = Tries;
        var (groups, rights) = (Groups(), model.Rights);
        var mayRise = model.MayManagePin;
        switch (step)
        {
            case CardStep.Power:
                card.Chip.PowerOn();
                model.Close();
                break;
            case CardStep.Raw raw:
                Send(raw.Bytes.ToArray());
                break;
            case CardStep.Replay:
                Send(wire.Last);
                break;
            case CardStep.Protected inner:
                if (CommandApdu.TryRead(inner.Command.Span, out var command)) await Transmit(command);
                // The model does not follow what the command may have done inside the channel.
                isUndisturbed = false;
                break;
            case CardStep.Disturb disturbance:
                wire.Expect(disturbance);
                break;
            case CardStep.OpenPace pace:
                mayRise |= await Open(pace);
                break;
            case CardStep.ProveTerminal terminal:
                await Prove(card.Terminal(terminal.Terminal));
                break;
            case CardStep.ProveChip:
                await ProveChip();
                break;
            case CardStep.Read read:
                await Read(read);
                break;
            case CardStep.Write write:
                await Write(write.Group);
                break;
            case CardStep.Identify:
                await Identify();
                break;
        }

        foreach (var (group, content) in Groups())
            BrokenPromiseException.Unless(
                content.AsSpan().SequenceEqual(groups[group])
                || ((rights | model.Rights) & EidRightsByGroup.Write(group)) != EidRights.None,
                $"Writing group {group} needs its right.");

        BrokenPromiseException.Unless(Tries <= before || mayRise, "The PIN's tries come back by a right only.");
        model.Learn(Tries, card.Chip.File.Eac!.PinIsActive);
    }

    private int Tries => card.Chip.File.Eac!.PinTriesLeft;

    /// <summary>Past the channel: a readable command ends it, whatever it says.</summary>
    private void Send(byte[] bytes)
    {
        wire.Send(bytes);
        // FF is no class, and what is no command never reaches the session.
        if (CommandApdu.TryRead(bytes, out var command) && command.Cla != 0xFF) model.Close();
    }

    private async Task<bool> Open(CardStep.OpenPace step)
    {
        var inside = step.Inside && channel is PaceChannel && model.Password is not null;
        var mayTry = model.MayOpen(step.Kind, step.Asked, inside);
        var mayOpen = mayTry && step.IsRight;
        var pinTries = model.PinTries;
        if (!inside) model.Close();
        wire.WasDisturbed = false;
        using var password = card.Password(step.Kind, step.IsRight);
        var chat = step.Asked is { } asked ? new Chat(CvRole.Terminal, asked) : null;
        var outcome = await Attempt(() => Pace.Establish(inside ? channel! : wire, password, chat));
        if (outcome is PaceOutcome.Established established)
        {
            BrokenPromiseException.Unless(mayOpen, $"PACE succeeds with what is right and allowed: {step}.");
            model.Open(step.Kind, step.Asked);
            (channel, isUndisturbed, isAtRoot) = (established.Channel, !wire.WasDisturbed, true);
            return step.Kind == PacePasswordKind.Pin;
        }

        BrokenPromiseException.Unless(!mayOpen || wire.WasDisturbed, $"PACE with what is right succeeds: {step}.");
        if (wire.WasDisturbed) isUndisturbed = false;
        else if (step is { Kind: PacePasswordKind.Pin, IsRight: false } && mayTry)
            BrokenPromiseException.Unless(Tries == pinTries - 1, "A wrong PIN costs one try.");
        return step is { Kind: PacePasswordKind.Pin, IsRight: true };
    }

    private async Task Prove(FuzzTerminal terminal)
    {
        if (channel is not PaceChannel pace) return;
        var certified = terminal.Certificate.Chat.EidRights;
        var mayProve = terminal.IsHonest && model.MayProve(certified);
        wire.WasDisturbed = false;
        var outcome = await Attempt(() => TerminalAuthentication.Run(
            pace, [terminal.Verifier], terminal.Certificate, terminal.Key));
        if (outcome is TerminalAuthenticationOutcome.Authenticated authenticated)
        {
            BrokenPromiseException.Unless(mayProve, "Only a certified terminal with its key is believed.");
            model.ProveTerminal(certified);
            channel = authenticated.Stage;
        }
        else
        {
            BrokenPromiseException.Unless(
                !mayProve || wire.WasDisturbed || !isUndisturbed || !isAtRoot,
                "A certified terminal with its key is believed.");
        }
        isUndisturbed &= !wire.WasDisturbed;
    }

    private async Task ProveChip()
    {
        if (channel is not TerminalAuthenticated terminal) return;
        wire.WasDisturbed = false;
        var outcome = await Attempt(() => ChipAuthentication.Run(terminal, card.Trust));
        isUndisturbed &= !wire.WasDisturbed;
        if (outcome is ChipAuthenticationOutcome.Authenticated authenticated)
        {
            BrokenPromiseException.Unless(model.IsTerminalProved, "The chip's key is for proved terminals.");
            model.ProveChip();
            channel = authenticated.Stage;
        }
        else
        {
            BrokenPromiseException.Unless(
                !isUndisturbed || !isAtRoot || !model.IsTerminalProved, "The chip proves itself to a proved terminal.");
        }
    }

    private async Task Read(CardStep.Read read)
    {
        var group = read.Group;
        wire.WasDisturbed = false;
        var mayRead = model.Rights.HasFlag(EidRightsByGroup.Read(group));
        // A terminal with the right to write may have written something else.
        var mustRead = mayRead && isUndisturbed && Groups()[group].AsSpan().IndexOf(FuzzCard.GroupMark(group)) >= 0;
        isAtRoot = false;
        await Transmit(new CommandApdu(0, 0xA4, 0x04, 0x0C, EidGroup.Aid));
        var answer = await Transmit(read.IsOdd
            ? new CommandApdu(0, 0xB1, 0, (byte)group, new byte[] { 0x54, 0x01, 0x00 }, CommandApdu.ShortNe)
            : new CommandApdu(0, 0xB0, (byte)(0x80 | group), 0, Ne: CommandApdu.ShortNe));
        isUndisturbed &= !wire.WasDisturbed;
        var isRead = answer is not null && answer.Data.Span.IndexOf(FuzzCard.GroupMark(group)) >= 0;
        if (isRead) groupsRead++;
        BrokenPromiseException.Unless(
            isRead || !mustRead || wire.WasDisturbed, $"Who may read group {group} reads it.");
    }

    private async Task Write(int group)
    {
        wire.WasDisturbed = false;
        var right = EidRightsByGroup.Write(group);
        var mustWrite = right != EidRights.None && model.Rights.HasFlag(right) && isUndisturbed;
        // The mark stays in it, so that reading goes on to be judged.
        var content = EidGroup.Wrap(group, EidGroup.Text($"protected-{group:00} anew"));
        isAtRoot = false;
        await Transmit(new CommandApdu(0, 0xA4, 0x04, 0x0C, EidGroup.Aid));
        await Transmit(new CommandApdu(0, 0xD6, (byte)(0x80 | group), 0, content));
        isUndisturbed &= !wire.WasDisturbed;
        BrokenPromiseException.Unless(
            !mustWrite || wire.WasDisturbed || Groups()[group].AsSpan().SequenceEqual(content),
            $"Who may write group {group} writes it.");
    }

    private async Task Identify()
    {
        if (channel is not ChipAuthenticated chip) return;
        wire.WasDisturbed = false;
        var given = await Attempt<object>(async () => (await RestrictedIdentification.Run(
            chip, FuzzTerminal.Sector, SectorPlace.First, PseudonymKey.ForAll)).IsGiven);
        isUndisturbed &= !wire.WasDisturbed;
        if (given is not true) return;
        BrokenPromiseException.Unless(model.IsChipProved, "A pseudonym is for proved terminals.");
        BrokenPromiseException.Unless(IsCounted(CardUses.FirstPseudonym), "A pseudonym is counted before it leaves.");
    }

    private bool IsCounted(CardUses uses) =>
        card.Chip.File.Eac!.Readings.Rows is [.., var row] && row.Uses.HasFlag(uses);

    private SortedDictionary<int, byte[]> Groups() => new(card.Chip.File.Eid!.Groups);

    /// <summary>Inside the channel, also one that is over. What is opened there is judged by the rights.</summary>
    private async Task<ResponseApdu?> Transmit(CommandApdu command)
    {
        if (channel is null) return null;
        // A protected command on a dead channel ends what a fresh one would have: there is only one channel.
        var answer = await Attempt(() => channel.Transmit(command));
        if (answer is null)
        {
            model.Close();
            return null;
        }
        for (var group = EidGroup.First; group <= EidGroup.Last; group++)
        {
            var isThere = answer.Data.Span.IndexOf(FuzzCard.GroupMark(group)) >= 0;
            BrokenPromiseException.Unless(
                !isThere || model.Rights.HasFlag(EidRightsByGroup.Read(group)), $"Group {group} needs its right.");
            BrokenPromiseException.Unless(
                !isThere || IsCounted(CardUsesByGroup.Reading(group)), $"Group {group} is counted before it leaves.");
        }
        BrokenPromiseException.Unless(
            model.Password is not null || answer.Data.Span.IndexOf(FuzzCard.TravelMark) < 0, "The zone needs PACE.");
        return answer;
    }

    /// <summary>A card that is gone or a channel that broke is an answer here: null.</summary>
    private async Task<T?> Attempt<T>(Func<ValueTask<T>> exchange)
        where T : class
    {
        try
        {
            return await exchange();
        }
        catch (CardChannelException)
        {
            model.Close();
            return null;
        }
    }
}

using Musubi.Chip.CvCertificates;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Access;

/// <summary>Everything about the access list over one store: what is published, what is drafted, and the certificates
/// that are made from it.</summary>
public sealed class ListHouse : IAsyncDisposable
{
    private readonly AccessStore store;
    private readonly SigningKeys keys;

    private ListHouse(AccessStore store, SigningKeys keys, PublishedLists lists, Drafts drafts, IssuingChain chain,
        TerminalAuthority authority)
    {
        (this.store, this.keys) = (store, keys);
        (Lists, Drafts, Chain, Authority) = (lists, drafts, chain, authority);
    }

    public PublishedLists Lists { get; }

    public Drafts Drafts { get; }

    public IssuingChain Chain { get; }

    public TerminalAuthority Authority { get; }

    /// <summary>Opens all of it and finishes what a crash interrupted. The store and the keys are closed with it.
    /// </summary>
    /// <param name="first">The root that the first cards were made with.</param>
    /// <param name="firstVerifier">The document verifier's key where the settings name no other.</param>
    /// <param name="proofs">See <see cref="PublishedLists.Open"/>.</param>
    /// <exception cref="SignerException">A key is not the one that the store's certificates belong to.</exception>
    public static async Task<ListHouse> Open(AccessStore store, Outbox outbox, Jurisdiction law, SigningKeys keys,
        CvCertificateAuthority first, ICvSigner firstVerifier, TimeProvider time,
        Func<OutboxEntry, ValueTask<LogProof?>>? proofs = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(keys);
        try
        {
            var lists = await PublishedLists.Open(store, outbox, law, new ListSignature(keys.List), time, proofs);
            var chain = await IssuingChain.Open(store, outbox, first, keys.Root, keys.Verifier ?? firstVerifier, time);
            return new(store, keys, lists, new Drafts(store, lists, law, time), chain,
                new TerminalAuthority(chain, lists, await LatestMoment.Open(store), outbox, law, time));
        }
        catch
        {
            await store.DisposeAsync();
            keys.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        keys.Dispose();
    }
}

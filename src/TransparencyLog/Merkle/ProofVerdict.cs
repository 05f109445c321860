namespace Musubi.TransparencyLog.Merkle;

/// <summary>What checking an inclusion or a consistency proof gave.</summary>
public enum ProofVerdict
{
    /// <summary>The proof leads from what was claimed to the root.</summary>
    Holds = 1,

    /// <summary>Nothing can be proved about such numbers: an index outside of the tree, an old size of 0 or one above
    /// the new size.</summary>
    NotInTree,

    /// <summary>More or fewer hashes than this place in this tree has.</summary>
    WrongLength,

    /// <summary>The hashes lead to another root: the tree is not the one that was claimed.</summary>
    WrongRoot,
}

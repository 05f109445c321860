namespace Musubi.TransparencyLog.Notes;

/// <summary>Text that is not what it should be (a signed note, a checkpoint, a note's key, or a text made of these: a
/// witness request, a proof, a policy), or goes beyond a bound of its reader.</summary>
/// <param name="message">What is wrong, with the line where that helps; never a secret.</param>
public sealed class NoteException(string message) : FormatException(message);

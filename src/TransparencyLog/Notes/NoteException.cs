namespace Musubi.TransparencyLog.Notes;

/// <summary>Text that is not a signed note, a checkpoint or a note's key, or goes beyond a bound of
/// <see cref="SignedNote"/>.</summary>
/// <param name="message">What is wrong, with the line where that helps; never a secret.</param>
public sealed class NoteException(string message) : FormatException(message);

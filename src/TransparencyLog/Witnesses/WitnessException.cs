namespace Musubi.TransparencyLog.Witnesses;

/// <summary>The witness' memory cannot be trusted: it must not sign before a person has looked.</summary>
public sealed class WitnessException(string message) : Exception(message);

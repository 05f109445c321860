namespace Musubi.Vocabulary;

/// <summary>Where a person lives: the municipality by its code, the rest as the register writes it.</summary>
public sealed record Address
{
    public const int MaxText = 200;

    public Address(MunicipalityCode municipality, string text)
    {
        if (municipality == default)
            throw new ArgumentException("An address is in a municipality.", nameof(municipality));
        Municipality = municipality;
        Text = CheckedText.Of(text, MaxText, nameof(text));
    }

    public MunicipalityCode Municipality { get; }
    public string Text { get; }

    public override string ToString() => Text;
}

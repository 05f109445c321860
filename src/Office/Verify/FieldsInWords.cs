using Musubi.Office.Texts;
using Musubi.Vocabulary;

namespace Musubi.Office.Verify;

/// <summary>What a card says in codes, in the reader's words.</summary>
public sealed class FieldsInWords(TimeProvider time)
{
    public DateOnly Today => DateForms.Today(time);

    public string Of(ReadField field) => field.Value;
}

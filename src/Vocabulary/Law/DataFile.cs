using System.Globalization;
using System.Text.Json;

namespace Musubi.Vocabulary;

/// <summary>Reads JSON into nodes that know their place, so that a problem can name it: the line in a jurisdiction's
/// file, the path in a document that came by itself.</summary>
internal sealed class DataFile(string? folder, List<string> problems)
{
    /// <summary>A jurisdiction's longest file has some thousand short lines.</summary>
    private const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>Lists of objects with lists of texts: deeper nesting is a mistake.</summary>
    private const int MaxDepth = 12;

    private string name = "";
    private byte[] bytes = [];
    private long countedTo;
    private int line = 1;

    public DataNode Read(string fileName)
    {
        (name, bytes, countedTo, line) = (fileName, [], 0, 1);
        var path = Path.Combine(folder!, fileName);
        if (!File.Exists(path))
            return Stop(0, "the file is missing", $"a file {fileName} in {folder}");
        if (new FileInfo(path).Length > MaxBytes)
            return Stop(0, $"the file is longer than {MaxBytes} bytes", "a shorter file");
        bytes = File.ReadAllBytes(path);
        return Parse();
    }

    /// <summary>A document in memory. Its places are paths from its root, "$".</summary>
    public static DataNode Parse(ReadOnlyMemory<byte> document, List<string> problems)
    {
        var file = new DataFile(folder: null, problems);
        if (document.Length > MaxBytes)
            return file.Stop(1, $"the document is longer than {MaxBytes} bytes", "a shorter document");
        file.bytes = document.ToArray();
        return file.Parse();
    }

    private DataNode Parse()
    {
        try
        {
            var options = new JsonReaderOptions { MaxDepth = MaxDepth };
            var reader = new Utf8JsonReader(bytes, options);
            reader.Read();
            var root = ReadValue(ref reader, "$");
            reader.Read();
            return root;
        }
        catch (JsonException e)
        {
            return Stop((int)(e.LineNumber ?? 0) + 1, "this is not JSON",
                "one JSON value without comments or trailing commas");
        }
        catch (InvalidOperationException)
        {
            return Stop(line, "this text is not UTF-8", "UTF-8 without broken characters");
        }
    }

    private DataNode ReadValue(ref Utf8JsonReader reader, string path)
    {
        var node = new DataNode(Place(LineAt(reader.TokenStartIndex), path), reader.TokenType, problems);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
                {
                    var (key, keyLine) = (reader.GetString()!, LineAt(reader.TokenStartIndex));
                    reader.Read();
                    if (!node.Members.TryAdd(key, ReadValue(ref reader, $"{path}.{key}")))
                        problems.Add($"{Place(keyLine, path)}: \"{key}\" stands here twice; it would stand once.");
                }
                break;
            case JsonTokenType.StartArray:
                while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
                    node.Elements.Add(ReadValue(ref reader, $"{path}[{node.Elements.Count}]"));
                break;
            case JsonTokenType.String:
                node.Text = reader.GetString();
                break;
            case JsonTokenType.Number:
                node.Text = System.Text.Encoding.UTF8.GetString(reader.ValueSpan);
                break;
            default:
                break;
        }
        return node;
    }

    /// <summary>Tokens come in order, so each byte is counted once.</summary>
    private int LineAt(long index)
    {
        line += bytes.AsSpan((int)countedTo, (int)(index - countedTo)).Count((byte)'\n');
        countedTo = index;
        return line;
    }

    private DataNode Stop(int atLine, string wrong, string right)
    {
        var place = Place(Math.Max(atLine, 1), string.Create(CultureInfo.InvariantCulture, $"line {atLine}"));
        problems.Add($"{place}: {wrong}; it would be {right}.");
        return new DataNode(place, JsonTokenType.None, problems);
    }

    private string Place(int atLine, string path) =>
        folder is null ? path : string.Create(CultureInfo.InvariantCulture, $"{name}:{atLine}");
}

namespace Musubi.Office.Hosting;

internal static class FormFields
{
    /// <summary>One field as typed, without the spaces round it; empty where the form has none.</summary>
    public static string Text(this IFormCollection form, string name) => form[name].ToString().Trim();
}

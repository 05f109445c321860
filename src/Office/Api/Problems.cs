using Microsoft.AspNetCore.Http.HttpResults;
using Musubi.Office.Texts;
using Musubi.Vocabulary;

namespace Musubi.Office.Api;

/// <summary>An expected no as a problem document (RFC 9457): the public code, and the sentence in the caller's
/// language. </summary>
internal static class Problems
{
    public static ProblemHttpResult Of(Refusal refused, Words words, Jurisdiction law, ActJson? act = null)
    {
        var extensions = new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = refused.PublicCode };
        if (act is not null) extensions["act"] = act;
        if (refused.TriesLeft is { } tries) extensions["triesLeft"] = tries;
        return TypedResults.Problem(
            Ruby.Plain(RefusalTexts.For(refused, words.Language, Audience.Clerk, law)),
            statusCode: refused.Code is RefusalCode.ActUnknown or RefusalCode.PersonUnknown
                ? StatusCodes.Status404NotFound
                : StatusCodes.Status409Conflict,
            title: words.Plain("shell.not-done"), extensions: extensions);
    }
}

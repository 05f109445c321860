using System.CommandLine;
using Musubi.Access;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Cli.Access;

/// <summary><c>musubi access publish</c>: the two halves of a publication, each by another person, on a data folder
/// that no office has open.</summary>
internal static class PublishCommand
{
    public static Command Create(TimeProvider time)
    {
        var file = new Argument<string?>("FILE")
        {
            Description = "The list that the next version shall be. Its number and day are set at publication.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var data = new Option<string>("--data") { Description = "The data folder.", Required = true };
        var staff = new Option<StaffId>("--as")
        {
            Description = "Who does this: a short word of ASCII letters, digits, hyphens or dots.",
            Required = true,
            CustomParser = result =>
            {
                if (StaffId.TryParse(result.Tokens[0].Value, out var id)) return id;
                result.AddError($"--as takes {StaffId.Shape}.");
                return default;
            },
        };
        var draft = new Option<ActId?>("--draft")
        {
            Description = "The draft that the first person submitted.",
            CustomParser = result =>
            {
                if (ActId.TryParse(result.Tokens[0].Value, out var id)) return id;
                result.AddError($"--draft takes {ActId.Shape}.");
                return null;
            },
        };
        var comment = new Option<string?>("--comment") { Description = "Why the second person approves." };
        var (law, json) = (AccessCommand.JurisdictionOption(), AccessCommand.JsonOption());
        var publish = new Command("publish",
            """
            Publishes a list. One person submits a file as a draft, another approves and publishes the draft.

            Examples:
              musubi access publish next.json --data data --as mori
              musubi access publish --draft 01a20a0450617d2695ba2ce09527e97d --data data --as abe --comment "As agreed"
            """)
        { file, data, staff, draft, comment, law, json };
        publish.Validators.Add(result =>
        {
            if (result.GetValue(file) is null == (result.GetResult(draft) is null))
                result.AddError("Name either a FILE to submit or a --draft to publish.");
        });
        publish.SetAction(parsed => Run(new Request(parsed.GetValue(file), parsed.GetRequiredValue(data),
            parsed.GetRequiredValue(staff), parsed.GetValue(draft), parsed.GetValue(comment) ?? "",
            parsed.GetValue(json)), AccessCommand.Law(parsed.GetValue(law)), time));
        return publish;
    }

    private static async Task<int> Run(Request request, Jurisdiction law, TimeProvider time)
    {
        if (!Directory.Exists(request.Data))
            throw new DirectoryNotFoundException($"There is no data folder {request.Data}.");
        var settings = new StoreSettings { Time = time };
        await using var stores = Stores.OpenSqlite(request.Data, settings);
        await using var store = AccessStore.OpenSqlite(request.Data, settings);
        using var keys = SigningKeys.Open(Path.Combine(request.Data, "keys"));
        var lists = await PublishedLists.Open(store, stores.Outbox, law, new ListSignature(keys.List), time);
        var drafts = new Drafts(store, lists, law, time);
        if (request.File is not { } file) return await Publish(request, drafts, lists, law);
        if (AccessCommand.Read(file, law, out var problems) is not { } list)
            return AccessCommand.Refuse(file, problems, request.Json);
        var draft = await drafts.Begin(request.Staff);
        var answer = await drafts.Edit(draft.Id, draft.Version, request.Staff, list);
        if (answer.Refused is null)
            answer = await drafts.Take(
                draft.Id, answer.Draft!.Version, ListDraftStep.Submitted, request.Staff, request.Comment);
        if (answer.Refused is { } why) return Refused(why, law, request.Json);
        if (request.Json) Verbs.WriteJson(new { draft = draft.Id, state = answer.Draft!.State });
        else
            await Console.Out.WriteLineAsync(
                $"Draft {draft.Id} waits for a second person:\n"
                + $"  musubi access publish --draft {draft.Id} --data {request.Data} --as SOMEBODY --comment WHY");
        return Verbs.Done;
    }

    private static async Task<int> Publish(Request request, Drafts drafts, PublishedLists lists, Jurisdiction law)
    {
        var id = request.Draft!.Value;
        if (await drafts.Find(id) is not { } draft) return Refused(RefusalCode.DraftUnknown, law, request.Json);
        var answer = new DraftAnswer(draft, null);
        if (draft.State is ListDraftState.Submitted)
            answer = await drafts.Take(id, draft.Version, ListDraftStep.Approved, request.Staff, request.Comment);
        if (answer.Refused is null)
            answer = await drafts.Take(id, answer.Draft!.Version, ListDraftStep.Published, request.Staff, "");
        if (answer.Refused is { } why) return Refused(why, law, request.Json);
        var version = lists.Current;
        if (request.Json) Verbs.WriteJson(new { version = version.Number, hash = version.Hash });
        else
            await Console.Out.WriteLineAsync(
                $"Version {version.Number} is published: SHA-256 {version.Hash}. It is not yet in the log.");
        return Verbs.Done;
    }

    private static int Refused(RefusalCode code, Jurisdiction law, bool json)
    {
        var sentence = Ruby.Plain(RefusalTexts.For(new Refusal(code), Language.English, Audience.Clerk, law));
        if (json) Verbs.WriteJson(new { refused = Refusal.PublicCodeOf(code), sentence });
        else Console.Out.WriteLine($"{Refusal.PublicCodeOf(code)} {sentence}");
        return Verbs.ExpectedNo;
    }

    private sealed record Request(
        string? File, string Data, StaffId Staff, ActId? Draft, string Comment, bool Json);
}

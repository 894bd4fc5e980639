// Pays an order at a terminal and says how it ended. .NET 10 or newer, no packages. Not run by this project's tests.
//   dotnet run Pay.cs -- SALE-1001 12.50 192.168.1.20
// Exit codes: 0 paid, 11 paid in part, 10 declined, 3 not started, 4 unknown, 2 wrong usage, or the order id belongs to another order.
// After 4, look at the terminal, or, behind a mock, a gateway or a relay, run it again with the same order id: it is never paid twice.
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

var url = Setting("URL", "http://127.0.0.1:8080").TrimEnd('/');
var timeout = TimeSpan.FromSeconds(200); // the server answers within 195 s, because a customer may take 180 s to pay
if (args.Length != 3 || !Regex.IsMatch(args[0], @"^[A-Za-z0-9_-]{1,50}\z") || !Regex.IsMatch(args[1], @"^[0-9]{1,9}\.[0-9]{2}\z")) return Refuse("usage: dotnet run Pay.cs -- ORDER_ID 12.50 HOST");
if (!Regex.IsMatch(url, "^https?://.")) return Refuse($"HIPAY_POS_URL is {url}, and has to begin with http:// or https://");
var (orderId, amount, host) = (args[0], args[1], args[2]);
var asked = (long)(decimal.Parse(amount, CultureInfo.InvariantCulture) * 100); // cents, never a double
var file = Path.Combine(Directory.CreateDirectory("orders").FullName, orderId + ".json");
var kept = File.Exists(file) ? Load() : Record("new");
var state = Text(kept, "state");
var isPaid = state is "paid" or "paid in part";
if (state == "" || (isPaid && Whole(At(kept, "paid")) == 0)) { Console.WriteLine($"unknown orders/{orderId}.json cannot be read: look at the terminal for how this order ended"); return 4; }
if (Whole(At(kept, "asked")) != asked || Text(kept, "host") != host) return Refuse("this order id belongs to another order");
if (!isPaid)
{
    Keep(Record("sent")); // on the disk before a byte leaves
    Keep(kept = Read(await Send(), first: state is "new" or "declined" or "not started"));
    state = Text(kept, "state");
}
var sum = ((decimal)Whole(At(kept, "paid")) / 100).ToString("0.00", CultureInfo.InvariantCulture);
Console.WriteLine($"{state} {(Text(kept, "why") is "" ? $"{sum} EUR for an order of {amount}" : Text(kept, "why"))}");
return state switch { "paid" => 0, "paid in part" => 11, "declined" => 10, "not started" => 3, _ => 4 };

int Refuse(string why) { Console.Error.WriteLine(why); return 2; }
JsonNode? Load() { try { return Parse(File.ReadAllText(file)); } catch (Exception) { return null; } }
JsonNode? Parse(string json) => JsonNode.Parse(json, null, new() { AllowDuplicateProperties = false });
JsonNode Record(string state, long paid = 0, string? why = null) => // as it is read from the file
    Parse(new JsonObject { ["asked"] = asked, ["host"] = host, ["state"] = state, ["paid"] = paid, ["why"] = why }.ToJsonString())!;

void Keep(JsonNode record)
{
    var next = $"{file}.{Environment.ProcessId}";
    using (var output = new FileStream(next, FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.WriteThrough)) output.Write(Encoding.UTF8.GetBytes(record.ToJsonString()));
    File.Move(next, file, overwrite: true);
}

// Status and JSON of the answer, and the tip or other amount beyond the order. Status 0: no answer, -1: no connection was made.
// Sent once: a repeat is for the next run, under the same order id.
async Task<(int, JsonNode?, long)> Send()
{
    var price = new JsonObject { ["amount"] = asked, ["currency"] = "EUR" };
    var contracts = new JsonArray(new JsonObject { ["merchant_contract"] = "1234567" });
    var order = new JsonObject { ["order"] = new JsonObject { ["order_id"] = orderId, ["price"] = price }, ["pos_technical_info"] =
        new JsonObject { ["host_information"] = new JsonObject { ["host"] = host, ["port"] = 8888 }, ["terminal_transaction_display"] =
            new JsonObject { ["protocol"] = "ConcertV3.2", ["contract_array"] = contracts } } };
    using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = timeout };
    var login = Setting("USERNAME", "merchant") + ":" + Setting("PASSWORD", "secret");
    http.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(login)));
    var json = new StringContent(order.ToJsonString(), Encoding.UTF8, "application/json");
    try
    {
        using var answer = await http.PostAsync($"{url}/v1/connector/order", json);
        var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(await answer.Content.ReadAsByteArrayAsync());
        var beyond = answer.Headers.TryGetValues("X-Hipay-Pos-Tip", out var values) || answer.Headers.TryGetValues("X-Hipay-Pos-Over", out values) ? values.First() : "0";
        return ((int)answer.StatusCode, Parse(text), Whole(JsonValue.Create(beyond)));
    }
    catch (Exception lost) // a cut line, a timeout, half an answer: the order may have arrived; unless no connection was made
    { return (lost is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError } ? -1 : 0, null, 0); }
}

JsonNode Read((int, JsonNode?, long) answered, bool first)
{
    var (status, body, beyond) = answered;
    var done = status is 200 or 201;
    var order = At(done ? body : At(body, "error", "details", "recorded"), "order");
    var ours = (order is null or JsonObject or JsonArray { Count: 0 }) && (At(order, "order_id") is null || Text(order, "order_id") == orderId)
        && (At(order, "transaction_type") is null || Text(order, "transaction_type") == "Debit");
    var answer = done && ours ? Text(body, "paymentStatus") : ""; // nothing, if it is about another order
    var codes = new[] { At(body, "error", "errorCode"), At(body, "errorCode") }.OfType<JsonValue>().Select(code => code.ToString()).ToArray(); // 01 and 1001 to 1009 prove no refusal; 00, 01 and 10 do not contradict Success
    var noError = (IsNothing(At(body, "error")) || At(body, "error") is JsonObject) && At(body, "error", "code")?.ToString() is null or ""; // no error contradicts it; an empty one does not count
    var success = answer == "Success" && noError && !codes.Any(code => Regex.IsMatch(code, @"^(100\d|0?[2-9]|1[1-3])\z")) && (At(order, "price", "currency") is null || Text(order, "price", "currency") == "EUR");
    var amount = At(order, "price", "amount"); // which may be less than was asked; an answer need not repeat it
    var isPrice = At(order, "price") is null or JsonObject or JsonArray { Count: 0 };
    var sum = success && isPrice ? amount is null ? asked : Whole(amount) : 0;
    if (sum * 100 == asked || Math.Max(sum - asked, 0) != beyond) sum = 0; // 12 for 12.00 may be all of it, in euros; and more than was asked has a reason
    var named = $"{status} {Text(body, "error", "code")}"; // a proxy's 5xx has no such code, and a 502 of HiPay's own names no attempt
    if (ours && named == "409 attempt.already.approved") sum = Whole(At(body, "error", "details", "paid")); // by an earlier request
    if (sum > 0) return Record(sum < asked ? "paid in part" : "paid", sum);
    var why = status == -1 ? $"no connection to {url} was made: is the server started?" : Text(body, "error", "description") + Text(body, "error", "errorDescription");
    if (why == "") why = codes.Length > 0 ? "with the error code " + string.Join(" and ", codes) : "no proof of how it ended: " + (status == 0 ? "no answer" : $"{status}");
    var refused = codes.Length > 0 && codes.All(code => Regex.IsMatch(code, @"^(1006|0[02-9]|1[0-3])\z"));
    var hasSigns = Regex.IsMatch(body?.ToJsonString() ?? "", @"""(payment_?status"":""success|authori[sz]ation_?(number|code)"":(""[0 ]*[1-9A-Z]|[1-9]))", RegexOptions.IgnoreCase);
    if (answer is "Failure" or "Failed" && noError && refused && !hasSigns) return Record("declined", 0, why);
    var plain = HasOnly(body, "error") && HasOnly(At(body, "error"), "status", "code", "message", "description", "details"); // anything else may tell of a payment
    var nothingSent = plain && Regex.IsMatch(named, @"^((-1|400|401|403|413|415) (?!outcome|attempt).*|408 request.too.slow|409 (terminal.unresolved|cancel.not.the.last)"
        + @"|500 attempt.not.recorded|502 unavailable.terminal.bad.request|503 server.closing)\z");
    var about = first && status != 502 || status is not (409 or 500) && Text(body, "error", "details", "attempt") != ""; // else of the first: nothing
    return Record(nothingSent && about ? "not started" : "unknown", 0, why);
}

long Whole(JsonNode? node) => Regex.IsMatch(Text(node), @"^[0-9]{1,12}\z") ? long.Parse(Text(node)) // 1250, 1250.0, 1.25e3 or "1250"; anything else is 0
    : node is JsonValue value && value.TryGetValue(out decimal sum) && sum % 1 == 0 && Math.Abs(sum) < 1e12m ? (long)sum : 0;
bool HasOnly(JsonNode? node, params string[] names) => node is null or JsonArray { Count: 0 } || (node is JsonObject it && it.All(field => names.Contains(field.Key)));
string Setting(string name, string otherwise) => Environment.GetEnvironmentVariable("HIPAY_POS_" + name) ?? otherwise;
bool IsNothing(JsonNode? node) => node?.ToJsonString() is null or "[]" or "false" or "0" or "\"\"";
JsonNode? At(JsonNode? node, params string[] path) => path.Aggregate(node, (at, name) => (at as JsonObject)?[name]);
string Text(JsonNode? node, params string[] path) => At(node, path) is JsonValue value && value.TryGetValue(out string? text) ? text ?? "" : "";

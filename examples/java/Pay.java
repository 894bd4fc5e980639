// Pays an order at a terminal and says how it ended. Java 17 or newer, with Gson (Debian: libgoogle-gson-java).
//   java -cp /usr/share/java/gson.jar Pay.java SALE-1001 12.50 192.168.1.20
// Exit codes: 0 paid, 11 paid in part, 10 declined, 3 not started, 4 unknown, 2 wrong usage, or the order id belongs to another order.
// After 4, look at the terminal, or, behind a mock, a gateway or a relay, run it again with the same order id: it is never paid twice.
import com.google.gson.*;
import java.net.*;
import java.net.http.*;
import java.nio.file.*;
import java.util.*;

class Pay {
  static final long TIMEOUT = 200; // seconds; the server answers within 195, because a customer may take 180 to pay
  static final Map<String, Integer> EXITS = Map.of("paid", 0, "paid in part", 11, "declined", 10, "not started", 3, "unknown", 4);
  static final String NOTHING_SENT = "(-1|400|401|403|413|415) (?!outcome|attempt).*|408 request.too.slow|409 (terminal.unresolved|cancel.not.the.last)"
      + "|500 attempt.not.recorded|502 unavailable.terminal.bad.request|503 server.closing"; // a proxy's 5xx has no such code, and a 502 of HiPay's own names no attempt
  static final String SIGNS = "(?is).*\"(payment_?status\":\"success|authori[sz]ation_?(number|code)\":(\"[0 ]*[1-9A-Z]|[1-9])).*"; // of a payment, beside a failure
  static final String URL = setting("URL", "http://127.0.0.1:8080").replaceAll("/+$", "");
  record Answer(int status, JsonObject body, long beyond) {} // status 0: no answer, -1: no connection was made; beyond the order: a tip, or another amount
  record Kept(long asked, String host, String state, long paid, String why) {}
  static boolean isPaid(Kept kept) { return Set.of("paid", "paid in part").contains(kept.state); }
  static String setting(String name, String otherwise) { return System.getenv().getOrDefault("HIPAY_POS_" + name, otherwise); }
  static void refuse(String why) { System.err.println(why); System.exit(2); }
  static void end(String state, String why) { System.out.println(state + " " + why); System.exit(EXITS.get(state)); }
  static Kept load(Path file) { try { return new Gson().fromJson(Files.readString(file), Kept.class); } catch (JsonParseException | java.io.IOException damaged) { return null; } }

  public static void main(String[] args) throws Exception {
    if (args.length != 3 || !args[0].matches("[\\w-]{1,50}") || !args[1].matches("[0-9]{1,9}\\.[0-9]{2}")) refuse("usage: Pay.java ORDER_ID 12.50 HOST");
    if (!URL.matches("https?://.+")) refuse("HIPAY_POS_URL is " + URL + ", and has to begin with http:// or https://");
    var asked = new java.math.BigDecimal(args[1]).movePointRight(2).longValueExact(); // cents, never a double
    var file = Files.createDirectories(Path.of("orders")).resolve(args[0] + ".json");
    var sent = new Kept(asked, args[2], "sent", 0, null);
    var kept = Files.exists(file) ? load(file) : new Kept(asked, args[2], "new", 0, null);
    if (kept == null || kept.state == null || isPaid(kept) && kept.paid <= 0) end("unknown", "orders/" + args[0] + ".json cannot be read: look at the terminal for how this order ended");
    if (kept.asked != asked || !args[2].equals(kept.host)) refuse("this order id belongs to another order");
    if (!isPaid(kept)) {
      keep(file, sent); // on the disk before a byte leaves
      keep(file, kept = read(send(args[0], sent), args[0], sent, Set.of("new", "declined", "not started").contains(kept.state)));
    }
    end(kept.state, kept.why == null ? java.math.BigDecimal.valueOf(kept.paid, 2) + " EUR for an order of " + args[1] : kept.why);
  }

  static void keep(Path file, Kept record) throws java.io.IOException {
    var next = Path.of(file + "." + ProcessHandle.current().pid());
    Files.writeString(next, new Gson().toJson(record), StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.SYNC, StandardOpenOption.WRITE);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  // Sent once: a repeat is for the next run, under the same order id.
  static Answer send(String orderId, Kept sale) {
    var order = Map.of("order", Map.of("order_id", orderId, "price", Map.of("amount", sale.asked, "currency", "EUR")),
        "pos_technical_info", Map.of("host_information", Map.of("host", sale.host, "port", 8888), "terminal_transaction_display",
            Map.of("protocol", "ConcertV3.2", "contract_array", List.of(Map.of("merchant_contract", "1234567")))));
    var login = Base64.getEncoder().encodeToString((setting("USERNAME", "merchant") + ":" + setting("PASSWORD", "secret")).getBytes());
    var request = HttpRequest.newBuilder(URI.create(URL + "/v1/connector/order")).header("Authorization", "Basic " + login).header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(new Gson().toJson(order))).build();
    try {
      var response = HttpClient.newHttpClient().sendAsync(request, HttpResponse.BodyHandlers.ofByteArray()).get(TIMEOUT, java.util.concurrent.TimeUnit.SECONDS);
      var text = java.nio.charset.StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(response.body())).toString();
      var beyond = response.headers().firstValue("X-Hipay-Pos-Tip").or(() -> response.headers().firstValue("X-Hipay-Pos-Over")).orElse("0");
      return new Answer(response.statusCode(), JsonParser.parseString(text).getAsJsonObject(), whole(new JsonPrimitive(beyond)));
    } catch (Exception lost) { // a cut line, a timeout, half an answer: the order may have arrived
      return new Answer(lost.getCause() instanceof ConnectException ? -1 : 0, new JsonObject(), 0);
    }
  }

  static Kept read(Answer answer, String orderId, Kept sale, boolean first) {
    var done = Set.of(200, 201).contains(answer.status);
    var place = (done ? "" : "error.details.recorded.") + "order";
    var ours = isObject(answer, place) && List.of(orderId, "").contains(text(answer, place + ".order_id")) && text(answer, place + ".transaction_type", "Debit").equals("Debit");
    var word = done && ours ? text(answer, "paymentStatus") : ""; // nothing, if it is about another order
    var codes = new HashSet<>(Arrays.asList(text(answer, "error.errorCode"), text(answer, "errorCode"))); // 01 and 1001 to 1009 prove no refusal
    codes.remove(""); // 00, 01 and 10 do not contradict Success
    var noError = text(answer, "error.code").isEmpty() && (isObject(answer, "error") || isNothing(answer, "error")); // no error contradicts it; an empty one does not count
    var success = word.equals("Success") && noError && codes.stream().noneMatch(code -> code.matches("100\\d|0?[2-9]|1[1-3]"));
    var amount = at(answer, "order.price.amount"); // which may be less than was asked; an answer need not repeat it
    var sum = success && isObject(answer, "order.price") && text(answer, "order.price.currency", "EUR").equals("EUR") ? amount.isJsonNull() ? sale.asked : whole(amount) : 0;
    if (sum * 100 == sale.asked || Math.max(sum - sale.asked, 0) != answer.beyond) sum = 0; // 12 for 12.00 may be all of it, in euros; and more than was asked has a reason
    var named = answer.status + " " + text(answer, "error.code");
    if (ours && named.equals("409 attempt.already.approved")) sum = whole(at(answer, "error.details.paid")); // by an earlier request
    if (sum > 0 && sum < 1e12) return new Kept(sale.asked, sale.host, sum < sale.asked ? "paid in part" : "paid", sum, null);
    var why = answer.status == -1 ? "no connection to " + URL + " was made: is the server started?" : text(answer, "error.description", text(answer, "error.errorDescription"));
    if (why.isEmpty()) why = codes.isEmpty() ? "no proof of how it ended: " + (answer.status == 0 ? "no answer" : answer.status) : "with the error code " + String.join(" and ", codes);
    var refused = !codes.isEmpty() && codes.stream().allMatch(code -> code.matches("1006|0[02-9]|1[0-3]"));
    if (word.startsWith("Fail") && noError && refused && !answer.body.toString().matches(SIGNS)) return new Kept(sale.asked, sale.host, "declined", 0, why);
    var plain = hasOnly(answer.body, "error") && hasOnly(at(answer, "error"), "status", "code", "message", "description", "details"); // anything else may tell of a payment
    var nothingSent = plain && named.matches(NOTHING_SENT);
    var about = first && answer.status != 502 || !named.matches("(409|500).*") && !text(answer, "error.details.attempt").isEmpty();
    return new Kept(sale.asked, sale.host, nothingSent && about ? "not started" : "unknown", 0, why);
  }
  static long whole(JsonElement amount) { // 1250, 1250.0, 1.25e3 or "1250"; anything else is 0
    if (!(amount instanceof JsonPrimitive sum && (sum.isNumber() || sum.getAsString().matches("[0-9]{1,12}")))) return 0;
    try { return sum.getAsBigDecimal().longValueExact(); } catch (ArithmeticException | NumberFormatException none) { return 0; }
  }
  static JsonElement at(Answer answer, String path) {
    JsonElement at = answer.body;
    for (var name : path.split("[.]")) at = at instanceof JsonObject inner && inner.has(name) ? inner.get(name) : JsonNull.INSTANCE;
    return at;
  }
  static String text(Answer answer, String path) { return text(answer, path, ""); }
  static String text(Answer answer, String path, String absent) { return at(answer, path) instanceof JsonPrimitive value ? value.getAsString() : at(answer, path).isJsonNull() ? absent : ""; }
  static boolean hasOnly(JsonElement value, String... names) { return value instanceof JsonObject object ? Set.of(names).containsAll(object.keySet()) : Set.of("null", "[]").contains(value.toString()); }
  static boolean isNothing(Answer answer, String path) { return Set.of("null", "[]", "false", "0", "\"\"").contains(at(answer, path).toString()); }
  static boolean isObject(Answer answer, String path) { return at(answer, path).isJsonObject() || Set.of("null", "[]").contains(at(answer, path).toString()); } // or nothing
}

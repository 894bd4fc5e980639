"""Pays an order at a terminal and says how it ended. Python 3.9 or newer, no packages.

    python3 pay.py SALE-1001 12.50 192.168.1.20

Exit codes: 0 paid, 11 paid in part, 10 declined, 3 not started, 4 unknown, 2 wrong usage, or the order id belongs to another order.
After 4, look at the terminal, or, behind a mock, a gateway or a relay, run it again with the same order id: it is never paid twice.
"""
import base64, http.client, json, os, re, sys
from decimal import Decimal
from urllib.parse import urlsplit

URL = os.environ.get("HIPAY_POS_URL", "http://127.0.0.1:8080").rstrip("/")
LOGIN = os.environ.get("HIPAY_POS_USERNAME", "merchant") + ":" + os.environ.get("HIPAY_POS_PASSWORD", "secret")
TIMEOUT = 200  # seconds; the server answers within 195, because a customer may take 180 to pay
EXITS = {"paid": 0, "paid in part": 11, "declined": 10, "not started": 3, "unknown": 4}
NOTHING_SENT = "(no connection|400|401|403|413|415) (?!outcome|attempt).*|408 request.too.slow|409 (terminal.unresolved|cancel.not.the.last)" \
    "|500 attempt.not.recorded|502 unavailable.terminal.bad.request|503 server.closing"  # a proxy's 5xx has no such code, and a 502 of HiPay's own names no attempt
SIGNS = '"(payment_?status": ?"success|authori[sz]ation_?(number|code)": ?("[0 ]*[1-9A-Z]|[1-9]))'  # of a payment, beside a failure

def main(order_id="", amount="", host="", *others):
    if others or not (host and re.fullmatch(r"[\w-]{1,50}", order_id) and re.fullmatch(r"[0-9]{1,9}\.[0-9]{2}", amount)):
        return 2, "usage: pay.py ORDER_ID 12.50 HOST"
    if not re.match("https?://.", URL): return 2, f"HIPAY_POS_URL is {URL}, and has to begin with http:// or https://"
    asked = int(Decimal(amount) * 100)  # cents, never a float
    os.makedirs("orders", exist_ok=True)
    file, order = f"orders/{order_id}.json", {"asked": asked, "host": host}
    try: kept = json.load(open(file)) if os.path.exists(file) else {**order, "state": "new"}
    except (OSError, ValueError): kept = None
    if not isinstance(at(kept, "state"), str) or (kept["state"] in ("paid", "paid in part") and not whole(at(kept, "paid"))): return EXITS["unknown"], f"unknown {file} cannot be read: look at the terminal for how this order ended"
    if kept != {**kept, **order}: return 2, "this order id belongs to another order"
    if kept["state"] not in ("paid", "paid in part"):
        keep(file, {**order, "state": "sent"})  # on the disk before a byte leaves
        kept = {**order, **read(*send(order_id, asked, host), order_id, asked, kept["state"] in ("new", "declined", "not started"))}
        keep(file, kept)
    why = kept["why"] if "why" in kept else f"{Decimal(kept['paid']) / 100:.2f} EUR for an order of {amount}"
    return EXITS[kept["state"]], f"{kept['state']} {why}"

def keep(file, record):
    with open(f"{file}.{os.getpid()}", "w") as out:
        json.dump(record, out)
        out.flush()
        os.fsync(out.fileno())
    os.replace(out.name, file)

def send(order_id, asked, host):
    """Status and JSON of the answer, and the tip or other amount beyond the order. Sent once: a repeat is for the next run, under the same order id."""
    order = {"order": {"order_id": order_id, "price": {"amount": asked, "currency": "EUR"}},
             "pos_technical_info": {"host_information": {"host": host, "port": 8888}, "terminal_transaction_display": {
                 "protocol": "ConcertV3.2", "contract_array": [{"merchant_contract": "1234567"}]}}}
    login = {"Authorization": "Basic " + base64.b64encode(LOGIN.encode()).decode(), "Content-Type": "application/json"}
    to = urlsplit(f"{URL}/v1/connector/order")
    kind = http.client.HTTPSConnection if to.scheme == "https" else http.client.HTTPConnection
    try:
        (line := kind(to.netloc, timeout=10)).connect()
    except Exception: return "no connection", {}, 0
    try:  # follows no redirect: the login goes to no other server
        line.sock.settimeout(TIMEOUT)
        line.request("POST", to.path, json.dumps(order).encode(), login)
        answer = line.getresponse()
        beyond = whole(answer.getheader("X-Hipay-Pos-Tip") or answer.getheader("X-Hipay-Pos-Over"))
        return answer.status, json.load(answer, object_pairs_hook=once), beyond
    except Exception: return "no answer", {}, 0  # a cut line, a timeout, half an answer: the order may have arrived

def once(pairs):  # a repeated name may have two values
    if len(dict(pairs)) < len(pairs): raise ValueError
    return dict(pairs)

def at(value, *path):
    for name in path: value = value.get(name) if isinstance(value, dict) else None
    return value

def is_object(value): return value in (None, []) or isinstance(value, dict)  # or nothing
def has_only(value, *names): return is_object(value) and set(value or ()) <= set(names)
def whole(amount):  # 1250, 1250.0, 1.25e3 or "1250"; anything else is 0
    if isinstance(amount, str) and re.fullmatch("[0-9]{1,12}", amount): return int(amount)
    return int(amount) if type(amount) in (int, float) and 0 < amount < 1e12 and amount % 1 == 0 else 0

def read(status, body, beyond, order_id, asked, first):
    code, details = at(body, "error", "code"), at(body, "error", "details")
    done = status in (200, 201)
    order = at(body, "order") if done else at(details, "recorded", "order")
    ours = is_object(order) and at(order, "order_id") in (None, order_id) and at(order, "transaction_type") in (None, "Debit") and at(order, "price", "currency") in (None, "EUR")
    word = at(body, "paymentStatus") if done and ours else None  # nothing, if it is about another order
    codes = [str(code) for code in (at(body, "error", "errorCode"), at(body, "errorCode")) if isinstance(code, (str, int))]
    no_error = code in (None, "") and isinstance(at(body, "error") or {}, dict)  # no error contradicts the word; an empty one is none
    success = word == "Success" and no_error and not any(re.fullmatch(r"100\d|0?[2-9]|1[1-3]", code) for code in codes)  # 00, 01 and 10 do not contradict it
    amount = at(order, "price", "amount")  # which may be less than was asked; an answer need not repeat it
    paid = (asked if amount is None and is_object(at(order, "price")) else whole(amount)) if success else 0
    if paid * 100 == asked or max(paid - asked, 0) != beyond: paid = 0  # 12 for 12.00 may be all of it, in euros; and more than was asked has a reason
    if ours and (status, code) == (409, "attempt.already.approved"): paid = whole(at(details, "paid"))  # by an earlier request, whose answer was lost
    if paid: return {"state": "paid in part" if paid < asked else "paid", "paid": paid}
    why = at(body, "error", "description") or at(body, "error", "errorDescription") or (
        f"with the error code {' and '.join(codes)}" if codes else f"no proof of how it ended: {status}" if status != "no connection" else f"no connection to {URL} was made: is the server started?")
    refused = codes and all(re.fullmatch("1006|0[02-9]|1[0-3]", code) for code in codes)  # 01 and 1001 to 1009 prove no refusal
    if word in ("Failure", "Failed") and no_error and refused and not re.search(SIGNS, json.dumps(body), re.IGNORECASE): return {"state": "declined", "why": why}
    plain = has_only(body, "error") and has_only(at(body, "error"), "status", "code", "message", "description", "details")  # anything else may tell of a payment
    nothing_sent = plain and re.fullmatch(NOTHING_SENT, f"{status} {code}")
    about = (first and status != 502) or (status not in (409, 500) and at(details, "attempt"))  # else it proves nothing about the first request
    return {"state": "not started" if nothing_sent and about else "unknown", "why": why}

sys.stdout.reconfigure(errors="backslashreplace")
code, words = main(*sys.argv[1:])
print(words, file=sys.stderr if code == 2 else sys.stdout)
sys.exit(code)

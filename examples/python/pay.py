"""Pays an order at a terminal and says how it ended. Python 3.9 or newer, no packages.

    python3 pay.py SALE-1001 12.50 192.168.1.20

Exit codes: 0 paid, 11 paid in part, 10 declined, 3 not started, 4 unknown, 2 wrong usage.
After 4, look at the terminal, or run it again with the same order id: it is never paid twice.
"""
import base64, json, os, re, sys, urllib.error, urllib.request
from decimal import Decimal
from pathlib import Path

URL = os.environ.get("HIPAY_POS_URL", "http://127.0.0.1:8080")
LOGIN = os.environ.get("HIPAY_POS_LOGIN", "merchant:secret")
TIMEOUT = 200  # seconds; the server answers within 195, because a customer may take 180 to pay
EXITS = {"paid": 0, "paid in part": 11, "declined": 10, "not started": 3, "unknown": 4}

def main(order_id, amount, host):
    if not re.fullmatch(r"[\w-]{1,50}", order_id) or not re.fullmatch(r"[0-9]{1,9}\.[0-9]{2}", amount):
        sys.exit("usage: pay.py ORDER_ID 12.50 HOST")
    asked = int(Decimal(amount) * 100)  # cents, never a float
    file = Path("orders", f"{order_id}.json")
    file.parent.mkdir(exist_ok=True)
    order = {"asked": asked, "host": host}
    kept = json.loads(file.read_text()) if file.exists() else {**order, "state": "new"}
    if kept != {**kept, **order}:
        sys.exit("this order id belongs to another order")
    first = kept["state"] not in ("sent", "unknown")
    if kept["state"] not in ("paid", "paid in part"):
        keep(file, {**order, "state": "sent"})  # on the disk before a byte leaves
        kept = {**order, **read(*send(order_id, asked, host), asked, first)}
        keep(file, kept)
    print(kept["state"], kept["why"] if "why" in kept else f"{Decimal(kept['paid']) / 100:.2f} EUR of {amount}")
    return EXITS[kept["state"]]

def keep(file, record):
    new = file.with_suffix(f".{os.getpid()}")
    with open(new, "w") as out:
        json.dump(record, out)
        out.flush()
        os.fsync(out.fileno())
    os.replace(new, file)

def send(order_id, asked, host):
    """Status and JSON of the answer. Sent once: a repeat is for the next run, under the same order id."""
    order = {"order": {"order_id": order_id, "price": {"amount": asked, "currency": "EUR"}},
             "pos_technical_info": {"host_information": {"host": host, "port": 8888}, "terminal_transaction_display": {
                 "protocol": "ConcertV3.2", "contract_array": [{"merchant_contract": "1234567"}]}}}
    request = urllib.request.Request(f"{URL}/v1/connector/order", json.dumps(order).encode(), {
        "Content-Type": "application/json", "Authorization": "Basic " + base64.b64encode(LOGIN.encode()).decode()})
    try:
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as answer:
            return answer.code, json.load(answer)
    except Exception as error:  # a cut line, a timeout, half an answer: the order may have arrived
        return ("refused" if isinstance(getattr(error, "reason", None), ConnectionRefusedError) else "no answer"), {}

def read(status, body, asked, first):
    error = body.get("error") or {}
    details = error.get("details") if isinstance(error.get("details"), dict) else {}
    why = error.get("description") or error.get("errorDescription") or f"no proof of how it ended: {status}"
    paid, answer = None, body.get("paymentStatus") if status == 200 else None
    price = (body.get("order") or {}).get("price") or {}
    if answer == "Success" and price.get("currency", "EUR") == "EUR":
        paid = price.get("amount")  # what was paid, which may be less than was asked
    if status == 409 and error.get("code") == "attempt.already.approved":
        paid = details.get("paid")  # by an earlier request, whose answer was lost
    if isinstance(paid, int):
        return {"state": "paid in part" if paid < asked else "paid", "paid": paid}
    failure = str(error.get("errorCode") or body.get("errorCode"))  # 01 and 1001 to 1009 prove nothing
    if answer in ("Failure", "Failed") and re.fullmatch("1006|0[02-9]|1[0-3]", failure):
        return {"state": "declined", "why": why}
    nothing_sent = status in ("refused", 400, 401, 403, 413, 415) or (status in (502, 503) and "code" in error)
    if nothing_sent and (first or "attempt" in details):  # a refusal of a repeat says nothing of the first
        return {"state": "not started", "why": why}
    return {"state": "unknown", "why": why}

sys.exit(main(*sys.argv[1:]) if len(sys.argv) == 4 else __doc__)

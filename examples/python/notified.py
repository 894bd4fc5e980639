"""Receives HiPay's notifications and prints each change of a payment once. Python 3.9 or newer, no packages.

    HIPAY_POS_PASSPHRASE=passphrase python3 notified.py 8090

A notification may come several times, in any order, and before the order is answered. One that is not answered with 2xx is sent again.
"""
import hashlib, hmac, os, sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

PASSPHRASE = os.environ.get("HIPAY_POS_PASSPHRASE", "")  # HiPay's stage and production have one each
ALGORITHMS = {40: "sha1", 64: "sha256", 128: "sha512"}  # by the length of the signature
LONGEST = 256 * 1024  # bytes
AMOUNTS = ("authorized_amount", "captured_amount", "refunded_amount")  # each is the total so far, such as 12.50: a new refund is the difference
KEY = ("transaction_reference", "status", "operation[id]", *AMOUNTS)  # the same for each delivery of one change, and for no other change

booked, booking = set(), threading.Lock()  # in a shop: a table with a unique key, written in the transaction that books the change

def is_signed(body, signature):
    """The hash of the body as it came, followed by the passphrase. It is not an HMAC."""
    algorithm = ALGORITHMS.get(len(signature))
    if algorithm is None: return False
    expected = hashlib.new(algorithm, body + PASSPHRASE.encode()).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode("latin-1"))

def book(fields):
    """Print it. A shop finds its order here, and books the money that status 118 says is captured."""
    amounts = ", ".join(f"{name.split('_')[0]} {fields.get(name, '')}" for name in AMOUNTS)
    print(f"{fields.get('order[id]', '')}: {fields['status']} {fields.get('message', '')}, {amounts} {fields.get('currency', '')}", flush=True)

class Notified(BaseHTTPRequestHandler):
    timeout = 10  # seconds for which a caller may be silent

    def do_POST(self):
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LONGEST: return self.answer(413)
        body = self.rfile.read(int(length))
        if len(body) < int(length): return  # the caller hung up
        if not is_signed(body, self.headers.get("X-Allopass-Signature", "").strip()): return self.answer(403)
        try: fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
        except ValueError: fields = {}
        if not {"transaction_reference", "status"} <= fields.keys(): return self.answer(400)  # XML, perhaps: choose HTTP POST in the back office
        key = tuple(fields.get(name, "") for name in KEY)
        try:
            with booking:
                if key not in booked: book(fields)
                booked.add(key)
        except Exception as error:
            print(f"not booked: {error}", file=sys.stderr, flush=True)
            return self.answer(500)
        self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

if __name__ == "__main__":
    if not PASSPHRASE.strip(): sys.exit("HIPAY_POS_PASSPHRASE is not set: without it, anyone could forge a notification")
    sys.stdout.reconfigure(errors="backslashreplace")  # a character that the window cannot show does not make the notification fail
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1] if len(sys.argv) > 1 else 8090)), Notified)
    print(f"notifications at http://127.0.0.1:{server.server_address[1]}/", flush=True)
    server.serve_forever()

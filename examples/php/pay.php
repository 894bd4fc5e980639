<?php
// Pays an order at a terminal and says how it ended. PHP 8.1 or newer, no packages.
//   php pay.php SALE-1001 12.50 192.168.1.20
// Exit codes: 0 paid, 11 paid in part, 10 declined, 3 not started, 4 unknown, 2 wrong usage, or the order id belongs to another order.
// After 4, look at the terminal, or, behind a mock, a gateway or a relay, run it again with the same order id: it is never paid twice.
declare(strict_types=1);

define('URL', rtrim(getenv('HIPAY_POS_URL') ?: 'http://127.0.0.1:8080', '/'));
const TIMEOUT = 200; // seconds; the server answers within 195, because a customer may take 180 to pay
const NOTHING_SENT = '/^((no connection|400|401|403|413|415) (?!outcome|attempt).*|408 request.too.slow|409 (terminal.unresolved|cancel.not.the.last)|'
    . '500 attempt.not.recorded|502 unavailable.terminal.bad.request|503 server.closing)$/sD'; // a proxy's 5xx has no such code, and a 502 of HiPay's own names no attempt
const SIGNS = '/"(payment_?status":"success|authori[sz]ation_?(number|code)":("[0 ]*[1-9A-Z]|[1-9]))/i'; // of a payment, beside a failure
const EXITS = ['paid' => 0, 'paid in part' => 11, 'declined' => 10, 'not started' => 3, 'unknown' => 4];

function keep(string $file, array $record): void {
    $new = $file . '.' . getmypid();
    $out = fopen($new, 'w');
    fwrite($out, json_encode($record, JSON_THROW_ON_ERROR));
    if (!fsync($out) || !fclose($out) || !rename($new, $file)) throw new RuntimeException("cannot write $file");
}

/** Status and JSON of the answer, and the tip or other amount beyond the order. Sent once: a repeat is for the next run, under the same order id. */
function send(string $orderId, int $asked, string $host): array {
    $order = ['order' => ['order_id' => $orderId, 'price' => ['amount' => $asked, 'currency' => 'EUR']],
        'pos_technical_info' => ['host_information' => ['host' => $host, 'port' => 8888],
            'terminal_transaction_display' => ['protocol' => 'ConcertV3.2', 'contract_array' => [['merchant_contract' => '1234567']]]]];
    $login = base64_encode((getenv('HIPAY_POS_USERNAME') ?: 'merchant') . ':' . (getenv('HIPAY_POS_PASSWORD') ?: 'secret'));
    $context = stream_context_create(['http' => ['method' => 'POST', 'timeout' => TIMEOUT, 'ignore_errors' => true,
        'follow_location' => 0, 'header' => "Content-Type: application/json\r\nAuthorization: Basic $login",
        'content' => json_encode($order, JSON_THROW_ON_ERROR)]]);
    $connected = false;
    stream_context_set_params($context, ['notification' => function ($code) use (&$connected) { $connected |= $code === STREAM_NOTIFY_CONNECT; }]);
    $answer = @fopen(URL . '/v1/connector/order', 'r', false, $context);
    $text = $answer === false ? '' : (string) stream_get_contents($answer);
    $head = $answer === false ? [] : stream_get_meta_data($answer)['wrapper_data'];
    $isWhole = !preg_grep('/^content-length:(?!\s*' . strlen($text) . '\s*$)/i', $head);
    $body = $isWhole ? json_decode($text, true) : null; // null: a cut line, a timeout, half an answer
    if (!is_array($body)) return [$connected ? 'no answer' : 'no connection', [], 0]; // the order may have arrived
    preg_match('/^x-hipay-pos-(?:tip|over):\s*(\d+)$/im', implode("\n", $head), $beyond);
    return [(int) explode(' ', $head[0])[1], $body, whole($beyond[1] ?? null)];
}

function at(mixed $value, string ...$path): mixed {
    foreach ($path as $name) $value = is_array($value) ? $value[$name] ?? null : null;
    return $value;
}

/** 1250, 1250.0, 1.25e3 or "1250"; anything else is 0. */
function whole(mixed $amount): int {
    if (is_string($amount) && preg_match('/^\d{1,12}$/D', $amount)) return (int) $amount;
    return (is_int($amount) || is_float($amount)) && $amount > 0 && $amount < 1e12 && fmod($amount, 1) == 0 ? (int) $amount : 0;
}

function read(string|int $status, array $body, int $beyond, string $orderId, int $asked, bool $first): array {
    [$code, $details] = [at($body, 'error', 'code'), at($body, 'error', 'details')];
    $done = $status === 200 || $status === 201;
    $order = $done ? at($body, 'order') : at($details, 'recorded', 'order');
    $isObject = fn($value) => $value === null || $value === [] || (is_array($value) && !array_is_list($value)); // or nothing
    $hasOnly = fn($value, ...$names) => $isObject($value) && !array_diff(array_keys($value ?? []), $names);
    $ours = $isObject($order) && (at($order, 'order_id') ?? $orderId) === $orderId && (at($order, 'transaction_type') ?? 'Debit') === 'Debit' && (at($order, 'price', 'currency') ?? 'EUR') === 'EUR';
    $word = $done && $ours ? at($body, 'paymentStatus') : null; // nothing, if it is about another order
    $codes = array_filter([at($body, 'error', 'errorCode'), at($body, 'errorCode')], fn($code) => is_string($code) || is_int($code));
    $noError = in_array($code, [null, ''], true) && $isObject(at($body, 'error') ?: null); // no error contradicts the word; an empty one is none
    $success = $word === 'Success' && $noError && !preg_grep('/^(100\d|0?[2-9]|1[1-3])$/D', $codes); // 00, 01 and 10 do not contradict it
    $amount = at($order, 'price', 'amount'); // which may be less than was asked; an answer need not repeat it
    $paid = $success ? ($amount === null && $isObject(at($order, 'price')) ? $asked : whole($amount)) : 0;
    if ($paid * 100 === $asked || max($paid - $asked, 0) !== $beyond) $paid = 0; // 12 for 12.00 may be all of it, in euros; and more than was asked has a reason
    if ($ours && $status === 409 && $code === 'attempt.already.approved') $paid = whole(at($details, 'paid')); // by an earlier request
    if ($paid) return ['state' => $paid < $asked ? 'paid in part' : 'paid', 'paid' => $paid];
    $why = at($body, 'error', 'description') ?? at($body, 'error', 'errorDescription');
    if ($codes) $none = 'with the error code ' . implode(' and ', $codes);
    else $none = $status === 'no connection' ? 'no connection to ' . URL . ' was made: is the server started?' : "no proof of how it ended: $status";
    $why = is_string($why) ? $why : $none;
    $refused = $codes && !preg_grep('/^(1006|0[02-9]|1[0-3])$/D', $codes, PREG_GREP_INVERT); // 01 and 1001 to 1009 prove no refusal
    if (in_array($word, ['Failure', 'Failed'], true) && $noError && $refused && !preg_match(SIGNS, json_encode($body, JSON_PARTIAL_OUTPUT_ON_ERROR))) return ['state' => 'declined', 'why' => $why];
    $plain = $hasOnly($body, 'error') && $hasOnly(at($body, 'error'), 'status', 'code', 'message', 'description', 'details'); // anything else may tell of a payment
    $nothingSent = $plain && preg_match(NOTHING_SENT, "$status " . (is_string($code) ? $code : ''));
    $about = ($first && $status !== 502) || ($status !== 409 && $status !== 500 && at($details, 'attempt') !== null); // else it proves nothing about the first request
    return ['state' => $nothingSent && $about ? 'not started' : 'unknown', 'why' => $why];
}

function refuse(string $why): never { fwrite(STDERR, "$why\n"); exit(2); }
function end_as(string $state, string $why): never { echo "$state $why\n"; exit(EXITS[$state]); }

[, $orderId, $amount, $host] = $argv + ['', '', '', ''];
$valid = count($argv) === 4 && preg_match('/^[\w-]{1,50}$/D', $orderId) && preg_match('/^(\d{1,9})\.(\d\d)$/D', $amount, $parts) && $host !== '';
if (!$valid) refuse('usage: php pay.php ORDER_ID 12.50 HOST');
if (!preg_match('#^https?://.#', URL)) refuse('HIPAY_POS_URL is ' . URL . ', and has to begin with http:// or https://');
$order = ['asked' => (int) ($parts[1] . $parts[2]), 'host' => $host]; // cents, never a float
if (!ini_get('allow_url_fopen')) refuse('PHP has to run with allow_url_fopen, which its settings switch off');
if (!is_dir('orders')) mkdir('orders');
$file = "orders/$orderId.json";
$kept = is_file($file) ? json_decode((string) @file_get_contents($file), true) : $order + ['state' => 'new'];
$paidBefore = in_array(at($kept, 'state'), ['paid', 'paid in part'], true);
if (!is_string(at($kept, 'state')) || ($paidBefore && !(is_int(at($kept, 'paid')) && $kept['paid'] > 0))) end_as('unknown', "$file cannot be read: look at the terminal for how this order ended");
if (array_intersect_key($kept, $order) !== $order) refuse('this order id belongs to another order');
if (!$paidBefore) {
    keep($file, $order + ['state' => 'sent']); // on the disk before a byte leaves
    $kept = $order + read(...[...send($orderId, $order['asked'], $host), $orderId, $order['asked'], in_array($kept['state'], ['new', 'declined', 'not started'], true)]);
    keep($file, $kept);
}
end_as($kept['state'], $kept['why'] ?? sprintf('%d.%02d EUR for an order of %s', intdiv($kept['paid'], 100), $kept['paid'] % 100, $amount));

<?php
// Receives HiPay's notifications and prints each change of a payment once. PHP 8.1 or newer, no extension.
//
//     HIPAY_POS_PASSPHRASE=passphrase php -S 127.0.0.1:8090 notified.php
//
// A notification may come several times, in any order, and before the order is answered. One that is not answered with 2xx is sent again.
declare(strict_types=1);

const ALGORITHMS = [40 => 'sha1', 64 => 'sha256', 128 => 'sha512']; // by the length of the signature
const LONGEST = 256 * 1024; // bytes
const AMOUNTS = ['authorized_amount', 'captured_amount', 'refunded_amount']; // each is the total so far, such as 12.50: a new refund is the difference

try {
    $status = receive();
} catch (Throwable $error) {
    $status = failed($error->getMessage());
}
http_response_code($status);

function receive(): int
{
    $passphrase = getenv('HIPAY_POS_PASSPHRASE') ?: ''; // HiPay's stage and production have one each
    if (trim($passphrase) === '') return failed('HIPAY_POS_PASSPHRASE is not set: without it, anyone could forge a notification');
    if ($_SERVER['REQUEST_METHOD'] !== 'POST') return 405;
    $body = (string) file_get_contents('php://input', false, null, 0, LONGEST + 1); // as it came: $_POST has been parsed
    if (strlen($body) > LONGEST) return 413;
    $signature = trim($_SERVER['HTTP_X_ALLOPASS_SIGNATURE'] ?? '');
    $algorithm = ALGORITHMS[strlen($signature)] ?? null;
    // The hash of the body followed by the passphrase. It is not an HMAC.
    if ($algorithm === null || !hash_equals(hash($algorithm, $body . $passphrase), $signature)) return 403;
    parse_str($body, $fields);
    if (!is_string($fields['transaction_reference'] ?? null) || !is_string($fields['status'] ?? null)) return 400; // XML, perhaps: choose HTTP POST in the back office
    // The same for each delivery of one change, and for no other change.
    $key = [$fields['transaction_reference'], $fields['status'], $fields['operation']['id'] ?? '', ...array_map(fn($name) => $fields[$name] ?? '', AMOUNTS)];
    // In a shop: a table with a unique key, written in the transaction that books the change.
    if (!is_dir('booked')) @mkdir('booked');
    $file = 'booked/' . hash('sha256', http_build_query($key));
    $lock = @fopen('booked/lock', 'c');
    if ($lock === false || !flock($lock, LOCK_EX)) return failed('the folder "booked" cannot be written');
    if (file_exists($file)) return 204;
    book($fields);
    return file_put_contents($file, '') === 0 ? 204 : failed("$file cannot be written");
}

/** Prints it. A shop finds its order here, and books the money that status 118 says is captured. */
function book(array $fields): void
{
    $amounts = implode(', ', array_map(fn($name) => explode('_', $name)[0] . ' ' . ($fields[$name] ?? ''), AMOUNTS));
    $line = sprintf('%s: %s %s, %s %s', $fields['order']['id'] ?? '', $fields['status'], $fields['message'] ?? '', $amounts, $fields['currency'] ?? '');
    file_put_contents('php://stdout', "$line\n");
}

function failed(string $why): int
{
    error_log($why);
    return 500;
}

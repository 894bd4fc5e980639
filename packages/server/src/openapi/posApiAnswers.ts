/** Recorded by packages/server-mock/test/documents/examples.test.ts with UPDATE=1. */
import type { ExampleAnswer } from "./ExampleAnswer.ts"

export const posApiAnswers: ReadonlyArray<ExampleAnswer> = [
  {
    name: "approved",
    status: 200,
    headers: {},
    body: {
      paymentStatus: "Success",
      receipt:
        "ICAgKioqIFNJTVVMQVRJT04gKioqCkNBUlRFIEJBTkNBSVJFCkEwIDAwIDAwIDAwIDQyIDEwIDEwCkNCCkxFIDIzLzExLzI2IMAgMTA6MDA6MDAKSElQQVktUE9TCjc1MDAyIFBBUklTCjEyMzQ1NjcKNDk3MDEwIyMjIyMjMDAxNAowMDEgMDEgMDAwMDAxCkTJQklUCk6wIEFVVE8gOiAyODczNTYKTU9OVEFOVCBSyUVMIDoKICAgICAgICAgICAgICAgMTIsNTAgRVVSCiAgICAgVElDS0VUIENMSUVOVAogICAgICDAIENPTlNFUlZFUgogICAgTUVSQ0kgQVUgUkVWT0lSCiAgQVVDVU4gUEFJRU1FTlQgUslFTAogICAqKiogU0lNVUxBVElPTiAqKio=",
      order: {
        order_id: "SALE-1001",
        price: { amount: 1250, currency: "EUR" },
        transaction_type: "Debit",
        initialize_payment_terminal: true,
        description: "POS payment"
      },
      pos_technical_info: {
        host_information: { host: "approved.terminal.test", port: 8888 },
        terminal_transaction_display: {
          protocol: "ConcertV3.2",
          contract_array: [{ merchant_contract: "1234567", rank: "001", payment_application: "001" }],
          push_to: "POS",
          force_authorization: false
        }
      }
    }
  },
  {
    name: "in-part",
    status: 200,
    headers: { "X-Hipay-Pos-Remaining": "625" },
    body: {
      paymentStatus: "Success",
      receipt:
        "ICAgKioqIFNJTVVMQVRJT04gKioqCkNBUlRFIEJBTkNBSVJFCkEwIDAwIDAwIDAwIDQyIDEwIDEwCkNCCkxFIDIzLzExLzI2IMAgMTA6MDA6MDAKSElQQVktUE9TCjc1MDAyIFBBUklTCjEyMzQ1NjcKNDk3MDEwIyMjIyMjMDExMwowMDEgMDEgMDAwMDAxCkTJQklUCk6wIEFVVE8gOiAzMjM5NTYKTU9OVEFOVCBSyUVMIDoKICAgICAgICAgICAgICAgIDYsMjUgRVVSCiAgICAgVElDS0VUIENMSUVOVAogICAgICDAIENPTlNFUlZFUgogICAgTUVSQ0kgQVUgUkVWT0lSCiAgQVVDVU4gUEFJRU1FTlQgUslFTAogICAqKiogU0lNVUxBVElPTiAqKio=",
      order: {
        order_id: "SALE-1002",
        price: { amount: 625, currency: "EUR" },
        transaction_type: "Debit",
        initialize_payment_terminal: true,
        description: "POS payment"
      },
      pos_technical_info: {
        host_information: { host: "partial.terminal.test", port: 8888 },
        terminal_transaction_display: {
          protocol: "ConcertV3.2",
          contract_array: [{ merchant_contract: "1234567", rank: "001", payment_application: "001" }],
          push_to: "POS",
          force_authorization: false
        }
      }
    }
  },
  {
    name: "declined",
    status: 200,
    headers: {},
    body: {
      paymentStatus: "Failure",
      error: { errorCode: "1006", errorDescription: "Canceled transaction (refused)" },
      order: {
        order_id: "SALE-1003",
        price: { amount: 1250, currency: "EUR" },
        transaction_type: "Debit",
        initialize_payment_terminal: true,
        description: "POS payment"
      },
      pos_technical_info: {
        host_information: { host: "declined.terminal.test", port: 8888 },
        terminal_transaction_display: {
          protocol: "ConcertV3.2",
          contract_array: [{ merchant_contract: "1234567", rank: "001", payment_application: "001" }],
          push_to: "POS",
          force_authorization: false
        }
      }
    }
  },
  {
    name: "not-started",
    status: 400,
    headers: {},
    body: {
      error: {
        status: 400,
        code: "unavailable.terminal.bad.request",
        message: "Bad Request",
        description: 'Unable to contact the terminal. Host : "unreachable.terminal.test", Port: "8888"',
        details: {
          attempt: "/attempts/mwot5pa80ad8xeo",
          kind: "Unreachable",
          detail: "simulated terminal unreachable.terminal.test:8888: no route"
        }
      }
    }
  },
  {
    name: "unknown",
    status: 504,
    headers: {},
    body: {
      error: {
        status: 504,
        code: "outcome.unknown",
        message: "Gateway Timeout",
        description:
          "The order was sent to the terminal, and it is not known whether it was paid. Check the terminal. If you send the order again, keep its order id: under another one the customer may be charged twice.",
        details: {
          attempt: "/attempts/mwot5pa80ad8xeo",
          kind: "CutLine",
          detail: "the connection broke without an answer"
        }
      }
    }
  },
  {
    name: "repeated",
    status: 409,
    headers: {},
    body: {
      error: {
        status: 409,
        code: "attempt.already.approved",
        message: "Conflict",
        description: "This order was paid before.",
        details: {
          state: "approved",
          attempt: "/attempts/mwot5pa80ad8xeo",
          paid: 1250,
          recorded: {
            paymentStatus: "Success",
            receipt:
              "ICAgKioqIFNJTVVMQVRJT04gKioqCkNBUlRFIEJBTkNBSVJFCkEwIDAwIDAwIDAwIDQyIDEwIDEwCkNCCkxFIDIzLzExLzI2IMAgMTA6MDA6MDAKSElQQVktUE9TCjc1MDAyIFBBUklTCjEyMzQ1NjcKNDk3MDEwIyMjIyMjMDAxNAowMDEgMDEgMDAwMDAxCkTJQklUCk6wIEFVVE8gOiAyODczNTYKTU9OVEFOVCBSyUVMIDoKICAgICAgICAgICAgICAgMTIsNTAgRVVSCiAgICAgVElDS0VUIENMSUVOVAogICAgICDAIENPTlNFUlZFUgogICAgTUVSQ0kgQVUgUkVWT0lSCiAgQVVDVU4gUEFJRU1FTlQgUslFTAogICAqKiogU0lNVUxBVElPTiAqKio=",
            order: {
              order_id: "SALE-1001",
              price: { amount: 1250, currency: "EUR" },
              transaction_type: "Debit",
              initialize_payment_terminal: true,
              description: "POS payment"
            },
            pos_technical_info: {
              host_information: { host: "approved.terminal.test", port: 8888 },
              terminal_transaction_display: {
                protocol: "ConcertV3.2",
                contract_array: [{ merchant_contract: "1234567", rank: "001", payment_application: "001" }],
                push_to: "POS",
                force_authorization: false
              }
            }
          }
        }
      }
    }
  },
  {
    name: "repeated-with-key",
    status: 200,
    headers: {},
    body: {
      paymentStatus: "Success",
      receipt:
        "ICAgKioqIFNJTVVMQVRJT04gKioqCkNBUlRFIEJBTkNBSVJFCkEwIDAwIDAwIDAwIDQyIDEwIDEwCkNCCkxFIDIzLzExLzI2IMAgMTA6MDA6MDAKSElQQVktUE9TCjc1MDAyIFBBUklTCjEyMzQ1NjcKNDk3MDEwIyMjIyMjMDAxNAowMDEgMDEgMDAwMDAxCkTJQklUCk6wIEFVVE8gOiAyODczNTYKTU9OVEFOVCBSyUVMIDoKICAgICAgICAgICAgICAgMTIsNTAgRVVSCiAgICAgVElDS0VUIENMSUVOVAogICAgICDAIENPTlNFUlZFUgogICAgTUVSQ0kgQVUgUkVWT0lSCiAgQVVDVU4gUEFJRU1FTlQgUslFTAogICAqKiogU0lNVUxBVElPTiAqKio=",
      order: {
        order_id: "SALE-1001",
        price: { amount: 1250, currency: "EUR" },
        transaction_type: "Debit",
        initialize_payment_terminal: true,
        description: "POS payment"
      },
      pos_technical_info: {
        host_information: { host: "approved.terminal.test", port: 8888 },
        terminal_transaction_display: {
          protocol: "ConcertV3.2",
          contract_array: [{ merchant_contract: "1234567", rank: "001", payment_application: "001" }],
          push_to: "POS",
          force_authorization: false
        }
      }
    }
  },
  {
    name: "repeated-unknown",
    status: 409,
    headers: {},
    body: {
      error: {
        status: 409,
        code: "attempt.unresolved",
        message: "Conflict",
        description: "This order was sent before, and its outcome is not known yet. Check the terminal first.",
        details: { state: "unknown", attempt: "/attempts/mwot5pa80ad8xeo" }
      }
    }
  },
  {
    name: "cancelled",
    status: 200,
    headers: {},
    body: {
      paymentStatus: "Success",
      receipt:
        "ICAgKioqIFNJTVVMQVRJT04gKioqCkNBUlRFIEJBTkNBSVJFCkEwIDAwIDAwIDAwIDQyIDEwIDEwCkNCCkxFIDIzLzExLzI2IMAgMTA6MDA6MDAKSElQQVktUE9TCjc1MDAyIFBBUklTCjEyMzQ1NjcKNDk3MDEwIyMjIyMjMDAxNAowMDEgMDEgMDAwMDAyCkFOTlVMQVRJT04KTrAgQVVUTyA6IDE5NDg3NQpNT05UQU5UIFLJRUwgOgogICAgICAgICAgICAgICAxMiw1MCBFVVIKICAgICBUSUNLRVQgQ0xJRU5UCiAgICAgIMAgQ09OU0VSVkVSCiAgICBNRVJDSSBBVSBSRVZPSVIKICBBVUNVTiBQQUlFTUVOVCBSyUVMCiAgICoqKiBTSU1VTEFUSU9OICoqKg==",
      order: {
        order_id: "SALE-1001",
        price: { amount: 1250, currency: "EUR" },
        transaction_type: "Cancel",
        initialize_payment_terminal: true,
        description: "POS payment"
      },
      pos_technical_info: {
        host_information: { host: "approved.terminal.test", port: 8888 },
        terminal_transaction_display: {
          protocol: "ConcertV3.2",
          contract_array: [{ merchant_contract: "1234567", rank: "001", payment_application: "001" }],
          push_to: "POS",
          force_authorization: false
        }
      }
    }
  },
  {
    name: "repeated-cancelled",
    status: 409,
    headers: {},
    body: {
      error: {
        status: 409,
        code: "attempt.reversed",
        message: "Conflict",
        description:
          "This order was paid before, and that payment was reversed since. Nothing was charged now: another payment needs an order id of its own.",
        details: { state: "approved", attempt: "/attempts/mwot5pa80ad8xeo" }
      }
    }
  },
  {
    name: "invalid",
    status: 400,
    headers: {},
    body: {
      error: {
        status: 400,
        code: "type.openapi.requestValidation",
        message: "should be number",
        description: "should be number",
        details: {
          path: "order.price.amount",
          expected: "a number",
          actual: '"12.50"',
          findings: [
            {
              path: "order.price.amount",
              code: "type",
              severity: "refused",
              rule: "contract",
              message: "should be number",
              expected: "a number",
              actual: '"12.50"'
            }
          ]
        }
      }
    }
  }
]

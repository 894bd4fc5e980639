/** Recorded by packages/server-mock/test/documents/examples.test.ts with UPDATE=1. */
import type { ExampleAnswer } from "./ExampleAnswer.ts"

export const cloudApiAnswers: ReadonlyArray<ExampleAnswer> = [
  {
    name: "approved-cloud-api",
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
      technical_pos_info: {
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
    name: "in-part-cloud-api",
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
      technical_pos_info: {
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
    name: "declined-cloud-api",
    status: 200,
    headers: {},
    body: {
      paymentStatus: "Failed",
      errorCode: "04",
      errorData: { errorDescription: "Canceled transaction (refused)" },
      order: {
        order_id: "SALE-1003",
        price: { amount: 1250, currency: "EUR" },
        transaction_type: "Debit",
        initialize_payment_terminal: true,
        description: "POS payment"
      },
      technical_pos_info: {
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
    name: "not-started-cloud-api",
    status: 502,
    headers: {},
    body: {
      error: {
        status: 502,
        code: "unavailable.terminal.bad.request",
        message: "Bad Gateway",
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
    name: "unknown-cloud-api",
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
    name: "repeated-cloud-api",
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
            technical_pos_info: {
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
  }
]

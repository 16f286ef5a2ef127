// SPDX-License-Identifier: Apache-2.0
// Questions that wait for their answers: each ends with one, with its time, or with its outbox.

import type { Clock } from "./clock";
import { newId } from "./ids";
import { textField, type Message } from "./messages";
import type { Outbox } from "./outbox";

export interface RequestOptions {
  /** Without it, a request waits until it is answered or the connection is closed. */
  timeoutMs?: number;
}

/**
 * The other side answered with `error`, or it was said here: `closed`, `removed`, `timeout`, `lost`,
 * `replaced`.
 */
export class RequestError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = "RequestError";
  }
}

function toRequestError(answer: Message): RequestError {
  return new RequestError(
    textField(answer, "code") ?? "unknown",
    textField(answer, "message") ?? "",
  );
}

export class Requests {
  readonly #outbox: Outbox;
  readonly #clock: Clock;

  constructor(outbox: Outbox, clock: Clock) {
    this.#outbox = outbox;
    this.#clock = clock;
  }

  /** @param once is not sent again where its answer is lost */
  ask(message: Message, options: RequestOptions, once: boolean): Promise<Message> {
    return new Promise((resolve, reject) => {
      const id = message.id ?? newId();
      let cancelTimer: () => void = () => undefined;
      const fail = (error: Error) => {
        this.#outbox.remove(id);
        cancelTimer();
        reject(error);
      };
      const onAnswer = (answer: Message) => {
        cancelTimer();
        if (answer.type === "error") reject(toRequestError(answer));
        else resolve(answer);
        return true;
      };
      const onLost = () => fail(new RequestError("lost", "No answer came; it may have been done"));
      const onReplaced = () => {
        cancelTimer();
        reject(new RequestError("replaced", "Another message bears its id"));
      };
      const heard = { onAnswer, onReplaced };
      const handlers = once ? { ...heard, onLost, waits: true } : heard;
      this.#outbox.add(id, { ...message, id }, handlers);
      if (options.timeoutMs === undefined || !this.#outbox.has(id)) return;
      cancelTimer = this.#clock.after(options.timeoutMs, () =>
        fail(new RequestError("timeout", "No answer came in time")),
      );
    });
  }
}

// SPDX-License-Identifier: Apache-2.0
// Questions that wait for their answers: each ends with one, with its time, or with the connection.

import type { Clock } from "./clock";
import { newId } from "./ids";
import { textField, type Message } from "./messages";
import type { Outbox } from "./outbox";

export interface RequestOptions {
  /** Without it, a request waits until it is answered or the connection is closed. */
  timeoutMs?: number;
}

/** The other side answered with `error`. */
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

const CLOSED = "The connection was closed";
const REMOVED = "The hub knows this device no more";

export class Requests {
  readonly #outbox: Outbox;
  readonly #clock: Clock;
  readonly #rejections = new Map<string, (error: Error) => void>();
  #over: RequestError | null = null;

  constructor(outbox: Outbox, clock: Clock) {
    this.#outbox = outbox;
    this.#clock = clock;
  }

  /** @param once is not sent again where its answer is lost */
  ask(message: Message, options: RequestOptions, once: boolean): Promise<Message> {
    return new Promise((resolve, reject) => {
      if (this.#over !== null) throw new RequestError(this.#over.code, this.#over.message);
      const id = message.id ?? newId();
      let cancelTimer: () => void = () => undefined;
      const settle = () => {
        cancelTimer();
        this.#rejections.delete(id);
      };
      const fail = (error: Error) => {
        this.#outbox.remove(id);
        settle();
        reject(error);
      };
      const onAnswer = (answer: Message) => {
        settle();
        if (answer.type === "error") reject(toRequestError(answer));
        else resolve(answer);
        return true;
      };
      const onLost = () => fail(new RequestError("lost", "No answer came; it may have been done"));
      const onReplaced = () => {
        settle();
        reject(new RequestError("replaced", "Another message bears its id"));
      };
      const heard = { onAnswer, onReplaced };
      const handlers = once ? { ...heard, onLost, waits: true } : heard;
      this.#outbox.add(id, { ...message, id }, handlers);
      if (!this.#outbox.has(id)) return;
      this.#rejections.set(id, fail);
      if (options.timeoutMs === undefined) return;
      cancelTimer = this.#clock.after(options.timeoutMs, () =>
        fail(new RequestError("timeout", "No answer came in time")),
      );
    });
  }

  /** All that wait hear it; what is asked later as well. */
  end(code: "closed" | "removed", text: string): void {
    this.#over = new RequestError(code, code === "closed" ? CLOSED : REMOVED);
    for (const fail of [...this.#rejections.values()]) fail(new RequestError(code, text));
  }
}

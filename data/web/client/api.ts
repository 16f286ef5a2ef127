// SPDX-License-Identifier: Apache-2.0
// The hub's API as a paired device calls it: through its connection, not by HTTP, so that it needs no
// token and is as safe as the connection.

import { isFields, textField, type Message } from "./messages";

export type ApiMethod = "GET" | "POST";

export interface ApiAnswer {
  status: number;
  body: unknown;
}

/** An answer that says no; of a problem+json (RFC 9457). */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    /** Whole, for what some problems add, as `retryMs`. */
    readonly body: unknown = null,
  ) {
    super(detail === "" ? code : detail);
    this.name = "ApiProblem";
  }
}

export function toApiRequest(method: ApiMethod, path: string, body: unknown): Message {
  const message: Message = { type: "api", method, path };
  return body === undefined ? message : { ...message, body };
}

/** null: what came is no answer of the API. */
export function toApiAnswer(message: Message): ApiAnswer | null {
  const { status, body = null } = message;
  if (message.type !== "api-answer" || typeof status !== "number") return null;
  return { status, body };
}

/** null: it went well. */
export function toApiProblem(answer: ApiAnswer): ApiProblem | null {
  const { status, body } = answer;
  if (status >= 200 && status < 300) return null;
  const fields = isFields(body) ? body : {};
  const code = textField(fields, "code") ?? "unknown";
  const detail = textField(fields, "detail") ?? textField(fields, "title") ?? "";
  return new ApiProblem(status, code, detail, body);
}

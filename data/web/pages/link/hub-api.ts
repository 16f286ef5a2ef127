// SPDX-License-Identifier: Apache-2.0
// One question to the hub over whatever way the connection has. A page asks when a person has tapped:
// where there is no way just now it is said at once, and nothing is done later behind their back.

import { RequestError, type ApiAnswer, type Connection } from "@bellhop/client";

import { textOf, toFields, type Fields } from "./fields";

export type Method = "GET" | "POST";

/** `code` is the hub's; `away`: there was no way to it, or no answer in time. */
export class HubProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly body: Fields = {},
  ) {
    super(`${status} ${code}`);
    this.name = "HubProblem";
  }
}

/** A hub on the property's network answers in milliseconds; a busy disk takes a few seconds. */
const TIMEOUT_MS = 10000;

/** The answer's body; throws HubProblem unless the hub did what was asked. */
export async function askHub(
  connection: Connection | null,
  method: Method,
  path: string,
  body?: Fields,
): Promise<Fields> {
  if (connection === null || connection.path === "none") throw new HubProblem(0, "away");
  let answer: ApiAnswer;
  try {
    answer = await connection.api(method, path, body, { timeoutMs: TIMEOUT_MS });
  } catch (problem) {
    if (!(problem instanceof RequestError)) throw problem;
    const away = problem.code === "timeout" || problem.code === "closed";
    throw new HubProblem(0, away ? "away" : problem.code);
  }
  const fields = toFields(answer.body);
  if (answer.status < 200 || answer.status > 299)
    throw new HubProblem(answer.status, textOf(fields, "code"), fields);
  return fields;
}

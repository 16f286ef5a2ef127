// SPDX-License-Identifier: Apache-2.0
// The protocol's JSON Schemas (data/protocol), compiled.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import Ajv2020 from 'ajv/dist/2020.js';

const protocol = path.resolve(path.dirname(fileURLToPath(import.meta.url)),
  '..', '..', 'data', 'protocol');

export function readJson(...parts) {
  return JSON.parse(readFileSync(path.join(protocol, ...parts), 'utf8'));
}

export function listExamples(...parts) {
  return readdirSync(path.join(protocol, 'examples', ...parts))
    .filter((name) => name.endsWith('.json')).sort();
}

const ajv = new Ajv2020.default({ allErrors: true, strict: true, strictRequired: false,
  strictTypes: false, allowUnionTypes: true });
for (const name of ['receipt', 'ticket', 'print', 'channel', 'log', 'signaling'])
  ajv.addSchema(readJson(`${name}.schema.json`), name);

/** One of a schema's definitions, or with no definition all of it: returns what is wrong, or null. */
export function judge(name, definition, value) {
  const { $id } = ajv.getSchema(name).schema;
  const validate = ajv.getSchema(definition === undefined ? name : `${$id}#/$defs/${definition}`);
  assert.ok(validate, `${name} defines ${definition}`);
  return validate(value) ? null : ajv.errorsText(validate.errors);
}

const OF_PRINTING = new Set(['print', 'print-status', 'reprint']);
const OF_THE_LOG = new Set(['have', 'ops', 'ack', 'check', 'checked', 'snapshot', 'view', 'order', 'notification',
  'line-cancel', 'service', 'receipt']);

function schemaOf(type) {
  if (OF_PRINTING.has(type)) return 'print';
  return OF_THE_LOG.has(type) ? 'log' : 'channel';
}

/** What goes over a channel, or inside a relay. */
export function judgePayload(payload) {
  if (typeof payload?.type !== 'string') return 'a message has a type';
  return judge(schemaOf(payload.type), undefined, payload);
}

// SPDX-License-Identifier: Apache-2.0
// What a property's records must be, derived from nothing but the set of its operations: each record at
// once from all that was ever written of it. Slow and plain, and none of the code under test.

import { readFileSync } from 'node:fs';

import { fits } from './body.mjs';
import { EFFECTS, MAY } from './effects.mjs';

const { kinds: KINDS } = JSON.parse(readFileSync(
  new URL('../../data/protocol/kinds.json', import.meta.url), 'utf8'));

export function identityOf(op) {
  return `${op.logId}:${op.seq}`;
}

const misfits = new WeakMap();

/** Why it is never applied; null where it is. What a cut-off says is not looked at. */
export function misfit(op) {
  if (!misfits.has(op)) misfits.set(op, findMisfit(op));
  return misfits.get(op);
}

function findMisfit(op) {
  const kind = Object.hasOwn(KINDS, op.kind) ? KINDS[op.kind] : undefined;
  if (kind === undefined) return 'unknown-kind';
  if (!kind.entity.includes(op.entity.split('/')[0])) return 'bad-entity';
  if (!MAY[kind.action].includes(op.role)) return 'forbidden';
  return fits(kind.body, op.body) ? null : 'bad-body';
}

export function compareText(a, b) {
  if (a === b) return 0;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** (ms, counter, logId, seq) */
export function compareStamp(a, b) {
  return a.hlc[0] - b.hlc[0] || a.hlc[1] - b.hlc[1] || compareText(a.logId, b.logId) || a.seq - b.seq;
}

function compareValue(a, b) {
  return compareText(JSON.stringify(a), JSON.stringify(b));
}

/** Of all that was written to one path of items. */
function pickItem(entries) {
  return entries.reduce((best, entry) => {
    const order = compareStamp(entry.op, best.op);
    if (order !== 0) return order < 0 ? entry : best;
    if (entry.value === null || best.value === null) return entry.value === null ? entry : best;
    return compareValue(entry.value, best.value) < 0 ? entry : best;
  });
}

function pickRegister(entries) {
  return entries.reduce((best, entry) => {
    const order = entry.version - best.version || compareStamp(entry.op, best.op);
    if (order !== 0) return order > 0 ? entry : best;
    if (entry.value === null || best.value === null) return entry.value === null ? entry : best;
    return compareValue(entry.value, best.value) > 0 ? entry : best;
  });
}

function push(map, key, value) {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function sortedObject(map, read) {
  const keys = [...map.keys()].sort(compareText);
  return Object.fromEntries(keys.map((key) => [key, read(map.get(key), key)]));
}

/** One entity's record of the operations that apply to it. */
export function deriveRecord(operations) {
  const items = new Map();
  const registers = new Map();
  for (const op of operations) {
    for (const { path, value, version } of EFFECTS[op.kind](op)) {
      if (version === undefined) push(items, path, { value, op });
      else push(registers, path, { value, version, op });
    }
  }
  const isRedacted = (op) => items.has(`redacted/${identityOf(op)}`);
  const stamp = (op) => [op.hlc[0], op.hlc[1], op.logId, op.seq];
  return {
    items: sortedObject(items, (entries) => {
      const { value, op } = pickItem(entries);
      return [isRedacted(op) ? null : value, ...stamp(op)];
    }),
    registers: sortedObject(registers, (entries) => {
      const { value, version, op } = pickRegister(entries);
      return [isRedacted(op) ? null : value, version, ...stamp(op)];
    }),
  };
}

/** deviceId -> {all or a role: {logId: seq}}, of the hub's operations. */
function readCutoffs(operations) {
  const byDevice = new Map();
  for (const op of operations)
    if (op.entity.startsWith('device/')) push(byDevice, op.entity.slice('device/'.length), op);
  const cutoffs = new Map();
  for (const [deviceId, ops] of byDevice) {
    const found = {};
    for (const [path, [value]] of Object.entries(deriveRecord(ops).registers)) {
      if (!path.startsWith('cutoff/') || value === null) continue;
      found[path.slice('cutoff/'.length)] = Object.fromEntries(value.cutoffs.map(({ logId, seq }) => [logId, seq]));
    }
    cutoffs.set(deviceId, found);
  }
  return cutoffs;
}

function isCutOff(op, cutoffs) {
  if (op.role === 'hub') return false;
  const of = cutoffs.get(op.deviceId);
  return [of?.all, of?.[op.role]].some((limit) => limit !== undefined && op.seq > (limit[op.logId] ?? 0));
}

/**
 * @param operations parsed, each once; two of one identity are two
 * @returns records by entity, and what is never applied with the reason
 */
export function derive(operations) {
  const aside = [];
  const fitting = [];
  for (const op of operations) {
    const reason = misfit(op);
    if (reason === null) fitting.push(op);
    else aside.push({ logId: op.logId, seq: op.seq, reason });
  }
  const cutoffs = readCutoffs(fitting.filter((op) => op.role === 'hub'));
  const byEntity = new Map();
  for (const op of fitting) {
    if (isCutOff(op, cutoffs)) aside.push({ logId: op.logId, seq: op.seq, reason: 'revoked' });
    else push(byEntity, op.entity, op);
  }
  const records = new Map([...byEntity].map(([name, ops]) => [name, deriveRecord(ops)]));
  return { records, aside };
}

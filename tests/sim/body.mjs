// SPDX-License-Identifier: Apache-2.0
// Whether a body fits its kind's schema: the keywords of data/protocol/kinds.json, written down anew.

const FORMATS = {
  id: /^[A-Za-z0-9_-]{1,64}$/,
  log: /^(p\.)?[A-Za-z0-9_-]{22}$/,
  op: /^(p\.)?[A-Za-z0-9_-]{22}:[1-9][0-9]{0,15}$/,
  currency: /^[A-Z]{3}$/,
};

function typeOf(value) {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

export function fits(schema, value) {
  const types = [schema.type ?? []].flat();
  const type = typeOf(value);
  if (types.length > 0 && !types.includes(type)) return false;
  if (type === 'null' && types.includes('null')) return true;
  if (schema.enum !== undefined && !schema.enum.includes(value)) return false;
  if (type === 'integer') return value >= (schema.minimum ?? value) && value <= (schema.maximum ?? value);
  if (type === 'string') return textFits(schema, value);
  if (type === 'array') {
    return value.length >= (schema.minItems ?? 0) && value.length <= (schema.maxItems ?? Infinity)
      && value.every((item) => fits(schema.items ?? {}, item));
  }
  return type !== 'object' || objectFits(schema, value);
}

function textFits(schema, value) {
  const length = [...value].length;
  if (length < (schema.minLength ?? 0) || length > (schema.maxLength ?? Infinity)) return false;
  return schema.format === undefined || FORMATS[schema.format].test(value);
}

function objectFits(schema, value) {
  const known = schema.properties ?? {};
  return (schema.required ?? []).every((name) => Object.hasOwn(value, name))
    && Object.entries(value).every(([name, member]) => (Object.hasOwn(known, name)
      ? fits(known[name], member) : schema.additionalProperties !== false));
}

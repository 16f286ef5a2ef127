/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhBodySchema: the part of JSON Schema in which kinds.json says how a body looks: type, enum,
 * minimum, maximum, minLength, maxLength (in code points), format (id, log, op, currency), items,
 * minItems, maxItems, properties, required, additionalProperties. Null passes where the type allows
 * it, whatever else is said.
 *
 * Immutable once made.
 */
#pragma once

#include "json-text.h"

typedef struct _BhBodySchema BhBodySchema;

/**
 * bh_body_schema_new:
 * @schema: our own; what this does not understand ends the program
 */
BhBodySchema *bh_body_schema_new(const json_t *schema);
void bh_body_schema_free(BhBodySchema *schema);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhBodySchema, bh_body_schema_free)

/** bh_body_schema_accepts: @value: (nullable): foreign */
gboolean bh_body_schema_accepts(const BhBodySchema *schema, const json_t *value);

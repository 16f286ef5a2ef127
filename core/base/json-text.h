/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json-text: JSON text from and to foreign hands (RFC 8259), over jansson.
 *
 * A value is jansson's json_t, reference-counted; g_autoptr(json_t) works. Parsing is strict: valid
 * UTF-8, no NUL characters, no duplicate keys, nothing after the value, nesting at most
 * BH_JSON_MAX_DEPTH. The getters below read one member of an object and judge its type, so that a
 * handler of foreign input never has to.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

/* Deepest nesting accepted. Our deepest message needs 8; jansson itself recurses once a level. */
#define BH_JSON_MAX_DEPTH 32

#define BH_JSON_ERROR (bh_json_error_quark())

typedef enum {
  BH_JSON_ERROR_SYNTAX,  /* not JSON, or not UTF-8 */
  BH_JSON_ERROR_DEPTH,   /* nested deeper than BH_JSON_MAX_DEPTH */
  BH_JSON_ERROR_MISSING, /* a required member is not there */
  BH_JSON_ERROR_TYPE,    /* a member has another type, or is out of its range */
} BhJsonError;

GQuark bh_json_error_quark(void);

/**
 * bh_json_parse:
 * @text: (array length=length): bytes, need not end with NUL
 * @length: in bytes
 *
 * Returns: (transfer full) (nullable): the value, of any JSON type; %NULL exactly when @error is
 * set
 */
json_t *bh_json_parse(const char *text, gsize length, GError **error);

/**
 * bh_json_to_text:
 *
 * Compact, keys in the order they were set.
 *
 * Returns: (transfer full): NUL-terminated UTF-8; free with g_free()
 */
char *bh_json_to_text(const json_t *value);

/**
 * bh_json_to_bytes:
 *
 * Returns: (transfer full): as bh_json_to_text(), without the NUL
 */
GBytes *bh_json_to_bytes(const json_t *value);

/** bh_json_measure: Returns: how many bytes bh_json_to_bytes() makes of @value */
gsize bh_json_measure(const json_t *value);

/**
 * bh_json_get_text:
 * @object: (nullable): a value of any type; what is no object has no members
 * @max_bytes: longest accepted, in bytes
 *
 * A required string, not empty.
 *
 * Returns: (transfer none) (nullable): borrowed from @object; %NULL exactly when @error is set
 */
const char *bh_json_get_text(const json_t *object, const char *name, gsize max_bytes,
                             GError **error);

/**
 * bh_json_get_optional_text:
 * @out: (out) (transfer none): the string, or %NULL where the member is absent or null
 *
 * Returns: %FALSE exactly when @error is set: it is there, but no string or too long
 */
gboolean bh_json_get_optional_text(const json_t *object, const char *name, gsize max_bytes,
                                   const char **out, GError **error);

/**
 * bh_json_get_optional_integer:
 * @out: (inout): left alone where the member is absent or null
 *
 * Returns: %FALSE exactly when @error is set: it is there, but no integer in @min..@max
 */
gboolean bh_json_get_optional_integer(const json_t *object, const char *name, gint64 min,
                                      gint64 max, gint64 *out, GError **error);

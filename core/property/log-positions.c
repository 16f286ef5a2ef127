/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "log-positions.h"

#include "keyed-hash.h"
#include "operation.h"

#include <stdlib.h>
#include <string.h>

/*
 * The seqs are boxed: a pointer is too narrow for one on 32-bit machines.
 */

BhLogPositions *
bh_log_positions_new(void)
{
  return g_hash_table_new_full(bh_keyed_hash, g_str_equal, g_free, g_free);
}

BhLogPositions *
bh_log_positions_parse(const json_t *value)
{
  g_autoptr(BhLogPositions) positions = NULL;
  const char *log_id;
  json_t *seq;

  if (!json_is_object(value) || json_object_size(value) > BH_LOG_POSITIONS_MAX)
    return NULL;
  positions = bh_log_positions_new();
  json_object_foreach((json_t *)value, log_id, seq)
  {
    json_int_t number = json_is_integer(seq) ? json_integer_value(seq) : -1;

    if (!bh_operation_is_log_id(log_id) || number < 0 || number > BH_OPERATION_MAX_SEQ)
      return NULL;
    bh_log_positions_put(positions, log_id, number);
  }
  return g_steal_pointer(&positions);
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

json_t *
bh_log_positions_to_json(BhLogPositions *positions)
{
  json_t *object = json_object();
  guint count;
  g_autofree gpointer *names = g_hash_table_get_keys_as_array(positions, &count);

  if (count > 0)
    qsort(names, count, sizeof *names, compare_names);
  for (guint i = 0; i < count; i++)
    json_object_set_new(object, names[i], json_integer(bh_log_positions_get(positions, names[i])));
  return object;
}

gint64
bh_log_positions_get(BhLogPositions *positions, const char *log_id)
{
  const gint64 *seq = g_hash_table_lookup(positions, log_id);

  return seq != NULL ? *seq : 0;
}

gboolean
bh_log_positions_has(BhLogPositions *positions, const char *log_id)
{
  return g_hash_table_contains(positions, log_id);
}

void
bh_log_positions_put(BhLogPositions *positions, const char *log_id, gint64 seq)
{
  gint64 *known = g_hash_table_lookup(positions, log_id);

  if (known != NULL)
    *known = seq;
  else
    g_hash_table_insert(positions, g_strdup(log_id), g_memdup2(&seq, sizeof seq));
}

gboolean
bh_log_positions_raise(BhLogPositions *positions, const char *log_id, gint64 seq)
{
  if (bh_log_positions_get(positions, log_id) >= seq)
    return FALSE;
  bh_log_positions_put(positions, log_id, seq);
  return TRUE;
}

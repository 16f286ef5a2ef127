/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The input as the record of an order, or as a list of such: read, merged forwards and backwards,
 * and read as an order.
 */
#include "order-state.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static BhRecord *
lookup(const char *name, gpointer data)
{
  return data;
}

static GPtrArray *
list_moved(const char *order_id, gpointer data)
{
  return NULL;
}

static char *
dup_text(const BhRecord *record)
{
  g_autoptr(json_t) value = bh_record_to_json(record);
  g_autoptr(BhRecord) again = bh_record_from_json(value, NULL);

  g_assert_nonnull(again);
  g_assert_cmpuint(bh_record_get_size(again), ==, bh_record_get_size(record));
  return bh_json_to_text(value);
}

static void
check_merging(const json_t *records)
{
  g_autoptr(BhRecord) forwards = bh_record_new();
  g_autoptr(BhRecord) backwards = bh_record_new();
  gsize n_records = json_array_size(records);
  g_autofree char *one = NULL;
  g_autofree char *other = NULL;

  for (gsize i = 0; i < n_records; i++) {
    g_autoptr(BhRecord) first = bh_record_from_json(json_array_get(records, i), NULL);
    g_autoptr(BhRecord) last =
        bh_record_from_json(json_array_get(records, n_records - 1 - i), NULL);

    if (first != NULL)
      bh_record_merge(forwards, first);
    if (last != NULL)
      bh_record_merge(backwards, last);
  }
  one = dup_text(forwards);
  other = dup_text(backwards);
  g_assert_cmpstr(one, ==, other);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autoptr(json_t) value = bh_json_parse(size > 0 ? (const char *)data : "", size, NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(BhRecord) record = bh_record_from_json(value, &error);
  g_autoptr(json_t) order = NULL;

  g_assert_cmpint(record == NULL, ==, error != NULL);
  check_merging(value);
  if (record == NULL)
    return 0;
  order = bh_order_state_read("o1", lookup, list_moved, record);
  if (order != NULL)
    g_assert_true(json_is_integer(json_object_get(order, "total")));
  return 0;
}

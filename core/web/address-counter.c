/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-web"

#include "address-counter.h"

struct _BhAddressCounter {
  guint64 cap;
  GHashTable *counts; /* address -> guint; none of them 0 */
};

BhAddressCounter *
bh_address_counter_new(guint64 cap)
{
  BhAddressCounter *counter = g_new0(BhAddressCounter, 1);

  counter->cap = cap;
  counter->counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  return counter;
}

void
bh_address_counter_free(BhAddressCounter *counter)
{
  g_hash_table_unref(counter->counts);
  g_free(counter);
}

gboolean
bh_address_counter_enter(BhAddressCounter *counter, const char *address)
{
  guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counter->counts, address));

  if (count >= counter->cap)
    return FALSE;
  g_hash_table_insert(counter->counts, g_strdup(address), GUINT_TO_POINTER(count + 1));
  return TRUE;
}

void
bh_address_counter_leave(BhAddressCounter *counter, const char *address)
{
  guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counter->counts, address));

  g_return_if_fail(count > 0);

  if (count == 1)
    g_hash_table_remove(counter->counts, address);
  else
    g_hash_table_insert(counter->counts, g_strdup(address), GUINT_TO_POINTER(count - 1));
}

guint
bh_address_counter_get_size(BhAddressCounter *counter)
{
  return g_hash_table_size(counter->counts);
}

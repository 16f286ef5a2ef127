/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-base"

#include "rate-table.h"

#include "address-set.h"

#define MINUTE_MS G_GINT64_CONSTANT(60000)

/* A full table is looked through for forgotten keys no more often than this. */
#define SWEEP_INTERVAL_MS 1000

/* `debt_ms`: what has been taken and has not come back with time yet, as of `updated_ms`. */
typedef struct {
  gint64 debt_ms;
  gint64 updated_ms;
} Allowance;

struct _BhRateTable {
  gint64 price_ms; /* what one of them costs: a minute is the whole allowance */
  guint max_keys;
  GHashTable *allowances; /* key (owned) -> Allowance (owned) */
  Allowance shared;       /* of the keys for which there is no room */
  gint64 swept_ms;
};

BhRateTable *
bh_rate_table_new(guint per_minute, guint max_keys)
{
  BhRateTable *table = g_new0(BhRateTable, 1);

  g_return_val_if_fail(per_minute > 0 && per_minute <= MINUTE_MS && max_keys > 0, table);

  table->price_ms = MINUTE_MS / per_minute;
  table->max_keys = max_keys;
  table->allowances = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  return table;
}

void
bh_rate_table_free(BhRateTable *table)
{
  g_clear_pointer(&table->allowances, g_hash_table_unref);
  g_free(table);
}

/* A clock that was set back gives nothing and takes nothing. */
static void
allowance_update(Allowance *allowance, gint64 now_ms)
{
  if (now_ms > allowance->updated_ms)
    allowance->debt_ms = MAX(0, allowance->debt_ms - (now_ms - allowance->updated_ms));
  allowance->updated_ms = now_ms;
}

static gboolean
allowance_has(Allowance *allowance, gint64 price_ms, gint64 now_ms)
{
  allowance_update(allowance, now_ms);
  return allowance->debt_ms + price_ms <= MINUTE_MS;
}

/* Forgets who has their whole allowance again: being forgotten changes nothing for them. */
static void
sweep(BhRateTable *table, gint64 now_ms)
{
  GHashTableIter iter;
  gpointer value;

  if (ABS(now_ms - table->swept_ms) < SWEEP_INTERVAL_MS)
    return;
  table->swept_ms = now_ms;
  g_hash_table_iter_init(&iter, table->allowances);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    allowance_update(value, now_ms);
    if (((const Allowance *)value)->debt_ms == 0)
      g_hash_table_iter_remove(&iter);
  }
}

/* Returns: (transfer none): valid until the next call: it may be swept */
static Allowance *
find(BhRateTable *table, const char *key, gint64 now_ms)
{
  Allowance *allowance = g_hash_table_lookup(table->allowances, key);

  if (allowance == NULL && g_hash_table_size(table->allowances) >= table->max_keys)
    sweep(table, now_ms);
  if (allowance == NULL && g_hash_table_size(table->allowances) < table->max_keys) {
    allowance = g_new0(Allowance, 1);
    allowance->updated_ms = now_ms;
    g_hash_table_insert(table->allowances, g_strdup(key), allowance);
  }
  return allowance != NULL ? allowance : &table->shared;
}

gboolean
bh_rate_table_take(BhRateTable *table, const char *key, gint64 now_ms)
{
  Allowance *allowance = find(table, key, now_ms);

  if (!allowance_has(allowance, table->price_ms, now_ms))
    return FALSE;
  allowance->debt_ms += table->price_ms;
  return TRUE;
}

gboolean
bh_rate_table_take_address(BhRateTable *table, const char *address, gint64 now_ms)
{
  g_autofree char *network = bh_address_dup_household(address);
  gint64 price_ms = MAX(1, table->price_ms / BH_RATE_TABLE_HOUSEHOLD);

  if (network == NULL)
    return bh_rate_table_take(table, address, now_ms);
  /* The network first: once its allowance is gone, no more addresses of it fill the table. */
  if (!allowance_has(find(table, network, now_ms), price_ms, now_ms) ||
      !bh_rate_table_take(table, address, now_ms))
    return FALSE;
  find(table, network, now_ms)->debt_ms += price_ms;
  return TRUE;
}

guint
bh_rate_table_get_size(BhRateTable *table)
{
  return g_hash_table_size(table->allowances);
}

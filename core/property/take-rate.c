/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "take-rate.h"

/*
 * A device that has been quiet until its buckets were full again is forgotten: it would begin with
 * full ones. So the table holds no more devices than have handed over something lately.
 */

#define SWEEP_AT 256 /* devices; below that nothing is looked for */

/* In thousandths, so that a millisecond adds per_second of them. */
typedef struct {
  gint64 operations_milli, bytes_milli;
  gint64 updated_ms;
} Buckets;

struct _BhTakeRate {
  GHashTable *devices; /* deviceId -> Buckets */
  guint sweep_at;
};

BhTakeRate *
bh_take_rate_new(void)
{
  BhTakeRate *rate = g_new0(BhTakeRate, 1);

  rate->devices = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  rate->sweep_at = SWEEP_AT;
  return rate;
}

void
bh_take_rate_free(BhTakeRate *rate)
{
  if (rate == NULL)
    return;
  g_hash_table_unref(rate->devices);
  g_free(rate);
}

static void
refill(gint64 *milli, gint64 per_second, gint64 burst, gint64 elapsed_ms)
{
  gint64 full = burst * 1000;

  /* Compared by division: a bucket left alone for years must not overflow. */
  if (elapsed_ms >= full / per_second)
    *milli = full;
  else
    *milli = MIN(full, *milli + elapsed_ms * per_second);
}

static void
refill_both(Buckets *buckets, gint64 now_ms)
{
  gint64 elapsed_ms = MAX(now_ms - buckets->updated_ms, 0);

  refill(&buckets->operations_milli, BH_TAKE_RATE_OPERATIONS_PER_SECOND,
         BH_TAKE_RATE_BURST_OPERATIONS, elapsed_ms);
  refill(&buckets->bytes_milli, BH_TAKE_RATE_BYTES_PER_SECOND, BH_TAKE_RATE_BURST_BYTES,
         elapsed_ms);
  buckets->updated_ms = now_ms;
}

static gboolean
is_full(gpointer key, gpointer value, gpointer user_data)
{
  Buckets *buckets = value;

  (void)key;
  refill_both(buckets, *(gint64 *)user_data);
  return buckets->operations_milli == BH_TAKE_RATE_BURST_OPERATIONS * G_GINT64_CONSTANT(1000) &&
         buckets->bytes_milli == BH_TAKE_RATE_BURST_BYTES * G_GINT64_CONSTANT(1000);
}

static Buckets *
get_buckets(BhTakeRate *rate, const char *device_id, gint64 now_ms)
{
  Buckets *buckets = g_hash_table_lookup(rate->devices, device_id);

  if (buckets != NULL) {
    refill_both(buckets, now_ms);
    return buckets;
  }
  if (g_hash_table_size(rate->devices) >= rate->sweep_at) {
    g_hash_table_foreach_remove(rate->devices, is_full, &now_ms);
    /* Twice what is left: the next sweep is as far away as this one was long. */
    rate->sweep_at = MAX(SWEEP_AT, 2 * g_hash_table_size(rate->devices));
  }
  buckets = g_new0(Buckets, 1);
  buckets->operations_milli = BH_TAKE_RATE_BURST_OPERATIONS * G_GINT64_CONSTANT(1000);
  buckets->bytes_milli = BH_TAKE_RATE_BURST_BYTES * G_GINT64_CONSTANT(1000);
  buckets->updated_ms = now_ms;
  g_hash_table_insert(rate->devices, g_strdup(device_id), buckets);
  return buckets;
}

static gint64
get_wait_ms(gint64 milli, gint64 wanted, gint64 per_second)
{
  gint64 lacking = wanted * 1000 - milli;

  return lacking <= 0 ? 0 : (lacking + per_second - 1) / per_second;
}

gint64
bh_take_rate_take(BhTakeRate *rate, const char *device_id, guint operations, gsize bytes,
                  gint64 now_ms)
{
  Buckets *buckets;
  gint64 wait_ms;

  g_return_val_if_fail(operations <= BH_TAKE_RATE_BURST_OPERATIONS, 0);
  g_return_val_if_fail(bytes <= BH_TAKE_RATE_BURST_BYTES, 0);

  buckets = get_buckets(rate, device_id, now_ms);
  wait_ms =
      MAX(get_wait_ms(buckets->operations_milli, operations, BH_TAKE_RATE_OPERATIONS_PER_SECOND),
          get_wait_ms(buckets->bytes_milli, (gint64)bytes, BH_TAKE_RATE_BYTES_PER_SECOND));
  if (wait_ms > 0)
    return wait_ms;
  buckets->operations_milli -= operations * G_GINT64_CONSTANT(1000);
  buckets->bytes_milli -= (gint64)bytes * 1000;
  return 0;
}

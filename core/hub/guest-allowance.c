/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "guest-allowance.h"

#include "token-bucket.h"

/* Each costs the hub 1 to 2 ms. Several pages that are loaded again, or find another access point,
 * offer a few times each. */
#define OFFERS_PER_SECOND 1
#define OFFER_BURST       20

/* Nothing is swept before so many are remembered. */
#define MIN_SWEPT 64

struct _BhGuestAllowance {
  grefcount refs;
  BhTokenBucket messages, offers;
  guint64 too_many; /* refused since it was quiet last */
  gint64 told_us;   /* 0: never */
};

struct _BhGuestAllowances {
  guint64 per_second, burst;
  GHashTable *by_device; /* deviceId -> referenced BhGuestAllowance */
  guint next_sweep;      /* at so many */
};

BhGuestAllowance *
bh_guest_allowance_ref(BhGuestAllowance *allowance)
{
  g_ref_count_inc(&allowance->refs);
  return allowance;
}

void
bh_guest_allowance_unref(BhGuestAllowance *allowance)
{
  if (g_ref_count_dec(&allowance->refs))
    g_free(allowance);
}

BhGuestVerdict
bh_guest_allowance_take_message(BhGuestAllowance *allowance, gint64 now_us)
{
  if (bh_token_bucket_take(&allowance->messages, now_us)) {
    if (bh_token_bucket_is_half_full(&allowance->messages))
      allowance->too_many = 0;
    return BH_GUEST_MAY;
  }
  allowance->too_many++;
  if (allowance->too_many == allowance->messages.burst + 1)
    g_info("A guest's page says far too much: its connection is closed.");
  if (allowance->too_many > allowance->messages.burst)
    return BH_GUEST_MAY_NOT_CLOSE;
  if (allowance->told_us != 0 && now_us - allowance->told_us < G_TIME_SPAN_SECOND)
    return BH_GUEST_MAY_NOT;
  allowance->told_us = now_us;
  return BH_GUEST_MAY_NOT_TELL;
}

gboolean
bh_guest_allowance_take_offer(BhGuestAllowance *allowance, gint64 now_us)
{
  return bh_token_bucket_take(&allowance->offers, now_us);
}

/* Whether nobody holds it, and one that is made anew would allow the same. */
static gboolean
is_spare(gpointer key, gpointer value, gpointer user_data)
{
  BhGuestAllowance *allowance = value;
  gint64 now_us = *(const gint64 *)user_data;

  return g_ref_count_compare(&allowance->refs, 1) &&
         bh_token_bucket_is_rested(&allowance->messages, now_us) &&
         bh_token_bucket_is_rested(&allowance->offers, now_us);
}

BhGuestAllowances *
bh_guest_allowances_new(const BhLimitSet *limits)
{
  BhGuestAllowances *allowances = g_new0(BhGuestAllowances, 1);

  allowances->per_second = bh_limit_set_get(limits, BH_LIMIT_MESSAGES_PER_SECOND);
  allowances->burst = bh_limit_set_get(limits, BH_LIMIT_MESSAGE_BURST);
  allowances->by_device = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                                (GDestroyNotify)bh_guest_allowance_unref);
  allowances->next_sweep = MIN_SWEPT;
  return allowances;
}

void
bh_guest_allowances_free(BhGuestAllowances *allowances)
{
  g_hash_table_unref(allowances->by_device);
  g_free(allowances);
}

BhGuestAllowance *
bh_guest_allowances_find(BhGuestAllowances *allowances, const char *device_id, gint64 now_us)
{
  BhGuestAllowance *allowance = g_hash_table_lookup(allowances->by_device, device_id);

  if (allowance != NULL)
    return bh_guest_allowance_ref(allowance);
  if (g_hash_table_size(allowances->by_device) >= allowances->next_sweep) {
    g_hash_table_foreach_remove(allowances->by_device, is_spare, &now_us);
    allowances->next_sweep = MAX(MIN_SWEPT, 2 * g_hash_table_size(allowances->by_device));
  }
  allowance = g_new0(BhGuestAllowance, 1);
  g_ref_count_init(&allowance->refs);
  bh_token_bucket_init(&allowance->messages, allowances->per_second, allowances->burst, now_us);
  bh_token_bucket_init(&allowance->offers, OFFERS_PER_SECOND, OFFER_BURST, now_us);
  g_hash_table_insert(allowances->by_device, g_strdup(device_id), allowance);
  return bh_guest_allowance_ref(allowance);
}

guint
bh_guest_allowances_get_size(BhGuestAllowances *allowances)
{
  return g_hash_table_size(allowances->by_device);
}

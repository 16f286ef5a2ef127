/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "pairing-links.h"

#include "digest.h"

struct _BhPairingLinks {
  GHashTable *by_id; /* link_id (of the value) -> BhPairingLink (owned) */
};

BhPairingLinks *
bh_pairing_links_new(void)
{
  BhPairingLinks *links = g_new0(BhPairingLinks, 1);

  links->by_id =
      g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)bh_pairing_link_free);
  return links;
}

void
bh_pairing_links_free(BhPairingLinks *links)
{
  g_hash_table_unref(links->by_id);
  g_free(links);
}

static BhPairingLink *
find_oldest_closed(BhPairingLinks *links)
{
  BhPairingLink *oldest = NULL;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init(&iter, links->by_id);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    BhPairingLink *link = value;

    if (link->state != BH_PAIRING_LINK_OPEN &&
        (oldest == NULL || link->deadline_ms < oldest->deadline_ms))
      oldest = link;
  }
  return oldest;
}

guint
bh_pairing_links_count_open(BhPairingLinks *links)
{
  guint open = 0;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init(&iter, links->by_id);
  while (g_hash_table_iter_next(&iter, NULL, &value))
    open += ((const BhPairingLink *)value)->state == BH_PAIRING_LINK_OPEN;
  return open;
}

static void
enter_state(BhPairingLink *link, BhPairingLinkState state, const BhPairingTime *now)
{
  gint64 over_ms = MAX(link->expires_ms, link->used_ms);
  gint64 left_ms = state == BH_PAIRING_LINK_OPEN
                       ? link->expires_ms - now->utc_ms
                       : over_ms + BH_PAIRING_LINK_REMEMBERED_MS - now->utc_ms;
  gint64 most_ms = state == BH_PAIRING_LINK_OPEN
                       ? BH_PAIRING_LINK_LIFETIME_MS
                       : BH_PAIRING_LINK_LIFETIME_MS + BH_PAIRING_LINK_REMEMBERED_MS;

  link->state = state;
  link->deadline_ms = now->run_ms + CLAMP(left_ms, 0, most_ms);
  if (state == BH_PAIRING_LINK_EXPIRED)
    bh_digest_wipe(link->secret, sizeof link->secret);
}

void
bh_pairing_links_take(BhPairingLinks *links, BhPairingLink *link, const BhPairingTime *now)
{
  while (g_hash_table_size(links->by_id) >= BH_PAIRING_LINKS_MAX) {
    BhPairingLink *oldest = find_oldest_closed(links);

    if (oldest == NULL)
      break;
    g_hash_table_remove(links->by_id, oldest->link_id);
  }
  enter_state(link, link->state, now);
  g_hash_table_replace(links->by_id, link->link_id, link);
}

BhPairingLink *
bh_pairing_links_find(BhPairingLinks *links, const char *link_id)
{
  return g_hash_table_lookup(links->by_id, link_id);
}

void
bh_pairing_links_mark_used(BhPairingLinks *links, const char *link_id, const BhPairingTime *now)
{
  BhPairingLink *link = bh_pairing_links_find(links, link_id);

  if (link == NULL || link->state == BH_PAIRING_LINK_USED)
    return;
  link->used_ms = MAX(now->utc_ms, 1);
  enter_state(link, BH_PAIRING_LINK_USED, now);
}

BhPairingTidy *
bh_pairing_links_tidy(BhPairingLinks *links, const BhPairingTime *now)
{
  g_autoptr(GPtrArray) forgotten = g_ptr_array_new();
  BhPairingTidy *tidy = bh_pairing_tidy_new(now->utc_ms - BH_PAIRING_LINK_REMEMBERED_MS);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init(&iter, links->by_id);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    BhPairingLink *link = value;

    if (link->deadline_ms > now->run_ms || link->in_flight > 0)
      continue;
    if (link->state == BH_PAIRING_LINK_OPEN) {
      enter_state(link, BH_PAIRING_LINK_EXPIRED, now);
      g_ptr_array_add(tidy->expired, g_strdup(link->link_id));
    } else {
      g_ptr_array_add(forgotten, link);
    }
  }
  if (tidy->expired->len == 0 && forgotten->len == 0)
    g_clear_pointer(&tidy, bh_pairing_tidy_free);
  for (guint i = 0; i < forgotten->len; i++)
    g_hash_table_remove(links->by_id, ((BhPairingLink *)forgotten->pdata[i])->link_id);
  return tidy;
}

gint64
bh_pairing_links_get_deadline_ms(BhPairingLinks *links)
{
  gint64 deadline_ms = G_MAXINT64;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init(&iter, links->by_id);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    const BhPairingLink *link = value;

    if (link->in_flight == 0)
      deadline_ms = MIN(deadline_ms, link->deadline_ms);
  }
  return deadline_ms;
}

/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-signaling"

#include "guest-places.h"

struct _BhGuestPlaces {
  GHashTable *by_device; /* deviceId -> GPtrArray of BhRoomPeer, oldest first */
};

BhGuestPlaces *
bh_guest_places_new(void)
{
  BhGuestPlaces *places = g_new0(BhGuestPlaces, 1);

  places->by_device =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  return places;
}

void
bh_guest_places_free(BhGuestPlaces *places)
{
  g_hash_table_unref(places->by_device);
  g_free(places);
}

static gboolean
is_counted(const BhRoomPeer *peer)
{
  return peer->role == BH_ROLE_GUEST && peer->proved && peer->device_id != NULL;
}

void
bh_guest_places_add(BhGuestPlaces *places, BhRoomPeer *peer)
{
  GPtrArray *peers;

  if (!is_counted(peer))
    return;
  peers = g_hash_table_lookup(places->by_device, peer->device_id);
  if (peers == NULL) {
    peers = g_ptr_array_new();
    g_hash_table_insert(places->by_device, g_strdup(peer->device_id), peers);
  }
  g_ptr_array_add(peers, peer);
}

void
bh_guest_places_remove(BhGuestPlaces *places, BhRoomPeer *peer)
{
  GPtrArray *peers =
      is_counted(peer) ? g_hash_table_lookup(places->by_device, peer->device_id) : NULL;

  if (peers != NULL && g_ptr_array_remove(peers, peer) && peers->len == 0)
    g_hash_table_remove(places->by_device, peer->device_id);
}

BhRoomPeer *
bh_guest_places_find_spare(BhGuestPlaces *places, const char *device_id)
{
  const GPtrArray *peers = g_hash_table_lookup(places->by_device, device_id);
  BhRoomPeer *spare = NULL;

  if (peers == NULL || peers->len < BH_GUEST_MAX_PLACES)
    return NULL;
  for (guint i = 0; i < peers->len; i++) {
    BhRoomPeer *peer = peers->pdata[i];

    if (peer->away_until_us != 0 && (spare == NULL || peer->away_until_us < spare->away_until_us))
      spare = peer;
  }
  return spare != NULL ? spare : peers->pdata[0];
}

/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "endpoint-private.h"

/*
 * The side of a cloud: its signaling comes and goes, the connections that it introduced stay.
 */

void
bh_endpoint_set_cloud(BhEndpoint *endpoint, const char *tenant_id, BhEndpointSend send,
                      gpointer user_data)
{
  g_return_if_fail(endpoint->cloud.send == NULL);

  bh_endpoint_side_init(&endpoint->cloud, TRUE, endpoint->local.peer_id, tenant_id);
  endpoint->cloud.send = send;
  endpoint->cloud.send_data = user_data;
}

void
bh_endpoint_join_cloud(BhEndpoint *endpoint, const json_t *joined)
{
  g_autoptr(BhEndpoint) self = g_object_ref(endpoint);
  const char *peer_id = bh_json_get_text(joined, "peerId", BH_ENDPOINT_MAX_ID_BYTES, NULL);

  if (peer_id == NULL || self->session == NULL)
    return;
  bh_endpoint_leave_cloud(self);
  g_free(self->cloud.peer_id);
  self->cloud.peer_id = g_strdup(peer_id);
  bh_endpoint_add_members(self, &self->cloud, self->cloud.tenant_id,
                          json_object_get(joined, "peers"));
}

void
bh_endpoint_take_from_cloud(BhEndpoint *endpoint, json_t *message)
{
  g_autoptr(BhEndpoint) self = g_object_ref(endpoint);

  bh_endpoint_take_message(self, &self->cloud, message);
}

void
bh_endpoint_leave_cloud(BhEndpoint *endpoint)
{
  g_autoptr(BhEndpoint) self = g_object_ref(endpoint);
  g_autoptr(GPtrArray) peer_ids = g_ptr_array_new_with_free_func(g_free);
  GHashTableIter iter;
  gpointer contact;

  g_hash_table_iter_init(&iter, self->contacts);
  while (g_hash_table_iter_next(&iter, NULL, &contact)) {
    BhMember *member = bh_contact_get_member(contact);

    if (bh_member_get_side(member) == &self->cloud && bh_member_get_present(member))
      g_ptr_array_add(peer_ids, g_strdup(bh_member_get_peer_id(member)));
  }
  for (guint i = 0; i < peer_ids->len; i++)
    bh_endpoint_remove_member(self, &self->cloud, self->cloud.tenant_id, peer_ids->pdata[i]);
}

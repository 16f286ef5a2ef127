/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "cloud-desk.h"

#include <glib/gi18n.h>

struct _BhCloudDesk {
  BhCloudDeskConfig config;
  char **urls;
  BhCloudLink *link;
  gulong changed_id;
  BhVisitors visitors;
  gboolean stopped;
};

/* --- what is told --- */

static void
append_servers(json_t *list, const char *const *urls, const char *kind)
{
  for (guint i = 0; urls[i] != NULL && json_array_size(list) < BH_CLOUD_DESK_MAX_SERVERS; i++)
    json_array_append_new(list, json_pack("{s:s, s:s}", "url", urls[i], "kind", kind));
}

/* Returns: (transfer full): best first; there is room for all clouds */
static json_t *
list_servers(BhCloudDesk *self, gboolean with_local)
{
  json_t *list = json_array();
  gsize room = BH_CLOUD_DESK_MAX_SERVERS - g_strv_length(self->urls);
  g_auto(GStrv) local = bh_house_links_list_signaling(self->config.links);

  if (with_local) {
    append_servers(list, (const char *const *)local, "local");
    while (json_array_size(list) > room)
      json_array_remove(list, json_array_size(list) - 1);
  }
  append_servers(list, (const char *const *)self->urls, "cloud");
  return list;
}

static gboolean
is_paired(BhMember *member, gpointer user_data)
{
  return bh_member_get_is_paired(member);
}

/* By the channels too: a socket that led to an address of before has died without a word. */
static void
push(BhCloudDesk *self, const json_t *message)
{
  g_autoptr(GPtrArray) members = bh_endpoint_list_members(self->config.endpoint, is_paired, NULL);

  for (guint i = 0; i < members->len; i++)
    bh_member_push(members->pdata[i], message);
}

static void
announce(BhCloudDesk *self)
{
  g_autoptr(json_t) servers = list_servers(self, TRUE);
  g_autoptr(json_t) message =
      json_pack("{s:s, s:O}", "type", "signaling-servers", "signalingServers", servers);

  if (self->visitors != BH_VISITORS_UNKNOWN)
    json_object_set_new(message, "hasVisitors", json_boolean(self->visitors == BH_VISITORS_SOME));
  bh_signaling_server_announce(self->config.signaling, servers);
  bh_cloud_link_tell(self->link, message);
  push(self, message);
}

void
bh_cloud_desk_set_visitors(BhCloudDesk *desk, BhVisitors visitors)
{
  if (desk->stopped || visitors == desk->visitors)
    return;
  desk->visitors = visitors;
  announce(desk);
}

static void
on_links_changed(BhHouseLinks *links, BhCloudDesk *self)
{
  if (!self->stopped)
    announce(self);
}

void
bh_cloud_desk_tell_revocations(BhCloudDesk *desk)
{
  g_autoptr(json_t) message = NULL;

  if (!bh_gate_has_keys(desk->config.gate))
    return;
  message = json_pack("{s:s, s:o}", "type", "revocations", "revocations",
                      bh_gate_make_revocations(desk->config.gate, desk->config.tenant_id));
  bh_cloud_link_tell(desk->link, message);
}

/* --- the endpoint there --- */

static void
send_to_cloud(const json_t *message, gpointer user_data)
{
  BhCloudDesk *self = user_data;

  bh_cloud_link_send(self->link, message);
}

static void
on_joined(BhCloudLink *link, json_t *message, BhCloudDesk *self)
{
  bh_endpoint_join_cloud(self->config.endpoint, message);
}

static void
on_message(BhCloudLink *link, json_t *message, BhCloudDesk *self)
{
  bh_endpoint_take_from_cloud(self->config.endpoint, message);
}

static void
on_lost(BhCloudLink *link, BhCloudDesk *self)
{
  bh_endpoint_leave_cloud(self->config.endpoint);
}

void
bh_cloud_desk_wake(BhCloudDesk *desk)
{
  bh_cloud_link_wake(desk->link);
}

gboolean
bh_cloud_desk_get_clock_ahead(BhCloudDesk *desk, gint64 *ahead_ms)
{
  return bh_cloud_link_get_clock_ahead(desk->link, ahead_ms);
}

json_t *
bh_cloud_desk_describe(BhCloudDesk *desk)
{
  return json_pack("{s:s?, s:s, s:s?}", "url", bh_cloud_link_get_url(desk->link), "state",
                   bh_cloud_link_get_state_name(desk->link), "problem",
                   bh_cloud_link_get_problem(desk->link));
}

/* --- life --- */

static GTlsDatabase *
read_authority(const char *file, GError **error)
{
  g_autoptr(GError) problem = NULL;
  g_autoptr(GFile) path = g_file_new_for_path(file);
  g_autofree char *absolute = g_file_get_path(path);
  GTlsDatabase *authority = g_tls_file_database_new(absolute, &problem);

  if (authority == NULL)
    g_set_error(error, problem->domain, problem->code,
                _("The authority of the cloud's certificate cannot be read (%s): %s"), file,
                problem->message);
  return authority;
}

BhCloudDesk *
bh_cloud_desk_new(const BhCloudDeskConfig *config, GError **error)
{
  g_autoptr(GTlsDatabase) authority = NULL;
  BhCloudDesk *self;
  BhCloudLinkConfig link = {.urls = config->urls,
                            .tenant_id = config->tenant_id,
                            .peer_id = config->peer_id,
                            .key = config->gate->hub_key};

  if (config->ca_file != NULL) {
    authority = read_authority(config->ca_file, error);
    if (authority == NULL)
      return NULL;
  }
  link.authority = authority;
  self = g_new0(BhCloudDesk, 1);
  self->config = *config;
  self->urls = g_strdupv((char **)config->urls);
  self->link = bh_cloud_link_new(&link);
  g_signal_connect(self->link, "joined", G_CALLBACK(on_joined), self);
  g_signal_connect(self->link, "message", G_CALLBACK(on_message), self);
  g_signal_connect(self->link, "lost", G_CALLBACK(on_lost), self);
  bh_endpoint_set_cloud(config->endpoint, config->tenant_id, send_to_cloud, self);
  self->changed_id = g_signal_connect(config->links, "changed", G_CALLBACK(on_links_changed), self);
  bh_cloud_desk_tell_revocations(self);
  announce(self);
  bh_cloud_link_start(self->link);
  return self;
}

/* The cloud keeps the addresses that it knows: they are as good as before when the hub is back. */
void
bh_cloud_desk_stop(BhCloudDesk *desk)
{
  g_autoptr(json_t) servers = NULL;

  if (desk->stopped)
    return;
  desk->stopped = TRUE;
  servers = list_servers(desk, FALSE);
  bh_signaling_server_announce(desk->config.signaling, servers);
  bh_cloud_link_stop(desk->link);
  bh_endpoint_leave_cloud(desk->config.endpoint);
}

void
bh_cloud_desk_free(BhCloudDesk *desk)
{
  g_clear_signal_handler(&desk->changed_id, desk->config.links);
  g_signal_handlers_disconnect_by_data(desk->link, desk);
  bh_cloud_link_stop(desk->link);
  g_object_unref(desk->link);
  g_strfreev(desk->urls);
  g_free(desk);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "wired-peer.h"

#include <nice/interfaces.h>

#include "certificate.h"
#include "figures.h"

static const char *const type_names[] = {"offer", "answer"};

static void
on_local_description(BhConnection *connection, BhSdpType type, const char *sdp, gpointer user_data)
{
  WiredPeer *self = user_data;
  bench_partner_send(self->partner,
                     json_pack("{s:s, s:i, s:s, s:s}", "type", "description", "peer",
                               (int)self->number, "is", type_names[type], "sdp", sdp));
}

static void
on_local_candidate(BhConnection *connection, const char *candidate, const char *mid,
                   const char *ufrag, gpointer user_data)
{
  WiredPeer *self = user_data;
  bench_partner_send(self->partner,
                     json_pack("{s:s, s:i, s:s?, s:s?}", "type", "candidate", "peer",
                               (int)self->number, "candidate", candidate, "ufrag", ufrag));
}

static void
on_state_changed(BhConnection *connection, BhConnectionState state, gpointer user_data)
{
  WiredPeer *self = user_data;
  if (state == BH_CONNECTION_FAILED)
    bench_die("Connection %u: %s", self->number, bh_connection_get_error(connection)->message);
}

/* One for all connections of a process, as the hub does it. */
static BhCertificate *
get_certificate(void)
{
  static BhCertificate *certificate;
  if (certificate == NULL) {
    g_autoptr(GError) error = NULL;
    certificate = bh_certificate_new(&error);
    if (certificate == NULL)
      bench_die("%s", error->message);
  }
  return certificate;
}

static gboolean use_loopback;

void
wired_peer_use_loopback(void)
{
  use_loopback = TRUE;
}

/* As a hub on a network does it; loopback candidates are for a machine that has nothing else. */
static gboolean
has_network(void)
{
  GList *addresses = nice_interfaces_get_local_ips(FALSE);
  gboolean is_there = addresses != NULL;

  g_list_free_full(addresses, g_free);
  return is_there;
}

WiredPeer *
wired_peer_new(BenchPartner *partner, guint number)
{
  BhConnectionConfig config = {
      .certificate = get_certificate(),
      .loopback = !has_network() || use_loopback,
      .max_message_bytes = 256 * 1024,
      .max_queued_bytes = 16 * 1024 * 1024,
      .max_channels = 16,
  };
  WiredPeer *self = g_new0(WiredPeer, 1);
  self->partner = partner;
  self->number = number;
  self->started_us = g_get_monotonic_time();
  self->connection = bh_connection_new(&config);
  g_signal_connect(self->connection, "local-description", G_CALLBACK(on_local_description), self);
  g_signal_connect(self->connection, "local-candidate", G_CALLBACK(on_local_candidate), self);
  g_signal_connect(self->connection, "state-changed", G_CALLBACK(on_state_changed), self);
  return self;
}

void
wired_peer_take(WiredPeer *self, json_t *message)
{
  const char *type = json_string_value(json_object_get(message, "type"));
  g_autoptr(GError) error = NULL;
  gboolean taken;
  if (g_str_equal(type, "description")) {
    const char *is = json_string_value(json_object_get(message, "is"));
    taken = bh_connection_set_remote_description(
        self->connection, g_str_equal(is, type_names[BH_SDP_OFFER]) ? BH_SDP_OFFER : BH_SDP_ANSWER,
        json_string_value(json_object_get(message, "sdp")), &error);
  } else {
    taken = bh_connection_add_remote_candidate(
        self->connection, json_string_value(json_object_get(message, "candidate")),
        json_string_value(json_object_get(message, "ufrag")), &error);
  }
  if (!taken)
    bench_die("Connection %u took no %s: %s", self->number, type, error->message);
}

void
wired_peer_free(WiredPeer *self)
{
  g_signal_handlers_disconnect_by_data(self->connection, self);
  bh_connection_close(self->connection);
  g_object_unref(self->connection);
  g_free(self);
}

double
wired_peer_get_elapsed_ms(const WiredPeer *self)
{
  return (double)(g_get_monotonic_time() - self->started_us) / 1000;
}

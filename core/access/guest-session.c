/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "guest-session.h"

#include <string.h>

BhGuestSession *
bh_guest_session_new(const char *guest_device_id, const char *place_id, const guint8 *secret_hash,
                     gint64 since_ms)
{
  BhGuestSession *session = g_new0(BhGuestSession, 1);

  session->guest_device_id = g_strdup(guest_device_id);
  session->place_id = g_strdup(place_id);
  session->since_ms = since_ms;
  memcpy(session->secret_hash, secret_hash, sizeof session->secret_hash);
  return session;
}

void
bh_guest_session_free(BhGuestSession *session)
{
  g_free(session->guest_device_id);
  g_free(session->place_id);
  g_free(session->seating_id);
  g_free(session);
}

const char *
bh_guest_state_get_name(BhGuestState state)
{
  static const char *const names[] = {"waiting", "requested", "seated"};

  g_return_val_if_fail((guint)state < G_N_ELEMENTS(names), "");

  return names[state];
}

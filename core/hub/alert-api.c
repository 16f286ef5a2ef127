/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "alert-api.h"

#include "api-change.h"

#define MAX_ID_BYTES 64

static void
on_alerts(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;

  bh_api_call_respond(call, 200,
                      json_pack("{s:o}", "alerts", bh_alert_desk_describe(state->alerts)));
}

static void
dismiss_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhApiChange) change = user_data;
  g_autoptr(GError) error = NULL;
  const char *kind;

  if (!bh_alert_desk_dismiss_finish(BH_ALERT_DESK(source), result, &kind, &error)) {
    bh_api_call_fail(change->call, 503, "not-stored", error->message);
    return;
  }
  /* Two at the desk may tap at once: for the second one it is put away too. */
  if (kind == NULL) {
    bh_api_call_respond(change->call, 200, json_object());
    return;
  }
  change->subject = g_strdup(kind);
  bh_api_change_done(change, 200, json_object());
}

static void
on_dismiss(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  const char *id = bh_api_call_get_text(call, "alertId", MAX_ID_BYTES);

  if (id != NULL)
    bh_alert_desk_dismiss_async(state->alerts, id, dismiss_cb,
                                bh_api_change_new(call, state, "alert-dismissed", NULL, NULL));
}

void
bh_alert_api_add(BhApi *api, BhHubState *state)
{
  bh_api_add(api, "GET", "/api/v1/alerts", BH_ACTION_HEAR_ALERTS, on_alerts, state);
  bh_api_add(api, "POST", "/api/v1/alerts/dismiss", BH_ACTION_HEAR_ALERTS, on_dismiss, state);
}
